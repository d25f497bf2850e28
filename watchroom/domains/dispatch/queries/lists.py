"""Long lists for machines: incidents page by page, open assignments, single rows by id."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Matter, Unit

from ..flow import ASSIGNMENT, INCIDENT
from ..models import Assignment, PremiseNote
from .incidents import views_of
from .units import seen_units
from .views import IncidentView

PREMISE = "dispatch.premise"


@dataclass(frozen=True, slots=True)
class Duty:
    """An open assignment with what its crew must know of the incident."""

    id: int
    number: str
    version: int
    incident: int
    incident_number: str
    unit: str
    unit_id: int
    state: str
    stack_order: int | None
    class_code: str
    priority: int | None
    title: str
    place: str
    lon: float | None
    lat: float | None
    sent_at: datetime | None


def listed(
    actor: Actor,
    *,
    state: str = "",
    open_only: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str = "",
    limit: int = 50,
) -> tuple[list[IncidentView], str | None]:
    """(incidents, latest first; where the next page begins or None).

    Pages are found by where the last one ended, never by counting: page 1,000 costs what page 1
    does, and what comes in meanwhile moves nothing.
    """
    rows = access.visible(actor, Matter.objects.filter(kind=INCIDENT.kind))
    if state:
        rows = rows.filter(state=state)
    if open_only:
        rows = rows.filter(closed_at=None)
    if since:
        rows = rows.filter(occurred_at__gte=since)
    if until:
        rows = rows.filter(occurred_at__lt=until)
    if after:
        moment, pk = _read(after)
        rows = rows.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, pk__lt=pk))
        rows = rows.filter(occurred_at__lte=moment)
    found = list(rows.order_by("-occurred_at", "-pk").values_list("pk", "occurred_at")[: limit + 1])
    page = found[:limit]
    more = f"{page[-1][1].isoformat()}_{page[-1][0]}" if len(found) > limit else None
    return views_of([pk for pk, _ in page]), more


def _read(after: str) -> tuple[datetime, int]:
    moment, _, pk = after.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError
        return at, int(pk)
    except ValueError as error:
        raise Refusal(
            Text("after 应为上一页给出的 next", "`after` is the `next` that the page before gave")
        ) from error


def duties(actor: Actor, *, mine: bool = False) -> list[Duty]:
    """Open assignments the actor sees, or those of the person's own units; one query."""
    rows = access.visible(actor, Matter.objects.filter(kind=ASSIGNMENT.kind, closed_at=None))
    wanted = Assignment.objects.filter(ended_at=None, matter__in=rows)
    if mine:
        wanted = wanted.filter(unit__crew=actor.staff_id or 0)
    values = wanted.order_by("pk").values_list(
        "pk", "matter__number", "matter__version", "incident_id", "incident__matter__number",
        "unit__code", "unit_id", "matter__state", "stack_order",
        "incident__incident_class__code", "incident__matter__priority",
        "incident__matter__title", "incident__matter__place", "incident__matter__lon",
        "incident__matter__lat", "sent_at",
    )  # fmt: skip
    return [Duty(*row[:9], row[9] or "", *row[10:]) for row in values]


def seen_unit(actor: Actor, unit_id: int) -> Unit:
    """A unit the actor may see, or is in; NotFound otherwise."""
    mine = Unit.objects.filter(pk=unit_id, crew=actor.staff_id or 0)
    unit = seen_units(actor).filter(pk=unit_id).first() or mine.first()
    if unit is None:
        raise NotFound
    return unit


def premise_note(actor: Actor, note_id: int) -> PremiseNote:
    """A premise note the actor may keep; NotFound otherwise."""
    rows = PremiseNote.objects.all()
    if not actor.everywhere:
        rows = rows.filter(agency_id__in=actor.reach(PREMISE))
    row = rows.filter(pk=note_id).first()
    if row is None:
        raise NotFound
    return row
