"""From the tables to what is shown: incidents in a list, with clocks, assignments and calls.

Rows are read as plain values. A board holds hundreds, every screen asks for them, and objects of
five tables for each would cost more than all the rest.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel.flow import Flow
from watchroom.kernel.models import Deadline, Matter

from ..flow import ASSIGNMENT, INCIDENT
from ..models import Assignment, Incident
from .among import among
from .views import AssignmentView, ClockView, IncidentView

Values = tuple[Any, ...]
Sent = dict[int, tuple[AssignmentView, ...]]
OWN = (
    "pk", "number", "version", "title", "priority", "place", "lon", "lat", "state", "occurred_at",
    "due_at", "agency_id", "agency__name",
)  # fmt: skip
OF_INCIDENT = ("channel", "place_typed", "priority_reason")
OF_BEAT, OF_CLASS = ("name",), ("code", "zh", "en", "group")
COLUMNS = (
    *OWN,
    *(f"dispatch_incident__{name}" for name in OF_INCIDENT),
    *(f"beat__{name}" for name in OF_BEAT),
    *(f"dispatch_incident__incident_class__{name}" for name in OF_CLASS),
)


def views(rows: QuerySet[Matter]) -> list[IncidentView]:
    """Incidents as lists show them; four queries, however many."""
    told = list(rows.values_list(*COLUMNS))
    ids = [row[0] for row in told]
    sent = list(_sent(Assignment.objects.filter(among("incident_id", ids), ended_at=None)))
    clocks = running({**dict.fromkeys(ids, INCIDENT), **dict.fromkeys(map(_pk, sent), ASSIGNMENT)})
    assignments = by_incident(sent, clocks)
    calls = _calls_told(ids)
    return [view(row, clocks, assignments.get(row[0], ()), calls[row[0]]) for row in told]


def values_of(matter: Matter) -> Values:
    """The row of a matter that was read as an object, its incident, class, beat and agency too."""
    incident = matter.dispatch_incident
    known, beat = incident.incident_class, matter.beat
    return (
        *(attrgetter(name.replace("__", "."))(matter) for name in OWN),
        *(getattr(incident, name) for name in OF_INCIDENT),
        *(getattr(beat, name, None) for name in OF_BEAT),
        *(getattr(known, name, None) for name in OF_CLASS),
    )


def view(
    row: Values,
    clocks: Mapping[int, tuple[ClockView, ...]],
    sent: tuple[AssignmentView, ...],
    calls: int,
) -> IncidentView:
    """One row of `COLUMNS`, with its clocks and those of its assignments."""
    (
        pk, number, version, title, priority, place, lon, lat, state, occurred_at, due_at,
        agency_id, agency, channel, place_typed, why, beat, code, zh, en, group,
    ) = row  # fmt: skip
    own = clocks.get(pk, ())
    return IncidentView(
        id=pk,
        number=number,
        short=number[-4:],
        version=version,
        title=title,
        class_code=code or "",
        class_title=Text(zh, en) if code else None,
        group=group or "",
        priority=priority,
        priority_reason=Text.from_dict(why) if why else None,
        channel=channel,
        place=place,
        place_typed=place_typed,
        lon=lon,
        lat=lat,
        state=state,
        standing=INCIDENT.states[state].title,
        tone=INCIDENT.states[state].tone,
        occurred_at=occurred_at,
        agency_id=agency_id,
        agency=agency,
        beat=beat or "",
        calls=calls,
        due_at=due_at,
        overdue=any(c.overdue for c in (*own, *(c for a in sent for c in a.clocks))),
        clocks=own,
        assignments=sent,
    )


def running(flows: Mapping[int, Flow]) -> dict[int, tuple[ClockView, ...]]:
    """The running clocks of these matters, the first to run out first."""
    moment = now()
    rows = Deadline.objects.filter(among("matter_id", flows), state="running").order_by("due_at")
    found: dict[int, list[ClockView]] = {}
    for pk, clock, rule, started_at, due_at in rows.values_list(
        "matter_id", "clock", "rule", "started_at", "due_at"
    ):
        title = flows[pk].clocks[clock].title
        late = due_at is not None and due_at <= moment
        found.setdefault(pk, []).append(ClockView(clock, title, rule, started_at, due_at, late))
    return {pk: tuple(clocks) for pk, clocks in found.items()}


def assignments(rows: QuerySet[Assignment]) -> Sent:
    """Assignments by incident, in the order they were made; two queries."""
    sent = list(_sent(rows))
    return by_incident(sent, running(dict.fromkeys(map(_pk, sent), ASSIGNMENT)))


def whole(matter: Matter, calls: int) -> IncidentView:
    """A matter that was read as an object, with all its assignments, those that have ended too."""
    sent = list(_sent(Assignment.objects.filter(incident_id=matter.pk)))
    clocks = running({matter.pk: INCIDENT, **dict.fromkeys(map(_pk, sent), ASSIGNMENT)})
    shown = by_incident(sent, clocks).get(matter.pk, ())
    return view(values_of(matter), clocks, shown, calls)


SENT = (
    "pk", "matter__number", "matter__version", "incident_id", "unit_id", "unit__code", "unit__name",
    "unit__kind", "matter__state", "stack_order", "travel_seconds", "by_road", "position_age_s",
    "rank", "reasons", "queued_at", "sent_at", "signed_at", "set_out_at", "arrived_at", "ended_at",
    "not_recorded",
)  # fmt: skip


def _sent(rows: QuerySet[Assignment]) -> Iterable[Values]:
    return rows.order_by("pk").values_list(*SENT)


def _pk(row: Values) -> int:
    return int(row[0])


def by_incident(sent: Sequence[Values], clocks: Mapping[int, tuple[ClockView, ...]]) -> Sent:
    """Rows of `SENT` as they are shown, for each incident."""
    found: dict[int, list[AssignmentView]] = {}
    for row in sent:
        shown = _assignment(row, clocks.get(row[0], ()))
        found.setdefault(shown.incident_id, []).append(shown)
    return {pk: tuple(rows) for pk, rows in found.items()}


def _assignment(row: Values, clocks: tuple[ClockView, ...]) -> AssignmentView:
    told = dict(zip(SENT, row, strict=True))
    state = str(told["matter__state"])
    standing = ASSIGNMENT.states[state]
    moments: dict[str, datetime | None] = {name: told[name] for name in SENT[15:21]}
    return AssignmentView(
        id=told["pk"],
        number=told["matter__number"],
        version=told["matter__version"],
        incident_id=told["incident_id"],
        unit_id=told["unit_id"],
        unit=told["unit__code"],
        unit_name=told["unit__name"],
        kind=told["unit__kind"],
        state=state,
        standing=standing.title,
        tone=standing.tone,
        stack_order=told["stack_order"],
        travel_seconds=told["travel_seconds"],
        by_road=told["by_road"],
        position_age_s=told["position_age_s"],
        rank=told["rank"],
        reasons=tuple(Text.from_dict(r) for r in told["reasons"]),
        **moments,  # type: ignore[arg-type] # queued_at is never None
        not_recorded=tuple(told["not_recorded"]),
        steps=steps(ASSIGNMENT.kind, state),
        clocks=clocks,
    )


@cache
def steps(kind: str, state: str) -> tuple[tuple[str, Text], ...]:
    """What can be done from a state, the main step first: (name, title)."""
    flow = {flow.kind: flow for flow in (INCIDENT, ASSIGNMENT)}[kind]
    found = [s for s in flow.after(state) if not s.hidden]
    return tuple((s.name, s.title) for s in sorted(found, key=lambda s: not s.main))


def _calls_told(ids: Sequence[int]) -> Counter[int]:
    """How many calls told of each incident or of a duplicate of it.

    The OR stands within one table: over two, PostgreSQL would read every call there ever was.
    """
    rows = Incident.objects.filter(Q(among("pk", ids)) | Q(among("duplicate_of_id", ids)))
    told: Counter[int] = Counter()
    for pk, whole, count in rows.values_list("pk", "duplicate_of_id").annotate(Count("calls")):
        told[pk] += count
        if whole is not None:
            told[whole] += count
    return told
