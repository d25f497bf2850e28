"""Every read of directives, by name. The actor comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from watchroom.kernel import access
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency, Entry, Matter

from .flow import DIRECTIVE, ISSUE, OPEN, ORDER
from .models import Directive


def directives(actor: Actor, *, over: bool = False) -> QuerySet[Matter]:
    """Directives the actor may see, the newest first; `over`: those that are closed."""
    rows = access.visible(actor).filter(kind=DIRECTIVE.kind, closed_at__isnull=not over)
    return rows.select_related("agency", "owner", "directives_directive").order_by("-id")


def orders(actor: Actor) -> QuerySet[Matter]:
    """Open orders the actor may see, the most urgent first."""
    rows = access.visible(actor).filter(kind=ORDER.kind, closed_at=None)
    urgent = F("due_at").asc(nulls_last=True)
    return rows.select_related("agency", "owner", "directives_order").order_by(urgent, "id")


@dataclass(frozen=True)
class Progress:
    """How far one agency is, as its issuer sees it: moments, counts and the answer, no names."""

    order: Matter
    agency: Agency
    result: str
    checked: int | None
    found: int | None
    signed_at: datetime | None
    fed_back_at: datetime | None


def progress(actor: Actor, directive_id: int) -> list[Progress]:
    """Every order of a directive the actor may see, in the order of the agencies' codes."""
    access.find(actor, pk=directive_id, kind=DIRECTIVE.kind)
    rows = Matter.objects.filter(parent_id=directive_id, kind=ORDER.kind)
    known = list(rows.select_related("agency", "directives_order").order_by("agency__code", "id"))
    times = _last(known, (f"{ORDER.kind}.sign", f"{ORDER.kind}.feed_back"))
    return [
        Progress(
            order=row,
            agency=row.agency,
            result=row.directives_order.result,
            checked=row.directives_order.checked,
            found=row.directives_order.found,
            signed_at=times.get((row.pk, f"{ORDER.kind}.sign")),
            fed_back_at=times.get((row.pk, f"{ORDER.kind}.feed_back")),
        )
        for row in known
    ]


def _last(matters: Iterable[Matter], events: tuple[str, ...]) -> dict[tuple[int, str], datetime]:
    rows = Entry.objects.filter(matter__in=[m.pk for m in matters], event__in=events)
    found = rows.order_by("id").values_list("matter_id", "event", "occurred_at")
    return {(matter, event): at for matter, event, at in found if matter is not None}


def directive_of(actor: Actor, matter_id: int) -> Directive:
    """One directive the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=DIRECTIVE.kind)
    return Directive.objects.select_related("matter").get(pk=matter.pk)


def order_of(actor: Actor, matter_id: int) -> Matter:
    """An order for who carries it out or who issued it; NotFound for everybody else."""
    seen = access.visible(actor)
    rows = Matter.objects.select_related("parent", "agency", "directives_order")
    rows = rows.filter(Q(pk__in=seen) | Q(parent__in=seen), pk=matter_id, kind=ORDER.kind)
    row = rows.first()
    if row is None or not (access.sees(actor, row) or issued_by(actor, row)):
        raise NotFound
    return row


def issued_by(actor: Actor, order: Matter) -> bool:
    """Whether the order's directive is the actor's to verify."""
    parent = order.parent
    return parent is not None and access.sees(actor, parent) and access.may(actor, ISSUE, parent)


def still_open(directive: Matter) -> int:
    """How many orders of a directive are not over."""
    rows = Matter.objects.filter(parent=directive, kind=ORDER.kind, state__in=OPEN)
    return rows.count()


def may_receive(actor: Actor) -> list[Agency]:
    """Agencies a directive can go to: below one's own first, then the others; by code."""
    own = actor.reach(ISSUE)
    if not own:
        return []
    rows = list(Agency.objects.exclude(pk=actor.agency_id).order_by("path", "code"))
    return sorted(rows, key=lambda row: row.pk not in own)
