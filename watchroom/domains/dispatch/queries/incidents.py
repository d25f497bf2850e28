"""Incidents: the board, the queue, one in full, by number."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Right

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.flow import Flow
from watchroom.kernel.models import Deadline, Document, Entry, Matter

from ..flow import ASSIGNMENT, INCIDENT
from ..models import Assignment, Call, Incident, PlaceSuggestion
from .near import likely_duplicates, nearby, premise_notes
from .units import response_plan
from .views import (
    AssignmentView,
    CallView,
    ClockView,
    EntryView,
    IncidentDetail,
    IncidentView,
    SuggestionView,
)

BOARD_LIMIT = 500
SHORT_NUMBER = 6


def board(
    actor: Actor, *, limit: int = BOARD_LIMIT, ids: Iterable[int] | None = None
) -> list[IncidentView]:
    """Open incidents with their clocks and assignments, most urgent first; four queries.

    `ids`: only these, for a screen that knows which have changed.
    """
    rows = _open(actor) if ids is None else _open(actor).filter(pk__in=list(ids))
    return _views(rows.order_by("priority", "occurred_at")[:limit])


def queue(actor: Actor, *, limit: int = BOARD_LIMIT) -> list[IncidentView]:
    """Incidents waiting to be classified or for a unit, by the clock that runs out first."""
    waiting = _open(actor).filter(state__in=("received", "classified"))
    return _views(waiting.order_by("due_at", "priority", "occurred_at")[:limit])


def incident(actor: Actor, incident_id: int) -> IncidentView:
    """One incident as it stands in lists."""
    access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    return _views(_rows().filter(pk=incident_id))[0]


def views_of(ids: Iterable[int]) -> list[IncidentView]:
    """These incidents, in the order given; the caller has asked whether they may be seen."""
    order = list(ids)
    views = {view.id: view for view in _views(_rows().filter(pk__in=order))}
    return [views[pk] for pk in order]


def by_number(actor: Actor, digits: str) -> Matter:
    """The open incident whose number ends in these digits, the latest; NotFound if none.

    Else one that is over: by its last six digits or its whole number at any time, by fewer digits
    within a day. Every way has its index: no command reads all there ever was.
    """
    rows = access.visible(actor, Matter.objects.filter(kind=INCIDENT.kind)).order_by("-pk")
    found = rows.filter(closed_at=None, number__endswith=digits).first() or _over(rows, digits)
    if found is None:
        raise access.NotFound
    return found


def _over(rows: QuerySet[Matter], digits: str) -> Matter | None:
    if len(digits) > SHORT_NUMBER:
        return rows.filter(number=digits).first()
    if len(digits) == SHORT_NUMBER:
        return rows.annotate(short=Right("number", SHORT_NUMBER)).filter(short=digits).first()
    lately = rows.filter(occurred_at__gte=now() - timedelta(days=1))
    return lately.filter(number__endswith=digits).first()


def _rows() -> QuerySet[Matter]:
    return Matter.objects.filter(kind=INCIDENT.kind).select_related(
        "agency", "beat", "dispatch_incident__incident_class"
    )


def _open(actor: Actor) -> QuerySet[Matter]:
    return access.visible(actor, _rows().filter(closed_at=None))


def _views(rows: Iterable[Matter]) -> list[IncidentView]:
    matters = list(rows)
    ids = [m.pk for m in matters]
    sent = _assignments(Assignment.objects.filter(incident_id__in=ids, ended_at=None))
    clocks = _clocks(ids, INCIDENT)
    calls = _calls_told(ids)
    return [_view(m, clocks.get(m.pk, ()), sent.get(m.pk, ()), calls.get(m.pk, 0)) for m in matters]


def _calls_told(ids: list[int]) -> Counter[int]:
    """How many calls told of each incident or of a duplicate of it.

    The OR stands within one table: over two, PostgreSQL would read every call there ever was.
    """
    rows = Incident.objects.filter(Q(pk__in=ids) | Q(duplicate_of_id__in=ids))
    told: Counter[int] = Counter()
    for pk, whole, count in rows.values_list("pk", "duplicate_of_id").annotate(Count("calls")):
        told[pk] += count
        if whole is not None:
            told[whole] += count
    return told


def _view(
    m: Matter, clocks: tuple[ClockView, ...], sent: tuple[AssignmentView, ...], calls: int
) -> IncidentView:
    row, state = m.dispatch_incident, INCIDENT.states[m.state]
    known, why = row.incident_class, row.priority_reason
    return IncidentView(
        id=m.pk,
        number=m.number,
        short=m.number[-4:],
        version=m.version,
        title=m.title,
        class_code=known.code if known else "",
        class_title=Text(known.zh, known.en) if known else None,
        group=known.group if known else "",
        priority=m.priority,
        priority_reason=Text.from_dict(why) if why else None,
        channel=row.channel,
        place=m.place,
        place_typed=row.place_typed,
        lon=m.lon,
        lat=m.lat,
        state=m.state,
        standing=state.title,
        tone=state.tone,
        occurred_at=m.occurred_at,
        agency_id=m.agency_id,
        agency=m.agency.name,
        beat=m.beat.name if m.beat else "",
        calls=calls,
        due_at=m.due_at,
        overdue=any(c.overdue for c in (*clocks, *(c for a in sent for c in a.clocks))),
        clocks=clocks,
        assignments=sent,
    )


def _clocks(ids: list[int], flow: Flow) -> dict[int, tuple[ClockView, ...]]:
    moment = now()
    rows = Deadline.objects.filter(matter_id__in=ids, state="running").order_by("due_at")
    found: dict[int, list[ClockView]] = {}
    for d in rows:
        late = d.due_at is not None and d.due_at <= moment
        title = flow.clocks[d.clock].title
        view = ClockView(d.clock, title, d.rule, d.started_at, d.due_at, late)
        found.setdefault(d.matter_id, []).append(view)
    return {pk: tuple(views) for pk, views in found.items()}


def _assignments(rows: QuerySet[Assignment]) -> dict[int, tuple[AssignmentView, ...]]:
    """Assignments by incident, in the order they were made; two queries."""
    all_rows = list(rows.select_related("matter", "unit").order_by("pk"))
    clocks = _clocks([a.pk for a in all_rows], ASSIGNMENT)
    found: dict[int, list[AssignmentView]] = {}
    for row in all_rows:
        found.setdefault(row.incident_id, []).append(_assignment(row, clocks.get(row.pk, ())))
    return {pk: tuple(views) for pk, views in found.items()}


def _assignment(a: Assignment, clocks: tuple[ClockView, ...]) -> AssignmentView:
    state = ASSIGNMENT.states[a.matter.state]
    return AssignmentView(
        id=a.pk,
        number=a.matter.number,
        version=a.matter.version,
        incident_id=a.incident_id,
        unit_id=a.unit_id,
        unit=a.unit.code,
        unit_name=a.unit.name,
        kind=a.unit.kind,
        state=a.matter.state,
        standing=state.title,
        tone=state.tone,
        stack_order=a.stack_order,
        travel_seconds=a.travel_seconds,
        by_road=a.by_road,
        position_age_s=a.position_age_s,
        rank=a.rank,
        reasons=tuple(Text.from_dict(r) for r in a.reasons),
        queued_at=a.queued_at,
        sent_at=a.sent_at,
        signed_at=a.signed_at,
        set_out_at=a.set_out_at,
        arrived_at=a.arrived_at,
        ended_at=a.ended_at,
        not_recorded=tuple(a.not_recorded),
        steps=_steps(ASSIGNMENT, a.matter.state),
        clocks=clocks,
    )


def _steps(flow: Flow, state: str) -> tuple[tuple[str, Text], ...]:
    steps = [s for s in flow.after(state) if not s.hidden]
    return tuple((s.name, s.title) for s in sorted(steps, key=lambda s: not s.main))


def my_assignments(actor: Actor) -> list[tuple[AssignmentView, IncidentView]]:
    """The phone: what the person's unit has in hand now, then what waits behind it."""
    if actor.staff_id is None:
        return []
    mine = Assignment.objects.filter(ended_at=None, unit__crew=actor.staff_id)
    by_incident = _assignments(mine)
    visible = access.visible(actor, _rows().filter(pk__in=list(by_incident)))
    incidents = {view.id: view for view in _views(visible)}
    pairs = [
        (a, incidents[pk]) for pk, rows in by_incident.items() if pk in incidents for a in rows
    ]
    return sorted(pairs, key=lambda p: (p[0].stack_order or 0, p[0].queued_at))


