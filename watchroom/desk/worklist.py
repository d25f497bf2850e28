"""What lies on somebody's desk: open matters they may see, the most urgent first.

The cost depends on what is open, never on what was ever closed: every condition stands inside the
partial index of open matters, and pages go on from the last row seen instead of counting rows off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from watchroom.base.clock import now
from watchroom.kernel.access import Actor, visible
from watchroom.kernel.models import Agency, Involvement, Matter
from watchroom.kernel.registry import registry
from watchroom.kernel.typed import whole

PAGE = 50
SCOPES = ("mine", "agency", "all")
COLUMNS = ("number", "kind", "title", "place", "state", "due", "agency", "owner", "occurred")
USUAL = ("number", "title", "place", "state", "due", "owner")


@dataclass(frozen=True)
class Filters:
    """What is asked for; it lives in the address, so a view can be kept, sent and returned to."""

    scope: str = "mine"
    domain: str = ""
    kind: str = ""
    state: str = ""
    agency: int | None = None
    overdue: bool = False
    columns: tuple[str, ...] = USUAL
    after: str = ""
    back: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """From an address; what means nothing is left out."""
        kind, scope = query.get("kind", ""), query.get("scope", "")
        columns = tuple(c for c in query.get("columns", "").split(".") if c in COLUMNS)
        return cls(
            scope=scope if scope in SCOPES else "mine",
            domain=d if (d := query.get("domain", "")) in registry.domains else "",
            kind=kind if kind in registry.flows else "",
            state=query.get("state", ""),
            agency=whole(query.get("agency")),
            overdue=query.get("overdue") == "1",
            columns=columns or USUAL,
            after=query.get("after", ""),
            back=query.get("back") == "1",
        )

    def address(self, **changes: Any) -> str:
        """The address of this view with something changed; it starts at its first page again."""
        new = replace(self, **{"after": "", "back": False, **changes})
        said = {
            "scope": new.scope if new.scope != "mine" else "",
            "domain": new.domain,
            "kind": new.kind,
            "state": new.state,
            "agency": new.agency or "",
            "overdue": "1" if new.overdue else "",
            "columns": ".".join(new.columns) if new.columns != USUAL else "",
            "after": new.after,
            "back": "1" if new.back else "",
        }
        return "?" + urlencode({k: v for k, v in said.items() if v}, safe=":")


@dataclass(frozen=True)
class Page:
    """One page of rows, and the addresses of its neighbours ("" where there is none)."""

    rows: list[Matter]
    previous: str
    following: str
    counts: dict[str, int] = field(default_factory=dict)


def mine(actor: Actor) -> Q:
    """Owned by the actor, or the actor is involved."""
    if actor.staff_id is None:
        return Q(pk__in=[])
    involved = Involvement.objects.filter(
        matter=OuterRef("pk"), staff_id=actor.staff_id, until=None
    )
    return Q(owner_id=actor.staff_id) | Q(Exists(involved))


def scoped(actor: Actor, filters: Filters) -> QuerySet[Matter]:
    """Open matters within the scope; kinds and states are not yet narrowed."""
    rows = visible(actor).filter(closed_at=None)
    if filters.scope == "mine":
        rows = rows.filter(mine(actor))
    within = filters.agency or (actor.agency_id if filters.scope == "agency" else None)
    if within:
        rows = rows.filter(agency_id__in=_below(within))
    return rows.filter(due_at__lt=now()) if filters.overdue else rows


def _below(agency_id: int) -> list[int]:
    path = Agency.objects.filter(pk=agency_id).values_list("path", flat=True).first()
    rows = Agency.objects.filter(path__startswith=path) if path else Agency.objects.none()
    return list(rows.values_list("id", flat=True))


def page(actor: Actor, filters: Filters) -> Page:
    """One page of the worklist."""
    rows = scoped(actor, filters)
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("id")))
    rows = _narrowed(rows, filters)
    rows = _from(rows, filters.after, filters.back)
    found = list(rows.select_related("agency", "owner")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if filters.back:
        found.reverse()
    earlier, later = (more, bool(filters.after)) if filters.back else (bool(filters.after), more)
    return Page(
        found,
        filters.address(after=_mark(found[0]), back=True) if earlier and found else "",
        filters.address(after=_mark(found[-1])) if later and found else "",
        counts,
    )


def _narrowed(rows: QuerySet[Matter], filters: Filters) -> QuerySet[Matter]:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    elif filters.domain:
        kinds = [flow.kind for flow in registry.domains[filters.domain].flows]
        rows = rows.filter(kind__in=kinds)
    return rows.filter(state=filters.state) if filters.state else rows


def _mark(matter: Matter) -> str:
    return f"{matter.due_at.isoformat() if matter.due_at else '-'}~{matter.pk}"


def _read_mark(mark: str) -> tuple[datetime | None, int] | None:
    due, _, pk = mark.partition("~")
    try:
        moment = None if due == "-" else datetime.fromisoformat(due.replace(" ", "+"))
        return (moment, int(pk)) if moment is None or moment.tzinfo else None
    except ValueError:
        return None


def _from(rows: QuerySet[Matter], mark: str, back: bool) -> QuerySet[Matter]:
    """Rows after (or, going back, before) the marked one: earliest due first, never due last."""
    if back:
        rows = rows.order_by(F("due_at").desc(nulls_first=True), "-pk")
    else:
        rows = rows.order_by(F("due_at").asc(nulls_last=True), "pk")
    found = _read_mark(mark)
    if found is None:
        return rows
    due, pk = found
    same = Q(due_at=due, pk__lt=pk) if back else Q(due_at=due, pk__gt=pk)
    if due is None:
        beyond = Q(due_at__isnull=False) if back else Q(pk__in=[])
    else:
        beyond = Q(due_at__lt=due) if back else Q(due_at__gt=due) | Q(due_at=None)
    return rows.filter(same | beyond)
