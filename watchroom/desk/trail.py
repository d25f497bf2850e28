"""The trail as overseers read it: by agency, person, event and day, from the newest back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from watchroom.base.clock import day_start
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Chain, Entry, Matter
from watchroom.kernel.typed import day, whole

from . import history
from .history import Line

PAGE = 100
PERMISSION = "trail.view"


@dataclass(frozen=True)
class Filters:
    """What is asked for, as in the address. Days are local; `until` is the last day included."""

    agency: int | None = None
    person: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """From an address; what means nothing is left out."""
        return cls(
            agency=whole(query.get("agency", "")),
            person=query.get("person", "").strip(),
            event=query.get("event", "").strip(),
            since=day(query.get("since", "")),
            until=day(query.get("until", "")),
            before=whole(query.get("before", "")),
        )

    def address(self, **changes: Any) -> str:
        """The address of this view with something changed."""
        new = replace(self, **changes)
        said = {name: getattr(new, name) for name in self.__dataclass_fields__}
        return "?" + urlencode({k: str(v) for k, v in said.items() if v})


def agencies(actor: Actor) -> QuerySet[Agency]:
    """The agencies whose trail the actor may see."""
    rows = Agency.objects.all()
    return rows if actor.everywhere else rows.filter(pk__in=actor.reach(PERMISSION))


def entries(actor: Actor, filters: Filters) -> QuerySet[Entry]:
    """Entries of those agencies, newest first. Sealed matters stay sealed here too."""
    below = agencies(actor)
    if filters.agency:
        path = below.filter(pk=filters.agency).values_list("path", flat=True).first()
        below = below.filter(path__startswith=path) if path else below.none()
    rows = Entry.objects.filter(agency_id__in=list(below.values_list("pk", flat=True)))
    hidden = Matter.objects.filter(sealed=True).exclude(pk__in=access.visible(actor).values("pk"))
    rows = rows.exclude(matter__in=hidden)
    if filters.person:
        rows = rows.filter(Q(actor_name=filters.person) | Q(actor__username=filters.person))
    if filters.event:
        rows = rows.filter(Q(event=filters.event) | Q(event__endswith="." + filters.event))
    if filters.before:
        rows = rows.filter(pk__lt=filters.before)
    return _between(rows, filters.since, filters.until).order_by("-id")


def _between(rows: QuerySet[Entry], since: date | None, until: date | None) -> QuerySet[Entry]:
    start: datetime | None = day_start(since) if since else None
    end = day_start(until + timedelta(days=1)) if until else None
    rows = rows.filter(entered_at__gte=start) if start else rows
    return rows.filter(entered_at__lt=end) if end else rows


@dataclass(frozen=True)
class Page:
    """One page: lines with their matter (None where the reader may not see it)."""

    rows: list[tuple[Line, Matter | None]]
    before: int | None


def page(actor: Actor, filters: Filters) -> Page:
    """One page of the trail; what was written about a matter shows only to who may see it."""
    found = list(entries(actor, filters).select_related("agency")[: PAGE + 1])
    shown = found[:PAGE]
    known = access.visible(actor).in_bulk({e.matter_id for e in shown if e.matter_id})
    rows = [(line, known.get(line.entry.matter_id or 0)) for line in history.lines(shown)]
    return Page(rows, shown[-1].pk if len(found) > PAGE else None)


def chains(actor: Actor, filters: Filters, limit: int = 60) -> list[Chain]:
    """The newest chains of the agencies asked for."""
    below = agencies(actor)
    if filters.agency:
        path = below.filter(pk=filters.agency).values_list("path", flat=True).first()
        below = below.filter(path__startswith=path) if path else below.none()
    rows = Chain.objects.filter(agency__in=below).select_related("agency")
    return list(rows.order_by("-month", "agency__path")[:limit])