def incident_told(
    actor: Actor, incident_id: int, *, personal: bool = False
) -> tuple[IncidentView, tuple[CallView, ...]]:
    """One incident with all its assignments and what the callers said.

    `personal` as in `incident_detail`.
    """
    matter = access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    open_numbers = personal and access.may(actor, "personal.read", matter)
    view = _views(_rows().filter(pk=incident_id))[0]
    sent = _assignments(Assignment.objects.filter(incident_id=incident_id))
    calls = _calls(Incident.objects.get(pk=incident_id), open_numbers)
    return _with_all(view, sent.get(incident_id, ())), calls


def incident_detail(actor: Actor, incident_id: int, *, personal: bool = False) -> IncidentDetail:
    """One incident in full. `personal` shows numbers unmasked to who may see them; the caller of
    this function writes the entry that says why they were read."""
    matter = access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    view = _views(_rows().filter(pk=incident_id))[0]
    row = Incident.objects.select_related("duplicate_of__matter").get(pk=incident_id)
    all_sent = _assignments(Assignment.objects.filter(incident_id=incident_id))
    open_numbers = personal and access.may(actor, "personal.read", matter)
    whole = row.duplicate_of
    return IncidentDetail(
        incident=_with_all(view, all_sent.get(incident_id, ())),
        calls=_calls(row, open_numbers),
        suggestions=_suggestions(row),
        steps=_steps(INCIDENT, matter.state),
        plan=response_plan(incident_id),
        notes=premise_notes(actor, matter.lon, matter.lat),
        duplicates=likely_duplicates(actor, incident_id),
        nearby=nearby(actor, matter.lon, matter.lat, without=incident_id),
        history=history(actor, incident_id),
        callback=row.callback if open_numbers else Call(caller=row.callback).masked,
        caller_name=row.caller_name if open_numbers else row.caller_name[:1],
        disposition=row.disposition,
        disposition_words=row.disposition_words,
        feedback=row.feedback,
        fed_back_at=row.fed_back_at,
        duplicate_of=(whole.pk, whole.matter.number) if whole else None,
        documents=tuple(
            Document.objects.filter(matter_id=incident_id).values_list("pk", "name", "media_type")
        ),
    )


