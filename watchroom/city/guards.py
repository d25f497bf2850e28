"""The people at duty posts while the live day runs: they come, hand over and leave.

Shifts are on the wall clock whatever the speed of the day, so this has a pace of its own.
Everything goes through the public interface; a few come late and a few never come, the same each
time.
"""

import asyncio
import datetime as dt
import logging
from typing import Any, Protocol

from .port import Refused, Unreachable
from .seeds import rng

log = logging.getLogger("watchroom.city.guards")
PATH = "/api/v1/coverage/postings"
EVERY_S = 30.0
NEVER, LATE = 0.02, 0.10
BEFORE = dt.timedelta(hours=1)


class Line(Protocol):
    """The line to a running Watchroom."""

    async def asked(self, method: str, path: str, **how: Any) -> Any:
        """The JSON answer; raises Refused or Unreachable."""


class Guards:
    """Looks at the postings now and then and does what their people would do."""

    def __init__(self, line: Line, seed: int) -> None:
        self.line, self.seed, self.since = line, seed, dt.datetime.now(dt.UTC)

    async def run(self) -> None:
        """Until it is cancelled. A line that is down is tried again."""
        while True:
            try:
                await self.look(dt.datetime.now(dt.UTC))
            except Unreachable as trouble:
                log.info("posts: %s", trouble)
            await asyncio.sleep(EVERY_S)

    async def look(self, now: dt.datetime) -> None:
        """One round over the postings of now."""
        asked = {"since": (now - BEFORE).isoformat(), "until": now.isoformat(), "open": "true"}
        postings = await self.line.asked("GET", PATH, params=asked)
        for posting in postings or ():
            begins = dt.datetime.fromisoformat(posting["starts_at"])
            if posting["state"] == "leaving":
                await self._leave(posting)
            elif begins >= self.since:  # who is missing since before is missing
                await self._come(posting, begins, now)

    async def _come(self, posting: dict[str, Any], begins: dt.datetime, now: dt.datetime) -> None:
        for one in posting["presences"]:
            wait = self._wait(posting["id"], one["staff_id"])
            if one["in_at"] is None and wait is not None and begins + wait <= now:
                await self._step(posting, "check_in", {"staff_id": one["staff_id"]})

    def _wait(self, posting: int, staff: int) -> dt.timedelta | None:
        """How long after the beginning somebody comes; None for who never does."""
        r = rng(self.seed, "guard", posting, staff)
        fate = float(r.random())
        if fate < NEVER:
            return None
        minutes = float(r.uniform(3, 25)) if fate > 1 - LATE else float(r.uniform(0, 2))
        return dt.timedelta(minutes=minutes)

    async def _leave(self, posting: dict[str, Any]) -> None:
        """To the next shift if it is there; where there is none, everybody goes home."""
        if await self._step(posting, "hand_over", {}):
            return
        ends = dt.datetime.fromisoformat(posting["ends_at"])
        if dt.datetime.now(dt.UTC) - ends < dt.timedelta(minutes=5):
            return  # the next shift may still come
        for one in posting["presences"]:
            if one["in_at"] is not None and one["out_at"] is None:
                await self._step(posting, "check_out", {"staff_id": one["staff_id"]})

    async def _step(self, posting: dict[str, Any], step: str, data: dict[str, Any]) -> bool:
        try:
            await self.line.asked("POST", f"{PATH}/{posting['id']}/{step}", json={"data": data})
        except Refused as refused:
            log.debug("%s %s: %s", step, posting["number"], refused)
            return False
        return True
