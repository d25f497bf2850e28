"""Units: who could go, in which order and why; what a plan takes; what must stay in reserve."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, Unit
from watchroom.kernel.roads import Times, roads

from .. import rules
from ..models import Assignment, Incident, ReserveRule, ResponsePlan
from ..rules import RankedUnit, UnitFacts
from .coverage import share_lost

TYPICAL_JOB_S = 1800.0
"""How long a unit is busy with a call where no cleared assignment tells it yet."""
SEE_UNITS = "unit.view"


@dataclass(frozen=True, slots=True)
class Place:
    """What the ranking asks about a call."""

    lon: float
    lat: float
    needed: tuple[str, ...] = ()
    officer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What was known of a unit when it was sent."""

    seconds: float | None = None
    by_road: bool = False
    position_age_s: float | None = None
    rank: int | None = None
    reasons: tuple[Text, ...] = ()


def seen_units(actor: Actor) -> QuerySet[Unit]:
    """The units the actor may see."""
    rows = Unit.objects.all()
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(SEE_UNITS))


def ranked_units(
    actor: Actor,
    incident_id: int | None = None,
    *,
    lon: float | None = None,
    lat: float | None = None,
    needed: Sequence[str] = (),
    limit: int | None = 20,
) -> list[RankedUnit]:
    """Units on duty in the order they stand for a call, best first, with reasons.

    For an incident, or for a point before there is one. Empty where the incident has no place yet.
    """
    if incident_id is not None:
        matter = access.find(actor, pk=incident_id, kind="dispatch.incident")
        place = place_of(matter)
    else:
        place = None if lon is None or lat is None else Place(lon, lat, tuple(needed))
    if place is None:
        return []
    units = seen_units(actor).exclude(status="off")
    return _with_crews(_rank(place, facts_of(units), limit))


def place_of(matter: Matter) -> Place | None:
    """Where an incident is and what it needs; None while nobody knows where it is."""
    if matter.lon is None or matter.lat is None:
        return None
    incident = Incident.objects.select_related("incident_class").get(pk=matter.pk)
    needed = tuple(incident.incident_class.skills) if incident.incident_class else ()
    return Place(matter.lon, matter.lat, needed, matter.beat.officer_id if matter.beat else None)


def _rank(place: Place, units: list[UnitFacts], limit: int | None = None) -> list[RankedUnit]:
    points = [(u.lon or 0.0, u.lat or 0.0) for u in units]
    times = roads.times_to(place.lon, place.lat, points)
    owners = _of_officer(place.officer_id)
    skills = _crew_skills(units) if place.needed else {}
    lost = share_lost([(u.unit_id, *p) for u, p in zip(units, points, strict=True)], _free(units))
    told = [
        _told(unit, times, i, unit.unit_id in owners, skills, lost) for i, unit in enumerate(units)
    ]
    return rules.rank(told, place.needed, limit=limit)


def _told(
    unit: UnitFacts,
    times: Times,
    index: int,
    owner: bool,
    skills: Mapping[int, tuple[str, ...]],
    lost: Mapping[int, tuple[float, float]] | None,
) -> UnitFacts:
    seconds = float(times.seconds[index])
    three, five = (None, None) if lost is None else lost.get(unit.unit_id, (0.0, 0.0))
    return replace(
        unit,
        seconds=seconds if np.isfinite(seconds) else None,
        by_road=times.by_road,
        beat_owner=owner,
        crew_skills=skills.get(unit.unit_id, ()),
        lost_3=three,
        lost_5=five,
    )


def _free(units: Iterable[UnitFacts]) -> set[int]:
    return {u.unit_id for u in units if u.status == "free"}


def _of_officer(officer_id: int | None) -> set[int]:
    if officer_id is None:
        return set()
    return set(Unit.objects.filter(crew=officer_id).values_list("pk", flat=True))


def _crew_skills(units: Sequence[UnitFacts]) -> dict[int, tuple[str, ...]]:
    rows = Unit.crew.through.objects.filter(unit_id__in=[u.unit_id for u in units])
    found: dict[int, tuple[str, ...]] = {}
    for unit_id, skills in rows.values_list("unit_id", "staff__skills"):
        found[unit_id] = (*found.get(unit_id, ()), *skills)
    return found


def facts_of(units: QuerySet[Unit]) -> list[UnitFacts]:
    """Everything known of units in three queries, however many."""
    moment = now()
    jobs = _jobs(units)
    usual = _usual_job_s() if jobs else TYPICAL_JOB_S
    rows = units.order_by("code").values_list(
        "pk",
        "code",
        "name",
        "kind",
        "agency_id",
        "agency__name",
        "status",
        "status_since",
        "skills",
        "home_lon",
        "home_lat",
        "position__lon",
        "position__lat",
        "position__at",
    )
    return [_facts(row, jobs.get(row[0]), usual, moment) for row in rows]


