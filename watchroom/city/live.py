"""The live day: callers ring and officers drive, all through the public interface.

A queue of moments in the city's time. What must happen at a moment is started when the clock gets
there; requests run beside each other, but the acts of one unit stay in order.
"""

import asyncio
import datetime as dt
import heapq
import itertools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from watchroom.city.classes import call_classes
from watchroom.city.demand import Call
from watchroom.city.model import City
from watchroom.city.officers import Delays, Mover, delays, feedback, slowness
from watchroom.city.port import OPEN_STATES, Fix, Port, Refused, Task, Unreachable
from watchroom.city.routes import Router
from watchroom.city.seeds import rng

log = logging.getLogger("watchroom.city.live")
Action = Callable[[dt.datetime], Awaitable[None]]
T = TypeVar("T")
AFTER = {"sign": "signed", "set_out": "set_out", "arrive": "arrived", "clear": "cleared"}
RETRY = dt.timedelta(seconds=0.25)  # of the wall clock, doubled each time


class Clock(Protocol):
    speed: float

    def now(self) -> dt.datetime: ...

    async def wait_until(self, moment: dt.datetime) -> None: ...


def rank(task: Task) -> int:
    """How far a task has come; cleared is beyond all open states."""
    return OPEN_STATES.index(task.state) if task.state in OPEN_STATES else len(OPEN_STATES)


@dataclass(frozen=True)
class Options:
    """How the day is played."""

    fixes_per_second: float = 60.0  # of the wall clock, for the whole force
    poll_seconds: float = 1.0  # of the wall clock
    patrols: bool = True  # free units move about
    dispatcher: float = 0.0  # share of incidents a played dispatcher sends to (0: people do it)
    patience: float = 300.0  # seconds a played dispatcher leaves people's own beats to them
    peoples: frozenset[str] = frozenset()  # beats whose incidents are people's own at first
    dark_share: float = 0.06  # trips that lose the signal
    tries: int = 6  # before an unreachable act is given up
    requests: int = 32  # at the same time


