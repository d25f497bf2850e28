"""The live day: callers ring and officers drive, all through the public interface.

A queue of moments in the city's time. What must happen at a moment is started when the clock gets
there; requests run beside each other, but the acts of one unit stay in order.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from watchroom.city.classes import call_classes
from watchroom.city.demand import Call
from watchroom.city.live_desk import Desk
from watchroom.city.live_phones import Phones
from watchroom.city.live_stage import Action, Clock, Options, Stage, Tally
from watchroom.city.model import City
from watchroom.city.officers import Delays, Mover, delays, feedback, slowness
from watchroom.city.port import OPEN_STATES, Port, Task, Unreachable
from watchroom.city.routes import Router
from watchroom.city.seeds import rng

__all__ = ["Clock", "Driver", "Options", "Tally"]

AFTER = {"sign": "signed", "set_out": "set_out", "arrive": "arrived", "clear": "cleared"}
LOOK_AGAIN = dt.timedelta(seconds=30)  # of the city's time, after an act that was not taken


def rank(task: Task) -> int:
    """How far a task has come; cleared is beyond all open states."""
    return OPEN_STATES.index(task.state) if task.state in OPEN_STATES else len(OPEN_STATES)


class Driver(Stage):
    """Plays callers and officers against a Port."""

    def __init__(
        self, city: City, port: Port, clock: Clock, options: Options | None = None, seed: int = 1
    ) -> None:
        super().__init__(port, clock, options or Options(), seed)
        self.router = Router(city.roads)
        self.movers = {
            u.code: Mover(u, u.node, rng(seed, "live", u.code), u.lon, u.lat) for u in city.units
        }
        self.desk = Desk(self)
        self.phones = Phones(self, self.movers, self.router)
        self.known: dict[str, Task] = {}
        self.group = {c.code: c.group for c in call_classes()}
        self.priority = {c.code: c.priority for c in call_classes()}

    async def run(self, calls: Iterable[Call], until: dt.datetime) -> Tally:
        """Play until a moment of the city's time; what is under way then is finished first."""
        self.desk.plan_call(iter(calls))
        self.plan(self.clock.now(), self.poll)
        if self.options.dispatcher:
            self.plan(self.clock.now(), self.desk.adopt)
        for k, mover in enumerate(self.movers.values()):
            lag = self.phones.interval(mover) * k / max(len(self.movers), 1)
            self.phones.reports(mover, self.clock.now() + lag)
        await self.play(until)
        return self.tally

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
        call = self.desk.truth.get(task.incident)
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
                else:
                    self.plan(moment + LOOK_AGAIN, self.looks_again(mover, task))

            await reported(at)

        return happens

    def looks_again(self, mover: Mover, task: Task) -> Action:
        """An act was refused or given up: see how the task really stands, and go on from there.

        The answer may have been lost on its way back, or somebody else was faster.
        """
        generation = mover.generation

        async def looks(at: dt.datetime) -> None:
            if mover.generation != generation:
                return  # somebody saw to it meanwhile
            try:
                tasks = await self.port.tasks()
            except Unreachable:
                self.tally.unreachable += 1
                self.plan(at + LOOK_AGAIN, looks)
                return
            stands = next((one for one in tasks if one.id == task.id), None)
            if stands is None:
                self.taken_back(task, at)
            else:
                self.known[task.id] = stands
                self.take_up(mover, stands, at)

        return looks

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
        self.phones.reports(mover, at)
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
            self.desk.closes(task.incident, at)

        note = feedback(mover.r, self.group.get(task.class_code, ""))
        return self.step(mover, task, "clear", note, then)

    def free(self, mover: Mover, at: dt.datetime) -> None:
        mover.task = None
        mover.generation += 1
        if mover.waiting:
            self.take_up(mover, mover.waiting.pop(0), at)

    def taken_back(self, task: Task, at: dt.datetime) -> None:
        """The assignment is no longer open: cleared by us, released, or given to another unit."""
        self.known.pop(task.id, None)
        mover = self.movers[task.unit]
        mover.waiting = [t for t in mover.waiting if t.id != task.id]
        if mover.task is not None and mover.task.id == task.id:
            mover.fix(at)
            mover.halt(at, self.router.node(mover.lon, mover.lat))
            self.free(mover, at)
