"""A network on disk: one folder, one plain array file per array, mapped into memory when read."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from watchroom.road.arrays import F64, frozen
from watchroom.road.checking import refusal
from watchroom.road.grid import Grid
from watchroom.road.ground import Ground
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.streets import Names, Streets
from watchroom.road.topology import Topology

FORMAT = 2
"""Raised whenever the meaning of a file changes; older folders are then refused."""
PARTS: dict[str, type[Any]] = {
    "topology": Topology,
    "streets": Streets,
    "hierarchy": Hierarchy,
    "grid": Grid,
}


def save(path: Path, network: Ground, factors: F64) -> None:
    """Write beside `path`, then swap; whoever has the old folder mapped keeps reading it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, part in PARTS.items():
        for field in fields(part):
            np.save(fresh / f"{name}.{field.name}.npy", getattr(getattr(network, name), field.name))
    np.save(fresh / "factors.npy", factors)
    about = {"format": FORMAT, "names": network.names}
    (fresh / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    if path.exists():
        retired = path.with_name(f".{path.name}.{os.getpid()}.old")
        path.rename(retired)
        fresh.rename(path)
        shutil.rmtree(retired)
    else:
        fresh.rename(path)


def load(path: Path) -> tuple[tuple[Any, ...], Names, F64]:
    """(parts in the order of PARTS, names, speed factors); Refusal if missing or out of date."""
    try:
        about = json.loads((path / "about.json").read_text(encoding="utf-8"))
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
    parts = tuple(_read(path, name, part) for name, part in PARTS.items())
    names = tuple((zh, en) for zh, en in about["names"])
    return parts, names, np.load(path / "factors.npy")


def _read(path: Path, name: str, part: type[Any]) -> Any:
    arrays = {}
    for field in fields(part):
        mapped = np.load(path / f"{name}.{field.name}.npy", mmap_mode="r")
        arrays[field.name] = frozen(mapped, mapped.dtype)
    return part(**arrays)