@dataclass
class Tally:
    """What happened, for the terminal and for tests."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unreachable: int = 0
    given_up: list[str] = field(default_factory=list)


@dataclass(order=True)
class Moment:
    at: dt.datetime
    number: int
    action: Action = field(compare=False)


class Driver:
    """Plays callers and officers against a Port."""

    def __init__(
        self, city: City, port: Port, clock: Clock, options: Options | None = None, seed: int = 1
    ) -> None:
        self.city, self.port, self.clock = city, port, clock
        self.options = options or Options()
        self.router = Router(city.roads)
        self.r = rng(seed, "live", clock.now().isoformat())
        self.movers = {
            u.code: Mover(u, u.node, rng(seed, "live", u.code), u.lon, u.lat) for u in city.units
        }
        self.queue: list[Moment] = []
        self.numbers = itertools.count()
        self.tally = Tally()
        self.known: dict[str, Task] = {}
        self.truth: dict[str, Call] = {}  # incident -> the call that opened it
        self.group = {c.code: c.group for c in call_classes()}
        self.priority = {c.code: c.priority for c in call_classes()}
        self.gate = asyncio.Semaphore(self.options.requests)
        self.running: set[asyncio.Task[None]] = set()

    # -- the queue ---------------------------------------------------------------------------

    def plan(self, at: dt.datetime, action: Action) -> None:
        heapq.heappush(self.queue, Moment(at, next(self.numbers), action))

    async def run(self, calls: Iterable[Call], until: dt.datetime) -> Tally:
        """Play until a moment of the city's time; what is under way then is finished first."""
        ring = iter(calls)
        self.plan_call(ring)
        self.plan(self.clock.now(), self.poll)
        if self.options.dispatcher:
            self.plan(self.clock.now(), self.adopt)
        for k, mover in enumerate(self.movers.values()):
            lag = self.interval(mover) * k / max(len(self.movers), 1)
            self.reports(mover, self.clock.now() + lag)
        while self.queue and self.queue[0].at <= until:
            moment = heapq.heappop(self.queue)
            await self.clock.wait_until(moment.at)
            self.start(moment.action(moment.at))
            if len(self.running) >= self.options.requests:
                await asyncio.wait(self.running, return_when=asyncio.FIRST_COMPLETED)
            self.raise_failures()
        await self.finish()
        return self.tally

    def start(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            async with self.gate:
                await work

        self.running.add(asyncio.create_task(guarded()))

    def raise_failures(self) -> None:
        """A bug in a played person ends the day loudly instead of thinning it out."""
        for task in [t for t in self.running if t.done()]:
            self.running.discard(task)
            task.result()

    async def finish(self) -> None:
        if self.running:
            await asyncio.wait(self.running)
        self.raise_failures()

    def interval(self, mover: Mover) -> dt.timedelta:
        """City time between two fixes of a phone: the whole force keeps the limit of requests,
        and units with a task, whom everybody watches, get half of it."""
        busy = sum(m.task is not None for m in self.movers.values())
        alike = busy if mover.task is not None else len(self.movers) - busy
        wall = alike / (self.options.fixes_per_second / 2)
        return dt.timedelta(seconds=max(5.0, wall * self.clock.speed))

    # -- callers -----------------------------------------------------------------------------

    def plan_call(self, ring: Iterable[Call]) -> None:
        call = next(iter(ring), None)
        if call is None:
            return

        async def rings(at: dt.datetime) -> None:
            self.plan_call(ring)
            incident = await self.tried("call", lambda: self.port.report_call(call, at))
            if incident is None:
                return
            new = incident not in self.truth
            self.truth.setdefault(incident, call)
            if new and self.r.random() < self.options.dispatcher:
                self.handled(incident, call, at)

        self.plan(call.received_at, rings)

    def handled(self, incident: str, call: Call, at: dt.datetime) -> None:
        """A played desk has it: sends, or refers it, or hears that nobody is needed."""
        wait = float(self.r.uniform(8, 50))
        if call.beat in self.options.peoples:
            wait += self.options.patience
        ends = {"referred": ("refer_12345", "非警务诉求"), "cancelled": ("cancel", "来电人撤回")}
        if call.outcome in ends:
            step, why = ends[call.outcome]
            action = self.at_desk(incident, step, {}, why)
            self.plan(at + dt.timedelta(seconds=wait + 60), action)
        else:
            self.plan(at + dt.timedelta(seconds=wait), self.desk(incident, 8))

    def at_desk(self, incident: str, step: str, data: dict[str, str], why: str = "") -> Action:
        async def takes(at: dt.datetime) -> None:
            async def send() -> bool:
                await self.port.desk(incident, step, data, why, at)
                return True

            await self.tried(step, send)

        return takes

    def closes(self, incident: str, at: dt.datetime) -> None:
        """Somebody closes it a few minutes after the last unit has left."""
        if self.r.random() < self.options.dispatcher:
            call = self.truth.get(incident)
            false = call is not None and call.outcome == "false"
            data = {"disposition": "false" if false else "handled"}
            wait = dt.timedelta(seconds=float(self.r.uniform(60, 900)))
            self.plan(at + wait, self.at_desk(incident, "close", data))

    async def adopt(self, at: dt.datetime) -> None:
        """Take on what another day left open."""
        try:
            found = await self.port.open_incidents()
        except Unreachable:
            self.plan(at + dt.timedelta(seconds=5 * self.clock.speed), self.adopt)
            return
        for incident, state in found:
            if state == "classified":
                wait = dt.timedelta(seconds=float(self.r.uniform(20, 400)))
                self.plan(at + wait, self.desk(incident, 8))
            elif state == "resolved":
                self.closes(incident, at)

    def desk(self, incident: str, tries: int) -> Action:
        """A played dispatcher: takes the first suggestion, looks again when there is none."""

        async def send(at: dt.datetime) -> None:
            sent = await self.tried("send", lambda: self.port.send_best(incident, at))
            if sent is False and tries:
                self.plan(at + dt.timedelta(seconds=45), self.desk(incident, tries - 1))

        return send

    # -- phones ------------------------------------------------------------------------------

    def reports(self, mover: Mover, start: dt.datetime) -> None:
        """(Re)start a phone's reports; the earlier series ends."""
        mover.series += 1
        self.plan(start, self.reporter(mover, mover.series))

    def reporter(self, mover: Mover, series: int) -> Action:
        """Reports the position again and again; without a signal fixes are kept and sent later."""

        async def report(at: dt.datetime) -> None:
            if mover.series != series:
                return
            self.plan(at + self.interval(mover), self.reporter(mover, series))
            if self.options.patrols:
                self.wander(mover, at)
            fix = mover.fix(at)
            if mover.dark(at):
                mover.kept.append(fix)
                return
            kept, mover.kept, mover.dark_until = mover.kept, [], None
            for one in (*kept, fix):
                await self.send_fix(one)
            self.tally.done["late fix"] += len(kept)

        return report

    async def send_fix(self, fix: Fix) -> None:
        """A lost fix is not tried again: the next one is better."""
        try:
            await self.port.position(fix)
            self.tally.done["fix"] += 1
        except Refused as no:
            self.tally.refused[str(no)] += 1
        except Unreachable:
            self.tally.unreachable += 1

    def wander(self, mover: Mover, at: dt.datetime) -> None:
        """A free unit goes for a stroll, and rests between two."""
        if mover.task is not None or mover.unit.kind in ("quick", "community"):
            return
        if mover.route is not None and mover.left_at is not None:
            if (at - mover.left_at).total_seconds() < mover.route.duration + 120:
                return
            mover.halt(at, mover.route.end)
        pace = 6.0 if mover.unit.kind == "foot" else 1.8
        legs = 4 if mover.unit.kind == "foot" else 14
        mover.depart(self.router.stroll(mover.r, mover.node, legs, pace), at)

    # -- officers ----------------------------------------------------------------------------

    async def poll(self, at: dt.datetime) -> None:
        """See what is assigned, hand new tasks to their units, drop what was taken back."""
        self.plan(
            at + dt.timedelta(seconds=self.options.poll_seconds * self.clock.speed), self.poll
        )
        try:
            tasks = await self.port.tasks()
        except Unreachable:
            self.tally.unreachable += 1
            return
        now = {t.id: t for t in tasks}
        for gone in [t for k, t in self.known.items() if k not in now]:
            self.taken_back(gone, at)
        for task in tasks:
            if task.unit not in self.movers:
                continue
            before = self.known.get(task.id)
            if before is None:
                self.known[task.id] = task
                self.given(task, at)
            elif OPEN_STATES.index(task.state) > rank(before):
                self.known[task.id] = task
                self.advanced(task, at)

    def given(self, task: Task, at: dt.datetime) -> None:
        mover = self.movers[task.unit]
        if mover.task is None:
            self.take_up(mover, task, at)
        else:
            mover.waiting.append(task)

    def advanced(self, task: Task, at: dt.datetime) -> None:
        """Somebody else took the step (by radio, at the desk): go on from there."""
        mover = self.movers[task.unit]
        if mover.task is not None and mover.task.id == task.id:
            self.take_up(mover, task, at)

    def take_up(self, mover: Mover, task: Task, at: dt.datetime) -> None:
        """Start on a task from whatever state it is in."""
        mover.task = task
        mover.generation += 1
        call = self.truth.get(task.incident)
        scene = float(call.scene_seconds) if call else float(mover.r.uniform(600, 2400))
        times = delays(mover.r, scene)
        if task.state == "sent":
            self.later(mover, at, times.sign, self.signs(mover, task, times))
        elif task.state == "signed":
            self.later(mover, at, times.set_out, self.sets_out(mover, task, times))
        elif task.state == "set_out":
            self.drive(mover, task, times, at)
        else:
            self.later(mover, at, times.scene, self.clears(mover, task))

    def later(self, mover: Mover, at: dt.datetime, seconds: float, action: Action) -> None:
        """Plan an officer's next act; void when the plans have changed by then."""
        generation = mover.generation

        async def unless_changed(moment: dt.datetime) -> None:
            if mover.generation == generation:
                await action(moment)

        self.plan(at + dt.timedelta(seconds=seconds), unless_changed)

    def step(self, mover: Mover, task: Task, name: str, note: str, then: Action) -> Action:
        """Take a step, then go on. Without a signal it is sent later but keeps its own time."""

        async def happens(at: dt.datetime) -> None:
            async def send() -> bool:
                await self.port.act(task, name, at, note)
                return True

            async def reported(moment: dt.datetime) -> None:
                if mover.dark(moment) and mover.dark_until is not None:
                    self.later(mover, mover.dark_until, 0, reported)
                elif await self.tried(name, send):
                    self.known[task.id] = replace(task, state=AFTER[name])
                    await then(at)

            await reported(at)

        return happens

    def signs(self, mover: Mover, task: Task, times: Delays) -> Action:
        async def then(at: dt.datetime) -> None:
            self.later(mover, at, times.set_out, self.sets_out(mover, task, times))

        return self.step(mover, task, "sign", "", then)

    def sets_out(self, mover: Mover, task: Task, times: Delays) -> Action:
        async def then(at: dt.datetime) -> None:
            self.drive(mover, task, times, at)

        return self.step(mover, task, "set_out", "", then)

    def drive(self, mover: Mover, task: Task, times: Delays, at: dt.datetime) -> None:
        """Follow the roads to the place; some trips lose the signal for minutes."""
        mover.fix(at)
        start = self.router.node(mover.lon, mover.lat)
        factor = slowness(mover.r, self.priority.get(task.class_code, 3), at.hour)
        if mover.unit.kind in ("foot", "community"):
            factor *= 1.6
        route = self.router.route(start, self.router.node(task.lon, task.lat), factor)
        mover.depart(route, at)
        self.reports(mover, at)
        if mover.r.random() < self.options.dark_share:
            begins = route.duration * float(mover.r.uniform(0.1, 0.8))
            self.later(mover, at, begins, self.goes_dark(mover, float(mover.r.uniform(180, 480))))
        self.later(mover, at, route.duration, self.arrives(mover, task, times))

    def goes_dark(self, mover: Mover, seconds: float) -> Action:
        async def dark(at: dt.datetime) -> None:
            mover.dark_until = at + dt.timedelta(seconds=seconds)
            self.tally.done["dark"] += 1

        return dark

    def arrives(self, mover: Mover, task: Task, times: Delays) -> Action:
        async def then(at: dt.datetime) -> None:
            self.later(mover, at, times.scene, self.clears(mover, task))

        report = self.step(mover, task, "arrive", "", then)

        async def arrive(at: dt.datetime) -> None:
            if mover.route is not None:
                mover.halt(at, mover.route.end)
            await report(at)

        return arrive

    def clears(self, mover: Mover, task: Task) -> Action:
        async def then(at: dt.datetime) -> None:
            self.free(mover, at)
            self.closes(task.incident, at)

        note = feedback(mover.r, self.group.get(task.class_code, ""))
        return self.step(mover, task, "clear", note, then)

    def free(self, mover: Mover, at: dt.datetime) -> None:
        mover.task = None
        mover.generation += 1
        if mover.waiting:
            self.take_up(mover, mover.waiting.pop(0), at)

    def taken_back(self, task: Task, at: dt.datetime) -> None:
        """The assignment is no longer open: cleared by us, released, or given to another unit."""
        del self.known[task.id]
        mover = self.movers[task.unit]
        mover.waiting = [t for t in mover.waiting if t.id != task.id]
        if mover.task is not None and mover.task.id == task.id:
            mover.fix(at)
            mover.halt(at, self.router.node(mover.lon, mover.lat))
            self.free(mover, at)

    # -- the line ----------------------------------------------------------------------------

    async def tried(self, what: str, send: Callable[[], Awaitable[T]]) -> T | None:
        """Send, again when nobody answers; None when refused or given up (both are counted)."""
        for again in range(self.options.tries):
            try:
                answer = await send()
            except Refused as no:
                self.tally.refused[f"{what}: {no}"] += 1
                log.info("%s refused: %s", what, no)
                return None
            except Unreachable as trouble:
                self.tally.unreachable += 1
                log.warning("%s: no answer (%s), trying again", what, trouble)
                await self.clock.wait_until(self.clock.now() + RETRY * 2**again * self.clock.speed)
                continue
            self.tally.done[what] += 1
            return answer
        self.tally.given_up.append(what)
        log.error("%s given up after %d tries", what, self.options.tries)
        return None
