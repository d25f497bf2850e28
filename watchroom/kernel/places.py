"""Where something is: which beat a point lies in, and what people call a place."""

import re
from dataclasses import dataclass

from django.db.models import Q
from shapely.geometry import shape

from watchroom.base.geometry import contains, distance_m

from . import search as words
from .models import Beat, Place

COORDINATES = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*$")
CROSSING = re.compile(r"^(.+?)(?:[与和跟、×xX&/]|\s+and\s+)(.+?)(?:交叉口|路口|交汇处|口)?$")
ALIKE = 300
"""How many of the weightiest nearly right names are compared."""
NEAR = re.compile(r"(附近|旁边|对面|门口|旁|边上)$|^near\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A place that fits what was typed. `metres` is the distance to where the asker looks."""

    label: str
    kind: str
    lon: float
    lat: float
    metres: float | None = None


def beat_at(lon: float | None, lat: float | None) -> Beat | None:
    """The beat the point lies in; the lowest code where two beats share an edge."""
    if lon is None or lat is None:
        return None
    boxes = Beat.objects.filter(west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat)
    for beat in boxes.select_related("agency").order_by("code"):
        if contains(shape(beat.outline), lon, lat):
            return beat
    return None


def search(text: str, near: tuple[float, float] | None = None, limit: int = 10) -> list[Found]:
    """Places by name, part of a name, pinyin initials, crossing, coordinates, "near X"; best first.

    `near` (lon, lat) prefers what is close by among names that fit as well.
    """
    if point := COORDINATES.match(text):
        lon, lat = float(point[1]), float(point[2])
        return [_found(f"{lon:.6f},{lat:.6f}", "coordinates", lon, lat, near)]
    plain = NEAR.sub("", text.strip()).strip()
    if len(plain) < 1:
        return []
    rows = [*_crossings(plain, limit), *_named(plain, limit * 3)]
    found = [_found(r.name, r.kind, r.lon, r.lat, near) for r in rows]
    found += _beats(plain, limit, near)
    if not found and len(plain) > 1:
        found = [_found(r.name, r.kind, r.lon, r.lat, near) for r in _alike(plain, limit)]
    return _best(_once(found), limit, near)


def _found(
    label: str, kind: str, lon: float, lat: float, near: tuple[float, float] | None
) -> Found:
    return Found(label, kind, lon, lat, distance_m(lon, lat, *near) if near else None)


def _named(text: str, limit: int) -> list[Place]:
    """Whole names first, then beginnings, then parts."""
    fits = list(words.named(text).order_by("-weight", "pk")[:limit])
    if text.isascii() and text.isalnum():
        short = Place.objects.filter(initials__startswith=text.lower())
        fits += short.order_by("-weight", "pk")[:limit]
    return sorted(fits, key=lambda place: _closeness(place, text))


def _alike(text: str, limit: int) -> list[Place]:
    """Names nearly right, where none is right."""
    near = words.alike(text).order_by("-weight", "pk")[:ALIKE]
    return sorted(near, key=lambda place: -_shared(place.name, text))[:limit]


def _closeness(place: Place, text: str) -> tuple[int, float]:
    name, typed = words.fold(place.name), words.fold(text)
    whole = typed in (name, place.initials)
    return (0 if whole else 1 if name.startswith(typed) else 2, -place.weight)


def _shared(one: str, two: str) -> float:
    """Share of neighbouring pairs of characters two names have in common."""
    a = {one[i : i + 2] for i in range(len(one) - 1)}
    b = {two[i : i + 2] for i in range(len(two) - 1)}
    return len(a & b) / len(a | b) if a | b else 0.0


def _crossings(text: str, limit: int) -> list[Place]:
    """ "A与B路口": crossings are places named after both streets, in either order."""
    parts = CROSSING.match(text)
    if not parts:
        return []
    other = re.sub(r"(交叉口|路口|交汇处)$", "", parts[2].strip())
    rows = words.named(f"{parts[1].strip()} {other}").filter(kind="crossing")
    return list(rows.order_by("-weight", "pk")[:limit])


def _beats(text: str, limit: int, near: tuple[float, float] | None) -> list[Found]:
    rows = Beat.objects.filter(Q(name__icontains=text) | Q(code__iexact=text)).order_by("code")
    return [
        _found(b.name, "beat", (b.west + b.east) / 2, (b.south + b.north) / 2, near)
        for b in rows[:limit]
    ]


def _once(rows: list[Found]) -> list[Found]:
    seen: dict[tuple[str, float, float], Found] = {}
    for row in rows:
        seen.setdefault((row.label, round(row.lon, 4), round(row.lat, 4)), row)
    return list(seen.values())


def _best(rows: list[Found], limit: int, near: tuple[float, float] | None) -> list[Found]:
    """Keep the order of fit; among equal names, the nearer first."""
    if near is None:
        return rows[:limit]
    first = {row.label: i for i, row in reversed(list(enumerate(rows)))}
    return sorted(rows, key=lambda r: (first[r.label], r.metres or 0.0))[:limit]
