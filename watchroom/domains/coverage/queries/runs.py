"""Planning runs: who asked what, how far it is, what was found."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import QuerySet

from watchroom.kernel.access import Actor, NotFound

from ..flow import PLAN_DUTY
from ..models import PlanningRun

COMPUTING = 0x57525043
"""The number of PostgreSQL's advisory lock: who holds it computes."""


def runs(actor: Actor, what: str = "") -> QuerySet[PlanningRun]:
    """Runs for agencies where the actor plans duty, the newest first."""
    rows = PlanningRun.objects.select_related("agency", "asked_by", "asked_with", "basis")
    rows = rows.filter(what=what) if what else rows
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(PLAN_DUTY))


def find_run(actor: Actor, run_id: int, what: str = "") -> PlanningRun:
    """One run; NotFound for who does not plan duty there."""
    run = runs(actor, what).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def before_it(run: PlanningRun) -> int:
    """How many runs are computed before this one."""
    open_ = PlanningRun.objects.filter(state__in=("waiting", "running"), pk__lt=run.pk)
    return open_.count()


def next_run() -> int | None:
    """The run that has waited longest."""
    rows = PlanningRun.objects.filter(state="waiting").order_by("pk")
    return rows.values_list("pk", flat=True).first()


@contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else computes; PostgreSQL keeps the lock, and lets go if we die."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [COMPUTING])
        mine = cursor.fetchone() == (True,)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [COMPUTING])


def is_lost(run: PlanningRun) -> bool:
    """Whether a run is said to be computed, but nobody computes."""
    if run.state != "running":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s",
            [COMPUTING],
        )
        return cursor.fetchone() is None
