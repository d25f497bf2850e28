"""Planning runs end: what was asked and found is erased when its time is over."""

from datetime import timedelta

from watchroom.base.clock import now
from watchroom.kernel import acts
from watchroom.kernel.access import system

from ..models import PlanningRun

RUNS_KEPT = timedelta(days=180)
"""How long a run is kept after its end. The drafts made from it stay: they are plans."""


def erase_runs() -> int:
    """Erase runs whose time is over, rosters with their names included; returns how many.

    What was played on a run goes with it, so a run stays as long as the last play on it. The
    trail keeps who asked for which kind of run, and when.
    """
    actor, over = system(), now() - RUNS_KEPT
    old = PlanningRun.objects.filter(ended_at__lt=over)
    with acts.together():
        plays, _ = old.exclude(basis=None).delete()
        others, _ = old.filter(basis=None, played=None).delete()
        if plays or others:
            data = {"runs": plays + others}
            acts.happened(actor, "coverage.runs.erased", actor.agency_id, data=data)
    return plays + others
