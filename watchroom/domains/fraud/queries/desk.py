"""The desk's queue: open cases, those with the least time and the most to lose first."""

from dataclasses import dataclass

from django.db.models import F

from watchroom.base.clock import local, now, utc
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import rules
from ..flow import CASE
from ..models import Case, FraudType, Warning, Window
from .policy import type_names
from .sources import refused

SHOWN = 200


@dataclass(frozen=True)
class Row:
    """A line of the queue. Nobody's name or number is in it."""

    matter: Matter
    case: Case
    type: FraudType | None
    level: int

    @property
    def late(self) -> bool:
        """Whether its nearest limit has passed."""
        return self.matter.due_at is not None and self.matter.due_at <= now()


def desk(actor: Actor, *, limit: int = SHOWN) -> list[Row]:
    """Open cases the actor may see. Those to be revisited come last, for nobody is in danger."""
    names = type_names()
    matters = access.visible(actor, Matter.objects.filter(kind=CASE.kind, closed_at=None))
    rows = matters.select_related("agency", "owner", "beat", "fraud_case__feed")
    soonest = rows.order_by(F("due_at").asc(nulls_last=True), "priority", "id")[: limit * 2]
    made = [
        Row(m, m.fraud_case, names.get(m.fraud_case.type_code), rules.level_of(m.priority))
        for m in soonest
    ]
    return sorted(made, key=_place)[:limit]


def _place(row: Row) -> tuple[bool, float, int]:
    """Those to be revisited last; before that by the time left, each weighed by what is at stake.

    What is late and weighs more is more late; what is in time and weighs more has less time.
    """
    left = (row.matter.due_at - now()).total_seconds() if row.matter.due_at else 1e9
    weight = rules.urgency(row.level, row.case.intended_fen)
    return (
        row.matter.state == "tracing",
        left * weight if left < 0 else left / weight,
        row.matter.pk,
    )


def counters(actor: Actor) -> dict[str, int]:
    """What stands at the head of the desk."""
    open_now = access.visible(actor, Matter.objects.filter(kind=CASE.kind, closed_at=None))
    today = utc(local(now()).replace(hour=0, minute=0, second=0, microsecond=0))
    reach = actor.reach("fraud.view") if not actor.everywhere else None
    received = Warning.objects.filter(received_at__gte=today)
    if reach is not None:
        received = received.filter(agency_id__in=reach)
    return {
        "open": open_now.count(),
        "late": open_now.filter(due_at__lt=now()).count(),
        "waiting": open_now.filter(state="waiting").count(),
        "visiting": open_now.filter(state="visiting").count(),
        "unopened": Window.objects.filter(matter=None).count(),
        "today": received.count(),
        "reached": Case.objects.filter(
            matter__in=access.visible(actor), reached_at__gte=today
        ).count(),
        "refused": refused(actor).count(),
    }
