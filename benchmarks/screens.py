"""200 screens watch 20 entries and 400 positions a second: the live stream against polling.

    python benchmarks/screens.py
    python benchmarks/screens.py --screens 40 --seconds 5   # a quick look

A real `watchroom live` process; each screen is another person, signed in. Entries are notes on open
incidents, written by another process through the product's own acts; the latency of an event
counts from just before its COMMIT until the client has read it. The peer is the least a server
can do for polling screens (`_polled.py`), asked once a second by the same people.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import _ground
from _ground import Running, keep, percentiles, said
from _http import Client, every

INCIDENTS, UNITS = 100, 2000
AFTERWARDS_S = 60.0
"""How long after the last entry screens may still receive what they lack: then it is missed."""
LINGER_S = 2.0
"""How long they listen in any case, for what comes twice."""


@dataclass
class Load:
    """What happens each second, and for how long."""

    screens: int
    seconds: int
    entries: int = 20
    positions: int = 400


@dataclass
class Screen:
    """What one client received: entry id → when; `again` are those that came twice."""

    cookie: dict[str, str]
    seen: dict[int, float] = field(default_factory=dict)
    again: int = 0
    asked: list[float] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def got(self, entry: int) -> None:
        if entry in self.seen:
            self.again += 1
        else:
            self.seen[entry] = time.monotonic()


def main() -> None:
    """Both ways in one run, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--write", type=int, nargs=2, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.write:
        write(*told.write)
        return
    load = Load(told.screens, told.seconds)
    with _ground.ground() as ground:
        cookies = prepare(load)
        with live(ground) as server, polled(ground) as peer:
            result = asyncio.run(compare(load, cookies, server, peer))
    report(load, result)


def prepare(load: Load) -> list[dict[str, str]]:
    """People, incidents, units; the cookie of each person."""
    from _county import at, county
    from django.conf import settings

    from watchroom.domains.dispatch import actions
    from watchroom.kernel.access import actor_of

    place = county(people=load.screens, units=UNITS)
    actor = actor_of(place.people[0])
    for n in range(INCIDENTS):
        lon, lat = at(n % len(place.stations))
        actions.report_call(actor, words="有人打架", lon=lon, lat=lat, class_code="0201")
    name = settings.SESSION_COOKIE_NAME
    return [{"Cookie": f"{name}={_ground.session_of(person)}"} for person in place.people]


def live(ground: _ground.Ground) -> Any:
    """The product's live process."""
    return _ground.running(
        lambda port: _ground.command("live", "--port", str(port)),
        ground.data / "live.log", "/live/ready",
    )  # fmt: skip


def polled(ground: _ground.Ground) -> Any:
    """The peer, served by the same server program."""
    return _ground.running(
        lambda port: [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--port",
                      str(port), "benchmarks._polled:application"],
        ground.data / "polled.log", "/poll",
    )  # fmt: skip


def write(entries: int, seconds: int) -> None:
    """The writer's process: notes at an even pace; prints {entry id: moment before COMMIT}."""
    import django

    django.setup()
    from django.db import transaction

    from watchroom.kernel import notes
    from watchroom.kernel.access import actor_of
    from watchroom.kernel.models import Entry, Matter, Staff

    actor = actor_of(Staff.objects.get(username="desk000"))
    ids = list(Matter.objects.filter(kind="dispatch.incident").values_list("pk", flat=True))
    written: dict[int, float] = {}
    begun = time.monotonic()
    for n in range(entries * seconds):
        time.sleep(max(0.0, begun + n / entries - time.monotonic()))
        with transaction.atomic():
            notes.add(actor, ids[n % len(ids)], f"第{n}条")
            entry = Entry.objects.filter(matter_id=ids[n % len(ids)]).latest("id").pk
            written[entry] = time.monotonic()
    print(json.dumps({"spent": time.monotonic() - begun, "written": written}))


@contextmanager
def writing(load: Load) -> Any:
    """The writer, running beside the block; call what it yields to have its account."""
    process = subprocess.Popen(
        [sys.executable, Path(__file__), "--write", str(load.entries), str(load.seconds)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def account_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the writer wrote, when it is done."""
    out, _ = await asyncio.to_thread(process.communicate)
    told = json.loads(out)
    return {**told, "written": {int(k): v for k, v in told["written"].items()}}


async def report_positions(load: Load, port: int, tally: Counter[int]) -> None:
    """Devices report at an even pace; each is answered after its batch is committed."""
    from _county import key

    hands = 100
    each = load.positions // hands

    async def hand(number: int) -> None:
        client = Client(port)
        async for n in every(1 / each, 10**9):
            device = (n * hands + number) % UNITS
            lon, lat = 112.8 + random.random() * 0.16, 28.1 + random.random() * 0.1
            path = f"/live/position?id={key(device)}&lon={lon:.5f}&lat={lat:.5f}"
            status, _ = await client.ask("POST", path)
            tally[status] += 1

    await asyncio.gather(*(hand(n) for n in range(hands)))


async def watch(screen: Screen, port: int) -> None:
    """One screen on the stream."""
    client, entry = Client(port, screen.cookie), False
    async for line in client.lines("/live/stream"):
        if entry and line.startswith(b"data: "):
            screen.got(int(line[12 : line.index(b",")]))  # data: {"id":123,
        entry = line == b"event: entry"
        screen.ready.set()


async def ask_each_second(screen: Screen, port: int) -> None:
    """One screen that polls; a slow answer delays its next question."""
    client, after, since = Client(port, screen.cookie), "", ""
    await asyncio.sleep(random.random())
    while True:
        begun = time.monotonic()
        query = urlencode({"after": after, "since": since})
        status, body = await client.ask("GET", f"/poll?{query}")
        if status != 200:
            raise SystemExit(f"poll: {status} {body[:200]!r}")
        told = json.loads(body)
        after, since = told["after"], told["since"]
        for entry in told["entries"]:
            screen.got(entry["id"])
        screen.asked.append(time.monotonic() - begun)
        screen.ready.set()
        await asyncio.sleep(max(0.0, begun + 1 - time.monotonic()))


Way = Callable[[Screen, int], Awaitable[None]]


async def run(
    load: Load, screens: list[Screen], way: Way, of: Running, tally: Counter[int]
) -> dict[str, Any]:
    """All screens watch while the writer writes; what came of it, and what it cost."""
    tasks = [asyncio.create_task(way(screen, of.port)) for screen in screens]
    await asyncio.wait_for(asyncio.gather(*(screen.ready.wait() for screen in screens)), 120)
    for screen in screens:
        screen.asked.clear()
    before, begun, reported = of.cpu_s(), time.monotonic(), sum(tally.values())
    with writing(load) as process:
        account = await account_of(process)
    spent = time.monotonic() - begun
    told = {
        "cpu": round((of.cpu_s() - before) / spent, 3),
        "positions_per_second": round((sum(tally.values()) - reported) / spent, 1),
    }
    await stragglers(screens, account)
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    return {**outcome(screens, account), **told}


async def stragglers(screens: list[Screen], account: dict[str, Any]) -> None:
    """Until everybody has everything, within reason."""
    end = time.monotonic() + AFTERWARDS_S
    while time.monotonic() < end and any(
        account["written"].keys() - s.seen.keys() for s in screens
    ):
        await asyncio.sleep(0.5)
    await asyncio.sleep(LINGER_S)


async def compare(
    load: Load, cookies: list[dict[str, str]], server: Running, peer: Running
) -> dict[str, Any]:
    """Positions alone, then with the streams, then with the polls."""
    tally: Counter[int] = Counter()
    positions = asyncio.create_task(report_positions(load, server.port, tally))
    await asyncio.sleep(2)
    idle = await cpu_share(server, 5.0)
    result: dict[str, Any] = {"live_without_screens_cpu": round(idle, 3)}
    for name, way, of in (("stream", watch, server), ("polling", ask_each_second, peer)):
        screens = [Screen(cookie) for cookie in cookies]
        result[name] = await run(load, screens, way, of, tally)
    if positions.done():
        positions.result()
    positions.cancel()
    result["positions_by_status"] = dict(tally)
    return result


async def cpu_share(server: Running, seconds: float) -> float:
    """CPU seconds a second of a process."""
    before = server.cpu_s()
    await asyncio.sleep(seconds)
    return (server.cpu_s() - before) / seconds


def outcome(screens: list[Screen], account: dict[str, Any]) -> dict[str, Any]:
    """Latency of every event on every screen; what was missed and what came twice."""
    written: dict[int, float] = account["written"]
    late = [at - written[pk] for s in screens for pk, at in s.seen.items() if pk in written]
    told: dict[str, Any] = {
        "screens": len(screens),
        "entries": len(written),
        "entries_per_second": round(len(written) / account["spent"], 1),
        "delivered": len(late),
        "missed": sum(len(written.keys() - s.seen.keys()) for s in screens),
        "doubled": sum(s.again for s in screens),
        "commit_to_client": percentiles(late),
    }
    if asked := [x for s in screens for x in s.asked]:
        told["one_poll"] = percentiles(asked)
    return told


def report(load: Load, result: dict[str, Any]) -> None:
    """Print both ways and the ratio."""
    ours, peer = result["stream"], result["polling"]
    print(f"\n{load.screens} screens, {ours['entries_per_second']} entries/s, "
          f"{ours['positions_per_second']} positions/s, {load.seconds} s")  # fmt: skip
    for name, row in (("live stream", ours), ("polling each second", peer)):
        note = f"missed {row['missed']}, doubled {row['doubled']}, CPU {row['cpu']:.2f}"
        said(f"commit to client, {name}", row["commit_to_client"], note)
    if "one_poll" in peer:
        said("one poll", peer["one_poll"])
    own = max(ours["cpu"] - result["live_without_screens_cpu"], 0.001)
    ratio = {
        "latency_p50": round(
            peer["commit_to_client"]["p50_ms"] / ours["commit_to_client"]["p50_ms"], 1
        ),
        "cpu": round(peer["cpu"] / own, 1),
    }
    print(f"\nPolling: {ratio['latency_p50']} x the latency of the stream, {ratio['cpu']} x its "
          "CPU (the stream's without taking the positions in)")  # fmt: skip
    keep("screens", {"load": load.__dict__, **result, "polling_against_stream": ratio})
    if ours["missed"] or ours["doubled"]:
        raise SystemExit("The stream missed or doubled an event")


if __name__ == "__main__":
    main()
