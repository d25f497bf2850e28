"""What free units cover of the calls to expect, and what sending one would leave uncovered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from watchroom.kernel import coverage
from watchroom.kernel.access import Actor
from watchroom.kernel.coverage import Covered, Standing

from ..exchange import geojson
from ..flow import INCIDENT
from .seeing import seen_units


def free_now(actor: Actor) -> list[Standing]:
    """The free units the actor sees and where they are; without a position, at their base."""
    lon, lat = (Coalesce(F(f"position__{x}"), F(f"home_{x}")) for x in ("lon", "lat"))
    rows = seen_units(actor).filter(status="free").order_by("pk")
    return list(rows.values_list("pk", lon, lat))


def covered_now(units: Sequence[Standing]) -> Covered:
    """What these units cover of the calls expected in this hour."""
    return coverage.covered(units, INCIDENT.kind)


def share_lost(
    units: Sequence[Standing], free: set[int]
) -> Mapping[int, tuple[float, float]] | None:
    """For each free unit, the shares of expected calls nobody else free reaches in 3 and 5 minutes.

    None where there is no history to tell where calls come from.
    """
    found = covered_now(sorted(u for u in units if u[0] in free))
    three, five = found.lost(3), found.lost(5)
    return None if three is None or five is None else {u: (three[u], five[u]) for u in three}


def coverage_features(actor: Actor) -> dict[str, Any]:
    """For 5, 3 and 1 minutes the area some free unit reaches and the share of calls to expect
    there; largest first, so that maps can draw them over each other. Empty without a network."""
    free = free_now(actor)
    found = covered_now(free)
    return geojson.collection(
        geojson.feature(
            f"{minutes}min", geojson.polygons(area), minutes=minutes, free_units=len(free),
            share=found.within and round(found.within[minutes], 4),
        )
        for minutes, area in found.areas.items()
    )  # fmt: skip
