"""Desks, phones and screens: people at work, over HTTP alone, each with a journal of their own.

    python -m faults.clients PEOPLE.json JOURNALS PAGES_PORT LIVE_PORT SEED

A journal (JSON lines) says what was sent, when, and what was answered. Whoever gets no answer sends
the same act again, under the same id, as browsers and phones do. Moments are of the monotonic
clock, which all processes of a machine share. A line `stop` on standard input: nobody begins
anything new, what is under way is finished, one last call is made, and every screen must see it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlencode
from uuid import UUID

from benchmarks._http import Client

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
CSRF = "f" * 32
PATIENCE, LAST_PATIENCE = 12.0, 90.0
"""Seconds for one answer; for all that is still under way when the work ends."""
LATER = (401, 408, 429)
NEXT = {"sent": "sign", "signed": "set_out", "set_out": "arrive", "arrived": "clear"}
CLASSES = ("0101", "0201", "0201", "0301", "")
NO_ANSWER = (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, IndexError)


class Journal:
    """What one client sent and was told, a line each."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", buffering=1 << 16)

    def note(self, **told: Any) -> None:
        self._file.write(json.dumps(told, ensure_ascii=False) + "\n")

    def close(self) -> None:
        self._file.close()


class World:
    """What the screens show: the open incidents by state, as the stream tells."""

    def __init__(self) -> None:
        self.state: dict[int, str] = {}
        self.newest: tuple[int, int] = (0, 0)
        self.stopping = asyncio.Event()
        self.marker = 0

    def told(self, place: tuple[int, int], text: bytes) -> None:
        """An event; each is read once, however many screens it comes to."""
        if place <= self.newest:
            return
        self.newest = place
        body = json.loads(text)
        if body["kind"] == "dispatch.incident":
            self.state[body["matter"]] = body["state"] or self.state.get(body["matter"], "")
            if self.state[body["matter"]] in ("closed", "cancelled", "linked"):
                del self.state[body["matter"]]

    def some(self, chance: random.Random, *states: str) -> int | None:
        found = [one for one, state in self.state.items() if state in states]
        return chance.choice(found[-40:]) if found else None


class Person:
    """Somebody signed in, who repeats an act until it is answered."""

    def __init__(self, name: str, seed: str, session: str, port: int, journals: Path) -> None:
        self.name, self.random = name, random.Random(f"{seed}{name}")
        headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
        self.headers = headers | {"Accept": JSON}
        self.client = Client(port, self.headers)
        self.journal = Journal(journals / f"{name}.jsonl")

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, Any]:
        """(status, JSON) of one request; (0, why) where there was no answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                status, raw = await self.client.ask(method, path, body, kind)
            return status, json.loads(raw) if raw[:1] in b"[{" else {}
        except NO_ANSWER as error:
            self.client.close()
            return 0, type(error).__name__

    async def act(
        self, what: str, path: str, body: dict[str, Any], *, matter: int = 0, form: bool = False
    ) -> dict[str, Any] | None:
        """Until it is answered; None where it was refused, or nobody ever answered."""
        act = str(UUID(int=self.random.getrandbits(128), version=4))
        text = urlencode(body | {"act_id": act}) if form else json.dumps(body | {"act_id": act})
        end, pause = time.monotonic() + LAST_PATIENCE, 0.3
        while True:
            self.journal.note(do="send", act=act, what=what, matter=matter, at=time.monotonic())
            status, answer = await self.ask("POST", path, text.encode(), FORM if form else JSON)
            moment = time.monotonic()
            if status in (200, 201):
                return self._done(act, what, answer, moment)
            if 400 <= status < 500 and status not in LATER:
                self.journal.note(do="refused", act=act, status=status, at=moment)
                return None
            self.journal.note(do="unanswered", act=act, status=status, at=moment, why=str(answer))
            if moment > end:
                return None
            await asyncio.sleep(pause * self.random.uniform(0.5, 1.5))
            pause = min(4.0, pause * 2)

    def _done(
        self, act: str, what: str, answer: dict[str, Any], moment: float
    ) -> dict[str, Any] | None:
        if answer.get("sent") is False:  # nobody was free: nothing was done
            self.journal.note(do="refused", act=act, status=200, at=moment)
            return None
        told = answer.get("incident") if isinstance(answer.get("incident"), dict) else answer
        known = {key: told[key] for key in ("id", "version", "state") if key in told}  # type: ignore[operator,index]
        self.journal.note(do="done", act=act, what=what, at=moment, **{"answer": known})
        return known


class Desk(Person):
    """Takes calls, sends units, closes what is resolved: its own, and now and then another's."""

    area: tuple[float, float, float]
    world: World

    async def turn(self) -> None:
        """One act, of those that the screen offers."""
        chance, open_now = self.random.random(), len(self.world.state)
        waiting = self.world.some(self.random, "classified")
        received = self.world.some(self.random, "received")
        resolved = self.world.some(self.random, "resolved")
        if waiting is not None and chance < 0.5:
            await self.act("send", f"/api/v1/dispatch/incidents/{waiting}/send-best", {})
        elif resolved is not None and chance < 0.7:
            await self._step(resolved, "close", {"disposition": "done"})
        elif received is not None and chance < 0.8:
            await self._step(received, "classify", {"class_code": "0201"})
        elif chance < 0.85 and (known := self.world.some(self.random, "dispatched", "on_scene")):
            await self._step(known, "feedback", {"words": "已处理"})
        elif chance < 0.87 and (known := self.world.some(self.random, "dispatched")):
            await self._step(known, "cancel", {}, "误报")
        elif open_now < 400:
            await self.report()

    async def report(self) -> dict[str, Any] | None:
        west, south, step = self.area
        return await self.act(
            "report",
            "/api/v1/dispatch/calls",
            {
                "words": "有人打架",
                "lon": west + self.random.uniform(0, 7 * step),
                "lat": south + self.random.uniform(0, 4 * step),
                "class_code": self.random.choice(CLASSES),
                "external_id": f"{self.name}-{self.random.getrandbits(64):x}",
            },
        )

    async def _step(self, matter: int, step: str, data: dict[str, Any], reason: str = "") -> None:
        body = {"data": data, "reason": reason}
        path = f"/api/v1/dispatch/incidents/{matter}/{step}"
        await self.act(step, path, body, matter=matter)


class Phone(Person):
    """A crew: does what it is sent to, step by step, and says where it is."""

    place: list[float]
    key: str

    async def turn(self) -> None:
        """Look what there is, and take the next step of it."""
        status, rows = await self.ask("GET", "/api/v1/dispatch/assignments?mine=true")
        if status != 200 or not isinstance(rows, list):
            return
        for row in rows:
            if (step := NEXT.get(row["state"])) and self.random.random() < 0.8:
                path = f"/phone/act/{row['id']}/{step}/"
                await self.act(step, path, {"version": ""}, matter=row["id"], form=True)

    async def report(self, live: Client) -> None:
        """One position; nobody waits for the answer of one that is old."""
        self.place = [c + self.random.uniform(-5e-4, 5e-4) for c in self.place]
        query = urlencode({"id": self.key, "lon": self.place[0], "lat": self.place[1]})
        try:
            async with asyncio.timeout(PATIENCE):
                await live.ask("GET", f"/live/position?{query}")
        except NO_ANSWER:
            live.close()


class Screen:
    """A live stream that is opened again from the last id it saw, for as long as there is work."""

    def __init__(self, number: int, port: int, desk: Desk, journals: Path) -> None:
        self.port, self.desk = port, desk
        self.journal = Journal(journals / f"stream{number:03}.jsonl")
        self.last = ""
        self.seen_marker = asyncio.Event()

    async def run(self) -> None:
        while True:
            client = Client(self.port, self.desk.headers)
            if self.last:
                client = Client(self.port, self.desk.headers | {"Last-Event-ID": self.last})
            try:
                async with aclosing(client.lines("/live/stream")) as lines:
                    await self._read(lines)
            except NO_ANSWER:
                pass
            finally:
                client.close()
            await asyncio.sleep(self.desk.random.uniform(0.3, 1.0))

    async def _read(self, lines: AsyncIterator[bytes]) -> None:
        place, event = "", b""
        reading = aiter(lines)
        while True:
            async with asyncio.timeout(40.0):  # a comment comes each 15 s: it is broken
                line = await anext(reading, None)
            if line is None:
                return
            if line.startswith(b"id: "):
                place = line[4:].decode()
            elif line.startswith(b"event: "):
                event = line[7:]
            elif line.startswith(b"data: ") and event == b"entry":
                self._entry(place, line[6:])
            elif line.startswith(b"data: ") and event in (b"hello", b"reset"):
                self.journal.note(do=event.decode(), id=place, at=time.monotonic())
                self.last = self.last if event == b"hello" and self.last else place

    def _entry(self, place: str, text: bytes) -> None:
        self.journal.note(id=place)
        self.last = place
        xid, _, entry = place.partition("-")
        world = self.desk.world
        world.told((int(xid), int(entry)), text)
        if world.marker and json.loads(text)["matter"] == world.marker:
            self.seen_marker.set()