def _with_all(view: IncidentView, sent: tuple[AssignmentView, ...]) -> IncidentView:
    return replace(view, assignments=sent)


def _calls(row: Incident, open_numbers: bool) -> tuple[CallView, ...]:
    known = Incident.objects.filter(Q(pk=row.pk) | Q(duplicate_of=row))
    rows = Call.objects.filter(incident_id__in=list(known.values_list("pk", flat=True)))
    return tuple(
        CallView(
            id=c.pk,
            channel=c.channel,
            number_dialled=c.number_dialled,
            caller=c.caller if open_numbers else c.masked,
            words=c.words,
            place_typed=c.place_typed,
            received_at=c.received_at,
            answered_at=c.answered_at,
            entered_at=c.entered_at,
            taken_by=c.taken_by.name if c.taken_by else "",
            of_duplicate=c.incident.matter.number if c.incident_id != row.pk else "",
        )
        for c in rows.select_related("taken_by", "incident__matter")
    )


def _suggestions(row: Incident) -> tuple[SuggestionView, ...]:
    return tuple(
        SuggestionView(
            s.pk, s.source, s.label, s.lon, s.lat, s.accuracy_m, s.accepted_at is not None
        )
        for s in PlaceSuggestion.objects.filter(incident=row)
    )


def history(actor: Actor, incident_id: int, *, limit: int = 300) -> tuple[EntryView, ...]:
    """What happened to the incident and its assignments, by the time it happened."""
    access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    family = Matter.objects.filter(Q(pk=incident_id) | Q(parent=incident_id))
    rows = Entry.objects.filter(matter_id__in=list(family.values_list("pk", flat=True)))
    latest = list(rows.order_by("-id")[:limit])
    return tuple(_entry(e) for e in sorted(latest, key=lambda e: (e.occurred_at, e.pk)))


def _entry(e: Entry) -> EntryView:
    return EntryView(
        e.pk, e.event, title_of(e.event), e.actor_name, e.occurred_at, e.entered_at, e.reason,
        e.data,
    )  # fmt: skip


OTHER: Mapping[str, Text] = {
    "note": Text("备注", "Note"),
    "overdue": Text("超时", "Overdue"),
    "linked": Text("关联", "Linked"),
    "suggestion": Text("收到建议地点", "A position was offered"),
    "escalated": Text("升级提醒", "Escalated"),
}


def title_of(event: str) -> Text:
    """What an event of dispatch is called."""
    kind, _, name = event.rpartition(".")
    for flow in (INCIDENT, ASSIGNMENT):
        if flow.kind == kind and name in flow.by_name:
            return flow.by_name[name].title
    return OTHER.get(name, Text(event, event))


def record_for_others(incident_id: int) -> dict[str, Any]:
    """What another organ is given: what was said and where, without units or numbers' owners."""
    matter = Matter.objects.get(pk=incident_id)
    row = Incident.objects.select_related("incident_class").get(pk=incident_id)
    known = row.incident_class
    return {
        "number": matter.number,
        "occurred_at": _iso(matter.occurred_at),
        "class": {"code": known.code, "zh": known.zh, "en": known.en} if known else None,
        "place": matter.place,
        "place_typed": row.place_typed,
        "lon": matter.lon,
        "lat": matter.lat,
        "callback": row.callback,
        "calls": [
            {"channel": c.channel, "words": c.words, "received_at": _iso(c.received_at)}
            for c in row.calls.all()
        ],
        "feedback": row.feedback,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat()
