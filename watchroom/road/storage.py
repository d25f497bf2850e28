"""A network on disk: plain array files that every process maps into memory, swapped in one step.

The folder holds `about.json`, which names the folder of the arrays now in use. A new import is
written beside it completely and then takes over by one rename of `about.json`: whoever opens the
network gets the old one or the new one, never a mixture, and whoever has the old one mapped keeps
reading it undisturbed until it opens the new one.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from watchroom.road.arrays import F64, I32, frozen
from watchroom.road.checking import refusal
from watchroom.road.grid import Grid
from watchroom.road.ground import Ground
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.streets import Names, Streets
from watchroom.road.topology import Topology

FORMAT = 4
"""Raised whenever the meaning of a file changes; older folders are then refused."""
ABOUT = "about.json"
PARTS: dict[str, type[Any]] = {
    "topology": Topology,
    "streets": Streets,
    "hierarchy": Hierarchy,
    "grid": Grid,
}
KEPT_S = 60.0
"""Arrays that `about.json` does not name are deleted at this age; younger ones may be of another
import that is still being written."""
TRIES = 3
"""How often a reader starts again whose arrays were deleted between the name and the opening."""


def save(path: Path, network: Ground, factors: F64, free_flow: tuple[I32, I32]) -> None:
    """Write the arrays beside those in use, then let `about.json` name them.

    free_flow: (up, down) of the hierarchy without traffic and closures, so that nobody has to work
    them out again.
    """
    path.mkdir(parents=True, exist_ok=True)
    fresh = path / f"arrays-{uuid4().hex}"
    fresh.mkdir()
    for name, part in PARTS.items():
        for field in fields(part):
            np.save(fresh / f"{name}.{field.name}.npy", getattr(getattr(network, name), field.name))
    np.save(fresh / "factors.npy", factors)
    for name, weights in zip(("up", "down"), free_flow, strict=True):
        np.save(fresh / f"free_flow.{name}.npy", weights)
    about = {"format": FORMAT, "arrays": fresh.name, "names": network.names}
    written = path / f".{ABOUT}.{fresh.name}"
    with written.open("w", encoding="utf-8") as file:
        json.dump(about, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path / ABOUT)
    _tidy(path, fresh.name)


def load(path: Path) -> tuple[tuple[Any, ...], Names, F64, tuple[I32, I32]]:
    """(parts in the order of PARTS, names, speed factors, free-flow weights).

    Refusal if nothing is there or it is of another version.
    """
    for _ in range(TRIES):
        about = _about(path)
        arrays = path / str(about["arrays"])
        try:
            parts = tuple(_read(arrays, name, part) for name, part in PARTS.items())
            up, down = (_map(arrays / f"free_flow.{name}.npy") for name in ("up", "down"))
            factors = np.load(arrays / "factors.npy")
        except FileNotFoundError:
            continue  # deleted meanwhile: a newer import is there
        return parts, tuple((zh, en) for zh, en in about["names"]), factors, (up, down)
    raise refusal(
        f"{path} 里的路网不完整，请用 watchroom import roads 重新导入。",
        f"The road network in {path} is incomplete; import it again with watchroom import roads.",
    )


def import_name(path: Path) -> str:
    """Names the import that is in use in a folder; Refusal as in `load`."""
    return str(_about(path)["arrays"])


def _about(path: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((path / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refusal(
            f"{path} 里没有可读的路网，请用 watchroom import roads 重新导入。",
            f"{path} holds no readable road network; import one with watchroom import roads.",
        ) from error
    if about.get("format") != FORMAT:
        raise refusal(
            f"{path} 的路网是旧版本，请用 watchroom import roads 重新导入。",
            f"The road network in {path} is of another version; import it again with "
            "watchroom import roads.",
        )
    return about


def _tidy(path: Path, used: str) -> None:
    """Delete arrays that have been out of use for a while, also of imports that were cut off."""
    for folder in path.glob("arrays-*"):
        if folder.name != used and time.time() - folder.stat().st_mtime > KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _read(arrays: Path, name: str, part: type[Any]) -> Any:
    return part(**{f.name: _map(arrays / f"{name}.{f.name}.npy") for f in fields(part)})


def _map(path: Path) -> Any:
    mapped = np.load(path, mmap_mode="r")
    return frozen(mapped, mapped.dtype)
