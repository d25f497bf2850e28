"""Opening the data files, and the refusal for one that is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text


def read_toml(path: Path) -> dict[str, Any]:
    """A parsed TOML file. Raises Refusal where it is absent or malformed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refusal(
            Text(f"读不了文件 {path}：{error}。", f"Cannot read the file {path}: {error}."),
            code="unreadable-file",
        ) from error


def wrong(zh: str, en: str, *, code: str = "invalid-rule") -> Refusal:
    """A Refusal about what a file says."""
    return Refusal(Text(zh, en), code=code)
