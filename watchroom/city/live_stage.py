"""The stage a live day is played on: what must happen when, and the line to Watchroom."""

import asyncio
import datetime as dt
import heapq
import itertools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from watchroom.city.port import Port, Refused, Unreachable
from watchroom.city.seeds import rng

log = logging.getLogger("watchroom.city.live")
Action = Callable[[dt.datetime], Awaitable[None]]
T = TypeVar("T")
RETRY = dt.timedelta(seconds=0.25)  # of the wall clock, doubled each time


class Clock(Protocol):
    speed: float

    def now(self) -> dt.datetime: ...

    async def wait_until(self, moment: dt.datetime) -> None: ...


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


class Stage:
    """A queue of moments in the city's time, and requests that run beside each other."""

    def __init__(self, port: Port, clock: Clock, options: Options, seed: int) -> None:
        self.port, self.clock, self.options = port, clock, options
        self.r = rng(seed, "live", clock.now().isoformat())
        self.queue: list[Moment] = []
        self.numbers = itertools.count()
        self.tally = Tally()
        self.gate = asyncio.Semaphore(options.requests)
        self.running: set[asyncio.Task[None]] = set()

    def plan(self, at: dt.datetime, action: Action) -> None:
        heapq.heappush(self.queue, Moment(at, next(self.numbers), action))

    async def play(self, until: dt.datetime) -> None:
        """Start what is planned, each at its moment; what is under way at the end is finished."""
        while self.queue and self.queue[0].at <= until:
            moment = heapq.heappop(self.queue)
            await self.clock.wait_until(moment.at)
            self.start(moment.action(moment.at))
            if len(self.running) >= self.options.requests:
                await asyncio.wait(self.running, return_when=asyncio.FIRST_COMPLETED)
            self.raise_failures()
        await self.finish()

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
