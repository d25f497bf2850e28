"""Many desks at once, each taking random acts; used by the test and by benchmarks.desks."""

from __future__ import annotations

import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tests.people import MIDDLE, County
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Matter, Unit

OPEN_AT_MOST = 30


@dataclass
class Tally:
    """What the desks did: acts taken, acts refused with a sentence, and what broke."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[BaseException] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str, refused: bool, spent: float) -> None:
        with self.lock:
            (self.refused if refused else self.taken)[name] += 1
            self.seconds.append(spent)


class Desk:
    """One person at a desk, who presses whatever comes to mind."""

    def __init__(self, actor: Actor, seed: int, tally: Tally) -> None:
        self.actor, self.tally = actor, tally
        self.random = random.Random(seed)

    def run(self, acts: int, until: float) -> None:
        try:
            for _ in range(acts):
                if time.monotonic() > until:
                    break
                self.act()
        except BaseException as error:
            with self.tally.lock:
                self.tally.broken.append(error)
        finally:
            connection.close()

    def act(self) -> None:
        name, act = self.random.choices(list(CHOICES), [w for _, w in CHOICES.values()])[0], None
        act = CHOICES[name][0]
        begun = time.perf_counter()
        try:
            act(self)
        except (Refusal, NotFound):
            self.tally.count(name, True, time.perf_counter() - begun)
        else:
            self.tally.count(name, False, time.perf_counter() - begun)

    def incident(self, *states: str) -> int:
        rows = Matter.objects.filter(kind="dispatch.incident", closed_at=None)
        rows = rows.filter(state__in=states) if states else rows
        return self._one(list(rows.order_by("-pk").values_list("pk", flat=True)[:OPEN_AT_MOST]))

    def assignment(self) -> int:
        rows = Assignment.objects.filter(ended_at=None).order_by("-pk")
        return self._one(list(rows.values_list("pk", flat=True)[:OPEN_AT_MOST]))

    def unit(self, *status: str) -> int:
        rows = Unit.objects.filter(status__in=status) if status else Unit.objects.all()
        return self._one(list(rows.values_list("pk", flat=True)))

    def _one(self, ids: list[int]) -> int:
        if not ids:
            raise NotFound
        return self.random.choice(ids)

    def again(self, call: Callable[..., Any], *args: Any, **more: Any) -> None:
        """Now and then a button is pressed twice: the same act arrives twice."""
        act_id = uuid7()
        call(self.actor, *args, act_id=act_id, **more)
        if self.random.random() < 0.1:
            call(self.actor, *args, act_id=act_id, **more)


def _report(d: Desk) -> None:
    lon, lat = MIDDLE[0] + d.random.uniform(-0.09, 0.09), MIDDLE[1] + d.random.uniform(-0.09, 0.09)
    code = d.random.choice(["", "0101", "0201", "0301"])
    act_id = uuid7()
    actions.report_call(d.actor, words="有人打架", lon=lon, lat=lat, class_code=code, act_id=act_id)


def _dispatch(d: Desk) -> None:
    count = d.random.choice([1, 1, 2])
    units = {d.unit("free", "busy") for _ in range(count)}
    d.again(actions.dispatch, d.incident(), sorted(units, key=lambda _: d.random.random()))


def _cancel(d: Desk) -> None:
    d.again(actions.cancel, d.incident(), reason="误报")


CHOICES: dict[str, tuple[Callable[[Desk], None], float]] = {
    "report": (_report, 5),
    "classify": (lambda d: d.again(actions.classify, d.incident("received"), "0201"), 2),
    "dispatch": (_dispatch, 8),
    "by_plan": (lambda d: d.again(actions.send_by_plan, d.incident("classified")), 2),
    "stack": (lambda d: d.again(actions.stack, d.incident("classified"), d.unit("busy")), 3),
    "preempt": (lambda d: d.again(actions.preempt, d.incident("classified"), d.unit("busy")), 3),
    "reassign": (lambda d: d.again(actions.reassign, d.assignment(), d.unit("free")), 3),
    "release": (lambda d: d.again(actions.release, d.assignment(), reason="另有任务"), 2),
    "refuse": (lambda d: d.again(actions.refuse, d.assignment(), reason="车坏了"), 1),
    "sign": (lambda d: d.again(actions.sign, d.assignment()), 3),
    "set_out": (lambda d: d.again(actions.set_out, d.assignment()), 3),
    "arrive": (lambda d: d.again(actions.arrive, d.assignment()), 5),
    "safe": (lambda d: d.again(actions.renew_safety, d.assignment()), 1),
    "clear": (lambda d: d.again(actions.clear, d.assignment()), 5),
    "feedback": (lambda d: d.again(actions.give_feedback, d.incident(), words="已处理"), 2),
    "close": (lambda d: d.again(actions.close, d.incident("resolved"), disposition="done"), 3),
    "link": (lambda d: d.again(actions.link_duplicate, d.incident(), d.incident()), 1),
    "cancel": (_cancel, 1),
    "reopen": (lambda d: d.again(actions.reopen, d.incident("resolved"), reason="又打了"), 1),
    "rest": (lambda d: d.again(actions.unit_rest, d.unit("free")), 1),
    "duty": (lambda d: d.again(actions.unit_on_duty, d.unit("rest", "off")), 1),
}


def race(county: County, desks: int, acts: int, seed: int = 1, seconds: float = math.inf) -> Tally:
    """Let the desks run at once; returns when all are done, or have had their time."""
    tally = Tally()
    actor = county.leader
    people = [Desk(actor, seed * 1000 + i, tally) for i in range(desks)]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=p.run, args=(acts, until)) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally
