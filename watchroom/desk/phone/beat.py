"""The map of one's beat: outlines and today's cards, as GeoJSON."""

from typing import Any

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Beat

from .cards import today

AROUND = 0.01
"""Degrees around a beat whose tiles the phone keeps: about a kilometre."""


def of(actor: Actor) -> list[Beat]:
    """The beats whose officer or deputy the person is."""
    return list(access.beats_of(actor.staff_id or 0).order_by("code"))


def box(beats: list[Beat]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of all of them with some ground around."""
    if not beats:
        return None
    west, south = min(b.west for b in beats), min(b.south for b in beats)
    east, north = max(b.east for b in beats), max(b.north for b in beats)
    return west - AROUND, south - AROUND, east + AROUND, north + AROUND


def outlines(actor: Actor) -> dict[str, Any]:
    """The beats as zones of the map."""
    rows = of(actor)
    return _collection((b.outline, {"id": b.pk, "name": b.name}) for b in rows)


def points(actor: Actor, lang: str) -> dict[str, Any]:
    """Today's cards that have a place, as posts of the map."""
    found = [d for d in today(actor) if d.card.lon is not None and d.card.lat is not None]
    return _collection(
        (
            {"type": "Point", "coordinates": [d.card.lon, d.card.lat]},
            {"id": d.key, "name": d.card.title.say(lang)},
        )
        for d in found
    )


def _collection(pairs: Any) -> dict[str, Any]:
    features = [{"type": "Feature", "geometry": g, "properties": p} for g, p in pairs]
    return {"type": "FeatureCollection", "features": features}
