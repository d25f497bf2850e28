"""Coverage as it is now: who is reached in 1, 3 and 5 minutes, what a unit's leaving loses, what
moving one would win. It explains and proposes; nobody is ordered anywhere.

Shares are of the calls expected in this hour (`kernel.demand`), whatever kind of matter the
installation has most of; times are by road from where free units are now (`kernel.coverage`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from shapely import STRtree, points
from shapely.geometry import shape

from watchroom.base.text import Text
from watchroom.kernel import coverage
from watchroom.kernel.access import Actor
from watchroom.kernel.coverage import Covered
from watchroom.kernel.demand import expected
from watchroom.kernel.models import Agency, Beat, DemandCell, Unit
from watchroom.kernel.roads import roads

from .. import rules
from ..flow import PLAN_DUTY
from ..models import Tiers
from ..rules.tiers import KEYS, share_in_time
from .posts import posts

F64 = npt.NDArray[np.float64]
SEE_UNITS = "unit.view"
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost when this unit leaves, in shares of the expected calls."""

    unit: Unit
    three: float
    five: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a unit could stand instead, and why."""

    unit: Unit
    place: Text
    lon: float
    lat: float
    gain: float
    loss: float
    seconds: float
    why: Text


@dataclass(frozen=True, slots=True)
class InTime:
    """One line of the agency's own policy: the limit, and the share that keeps it now."""

    title: Text
    limit_s: int
    share: float | None


@dataclass(frozen=True)
class Live:
    """Coverage now. `within` None: nobody has counted yet where calls come from."""

    free: int
    within: Mapping[int, float] | None
    by_road: bool
    losses: Sequence[Loss]
    proposals: Sequence[Proposal]
    tiers: Tiers | None
    in_time: Sequence[InTime]


def live(actor: Actor, minutes: int = 3) -> Live:
    """What the free units the actor sees cover now; proposals for so many minutes."""
    kind, free = demand_kind(), free_units(actor)
    found = coverage.covered([_standing(u) for u in free], kind)
    by_id = {unit.pk: unit for unit in free}
    tiers = tiers_of(actor)
    return Live(
        free=len(free),
        within=found.within,
        by_road=found.by_road,
        losses=_losses(found, by_id),
        proposals=_proposals(actor, kind, found, by_id, minutes),
        tiers=tiers,
        in_time=_in_time(tiers, kind, found, free) if tiers else (),
    )


def demand_kind() -> str:
    """The kind of matter that is expected most; "" where nothing was counted."""
    rows = DemandCell.objects.values("kind").annotate(all=Sum("count")).order_by("-all")
    return rows.values_list("kind", flat=True).first() or ""


def free_units(actor: Actor) -> list[Unit]:
    """Free units the actor sees, with where they are: their position, else their base."""
    rows = Unit.objects.filter(status="free")
    if not actor.everywhere:
        rows = rows.filter(agency_id__in=actor.reach(SEE_UNITS))
    lon, lat = (Coalesce(F(f"position__{x}"), F(f"home_{x}")) for x in ("lon", "lat"))
    told = rows.annotate(at_lon=lon, at_lat=lat, told_at=F("position__at"))
    return list(told.order_by("pk"))


def _standing(unit: Any) -> coverage.Standing:
    return unit.pk, unit.at_lon, unit.at_lat


def _losses(found: Covered, units: Mapping[int, Unit]) -> list[Loss]:
    three, five = found.lost(3), found.lost(5)
    if three is None or five is None:
        return []
    rows = [Loss(units[pk], three[pk], five[pk]) for pk in three if max(three[pk], five[pk]) > 0]
    return sorted(rows, key=lambda row: (-row.three, -row.five, row.unit.code))[:SHOWN]


# -- what moving would win -------------------------------------------------------------------


def _proposals(
    actor: Actor, kind: str, found: Covered, units: Mapping[int, Unit], minutes: int
) -> list[Proposal]:
    demand = expected(kind)
    sites = [post for post in posts(actor) if not post.outline]
    if demand is None or found.nearest is None or found.weight is None or not sites:
        return []
    where = tuple((post.lon, post.lat) for post in sites)
    site_s = _site_seconds(where, kind, str(demand.rebuilt), roads.state())
    free: list[Any] = [units[pk] for pk in found.unit_ids]
    way_s = roads.matrix([(u.at_lon, u.at_lat) for u in free], where).seconds
    chosen = rules.moves(
        found.nearest.seconds, found.nearest.source, found.weight, site_s, way_s, 60.0 * minutes
    )
    return [
        Proposal(
            free[move.unit],
            Text(sites[move.site].name, sites[move.site].label("en")),
            *where[move.site],
            move.gain,
            move.loss,
            move.seconds,
            _why(move, minutes),
        )
        for move in chosen
    ]


@lru_cache(maxsize=4)
def _site_seconds(
    where: tuple[tuple[float, float], ...], kind: str, _rebuilt: str, _state: tuple[object, ...]
) -> F64:
    """(s, c) seconds from each post to each cell, kept while demand and roads stay as they are."""
    demand = expected(kind)
    assert demand is not None  # noqa: S101 - asked before
    return roads.matrix(where, demand.points).seconds


