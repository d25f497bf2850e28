"""Who may use which streets, which way, and how fast when nothing is in the way.

The rules are data (`profiles.toml`): a patrol car, a patrol car on an emergency call, a community
officer on foot or by e-bike. The hour's factors (`weights`) say how much slower it really is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from watchroom.base.text import Text
from watchroom.road.checking import refusal
from watchroom.road.hours import ALWAYS, conditional
from watchroom.road.streets import CLASSES

OURS = Path(__file__).with_name("profiles.toml")
NEVER_AGAINST = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
"""Nobody drives against the traffic there, whatever a profile says."""
ANY = "*"
TURNS = ("straight", "left", "right", "sharp_left", "sharp_right", "back")
"""Turns that may cost time, in the order of their numbers (`turns.kinds`)."""
MPH = 1.609344
WORDS_KMH = {"none": 130.0, "walk": 7.0}


@dataclass(frozen=True)
class Driving:
    """How a way may be used; a speed of 0 means not at all."""

    kind: int
    """Index into CLASSES."""
    forward_kmh: float
    backward_kmh: float


@dataclass(frozen=True)
class Profile:
    """One way of getting about; the fields are explained in `profiles.toml`."""

    name: str
    title: Text
    kmh: Mapping[str, float]
    access: tuple[str, ...]
    shut: frozenset[str]
    slow: frozenset[str]
    slow_kmh: float
    signed: bool
    one_way: tuple[str, ...]
    against_kmh: float
    turns: bool
    exempt: frozenset[str]
    factor: float
    barriers: frozenset[str]
    turn_seconds: Mapping[str, float]

    def driving(self, tags: Mapping[str, str]) -> Driving | None:
        """How a way with these tags may be used, None where it may not."""
        highway = tags.get("highway", "")
        if highway not in self.kmh or tags.get("area") == "yes" or self._access(tags) in self.shut:
            return None
        forward = self._speed(tags, "forward", highway)
        backward = self._speed(tags, "backward", highway)
        against = 0.0 if highway in NEVER_AGAINST else min(self.against_kmh, forward)
        match self._direction(tags, highway):
            case "forward":
                backward = against
            case "backward":
                forward = against
            case "closed":
                return None
        return Driving(CLASSES.index(highway), forward, backward)

    def blocks(self, tags: Mapping[str, str]) -> bool:
        """Does a node with these tags stop them?"""
        if "barrier" not in tags:
            return False
        if tags["barrier"] in self.barriers or ANY in self.barriers:
            return self._access(tags) in self.shut
        return self._access(tags) not in {"yes", "permissive", "designated", "destination"}

    def binds(self, tags: Mapping[str, str]) -> list[tuple[str, frozenset[int] | None]]:
        """[(kind of turn restriction, hours of the week it binds them in; None: not understood)].

        Kinds are OpenStreetMap's, "no_left_turn". Empty where the rule is for others.
        """
        excepted = set(re.split(r"[;,\s]+", tags.get("except", "")))
        if not self.turns or self.exempt & excepted or not self._concerns(tags.get("type", "")):
            return []
        keys = ["restriction", *(f"restriction:{who}" for who in self.access)]
        always = [(tags[key], ALWAYS) for key in keys if key in tags]
        timed = [key + ":conditional" for key in keys if key + ":conditional" in tags]
        rules = [*always, *(rule for key in timed for rule in conditional(tags[key]))]
        return [(kind, hours) for kind, hours in rules if kind.startswith(("no_", "only_"))]

    def _concerns(self, sort: str) -> bool:
        """Is a relation of this type about them: "restriction:hgv" is about lorries."""
        return sort == "restriction" or sort.removeprefix("restriction:") in self.access

    def _access(self, tags: Mapping[str, str]) -> str:
        return next((tags[key] for key in self.access if key in tags), "")

    def _speed(self, tags: Mapping[str, str], way: str, highway: str) -> float:
        sign = (tags.get(f"maxspeed:{way}") or tags.get("maxspeed") or "") if self.signed else ""
        speed = (parse_kmh(sign) or self.kmh[highway]) * self.factor
        return min(speed, self.slow_kmh) if self._access(tags) in self.slow else speed

    def _direction(self, tags: Mapping[str, str], highway: str) -> str:
        circles = tags.get("junction") in {"roundabout", "circular"}
        rolling = "oneway" in self.one_way
        implied = rolling and (circles or highway in {"motorway", "motorway_link"})
        said = next((tags[key] for key in self.one_way if key in tags), "yes" if implied else "no")
        if said in {"yes", "1", "true"}:
            return "forward"
        if said in {"-1", "reverse"}:
            return "backward"
        return "closed" if said in {"reversible", "alternating"} else "both"


def parse_kmh(text: str) -> float | None:
    """Kilometres an hour from a maxspeed tag, None where it is not a number we know."""
    if text in WORDS_KMH:
        return WORDS_KMH[text]
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", text.strip())
    if not found or float(found[1]) <= 0:
        return None
    return float(found[1]) * (MPH if found[2] == "mph" else 1.0)


@cache
def read(path: Path = OURS) -> dict[str, Profile]:
    """The profiles of a file by name; Refusal with the first thing that is wrong in it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refusal(
            f"无法读取出行方式文件 {path}（{error}）。",
            f"Cannot read the profiles in {path} ({error}).",
        ) from error
    return {name: _profile(path, name, _inherited(tables, name)) for name in tables}


