"""What the papers of measures and returns say."""

from dataclasses import dataclass
from datetime import datetime

from watchroom.base.text import Text
from watchroom.kernel.models import Deadline
from watchroom.law import limits

from ..models.measures import Measure
from ..rules import orders

APPEAL = "E17"


@dataclass(frozen=True)
class Paper:
    """A measure as its written notice tells it; who and which account are told apart."""

    measure: Measure
    title: Text
    basis: Text
    lasts: Text
    from_: datetime | None
    until: datetime | None
    appeal: Text


def paper(measure: Measure) -> Paper:
    """The notice of a measure, by the rule that ends it."""
    rule = limits.rule(orders.END_RULES[measure.sort])
    clock = Deadline.objects.filter(matter_id=measure.pk, clock="end").order_by("-id").first()
    return Paper(
        measure=measure,
        title=orders.NOTICES[measure.sort],
        basis=rule.source,
        lasts=rule.lasts,
        from_=clock.started_at if clock else None,
        until=clock.due_at if clock else None,
        appeal=limits.rule(APPEAL).lasts,
    )
