"""Ten times the calls: is the board in time for priority 1, does the rest wait, is any dropped?

    python -m faults.load                                                         # short: 8 s
    python -m faults.load --seconds 120 --desks 50 --units 400 --result load      # longer

Calls come at ten times the rate of a city's busiest hour (8,000 a day, 6.5 % of them in that hour:
1.4 a second), a quarter of them of priority 1, at moments of their own whether the system keeps up
or not. Each is timed from the press until a board that is asked twice a second shows it, and until
the live stream has told a screen of it. Meanwhile searchers without any pause read what can wait
and units report where they are. Afterwards the checker looks for every call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from typing import Any

from benchmarks._ground import keep, percentiles, said
from benchmarks._http import Client
from faults import checker
from faults.clients import Desk, Screen, World
from faults.system import System, disk, people

BUSIEST_HOUR = 8000 * 0.065 / 3600
URGENT, ORDINARY = "0101", "0301"
BOUND_S, PATIENCE_S = 2.0, 60.0
CAN_WAIT = ("/api/v1/search?q=%E6%89%93%E6%9E%B6", "/search/?q=%E6%89%93%E6%9E%B6", "/figures/")
BOARD = "/api/v1/dispatch/board"


class Rush:
    """Everybody of one run, and what they saw; moments are of the monotonic clock."""

    def __init__(self, told: argparse.Namespace, known: dict[str, Any], system: System) -> None:
        self.told, self.chance = told, random.Random(told.seed)
        journals = system.data / "journals"
        self.pages, self.live = system.ports["pages"], system.ports["live"]
        Desk.world, Desk.area = World(), tuple(known["area"])
        Desk.world.told = self._told  # type: ignore[method-assign]
        rows = enumerate(known["desks"])
        self.desks = [
            Desk(f"desk{n:03}", str(told.seed), one["session"], self.pages, journals)
            for n, one in rows
        ]
        self.screens = [Screen(n, self.live, d, journals) for n, d in enumerate(self.desks)]
        self.locks = [asyncio.Lock() for _ in self.desks]
        self.keys = [one["key"] for one in known["phones"]]
        self.pressed: dict[int, tuple[float, str]] = {}
        self.on_board: dict[int, float] = {}
        self.on_stream: dict[int, float] = {}
        self.acknowledged: list[float] = []
        self.waited: Counter[int] = Counter()
        self.waited_s: list[float] = []

    async def run(self) -> None:
        """Until every call is on the board and was told, or nobody believes it any more."""
        beside = [asyncio.create_task(one.run()) for one in self.screens]
        beside += [asyncio.create_task(self._search(n)) for n in range(self.told.searchers)]
        beside += [asyncio.create_task(self._board()), asyncio.create_task(self._positions())]
        calls, begun, at = [], time.monotonic(), 0.0
        rate = self.told.times * BUSIEST_HOUR
        while (at := at + self.chance.expovariate(rate)) < self.told.seconds:
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            calls.append(asyncio.create_task(self._call(len(calls))))
        await asyncio.gather(*calls)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not self._all_seen():
            await asyncio.sleep(0.1)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        for one in (*self.desks, *self.screens):
            one.journal.close()

    def _all_seen(self) -> bool:
        return all(one in self.on_board and one in self.on_stream for one in self.pressed)

    async def _call(self, number: int) -> None:
        code = URGENT if self.chance.random() < 0.25 else ORDINARY
        west, south, step = Desk.area
        place = {"lon": west + step * self.chance.random(), "lat": south + step * 0.5}
        body = {"words": "抢劫" if code == URGENT else "太吵", "class_code": code, **place}
        pressed, desk = time.monotonic(), number % len(self.desks)
        async with self.locks[desk]:
            told = await self.desks[desk].act("report", "/api/v1/dispatch/calls", body)
        if told is not None:
            self.acknowledged.append(time.monotonic() - pressed)
            self.pressed[told["id"]] = (pressed, code)

    def _told(self, _place: tuple[int, int], text: bytes) -> None:
        """What the first screen that hears of a call hears."""
        body = json.loads(text)
        if body["kind"] == "dispatch.incident":
            self.on_stream.setdefault(body["matter"], time.monotonic())

    async def _board(self) -> None:
        client = Client(self.pages, self.desks[0].headers)
        while True:
            status, raw = await client.ask("GET", BOARD)
            for row in json.loads(raw) if status == 200 else ():
                self.on_board.setdefault(row["id"], time.monotonic())
            await asyncio.sleep(0.5)

    async def _search(self, number: int) -> None:
        client = Client(self.pages, self.desks[number % len(self.desks)].headers)
        while True:
            begun = time.monotonic()
            status, _ = await client.ask("GET", self.chance.choice(CAN_WAIT))
            self.waited[status] += 1
            self.waited_s.append(time.monotonic() - begun)
            if status == 503:
                await asyncio.sleep(3.0)  # as the answer asks

    async def _positions(self) -> None:
        client, west, south = Client(self.live), Desk.area[0], Desk.area[1]
        while True:
            for key in self.keys:
                await client.ask("GET", f"/live/position?id={key}&lon={west}&lat={south}")
                await asyncio.sleep(5.0 / max(1, len(self.keys)))

    def report(self) -> dict[str, Any]:
        """What it comes to."""
        urgent = [one for one, (_, code) in self.pressed.items() if code == URGENT]

        def took(seen: dict[int, float]) -> dict[str, float]:
            found = [seen[one] - self.pressed[one][0] for one in urgent if one in seen]
            return percentiles(found) | {"slowest_ms": round(max(found, default=0.0) * 1e3)}

        return {
            "calls": len(self.pressed),
            "priority_1": len(urgent),
            "acknowledged": percentiles(self.acknowledged),
            "priority_1_on_board": took(self.on_board),
            "priority_1_on_stream": took(self.on_stream),
            "never_on_board": sum(one not in self.on_board for one in self.pressed),
            "could_wait": percentiles(self.waited_s),
            "could_wait_answers": {str(k): v for k, v in sorted(self.waited.items())},
        }


def main() -> int:
    """One run."""
    parser = argparse.ArgumentParser(prog="faults.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--times", type=float, default=10.0)
    parser.add_argument("--desks", type=int, default=8)
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--searchers", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--result", default="", help="write benchmarks/results/<this>.json")
    told = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with disk() as (folder, kind):
        system = System(folder, kind)
        journals, known = folder / "journals", folder / "people.json"
        journals.mkdir()
        system.start(lambda env: people(env, told.desks, told.units, known) and None)
        try:
            row = json.loads(known.read_text())
            system.serves(row["desks"][0]["session"])
            rush = Rush(told, row, system)
            asyncio.run(rush.run())
            history = checker.read(system.server.url, journals)
        finally:
            system.stop()
    return _judge(told, rush.report(), history)


def _judge(told: argparse.Namespace, result: dict[str, Any], history: checker.History) -> int:
    rules = (checker.acknowledged_once, checker.chains_hold, checker.streams_are_whole)
    found = {rule.__name__: list(rule(history)) for rule in rules}
    found["never dropped"] = ["calls missing on the board"] * bool(result["never_on_board"])
    print(*checker.report(found), sep="\n")
    for name in ("acknowledged", "priority_1_on_board", "priority_1_on_stream", "could_wait"):
        said(name.replace("_", " "), result[name])
    slowest = result["priority_1_on_board"]["slowest_ms"] / 1e3
    within = slowest <= BOUND_S
    print(
        f"{result['calls']} calls at {told.times:g} times the busiest hour; priority 1 on the "
        f"board after {slowest:.2f} s at most, {'within' if within else 'NOT within'} "
        f"{BOUND_S:g} s; what could wait was answered {result['could_wait_answers']}; load of "
        f"the machine {os.getloadavg()[0]:.1f}"
    )
    if told.result:
        keep(told.result, vars(told) | result | {"bound_s": BOUND_S, "within": within})
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
