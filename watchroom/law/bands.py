"""Bands in which times are told (签收 0-30 秒 …) and the 1-3-5 tiers: policy data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.law.files import read_toml, wrong
from watchroom.law.rulebook import RULES
from watchroom.law.terms import pair

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
_WORDS = {"seconds": ("秒", "s"), "minutes": ("分钟", "min"), "hours": ("小时", "h")}


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a scale: over `over` seconds (excluded; the first starts at zero, included) up
    to `to` seconds (included; None for the last)."""

    scale: str
    index: int
    over: float
    to: float | None
    title: Text


@dataclass(frozen=True, slots=True)
class Scale:
    """A named row of bands that leaves no gap."""

    name: str
    title: Text
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """One response tier: its minutes, where it applies, and the limit that times it."""

    minutes: int
    rule: str
    applies: Text


@dataclass(frozen=True, slots=True)
class Tiers:
    """The 1-3-5 tiers and what they go by: "place", "force" or "urgency"."""

    by: str
    title: Text
    tiers: tuple[Tier, ...]


def band(name: str, seconds: float) -> Band:
    """The band a time of so many seconds falls into.

    Raises Refusal for an unknown scale, ValueError for a negative time: the clock order is wrong
    then, and that is for the recording-quality panel, not for a band.
    """
    if not seconds >= 0:
        raise ValueError(f"a time of {seconds} s belongs to no band")
    row = scale(name).bands
    return next(one for one in row if one.to is None or seconds <= one.to)


def scale(name: str) -> Scale:
    """A scale by its name. Raises Refusal listing the scales there are."""
    known = scales()
    if name not in known:
        listed = ", ".join(known)
        raise Refusal(
            Text(f"没有分段“{name}”，可用：{listed}。", f'No scale "{name}"; use one of {listed}.'),
            code="unknown-scale",
        )
    return known[name]


def scales() -> Mapping[str, Scale]:
    """Every scale by name."""
    return _policy().scales


def tiers() -> Tiers:
    """The 1-3-5 tiers."""
    return _policy().tiers


def register(path: str | Path) -> None:
    """Lay an agency's scales and tiers over the shipped ones. Raises Refusal; nothing changes then.

    The file has the shape of the shipped one: `[scale.NAME]` with title, unit and `to`; `[tiers]`.
    """
    global _registered  # noqa: PLW0603  one policy per process is the point
    _registered = _read(Path(path), over=_policy())


def reset() -> None:
    """Back to the bands as shipped."""
    global _registered  # noqa: PLW0603
    _registered = None


@dataclass(frozen=True, slots=True)
class _Policy:
    scales: Mapping[str, Scale]
    tiers: Tiers


_registered: _Policy | None = None


def _policy() -> _Policy:
    return _registered or _shipped()


@lru_cache(maxsize=1)
def _shipped() -> _Policy:
    return _read(RULES / "bands.toml", over=None)


def _read(path: Path, over: _Policy | None) -> _Policy:
    data = read_toml(path)
    try:
        found = {name: _scale(name, table) for name, table in data.get("scale", {}).items()}
        tiers = _tiers(data["tiers"]) if over is None or "tiers" in data else over.tiers
    except (KeyError, TypeError) as error:
        raise wrong(
            f"分段文件 {path} 缺少或写错字段：{error}。",
            f"The bands file {path} lacks a field or has a wrong one: {error}.",
        ) from error
    return _Policy({**(over.scales if over else {}), **found}, tiers)


def _tiers(table: Mapping[str, Any]) -> Tiers:
    rows = tuple(Tier(row["minutes"], row["rule"], pair(row["applies"])) for row in table["tier"])
    return Tiers(table["by"], pair(table["title"]), rows)


def _scale(name: str, table: Mapping[str, Any]) -> Scale:
    unit, ends = table["unit"], table["to"]
    if unit not in _SECONDS or not ends or ends != sorted({*ends}) or ends[0] <= 0:
        raise wrong(
            f"分段 {name}：unit 须为 seconds、minutes 或 hours，to 须为递增的正整数。",
            f"Scale {name}: unit is seconds, minutes or hours, and to rises from above zero.",
        )
    edges = [0, *ends, None]
    rows = tuple(
        Band(name, at, low * _SECONDS[unit], _seconds(high, unit), _title(low, high, unit))
        for at, (low, high) in enumerate(pairwise(edges))
    )
    return Scale(name, pair(table["title"]), rows)


def _seconds(edge: int | None, unit: str) -> float | None:
    return None if edge is None else edge * _SECONDS[unit]


def _title(low: int, high: int | None, unit: str) -> Text:
    if unit == "minutes" and low >= 60 and low % 60 == 0:
        return _title(low // 60, None if high is None else high // 60, "hours")
    zh, en = _WORDS[unit]
    if high is None:
        return Text(f"{low}{zh}以上", f"> {low} {en}")
    return Text(f"{low}-{high}{zh}", f"{low}-{high} {en}")