def _why(move: rules.Move, minutes: int) -> Text:
    gain, loss = f"{100 * move.gain:.1f}", f"{100 * move.loss:.1f}"
    way = f"{int(move.seconds) // 60}′{int(move.seconds) % 60:02d}″"
    return Text(
        f"那里 {minutes} 分钟内没有空闲警力：去了多覆盖 {gain}% 的预期警情，"
        f"原处少覆盖 {loss}%，路程 {way}",
        f"nobody free is within {minutes} minutes there: {gain}% of the expected calls more are "
        f"reached, {loss}% less where it stands now; the way takes {way}",
    )


# -- the agency's own policy -----------------------------------------------------------------


def tiers_of(actor: Actor) -> Tiers | None:
    """The tiers of the actor's agency, or of the nearest above it."""
    path = Agency.objects.filter(pk=actor.agency_id).values_list("path", flat=True).first() or ""
    above = [int(part) for part in path.split(".") if part]
    rows = {row.agency_id: row for row in Tiers.objects.filter(agency_id__in=above)}
    return next((rows[pk] for pk in reversed(above) if pk in rows), None)


def may_set_tiers(actor: Actor) -> bool:
    """Whether the actor may say what their agency asks of response times."""
    return actor.everywhere or actor.within(PLAN_DUTY, actor.agency_id)


def _in_time(tiers: Tiers, kind: str, found: Covered, free: Sequence[Unit]) -> list[InTime]:
    titles = KEYS[tiers.basis]
    shares = {"place": _by_place, "force": _by_force, "urgency": _by_urgency}[tiers.basis]
    asked = {key: int(tiers.limits[key]) for key in titles if key in tiers.limits}
    told = shares(asked, kind, found, free)
    return [InTime(titles[key], limit, told.get(key)) for key, limit in asked.items()]


Shares = Mapping[str, float | None]


def _by_place(asked: Mapping[str, int], kind: str, found: Covered, _free: Sequence[Unit]) -> Shares:
    demand = expected(kind)
    if demand is None or found.nearest is None or found.weight is None:
        return {}
    settings = _settings(kind, str(demand.rebuilt))
    return {
        key: share_in_time(
            found.nearest.seconds[settings == key, 0], found.weight[settings == key], limit
        )
        for key, limit in asked.items()
    }


@lru_cache(maxsize=2)
def _settings(kind: str, _rebuilt: str) -> npt.NDArray[np.str_]:
    """(c) the setting of the beat each cell lies in; "" outside all beats."""
    demand = expected(kind)
    assert demand is not None  # noqa: S101 - asked before
    beats = list(Beat.objects.order_by("code").values_list("setting", "outline"))
    found = np.full(len(demand.points), "", dtype="<U8")
    tree = STRtree([shape(outline) for _, outline in beats])
    cells, where = tree.query(points(demand.points), predicate="intersects")
    found[cells] = np.array([setting for setting, _ in beats], dtype="<U8")[where]
    return found


def _by_force(asked: Mapping[str, int], kind: str, found: Covered, free: Sequence[Unit]) -> Shares:
    told: dict[str, float | None] = {}
    for key, limit in asked.items():
        mine = [_standing(unit) for unit in free if unit.kind == key]
        of_kind = coverage.covered(mine, kind) if mine else None
        if of_kind is None or of_kind.nearest is None or found.weight is None:
            told[key] = 0.0 if found.weight is not None else None
            continue
        told[key] = share_in_time(of_kind.nearest.seconds[:, 0], found.weight, limit)
    return told


def _by_urgency(
    asked: Mapping[str, int], kind: str, found: Covered, _free: Sequence[Unit]
) -> Shares:
    """Calls of every priority are expected where calls are: nothing better is counted."""
    if found.nearest is None or found.weight is None:
        return {}
    seconds = found.nearest.seconds[:, 0]
    return {key: share_in_time(seconds, found.weight, limit) for key, limit in asked.items()}


# -- for the map -----------------------------------------------------------------------------


def areas_geojson(actor: Actor) -> dict[str, Any]:
    """The areas reached within 5, 3 and 1 minutes, largest first; empty without a network."""
    found = coverage.covered([_standing(u) for u in free_units(actor)], demand_kind())
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": minutes,
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[ring.tolist() for ring in one] for one in area],
                },
                "properties": {"minutes": minutes},
            }
            for minutes, area in found.areas.items()
        ],
    }


def units_geojson(actor: Actor) -> dict[str, Any]:
    """The free units where they are."""
    rows: list[Any] = free_units(actor)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": unit.pk,
                "geometry": {"type": "Point", "coordinates": [unit.at_lon, unit.at_lat]},
                "properties": {
                    "id": unit.pk,
                    "label": unit.code,
                    "kind": unit.kind,
                    "status": unit.status,
                    "at": unit.told_at.isoformat() if unit.told_at else None,
                },
            }
            for unit in rows
        ],
    }
