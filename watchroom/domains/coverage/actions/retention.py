"""Planning runs end: what was asked and found is erased when its time is over."""

from datetime import datetime

from ..models import PlanningRun


def runs(before: datetime) -> int:
    """Erase runs that ended before, rosters with their names included; returns how many.

    What was played on a run goes with it, so a run stays as long as the last play on it. The
    trail keeps who asked for which kind of run, and when; drafts made from one are plans and stay.
    """
    old = PlanningRun.objects.filter(ended_at__lt=before)
    plays, _ = old.exclude(basis=None).delete()
    others, _ = old.filter(basis=None, played=None).delete()
    return plays + others
