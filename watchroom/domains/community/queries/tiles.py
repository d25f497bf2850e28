"""What of the beats lies in one square of the map: never more than that square can show.

From afar a beat is one point in the colour of the door that has waited longest there; nearer its
outline; from `DOORS_FROM` on its doors, those too close to tell apart drawn as one with a number.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Avg,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Floor
from shapely.geometry import shape

from watchroom.base.clock import now
from watchroom.base.geometry import Box
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Beat, Matter
from watchroom.kernel.vector_tiles import Layer, Tile, points

from ..flow import VISIT
from ..models import Household
from . import YEAR, beats

OUTLINES_FROM, DOORS_FROM, APART_FROM = 11, 14, 17
CELLS = 64
"""Doors nearer than this part of a square are drawn as one, until `APART_FROM`."""
DUE, WAITING, SEEN = "due", "open", "manned"


def on_tile(actor: Actor, tile: Tile) -> list[Layer]:
    """The layers of one square, of the actor's beats only."""
    box = tile.box()
    rows = beats(actor).filter(
        west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south
    )
    if tile.z < OUTLINES_FROM:
        return [_centres(rows)]
    if tile.z < DOORS_FROM:
        return [_outlines(rows)]
    return [_doors(list(rows.values_list("pk", flat=True)), tile, box)]


def _standing(rows: QuerySet[Beat]) -> QuerySet[Beat]:
    """Each beat with the door that has waited longest, and whether somebody asked."""
    here = Household.objects.filter(beat=OuterRef("pk"))
    longest = here.order_by(F("last_visit_at").asc(nulls_first=True), "id")
    return rows.annotate(
        has_doors=Exists(here),
        waits_since=Subquery(longest.values("last_visit_at")[:1]),
        was_asked=Exists(here.filter(asked_at__isnull=False)),
    ).order_by("code")


def _said(beat: Any) -> dict[str, Any]:
    stands = SEEN
    if beat.was_asked:
        stands = DUE
    elif beat.has_doors and (beat.waits_since is None or beat.waits_since < now() - YEAR):
        stands = WAITING
    return {"code": beat.code, "name": beat.name, "standing": stands if beat.has_doors else ""}


def _centres(rows: QuerySet[Beat]) -> Layer:
    found = list(_standing(rows.defer("outline")))
    middles = [((one.west + one.east) / 2, (one.south + one.north) / 2) for one in found]
    return Layer("centres", points(middles), [_said(one) for one in found])


def _outlines(rows: QuerySet[Beat]) -> Layer:
    found = list(_standing(rows))
    return Layer("outlines", [shape(one.outline) for one in found], [_said(one) for one in found])


def _doors(beat_ids: Sequence[int], tile: Tile, box: Box) -> Layer:
    """Doors by the cell they lie in: how many, how many wait, and which one where it is one."""
    due = _planned_doors(beat_ids)
    rows = Household.objects.filter(
        beat__in=beat_ids,
        lon__range=(box.west, box.east),
        lat__range=(box.south, box.north),
    )
    waits = Q(last_visit_at=None) | Q(last_visit_at__lt=now() - YEAR)
    cells = CELLS if tile.z < APART_FROM else CELLS * CELLS
    grouped = rows.values(
        column=_cell("lon", box.west, (box.east - box.west) / cells),
        row=_cell("lat", box.south, (box.north - box.south) / cells),
    ).annotate(
        n=Count("pk"), at_lon=Avg("lon"), at_lat=Avg("lat"), door=Min("pk"),
        waiting=Count("pk", filter=waits),
        due=Count("pk", filter=Q(asked_at__isnull=False) | Q(pk__in=due)),
    )  # fmt: skip
    found = list(grouped)
    said = [_of_doors(one) for one in found]
    return Layer("doors", points((one["at_lon"], one["at_lat"]) for one in found), said)


def _cell(column: str, start: float, width: float) -> Cast:
    return Cast(Floor((F(column) - start) / width), IntegerField())


def _planned_doors(beat_ids: Sequence[int]) -> list[int]:
    rows = Matter.objects.filter(kind=VISIT.kind, closed_at=None, beat__in=beat_ids)
    return list(rows.values_list("community_visit__household", flat=True))


def _of_doors(one: Any) -> dict[str, Any]:
    stands = DUE if one["due"] else WAITING if one["waiting"] else SEEN
    alone = {"id": one["door"]} if one["n"] == 1 else {}
    return {"n": one["n"], "standing": stands, **alone}