def _facts(
    row: tuple[Any, ...], job: dict[str, Any] | None, usual: float, moment: datetime
) -> UnitFacts:
    pk, code, name, kind, agency_id, agency, status, since, skills, *where = row
    home_lon, home_lat, lon, lat, at = where
    busy_s = (moment - job["sent_at"]).total_seconds() if job and job["sent_at"] else 0.0
    return UnitFacts(
        unit_id=pk,
        code=code,
        name=name,
        kind=kind,
        agency_id=agency_id,
        agency=agency,
        status=status,
        lon=home_lon if lon is None else lon,
        lat=home_lat if lat is None else lat,
        position_age_s=max(0.0, (moment - at).total_seconds()) if at else None,
        skills=tuple(skills),
        status_since_s=(moment - since).total_seconds() if since else None,
        busy_until_s=max(0.0, usual - busy_s) if status == "busy" else None,
        busy_with=job["number"] if job else "",
        stacked=job["stacked"] if job else 0,
    )


def _jobs(units: QuerySet[Unit]) -> dict[int, dict[str, Any]]:
    """What busy units do: number of the incident, since when, how many wait behind it."""
    open_rows = Assignment.objects.filter(ended_at=None, unit__in=units.order_by())
    stacked = dict(
        open_rows.filter(stack_order__isnull=False)
        .values_list("unit_id")
        .annotate(Count("pk"))
        .order_by()
    )
    rows = open_rows.filter(holding=True)
    return {
        unit: {"sent_at": sent, "number": number, "stacked": stacked.get(unit, 0)}
        for unit, sent, number in rows.values_list("unit_id", "sent_at", "incident__matter__number")
    }


def _usual_job_s() -> float:
    """The median of the last 500 cleared assignments, sent to cleared; stated in the README."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - "
            "sent_at)) FROM (SELECT ended_at, sent_at FROM dispatch_assignment WHERE ended_at IS "
            "NOT NULL AND arrived_at IS NOT NULL ORDER BY matter_id DESC LIMIT 500) AS recent"
        )
        row = cursor.fetchone()
    return float(row[0]) if row and row[0] is not None else TYPICAL_JOB_S


def _with_crews(rows: list[RankedUnit]) -> list[RankedUnit]:
    crews: dict[int, list[tuple[int, str]]] = {}
    links = Unit.crew.through.objects.filter(unit_id__in=[r.facts.unit_id for r in rows])
    for unit_id, staff_id, name in links.values_list("unit_id", "staff_id", "staff__name"):
        crews.setdefault(unit_id, []).append((staff_id, name))
    return [
        replace(r, facts=replace(r.facts, crew=tuple(sorted(crews.get(r.facts.unit_id, ())))))
        for r in rows
    ]


def promises(incident_id: int, unit_ids: Sequence[int]) -> dict[int, Promise]:
    """What each of these units could promise now; the rank is among all units on duty."""
    matter = Matter.objects.select_related("beat").filter(pk=incident_id).first()
    place = place_of(matter) if matter and matter.kind == "dispatch.incident" else None
    if place is None:
        return {}
    ranked = _rank(place, facts_of(Unit.objects.exclude(status="off")))
    return {
        r.facts.unit_id: Promise(
            r.facts.seconds, r.facts.by_road, r.facts.position_age_s, r.rank, r.reasons
        )
        for r in ranked
        if r.facts.unit_id in set(unit_ids)
    }


def response_plan(incident_id: int) -> dict[str, int]:
    """Kinds and numbers this incident needs: nearest agency's plan, else the class's own."""
    matter = Matter.objects.select_related("agency").get(pk=incident_id)
    incident = Incident.objects.select_related("incident_class").get(pk=incident_id)
    known = incident.incident_class
    if known is None:
        return rules.plan_needs({}, None)
    above = [int(part) for part in matter.agency.path.strip(".").split(".") if part]
    plans = ResponsePlan.objects.filter(group=known.group, priority=matter.priority or 0)
    found = {p.agency_id: p.needs for p in plans.filter(Q(agency=None) | Q(agency_id__in=above))}
    nearest = next((found[a] for a in reversed(above) if a in found), found.get(None))
    return rules.plan_needs(known.response_plan, nearest)


def units_by_plan(actor: Actor, incident_id: int) -> tuple[list[int], dict[str, int]]:
    """(units to send by the plan, kinds and numbers nobody free can meet)."""
    access.find(actor, pk=incident_id, kind="dispatch.incident")
    there = Assignment.objects.filter(incident_id=incident_id, holding=True)
    ranked = ranked_units(actor, incident_id, limit=None)
    free = [rules.Free(r.facts.unit_id, r.facts.kind) for r in ranked if _can_go(r)]
    needs = response_plan(incident_id)
    return rules.fulfil(needs, free, there.values_list("unit__kind", flat=True))


def _can_go(row: RankedUnit) -> bool:
    return row.facts.status == "free" and row.facts.seconds is not None


def reserves(units: Sequence[Unit]) -> list[rules.Reserve]:
    """The reserve rules that sending these units touches, with what is free now."""
    found = []
    for rule in ReserveRule.objects.select_related("agency").order_by("pk"):
        below = rule.agency.path
        inside = Unit.objects.filter(agency__path__startswith=below)
        if rule.kind:
            inside = inside.filter(kind=rule.kind)
        ids = set(inside.values_list("pk", flat=True))
        going = sum(1 for u in units if u.pk in ids)
        if going:
            free = inside.filter(status="free").count()
            found.append(
                rules.Reserve(rule.agency.name, rule.kind, rule.kept_for, rule.minimum, free, going)
            )
    return found