class Crowd:
    """Everybody, from the first act to the last call that every screen must see."""

    def __init__(self, people: dict[str, Any], journals: Path, ports: tuple[int, int], seed: str):
        pages, self.live = ports
        self.world = World()
        Desk.world, Desk.area = self.world, tuple(people["area"])
        self.desks = [
            Desk(f"desk{n:03}", seed, one["session"], pages, journals)
            for n, one in enumerate(people["desks"])
        ]
        self.phones = [
            Phone(f"phone{n:03}", seed, one["session"], pages, journals)
            for n, one in enumerate(people["phones"])
        ]
        for phone, one in zip(self.phones, people["phones"], strict=True):
            phone.key, phone.place = one["key"], [people["area"][0], people["area"][1]]
        self.screens = [Screen(n, self.live, desk, journals) for n, desk in enumerate(self.desks)]
        self.pause = (2.5, 12.0, 8.0)
        """Mean seconds between a desk's acts, a phone's looks and a phone's positions."""

    async def run(self) -> None:
        streams = [asyncio.create_task(screen.run()) for screen in self.screens]
        work = [
            *(asyncio.create_task(self._again(d, d.turn, self.pause[0])) for d in self.desks),
            *(asyncio.create_task(self._again(p, p.turn, self.pause[1])) for p in self.phones),
        ]
        positions = [asyncio.create_task(self._positions(phone)) for phone in self.phones]
        print("working", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        self.world.stopping.set()
        await asyncio.gather(*work)
        for one in positions:
            one.cancel()
        print(f"quiet {await self._last_call()}", flush=True)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, *positions, return_exceptions=True)
        for owner in (*self.desks, *self.phones, *self.screens):
            owner.journal.close()

    async def _last_call(self) -> int:
        """How many screens did not see the last call."""
        told = await self.desks[0].report()
        self.world.marker = told["id"] if told else 0
        seen = [asyncio.create_task(screen.seen_marker.wait()) for screen in self.screens]
        await asyncio.sleep(0)
        if told:
            matter = told["id"]
            await self.desks[0].act(  # the screens may have shown the call before we knew its id
                "note",
                f"/api/v1/dispatch/incidents/{matter}/feedback"
                if told["state"] not in ("received", "classified")
                else f"/api/v1/dispatch/incidents/{matter}/ask_callback",
                {"data": {"words": "最后一条", "why": "最后一条"}},
            )
        _, missing = await asyncio.wait(seen, timeout=LAST_PATIENCE)
        for one in missing:
            one.cancel()
        return len(missing)

    async def _again(self, who: Person, turn: Callable[[], Awaitable[None]], mean: float) -> None:
        await self._wait(who.random.uniform(0, mean))
        while not self.world.stopping.is_set():
            await turn()
            await self._wait(who.random.expovariate(1 / mean))

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.world.stopping.wait()
        except TimeoutError:
            return

    async def _positions(self, phone: Phone) -> None:
        live = Client(self.live)
        while True:
            await asyncio.sleep(phone.random.uniform(0, 2 * self.pause[2]))
            await phone.report(live)


if __name__ == "__main__":
    _people = json.loads(Path(sys.argv[1]).read_text())
    _ports = (int(sys.argv[3]), int(sys.argv[4]))
    asyncio.run(Crowd(_people, Path(sys.argv[2]), _ports, sys.argv[5]).run())
