"""Positions of units: the OsmAnd protocol that phones and trackers already speak.

    GET or POST /live/position?id=<key>&lat=28.5&lon=112.9&timestamp=1760000000&speed=12

`id` is the key a phone or tracker was given when it was enrolled; only its SHA-256 is compared.

Many a second come in; they are written in batches, and each is answered after its batch is
committed. A unit off duty is not followed: its positions are refused. An older position never
replaces a newer one.
"""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from watchroom.base.clock import now

from .stream import Connection

BATCH_SECONDS = 0.1
MOST_WAITING = 20_000
PATIENCE_S = 10.0
"""Seconds a sender waits for the database; a newer position is worth more by then."""
AHEAD = timedelta(minutes=2)
"""How far a tracker's clock may be ahead of ours before we do not believe it."""

_KEEP = """
INSERT INTO kernel_unitposition AS old (unit_id, lon, lat, speed, at, received_at)
SELECT DISTINCT ON (u.id) u.id, n.lon, n.lat, n.speed, n.at, clock_timestamp()
FROM unnest(%s::text[], %s::float8[], %s::float8[], %s::float8[], %s::timestamptz[])
     AS n(digest, lon, lat, speed, at)
JOIN kernel_device d ON d.digest = n.digest AND d.revoked_at IS NULL
JOIN kernel_unit u ON u.id = d.unit_id AND u.status <> 'off'
ORDER BY u.id, n.at DESC
ON CONFLICT (unit_id) DO UPDATE
SET lon = excluded.lon, lat = excluded.lat, speed = excluded.speed, at = excluded.at,
    received_at = excluded.received_at
WHERE old.at < excluded.at
"""
_FOLLOWED = """
SELECT d.digest FROM kernel_device d JOIN kernel_unit u ON u.id = d.unit_id
WHERE d.digest = ANY(%s) AND d.revoked_at IS NULL AND u.status <> 'off'
"""


class Unreadable(ValueError):
    """The report cannot be used; the text says which part."""


class Busy(RuntimeError):
    """More reports wait than can be written; try again later."""


@dataclass(frozen=True, slots=True)
class Report:
    """One position of one device, known by the SHA-256 of its key."""

    digest: str
    lon: float
    lat: float
    speed: float | None
    at: datetime


def read(fields: Mapping[str, str]) -> Report:
    """The report in a request's parameters. Raises Unreadable, naming what is wrong."""
    key = fields.get("id") or fields.get("deviceid") or ""
    if not 0 < len(key) <= 64 or not key.isprintable():
        raise Unreadable("id")
    lon, lat = _number(fields, "lon", 180), _number(fields, "lat", 85)
    speed = _number(fields, "speed", 1000) if fields.get("speed") else None
    return Report(
        sha256(key.encode()).hexdigest(), lon, lat, speed, _moment(fields.get("timestamp", ""))
    )


def _number(fields: Mapping[str, str], name: str, limit: float) -> float:
    try:
        value = float(fields[name])
    except (KeyError, ValueError) as error:
        raise Unreadable(name) from error
    if not math.isfinite(value) or abs(value) > limit:
        raise Unreadable(name)
    return value


def _moment(text: str) -> datetime:
    """Seconds or milliseconds since 1970, or ISO 8601 with a zone; nothing means now."""
    present = now()
    if not text:
        return present
    try:
        at = _epoch(float(text)) if text.replace(".", "", 1).isdigit() else _iso(text)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("timestamp") from error
    if at > present + AHEAD:
        raise Unreadable("timestamp")
    return at


def _epoch(value: float) -> datetime:
    return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)


def _iso(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at


class Recorder:
    """Collects reports and writes them in batches."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Report, asyncio.Future[bool]]] = []
        self.woken = asyncio.Event()

    async def keep(self, report: Report) -> bool:
        """True once the report is committed; False if its device is not followed now."""
        if len(self.waiting) >= MOST_WAITING:
            raise Busy
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting.append((report, done))
        self.woken.set()
        try:
            return await asyncio.wait_for(done, PATIENCE_S)
        except TimeoutError as error:
            raise Busy from error

    async def run(self, db: Connection) -> None:
        """Write batches for ever."""
        while True:
            await self.woken.wait()
            await asyncio.sleep(BATCH_SECONDS)
            batch, self.waiting = self.waiting, []
            self.woken.clear()
            try:
                await self._write(db, batch)
            except Exception:
                for _, done in batch:  # whoever sent one hears of it and sends again
                    if not done.done():
                        done.set_exception(Busy())
                raise

    async def _write(
        self, db: Connection, batch: list[tuple[Report, asyncio.Future[bool]]]
    ) -> None:
        reports = [report for report, _ in batch]
        columns = ("digest", "lon", "lat", "speed", "at")
        await db.execute(_KEEP, [[getattr(r, c) for r in reports] for c in columns])
        found = await db.execute(_FOLLOWED, [list({r.digest for r in reports})])
        followed = {row["digest"] for row in await found.fetchall()}
        for report, done in batch:
            if not done.done():  # the sender may have gone
                done.set_result(report.digest in followed)
