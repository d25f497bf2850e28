"""Cases, and the warnings and windows behind them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Subquery, Sum

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Entry, Involvement, Matter
from watchroom.kernel.places import beat_at

from ..flow import CASE
from ..models import Case, Contact, Warning, Window


def case_of(actor: Actor, matter_id: int) -> Case:
    """One case the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=CASE.kind)
    return Case.objects.select_related("matter", "feed", "follows__matter").get(pk=matter.pk)


def open_cases(keys: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Case]:
    """Open cases by person and type."""
    rows = Case.objects.filter(open=True, person__in={person for person, _ in keys})
    return {(row.person, row.type_code): row for row in rows}


def warnings_in(matter_id: int) -> int:
    """How many warnings its windows hold."""
    found = Window.objects.filter(matter_id=matter_id).aggregate(n=Sum("warnings"))
    return int(found["n"] or 0)


def warnings_of(matter_id: int) -> list[Warning]:
    """Warnings behind a case, the newest first."""
    spans = Q(pk__in=[])
    for window in Window.objects.filter(matter_id=matter_id):
        spans |= Q(
            person=window.person,
            type_code=window.type_code,
            occurred_at__range=(window.first_at, window.last_at),
        )
    return list(Warning.objects.filter(spans).select_related("feed").order_by("-occurred_at"))


def first_warnings(windows: Sequence[Window]) -> dict[int, Warning]:
    """The earliest warning of each window."""
    wanted = Q(pk__in=[])
    for w in windows:
        wanted |= Q(person=w.person, type_code=w.type_code, occurred_at=w.first_at)
    by_key: dict[tuple[Any, ...], Warning] = {}
    for one in Warning.objects.filter(wanted).order_by("feed_id", "source_id"):
        by_key.setdefault((one.person, one.type_code, one.occurred_at), one)
    return {w.pk: by_key[w.person, w.type_code, w.first_at] for w in windows}


def beats_of(people: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Where people live as far as their contact says: a matter's lon, lat and beat."""
    found = {}
    rows = Contact.objects.filter(person__in=people, lon__isnull=False)
    for row in rows:
        beat = beat_at(row.lon, row.lat)
        found[row.person] = {"lon": row.lon, "lat": row.lat, "beat_id": beat.pk if beat else None}
    return found


def tried(matter_id: int) -> set[str]:
    """Names of the steps that were taken so far."""
    events = Entry.objects.filter(matter_id=matter_id, event__startswith=f"{CASE.kind}.")
    return {event.rpartition(".")[2] for event in events.values_list("event", flat=True)}


def told(matter_id: int, limit: int = 12) -> list[Entry]:
    """What was tried, the newest first."""
    rows = Entry.objects.filter(matter_id=matter_id).exclude(event__endswith=".personal_read")
    return list(rows.order_by("-id")[:limit])


def tried_since_asked(matter_id: int) -> set[str]:
    """Names of the steps that were taken since somebody last asked for a visit."""
    rows = Entry.objects.filter(matter_id=matter_id)
    asked = rows.filter(event=f"{CASE.kind}.ask_visit").order_by("-id").values("id")[:1]
    events = rows.filter(id__gt=Subquery(asked)).values_list("event", flat=True)
    return {event.rpartition(".")[2] for event in events}


VISITOR = "visitor"
"""The role under which somebody who was sent is involved in a case."""


def my_visits(actor: Actor) -> list[Matter]:
    """Visits that were given to the actor and are not over, the most pressing first."""
    mine = Involvement.objects.filter(staff_id=actor.staff_id or 0, role=VISITOR, until=None)
    rows = access.visible(actor).filter(
        pk__in=mine.values("matter_id"), kind=CASE.kind, state__in=("visiting", "reached")
    )
    return list(rows.order_by("state", F("due_at").asc(nulls_last=True), "id"))
