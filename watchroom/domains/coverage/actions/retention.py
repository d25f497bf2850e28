"""Planning runs end, and what one shift told the next, when their time is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from ..models import PlanningRun, Posting


def runs(before: datetime) -> QuerySet[PlanningRun]:
    """Runs that ended before; one stays as long as the last play on it. Plays come first."""
    stays = PlanningRun.objects.filter(~Q(basis=None), Q(ended_at=None) | Q(ended_at__gte=before))
    old = PlanningRun.objects.filter(ended_at__lt=before).exclude(pk__in=stays.values("basis"))
    return old.order_by(F("basis").desc(nulls_last=True), "pk")


def erase_runs(keys: Sequence[Any]) -> int:
    """The runs, rosters with their names included.

    The trail keeps who asked for which kind of run, and when; drafts made from one are plans and
    stay.
    """
    rows = PlanningRun.objects.filter(pk__in=keys)
    plays, _ = rows.exclude(basis=None).delete()
    others, _ = rows.delete()
    return plays + others


def handovers(before: datetime) -> QuerySet[Posting]:
    """Shifts that ended before and still say what was handed over."""
    return Posting.objects.filter(ends_at__lt=before).exclude(handover="")


def erase_handovers(keys: Sequence[Any]) -> int:
    """The words; who stood there, and when, stays."""
    return Posting.objects.filter(pk__in=keys).update(handover="")
