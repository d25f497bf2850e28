"""Planning runs: asked for by a person, computed by the worker, watched and stopped meanwhile."""

import logging
import time
from collections.abc import Callable, Mapping
from threading import get_ident
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, NotFound, actor_of, actor_of_token

from .. import queries
from ..flow import PLAN_DUTY
from ..models import PlanningRun
from ..queries import Watch
from ..rules.questions import ASKED, Question

log = logging.getLogger(__name__)
MOST_OPEN = 4
"""Runs of one person, or of one machine, that wait or compute."""
TELL_EVERY_S = 0.7


def ask_run(
    actor: Actor, what: str, question: Question, *, basis: PlanningRun | None = None
) -> PlanningRun:
    """Keep a question for the worker; it is computed as soon as one before it is done."""
    access.require_in(actor, PLAN_DUTY, question.agency_id)
    question.check()
    asker = {"asked_by_id": actor.staff_id, "asked_with_id": actor.token_id}
    if asker == dict.fromkeys(asker):
        raise Refusal(
            Text("规划计算由人或接口提出", "A planning run is asked for by a person or a machine")
        )
    mine = PlanningRun.objects.filter(**asker, state__in=("waiting", "running"))
    if mine.count() >= MOST_OPEN:
        raise Conflict(
            Text(
                f"您已有 {MOST_OPEN} 项计算未完成，请等待或停止其中一项",
                f"{MOST_OPEN} of your runs are not done yet: wait, or stop one",
            )
        )
    with acts.together():
        run = PlanningRun.objects.create(
            what=what,
            agency_id=question.agency_id,
            **asker,
            basis=basis,
            asked=question.as_json(),
            asked_at=now(),
        )
        _tell(actor, run, "asked")
        app.configure_task("coverage.compute").defer()
    return run


def stop_run(actor: Actor, run_id: int) -> PlanningRun:
    """Stop with the best found so far; a run that has not begun finds nothing."""
    with acts.together():
        run = queries.find_run(actor, run_id)
        if run.is_open and not run.stop:
            PlanningRun.objects.filter(pk=run.pk).update(stop=True)
            _tell(actor, run, "stopped")
        said = INTERRUPTED if queries.is_lost(run) else NOT_BEGUN
        over = ("waiting", "running") if queries.is_lost(run) else ("waiting",)
        PlanningRun.objects.filter(pk=run.pk, state__in=over).update(
            state="refused", said=said.as_dict(), ended_at=now()
        )
    run.refresh_from_db()
    return run


NOT_BEGUN = Text("还没有开始就停止了", "Stopped before it began")


def _tell(actor: Actor, run: PlanningRun, what: str) -> None:
    data = {"run": run.pk, "what": run.what}
    acts.happened(actor, f"coverage.run.{what}", run.agency_id, data=data)


class Kept(Watch):
    """Writes down how far a run has come, and reads there whether somebody stops it.

    Solvers also tell from threads of their own: what these open they close.
    """

    def __init__(self, run: PlanningRun, seconds: float) -> None:
        super().__init__(seconds)
        self._run, self._figures, self._stop = run, dict[str, Any](), False
        self._written, self._home = time.perf_counter(), get_ident()

    def tell(self, **figures: Any) -> None:
        """Kept at most every `TELL_EVERY_S`."""
        self._figures |= figures
        self._look()

    def stop(self) -> bool:
        """When time is up, or somebody says so."""
        self._look()
        return self._stop or super().stop()

    def _look(self) -> None:
        if time.perf_counter() - self._written < TELL_EVERY_S:
            return
        self._written = time.perf_counter()
        mine = PlanningRun.objects.filter(pk=self._run.pk)
        mine.update(progress=self._figures | {"taken": self.taken}, told_at=now())
        self._stop = bool(mine.values_list("stop", flat=True).first())
        if get_ident() != self._home:
            connection.close()


def compute_runs() -> None:
    """Compute what waits, one run after the other, as long as nobody else does.

    A job is queued with every run. One that finds another at work may leave: that one looks again
    for waiting runs after it has let go. PostgreSQL lets go for a process that dies.
    """
    while queries.next_run() is not None:
        with queries.alone() as mine:
            if not mine:
                return
            PlanningRun.objects.filter(state="running").update(
                state="refused", said=INTERRUPTED.as_dict(), ended_at=now()
            )
            if (run_id := queries.next_run()) is not None:
                _compute(run_id)


INTERRUPTED = Text(
    "计算进程中断了：请重新计算", "The process that computed it was interrupted: ask again"
)


def _compute(run_id: int) -> None:
    PlanningRun.objects.filter(pk=run_id).update(state="running", begun_at=now(), told_at=now())
    whole = PlanningRun.objects.select_related("asked_by", "asked_with__agency", "basis")
    run = whole.get(pk=run_id)
    try:
        answer = _answer(run)
    except (Refusal, NotFound) as refusal:
        said = refusal.text if isinstance(refusal, Refusal) else NOT_THERE
        _end(run, state="refused", said=said.as_dict())
    except Exception:
        log.exception("planning run %d failed", run.pk)
        _end(run, state="failed")
    else:
        _end(run, state="done", answer=answer)


NOT_THERE = Text("提出计算者已不能安排这里的勤务", "Whoever asked may no longer plan duty here")


def _answer(run: PlanningRun) -> dict[str, Any]:
    question = ASKED[run.what].from_json(run.asked)
    work: Mapping[str, Callable[..., dict[str, Any]]] = {
        "posts": queries.two_plans_for,
        "play": queries.played,
        "zones": queries.zoned,
        "roster": queries.rostered,
    }
    told = (run.basis,) if run.basis else ()
    watch = Kept(run, question.seconds)
    return work[run.what](_asker(run), question, watch, *told)


def _asker(run: PlanningRun) -> Actor:
    """Whoever asked, with what they may do now; NotFound for a token that has ended."""
    if run.asked_by:
        return actor_of(run.asked_by)
    token = run.asked_with
    if token is None or token.revoked_at or (token.expires_at and token.expires_at <= now()):
        raise NotFound
    return actor_of_token(token)


def _end(run: PlanningRun, **values: Any) -> None:
    PlanningRun.objects.filter(pk=run.pk).update(ended_at=now(), **values)
