"""Which streets a patrol car may drive, which way, and how fast when nothing is in the way.

Signed limits are taken as the free-flow speed; streets without a sign get their class's speed. The
hour's factors (`weights`) say how much slower it really is. Private streets stay open at walking
pace: the police are called to them too. Source of tags: OpenStreetMap wiki, "Key:access",
"Key:oneway", "Key:maxspeed", "Key:barrier", "Relation:restriction".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from watchroom.road.streets import CLASSES

CLASS_KMH = dict(
    zip(
        CLASSES,
        (110, 60, 85, 50, 60, 40, 50, 35, 40, 30, 35, 30, 10, 15, 12, 30),
        strict=True,
    )
)
"""Free-flow speed of a street without a signed limit, km/h."""
SHUT = frozenset({"no", "agricultural", "forestry", "agricultural;forestry"})
SLOW_ACCESS = frozenset({"private", "customers", "delivery", "permit"})
SLOW_KMH = 10.0
OPEN_BARRIERS = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "toll_booth", "entrance",
     "border_control", "cattle_grid", "sally_port", "height_restrictor", "kerb", "no"}
)  # fmt: skip
"""Barriers that a car with right of way gets through."""
MPH = 1.609344
WORDS_KMH = {"none": 130.0, "walk": 7.0}


@dataclass(frozen=True)
class Driving:
    """How a way may be driven; a speed of 0 means not at all."""

    kind: int
    """Index into CLASSES."""
    forward_kmh: float
    backward_kmh: float


def driving(tags: Mapping[str, str]) -> Driving | None:
    """How a car may drive a way with these tags, None where it may not."""
    highway = tags.get("highway", "")
    if highway not in CLASS_KMH or tags.get("area") == "yes" or _access(tags) in SHUT:
        return None
    forward = _kmh(tags, "forward", highway)
    backward = _kmh(tags, "backward", highway)
    match _direction(tags, highway):
        case "forward":
            backward = 0.0
        case "backward":
            forward = 0.0
        case "closed":
            return None
    return Driving(CLASSES.index(highway), forward, backward)


def blocks(tags: Mapping[str, str]) -> bool:
    """Does a node with these tags stop a car?"""
    if "barrier" not in tags:
        return False
    if tags["barrier"] in OPEN_BARRIERS:
        return _access(tags) in SHUT
    return _access(tags) not in {"yes", "permissive", "designated", "destination"}


def binds(tags: Mapping[str, str]) -> str | None:
    """The kind of turn restriction ("no_left_turn") if it binds a car at all hours."""
    kind = tags.get("restriction:motorcar") or tags.get("restriction")
    exempt = {"motorcar", "motor_vehicle", "emergency"}
    if kind is None or exempt & set(re.split(r"[;,\s]+", tags.get("except", ""))):
        return None
    return kind if kind.startswith(("no_", "only_")) else None


def parse_kmh(text: str) -> float | None:
    """Kilometres an hour from a maxspeed tag, None where it is not a number we know."""
    if text in WORDS_KMH:
        return WORDS_KMH[text]
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", text.strip())
    if not found or float(found[1]) <= 0:
        return None
    return float(found[1]) * (MPH if found[2] == "mph" else 1.0)


def _access(tags: Mapping[str, str]) -> str:
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        if key in tags:
            return tags[key]
    return ""


def _kmh(tags: Mapping[str, str], way: str, highway: str) -> float:
    signed = parse_kmh(tags.get(f"maxspeed:{way}") or tags.get("maxspeed") or "")
    speed = signed or float(CLASS_KMH[highway])
    return min(speed, SLOW_KMH) if _access(tags) in SLOW_ACCESS else speed


def _direction(tags: Mapping[str, str], highway: str) -> str:
    circles = tags.get("junction") in {"roundabout", "circular"}
    implied = "yes" if circles or highway in {"motorway", "motorway_link"} else "no"
    oneway = tags.get("oneway:motor_vehicle") or tags.get("oneway") or implied
    if oneway in {"yes", "1", "true"}:
        return "forward"
    if oneway in {"-1", "reverse"}:
        return "backward"
    return "closed" if oneway in {"reversible", "alternating"} else "both"
