"""Bands in which times are told (签收 0-30 秒 …) and the 1-3-5 tiers: policy data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.law.reading import read_toml
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


@lru_cache(maxsize=1)
def scales() -> Mapping[str, Scale]:
    """Every scale by name."""
    return {name: _scale(name, table) for name, table in _data()["scale"].items()}


@lru_cache(maxsize=1)
def tiers() -> Tiers:
    """The 1-3-5 tiers."""
    table = _data()["tiers"]
    rows = tuple(Tier(row["minutes"], row["rule"], pair(row["applies"])) for row in table["tier"])
    return Tiers(table["by"], pair(table["title"]), rows)


def _data() -> dict[str, Any]:
    return read_toml(RULES / "bands.toml")


def _scale(name: str, table: Mapping[str, Any]) -> Scale:
    unit, ends = table["unit"], table["to"]
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