def named(profile: Profile | str) -> Profile:
    """One of our own profiles by its name."""
    if isinstance(profile, Profile):
        return profile
    ours = read()
    if profile not in ours:
        known = ", ".join(ours)
        raise refusal(
            f"没有出行方式“{profile}”，可选：{known}。",
            f"There is no profile {profile!r}; there are {known}.",
        )
    return ours[profile]


def _inherited(tables: dict[str, Any], name: str) -> dict[str, Any]:
    own = dict(tables[name])
    if "like" not in own:
        return own
    elder = _inherited({k: v for k, v in tables.items() if k != name}, own.pop("like"))
    tables_of = ("kmh", "turn_seconds")
    return elder | own | {key: elder.get(key, {}) | own.get(key, {}) for key in tables_of}


def _profile(path: Path, name: str, table: dict[str, Any]) -> Profile:
    unknown = set(table.get("kmh", {})) - set(CLASSES)
    if unknown or any(speed <= 0 for speed in table.get("kmh", {}).values()):
        wrong = next(iter(unknown), "kmh")
        raise refusal(
            f"{path} 的“{name}”里，{wrong} 不是道路等级或车速不为正数。",
            f"{path}, profile {name!r}: {wrong} is no street class, or a speed is not positive.",
        )
    costs = table.get("turn_seconds", {})
    if set(costs) - set(TURNS) or any(not 0 <= cost <= 600 for cost in costs.values()):
        raise refusal(
            f"{path} 的“{name}”里，turn_seconds 只能有 {'、'.join(TURNS)}，且在 0 到 600 秒之间。",
            f"{path}, profile {name!r}: turn_seconds may hold {', '.join(TURNS)}, "
            "each from 0 to 600 seconds.",
        )
    try:
        return Profile(
            name=name,
            title=Text(**table["title"]),
            kmh=table["kmh"],
            access=tuple(table["access"]),
            shut=frozenset(table["shut"]),
            slow=frozenset(table["slow"]),
            slow_kmh=float(table["slow_kmh"]),
            signed=bool(table["signed"]),
            one_way=tuple(table["one_way"]),
            against_kmh=float(table["against_kmh"]),
            turns=bool(table["turns"]),
            exempt=frozenset(table["exempt"]),
            factor=float(table["factor"]),
            barriers=frozenset(table["barriers"]),
            turn_seconds={turn: float(costs.get(turn, 0)) for turn in TURNS},
        )
    except KeyError as error:
        raise refusal(
            f"{path} 的“{name}”缺少 {error}。", f"{path}: profile {name!r} lacks {error}."
        ) from error
