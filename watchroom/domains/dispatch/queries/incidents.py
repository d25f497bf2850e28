"""Incidents: the board, the queue, one in full, by number."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Right

from watchroom.base.clock import now
from watchroom.kernel import access, entry_titles
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Document, Entry, Matter

from ..flow import INCIDENT
from ..models import Assignment, Call, Incident, PlaceSuggestion
from .among import among
from .near import duplicates_like, nearby, premise_notes
from .rows import assignments, steps, views, whole
from .units import plan_of
from .views import (
    AssignmentView,
    CallView,
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
    rows = _open(actor) if ids is None else _open(actor).filter(among("pk", ids))
    return views(rows.order_by("priority", "occurred_at")[:limit])


def queue(actor: Actor, *, limit: int = BOARD_LIMIT) -> list[IncidentView]:
    """Incidents waiting to be classified or for a unit, by the clock that runs out first."""
    waiting = _open(actor).filter(state__in=("received", "classified"))
    return views(waiting.order_by("due_at", "priority", "occurred_at")[:limit])


def incident(actor: Actor, incident_id: int) -> IncidentView:
    """One incident as it stands in lists."""
    access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    return views(_rows().filter(pk=incident_id))[0]


def views_of(ids: Iterable[int]) -> list[IncidentView]:
    """These incidents, in the order given; the caller has asked whether they may be seen."""
    order = list(ids)
    found = {view.id: view for view in views(_rows().filter(among("pk", order)))}
    return [found[pk] for pk in order]


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
    return Matter.objects.filter(kind=INCIDENT.kind)


def _open(actor: Actor) -> QuerySet[Matter]:
    return access.visible(actor, _rows().filter(closed_at=None))


def my_assignments(actor: Actor) -> list[tuple[AssignmentView, IncidentView]]:
    """The phone: what the person's unit has in hand now, then what waits behind it."""
    if actor.staff_id is None:
        return []
    mine = Assignment.objects.filter(ended_at=None, unit__crew=actor.staff_id)
    by_incident = assignments(mine)
    visible = access.visible(actor, _rows().filter(among("pk", by_incident)))
    incidents = {view.id: view for view in views(visible)}
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
    matter = incident_matter(actor, pk=incident_id)
    open_numbers = personal and access.may(actor, "personal.read", matter)
    calls = _calls(matter.pk)
    return whole(matter, len(calls)), _told(matter.pk, calls, open_numbers)


def incident_matter(actor: Actor, **lookup: object) -> Matter:
    """One incident with all that its screens ask of it, if the actor may see it; else NotFound."""
    known = access.visible(actor).filter(kind=INCIDENT.kind).select_related(
        "agency", "beat", "dispatch_incident__incident_class",
        "dispatch_incident__duplicate_of__matter",
    )  # fmt: skip
    matter = known.filter(**lookup).first()
    if matter is None:
        raise access.NotFound
    return matter


def incident_detail(actor: Actor, incident_id: int, *, personal: bool = False) -> IncidentDetail:
    """One incident in full. `personal` shows numbers unmasked to who may see them; the caller of
    this function writes the entry that says why they were read."""
    return detail_of(actor, incident_matter(actor, pk=incident_id), personal=personal)


def detail_of(actor: Actor, matter: Matter, *, personal: bool = False) -> IncidentDetail:
    """`incident_detail` of what `incident_matter` has read."""
    row, calls = matter.dispatch_incident, _calls(matter.pk)
    shown = whole(matter, len(calls))
    open_numbers = personal and access.may(actor, "personal.read", matter)
    first = next((c for c in calls if c.incident_id == matter.pk), None)
    documents = Document.objects.filter(matter_id=matter.pk)
    of = row.duplicate_of
    return IncidentDetail(
        incident=shown,
        calls=_told(matter.pk, calls, open_numbers),
        suggestions=_suggestions(row),
        steps=steps(INCIDENT.kind, matter.state),
        plan=plan_of(matter),
        notes=premise_notes(actor, matter.lon, matter.lat),
        duplicates=duplicates_like(actor, matter, first),
        nearby=nearby(actor, matter.lon, matter.lat, without=matter.pk),
        history=_history([matter.pk, *(a.id for a in shown.assignments)]),
        callback=row.callback if open_numbers else Call(caller=row.callback).masked,
        caller_name=row.caller_name if open_numbers else row.caller_name[:1],
        disposition=row.disposition,
        disposition_words=row.disposition_words,
        feedback=row.feedback,
        fed_back_at=row.fed_back_at,
        duplicate_of=(of.pk, of.matter.number) if of else None,
        documents=tuple(documents.values_list("pk", "name", "media_type")),
    )


def _calls(incident_id: int) -> list[Call]:
    """All calls that told of an incident or of a duplicate of it, in the order they came."""
    known = Incident.objects.filter(Q(pk=incident_id) | Q(duplicate_of=incident_id))
    rows = Call.objects.filter(incident_id__in=known.values("pk"))
    return list(rows.select_related("taken_by", "incident__matter"))


def _told(incident_id: int, calls: Iterable[Call], open_numbers: bool) -> tuple[CallView, ...]:
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
            of_duplicate=c.incident.matter.number if c.incident_id != incident_id else "",
        )
        for c in calls
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
    sent = Assignment.objects.filter(incident_id=incident_id).values_list("pk", flat=True)
    return _history([incident_id, *sent], limit)


def _history(family: list[int], limit: int = 300) -> tuple[EntryView, ...]:
    rows = Entry.objects.filter(matter_id__in=family)
    latest = list(rows.order_by("-id")[:limit])
    return tuple(_entry(e) for e in sorted(latest, key=lambda e: (e.occurred_at, e.pk)))


def _entry(e: Entry) -> EntryView:
    return EntryView(
        e.pk, e.event, entry_titles.of(e.event), e.actor_name, e.occurred_at, e.entered_at,
        e.reason, e.data,
    )  # fmt: skip


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
