"""What is done to the system. Each fault is a method; its docstring says what happens."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from faults.system import OURS, System

KINDS: dict[str, float] = {
    "cut_clients": 12, "cut_database": 10, "slow_clients": 8, "slow_database": 8,
    "held_database": 5, "closed_clients": 5, "closed_database": 4, "kill_backend": 10,
    "kill_postgres": 7, "stop_postgres": 6, "freeze_postgres": 5, "freeze_one": 6,
    "kill_pages": 4, "kill_live": 5, "kill_worker": 5, "restart_one": 3, "full_disk": 4,
    "move_clock": 8, "kill_everything": 1.5,
}  # fmt: skip
"""How often each comes, against the others. What costs a start of seconds comes less often."""
CLOCK_S = (-90.0, -20.0, 20.0, 90.0, 600.0)
MOST_MOVED_S = 1800.0
"""Sessions end when nothing is heard of them for long: the clock stays within this."""


@dataclass
class Nemesis:
    """Takes one fault after the other, by the seed, and writes each down."""

    system: System
    chance: random.Random
    session: str
    log: list[dict[str, Any]] = field(default_factory=list)
    back: list[dict[str, float]] = field(default_factory=list)
    impossible: Counter[str] = field(default_factory=Counter)

    def one(self, begun: float) -> None:
        """One fault, with its end; what lasts is over when this returns."""
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        if kind == "full_disk" and self.system.disk == "none":
            self.impossible[kind] += 1
            return
        row: dict[str, Any] = {"kind": kind, "at": round(time.monotonic() - begun, 2)}
        self.log.append(row)
        act: Callable[[], str] = getattr(self, kind)
        row["what"] = act()
        row["until"] = round(time.monotonic() - begun, 2)

    def heal(self) -> None:
        """Every connection open, the clock right."""
        for way in ("db", "pages", "live"):
            self.system.way(way, "open")
        self.system.clock.write_text("0")

    # -- connections -----------------------------------------------------------------------------

    def cut_clients(self) -> str:
        """Every connection of the clients to pages or stream ends at once."""
        return self._for(self._client_way(), "cut", 0.0)

    def cut_database(self) -> str:
        """Every connection to PostgreSQL ends at once."""
        return self._for("db", "cut", 0.0)

    def slow_clients(self) -> str:
        """Each piece takes up to half a second longer, each way."""
        return self._for(self._client_way(), "slow", self._time(1, 4), self._time(0.05, 0.5))

    def slow_database(self) -> str:
        """Each piece takes up to 50 ms longer: a query, a tenth of a second."""
        return self._for("db", "slow", self._time(1, 4), self._time(0.005, 0.05))

    def held_database(self) -> str:
        """Connections to PostgreSQL stand, and nothing flows."""
        return self._for("db", "held", self._time(1, 6))

    def closed_clients(self) -> str:
        """Nobody gets through to pages or stream."""
        return self._for(self._client_way(), "closed", self._time(0.5, 3))

    def closed_database(self) -> str:
        """Nobody gets through to PostgreSQL."""
        return self._for("db", "closed", self._time(0.5, 4))

    def _client_way(self) -> str:
        return self.chance.choice(["pages", "live"])

    def _for(self, way: str, what: str, seconds: float, by: float = 0.0) -> str:
        self.system.way(way, what, by)
        time.sleep(seconds)
        self.system.way(way, "open")
        return way

    # -- PostgreSQL ------------------------------------------------------------------------------

    def kill_backend(self) -> str:
        """SIGKILL to one of PostgreSQL's own processes: it drops everybody and recovers."""
        self._kill(self.chance.choice(self.system.postgres()[1:] or [0]))
        return "one of its processes"

    def kill_postgres(self) -> str:
        """SIGKILL to the server itself."""
        self._kill(next(iter(self.system.postgres()), 0))
        return "the server"

    def stop_postgres(self) -> str:
        """An immediate stop: no checkpoint, the log is replayed at the next start."""
        with suppress(ProcessLookupError, IndexError):
            os.kill(self.system.postgres()[0], signal.SIGQUIT)
        return "immediate"

    def freeze_postgres(self) -> str:
        """Every process of it stands still, then goes on."""
        pids = self.system.postgres()
        return self._freeze([lambda n, p=pid: _signal(p, n) for pid in pids], "postgres")

    def _kill(self, pid: int) -> None:
        if pid:
            _signal(pid, signal.SIGKILL)

    # -- ours ------------------------------------------------------------------------------------

    def freeze_one(self) -> str:
        """Pages, stream or worker stands still, then goes on."""
        name = self.chance.choice(OURS)
        return self._freeze([lambda number: self.system.signal(name, number)], name)

    def _freeze(self, ways: list[Callable[[signal.Signals], None]], name: str) -> str:
        for way in ways:
            way(signal.SIGSTOP)
        time.sleep(self._time(0.5, 5))
        for way in ways:
            way(signal.SIGCONT)
        return name

    def kill_pages(self) -> str:
        """SIGKILL to pages and API."""
        return self._end("pages", signal.SIGKILL)

    def kill_live(self) -> str:
        """SIGKILL to the live stream."""
        return self._end("live", signal.SIGKILL)

    def kill_worker(self) -> str:
        """SIGKILL to the worker."""
        return self._end("worker", signal.SIGKILL)

    def restart_one(self) -> str:
        """A stop as a service manager asks for it."""
        return self._end(self.chance.choice(OURS), signal.SIGTERM)

    def _end(self, name: str, number: signal.Signals) -> str:
        self.system.signal(name, number)
        return name

    def kill_everything(self) -> str:
        """SIGKILL to every process at once; measured until all of it works again."""
        everything = self.system.postgres()
        for name in OURS:
            self.system.signal(name, signal.SIGKILL)
        for pid in everything:
            _signal(pid, signal.SIGKILL)
        took = self.system.serves(self.session)
        self.back.append(took)
        return f"serves again after {max(took.values(), default=float('inf'))} s"

    # -- the machine -----------------------------------------------------------------------------

    def full_disk(self) -> str:
        """Not a byte is left, for some seconds."""
        filler = self.system.data / "filler"
        left = os.statvfs(self.system.data)
        with filler.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_frsize)
        with filler.with_suffix(".rest").open("wb") as rest, suppress(OSError):
            for _ in range(4096):
                rest.write(b"\0" * 65536)
                rest.flush()
        free = os.statvfs(self.system.data).f_bavail * left.f_frsize
        time.sleep(self._time(1.5, 5))
        for one in (filler, filler.with_suffix(".rest")):
            one.unlink(missing_ok=True)
        return f"{free} bytes left"

    def move_clock(self) -> str:
        """Watchroom's own clock leaps ahead or back, and stays there."""
        now = float(self.system.clock.read_text() or 0)
        leap = self.chance.choice(CLOCK_S)
        to = now + leap if abs(now + leap) < MOST_MOVED_S else 0.0
        self.system.clock.with_suffix(".new").write_text(str(to))
        self.system.clock.with_suffix(".new").replace(self.system.clock)
        return f"{to:+.0f} s"

    def _time(self, least: float, most: float) -> float:
        return self.chance.uniform(least, most)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
