"""Units: who could go, in which order and why; what a plan takes; what must stay in reserve."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, Exists, F, FloatField, Func, OuterRef, Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, Unit
from watchroom.kernel.roads import Times, roads

from .. import rules
from ..models import Assignment, ReserveRule, ResponsePlan
from ..rules import RankedUnit, UnitFacts
from .coverage import share_lost
from .seeing import seen_units

TYPICAL_JOB_S = 1800.0
"""How long a unit is busy with a call where no cleared assignment tells it yet."""


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
        place = place_of(access.find(actor, pk=incident_id, kind="dispatch.incident"))
    else:
        place = None if lon is None or lat is None else Place(lon, lat, tuple(needed))
    if place is None:
        return []
    found = _standing(place, seen_units(actor).exclude(status="off"))
    return _with_crews(found.shown(found.order[:limit].tolist()))


def place_of(matter: Matter) -> Place | None:
    """Where an incident is and what it needs; None while nobody knows where it is."""
    if matter.lon is None or matter.lat is None:
        return None
    known = matter.dispatch_incident.incident_class
    needed = tuple(known.skills) if known else ()
    return Place(matter.lon, matter.lat, needed, matter.beat.officer_id if matter.beat else None)


@dataclass(frozen=True)
class Roll:
    """Units as rows of `COLUMNS` and what they are busy with; facts are made of a row on demand."""

    rows: list[tuple[Any, ...]]
    jobs: Mapping[int, Mapping[str, Any]]
    usual: float
    moment: float
    """When it was read; as every moment here, seconds since 1970: quicker to read than dates."""

    def points(self) -> npt.NDArray[np.float64]:
        """(k, 2) where they are; a unit without a position is reckoned from its base."""
        return np.array([_point(row) for row in self.rows]).reshape(-1, 2)

    def position_ages(self) -> list[float | None]:
        """Seconds since each position was told."""
        return [_seconds_since(row[AT], self.moment) for row in self.rows]

    def busy_until(self, row: tuple[Any, ...]) -> float | None:
        """Seconds until a busy unit is likely to be free."""
        if row[STATUS] != "busy":
            return None
        sent = self.jobs.get(row[0], {}).get("sent_at")
        return max(0.0, self.usual - (self.moment - sent.timestamp() if sent else 0.0))

    def facts(self, row: tuple[Any, ...], **told: Any) -> UnitFacts:
        """One unit, with what else is told of it."""
        pk, code, name, kind, agency_id, agency, status, since, skills, *_ = row
        job, (lon, lat) = self.jobs.get(pk, {}), _point(row)
        return UnitFacts(
            unit_id=pk,
            code=code,
            name=name,
            kind=kind,
            agency_id=agency_id,
            agency=agency,
            status=status,
            lon=lon,
            lat=lat,
            position_age_s=_seconds_since(row[AT], self.moment),
            skills=tuple(skills),
            status_since_s=self.moment - since if since else None,
            busy_until_s=self.busy_until(row),
            busy_with=job.get("number", ""),
            stacked=job.get("stacked", 0),
            **told,
        )


COLUMNS = (
    "pk",
    "code",
    "name",
    "kind",
    "agency_id",
    "agency__name",
    "status",
    "since",
    "skills",
    "home_lon",
    "home_lat",
    "position__lon",
    "position__lat",
    "told",
)
CODE, KIND, STATUS, SKILLS = (COLUMNS.index(c) for c in ("code", "kind", "status", "skills"))
AT = COLUMNS.index("told")


def _point(row: tuple[Any, ...]) -> tuple[float, float]:
    home_lon, home_lat, lon, lat = row[SKILLS + 1 : AT]
    return (home_lon if lon is None else lon, home_lat if lat is None else lat)


def _seconds_since(at: float | None, moment: float) -> float | None:
    return None if at is None else max(0.0, moment - at)


def _epoch(moment: str) -> Func:
    return Func(
        F(moment), template="extract(epoch FROM %(expressions)s)::float8", output_field=FloatField()
    )


def roll_of(units: QuerySet[Unit]) -> Roll:
    """Everything known of units in four queries at most, however many."""
    jobs = _jobs(units)
    usual = _usual_job_s() if jobs else TYPICAL_JOB_S
    told = units.order_by("code").annotate(
        since=_epoch("status_since"), told=_epoch("position__at")
    )
    return Roll(list(told.values_list(*COLUMNS)), jobs, usual, now().timestamp())


def facts_of(units: QuerySet[Unit]) -> list[UnitFacts]:
    """The facts of every unit."""
    roll = roll_of(units)
    return [roll.facts(row) for row in roll.rows]


@dataclass(frozen=True)
class Standing:
    """All units in order for one place. Rows, reasons and all, are made only for those shown."""

    place: Place
    roll: Roll
    times: Times
    owners: set[int]
    skills: Mapping[int, tuple[str, ...]]
    lost: Mapping[int, tuple[float, float]] | None
    order: npt.NDArray[np.int64]

    def shown(self, indices: Iterable[int]) -> list[RankedUnit]:
        """These units as the ranking shows them, in its order, ranked among themselves."""
        return rules.rank([self._told(i) for i in indices], self.place.needed)

    def free(self) -> list[rules.Free]:
        """The free units that can come, in order."""
        rows = ((self.roll.rows[i], self.times.seconds[i]) for i in self.order.tolist())
        return [
            rules.Free(row[0], row[KIND])
            for row, seconds in rows
            if row[STATUS] == "free" and np.isfinite(seconds)
        ]

    def _told(self, index: int) -> UnitFacts:
        row, seconds = self.roll.rows[index], float(self.times.seconds[index])
        three, five = (None, None) if self.lost is None else self.lost.get(row[0], (0.0, 0.0))
        return self.roll.facts(
            row,
            seconds=seconds if np.isfinite(seconds) else None,
            by_road=self.times.by_road,
            beat_owner=row[0] in self.owners,
            crew_skills=self.skills.get(row[0], ()),
            lost_3=three,
            lost_5=five,
        )


def _standing(place: Place, units: QuerySet[Unit]) -> Standing:
    roll = roll_of(units)
    points = roll.points()
    times = roads.times_to(place.lon, place.lat, points)
    owners = _of_officer(place.officer_id)
    skills = _crew_skills(units) if place.needed else {}
    free = {row[0] for row in roll.rows if row[STATUS] == "free"}
    where = [(row[0], *point) for row, point in zip(roll.rows, points.tolist(), strict=True)]
    lost = share_lost(where, free)
    columns = _columns(place, roll, times, owners, skills, lost)
    return Standing(place, roll, times, owners, skills, lost, rules.order(columns))


def _columns(
    place: Place,
    roll: Roll,
    times: Times,
    owners: set[int],
    skills: Mapping[int, tuple[str, ...]],
    lost: Mapping[int, tuple[float, float]] | None,
) -> rules.UnitColumns:
    rows = roll.rows
    return rules.UnitColumns(
        code=[row[CODE] for row in rows],
        kind=[row[KIND] for row in rows],
        status=np.array([row[STATUS] for row in rows], np.str_),
        seconds=np.where(np.isfinite(times.seconds), times.seconds, np.nan),
        position_age_s=np.array(roll.position_ages(), np.float64),
        busy_until_s=np.array([roll.busy_until(row) for row in rows], np.float64),
        missing=np.array(
            [
                sum(s not in row[SKILLS] and s not in skills.get(row[0], ()) for s in place.needed)
                for row in rows
            ],
            np.float64,
        ),
        lost_5=np.array([lost.get(row[0], (0.0, 0.0))[1] if lost else 0.0 for row in rows]),
        beat_owner=np.array([row[0] in owners for row in rows], np.bool_),
    )


def _of_officer(officer_id: int | None) -> set[int]:
    if officer_id is None:
        return set()
    return set(Unit.objects.filter(crew=officer_id).values_list("pk", flat=True))


def _crew_skills(units: QuerySet[Unit]) -> dict[int, tuple[str, ...]]:
    rows = Unit.crew.through.objects.filter(unit__in=units.order_by())
    found: dict[int, tuple[str, ...]] = {}
    for unit_id, skills in rows.values_list("unit_id", "staff__skills"):
        found[unit_id] = (*found.get(unit_id, ()), *skills)
    return found


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
    known = Matter.objects.select_related("beat", "dispatch_incident__incident_class")
    matter = known.filter(pk=incident_id, kind="dispatch.incident").first()
    place = place_of(matter) if matter else None
    if place is None:
        return {}
    found, wanted = _standing(place, Unit.objects.exclude(status="off")), set(unit_ids)
    promised = {}
    for rank, index in enumerate(found.order.tolist(), 1):
        if found.roll.rows[index][0] in wanted:
            (one,) = found.shown([index])
            facts = one.facts
            promised[facts.unit_id] = Promise(
                facts.seconds, facts.by_road, facts.position_age_s, rank, one.reasons
            )
    return promised


def response_plan(incident_id: int) -> dict[str, int]:
    """Kinds and numbers this incident needs: nearest agency's plan, else the class's own."""
    known = Matter.objects.select_related("agency", "dispatch_incident__incident_class")
    return plan_of(known.get(pk=incident_id))


def plan_of(matter: Matter) -> dict[str, int]:
    """`response_plan` of an incident that was read."""
    known = matter.dispatch_incident.incident_class
    if known is None:
        return rules.plan_needs({}, None)
    above = [int(part) for part in matter.agency.path.strip(".").split(".") if part]
    plans = ResponsePlan.objects.filter(group=known.group, priority=matter.priority or 0)
    found = {p.agency_id: p.needs for p in plans.filter(Q(agency=None) | Q(agency_id__in=above))}
    nearest = next((found[a] for a in reversed(above) if a in found), found.get(None))
    return rules.plan_needs(known.response_plan, nearest)


@dataclass(frozen=True)
class Proposal:
    """Who stands best for an incident, and what its plan asks for that nobody free can meet."""

    ranked: list[RankedUnit]
    lacking: dict[str, int]


def proposal(
    actor: Actor, matter: Matter, needs: Mapping[str, int], there: Mapping[int, str], limit: int
) -> Proposal:
    """The first units for an incident that `incident_matter` has read, without those `there`
    already (id → kind, "" for one that is only lined up); one ranking for both answers. Empty where
    it has no place yet."""
    place = place_of(matter)
    if place is None:
        return Proposal([], {})
    found = _standing(place, seen_units(actor).exclude(status="off"))
    rows = found.roll.rows
    first = [i for i in found.order.tolist() if rows[i][0] not in there][:limit]
    lacking = rules.fulfil(needs, found.free(), [kind for kind in there.values() if kind])[1]
    return Proposal(_with_crews(found.shown(first)), lacking)


def units_by_plan(actor: Actor, incident_id: int) -> tuple[list[int], dict[str, int]]:
    """(units to send by the plan, kinds and numbers nobody free can meet)."""
    matter = access.find(actor, pk=incident_id, kind="dispatch.incident")
    there = Assignment.objects.filter(incident_id=incident_id, holding=True)
    place, free = place_of(matter), []
    if place is not None:
        free = _standing(place, seen_units(actor).exclude(status="off")).free()
    needs = response_plan(incident_id)
    return rules.fulfil(needs, free, there.values_list("unit__kind", flat=True))


def reserves(
    units: Sequence[Unit],
    priority: int | None,
    *,
    returning: Sequence[Unit] = (),
    lock: bool = True,
) -> list[rules.Reserve]:
    """The reserve rules that sending these units to such a call touches, with what is free then.

    Units `returning` from elsewhere in the same act are counted as free.

    With `lock` they stay locked until the act is over: two desks sending two units at once would
    otherwise each count the other's as still free. Urgent calls are not bound by them and wait for
    nobody.
    """
    found = []
    below = Unit.objects.filter(
        pk__in=[u.pk for u in units], agency__path__startswith=OuterRef("agency__path")
    )
    bound = Q() if priority is None else Q(kept_for__lt=priority)
    known = ReserveRule.objects.filter(bound)
    if lock:
        known = known.select_for_update(no_key=True, of=("self",))
    for rule in known.filter(Exists(below)).select_related("agency").order_by("pk"):
        inside = Unit.objects.filter(agency__path__startswith=rule.agency.path)
        if rule.kind:
            inside = inside.filter(kind=rule.kind)
        ids = set(inside.values_list("pk", flat=True))
        going = sum(1 for u in units if u.pk in ids and u.status == "free")
        if going:
            free = inside.filter(status="free").count() + sum(u.pk in ids for u in returning)
            found.append(
                rules.Reserve(rule.agency.name, rule.kind, rule.kept_for, rule.minimum, free, going)
            )
    return found
