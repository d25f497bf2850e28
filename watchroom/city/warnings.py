"""Fraud warnings of the fictional city: what banks, telecoms and the national app send to its desk.

Each comes with a person of the city's own making, at home in a beat. Several sources often tell of
the same person; some warnings are false alarms.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from .model import Beat, City
from .names import person
from .port import Refused, Unreachable
from .seeds import rng

log = logging.getLogger("watchroom.city.warnings")
FEEDS = (
    ("bank-lc", "澜川农商银行", "Lanchuan Rural Bank", "bank"),
    ("telecom-lc", "澜川电信", "Lanchuan Telecom", "telecom"),
    ("app", "反诈应用", "Anti-fraud app", "app"),
)
TYPES = (
    ("rebate", 0.26), ("service", 0.19), ("invest", 0.14), ("loan", 0.1), ("justice", 0.08),
    ("shopping", 0.08), ("credit", 0.05), ("game", 0.04), ("acquaintance", 0.03), ("romance", 0.03),
)  # fmt: skip
TOLD_AGAIN = 0.35
"""How often another source tells of the same danger."""
EVERY = dt.timedelta(minutes=4)
PATH = "/api/v1/fraud/feeds/{feed}/warnings"


def warnings(
    city: City, seed: int, session: str, moments: Sequence[dt.datetime]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(feed, warning) for people who come into danger at these moments, with what follows."""
    beats = list(city.beats)
    weights = np.array([beat.population for beat in beats], dtype=float)
    for number, at in enumerate(moments):
        r = rng(seed, "fraud", session, number)
        beat = beats[int(r.choice(len(beats), p=weights / weights.sum()))]
        bureau = city.agency[beat.station].parent
        row = _row(r, beat, bureau, f"{session}-{number}", at)
        feed = FEEDS[int(r.choice(3, p=(0.35, 0.4, 0.25)))][0]
        yield feed, row
        if r.random() < TOLD_AGAIN:
            later = at + dt.timedelta(minutes=float(r.uniform(1, 9)))
            again = {**row, "source_id": f"{row['source_id']}-2", "occurred_at": later}
            yield FEEDS[int(r.integers(3))][0], {**again, **_told(r)}


def _row(
    r: np.random.Generator, beat: Beat, bureau: str, number: str, at: dt.datetime
) -> dict[str, Any]:
    sex = "f" if r.random() < 0.52 else "m"
    age = int(np.clip(r.normal(42, 17), 9, 92))
    kinds, shares = zip(*TYPES, strict=True)
    shares = np.array(shares) / sum(shares)
    return {
        "source_id": number,
        "occurred_at": at,
        "type": str(r.choice(kinds, p=shares)),
        "phone": f"100{int(r.integers(10**8)):08d}",
        "name": "".join(person(r, sex)),
        "sex": sex,
        "age": age,
        "agency": bureau,
        "address": f"{beat.zh}{int(r.integers(1, 40))}栋{int(r.integers(101, 1802))}",
        "lon": beat.lon + float(r.normal(0, 0.0008)),
        "lat": beat.lat + float(r.normal(0, 0.0008)),
        **_told(r),
    }


def _told(r: np.random.Generator) -> dict[str, Any]:
    """What a source knows of the danger: often little."""
    transferred = bool(r.random() < 0.12)
    shared = bool(r.random() < 0.15)
    return {
        "score": int(np.clip(r.normal(58, 20), 1, 99)),
        "amount": int(round(float(r.lognormal(9.3, 1.3)), -2)) if r.random() < 0.6 else "",
        "minutes_on_call": int(r.exponential(9)) if shared or r.random() < 0.4 else "",
        "transferred": transferred,
        "screen_shared": shared,
    }


class Line(Protocol):
    """The line to a running Watchroom."""

    async def asked(self, method: str, path: str, **how: Any) -> Any:
        """The JSON answer; raises Refused or Unreachable."""


class Upstream:
    """Sends warnings now and then while the live day runs; on the wall clock, whatever its pace."""

    def __init__(self, line: Line, city: City, session: str) -> None:
        self.line, self.city, self.session = line, city, session
        self.sent = 0

    async def run(self) -> None:
        """Until it is cancelled. A line that is down is tried again with the next."""
        r = rng(self.city.seed, "fraud", self.session)
        while True:
            await asyncio.sleep(float(r.exponential(EVERY.total_seconds())))
            try:
                await self.send(dt.datetime.now(dt.UTC))
            except (Unreachable, Refused) as trouble:
                log.info("warnings: %s", trouble)

    async def send(self, at: dt.datetime) -> None:
        """One person comes into danger; what further sources say is sent as if it had come now."""
        self.sent += 1
        session = f"{self.session}-{self.sent}"
        for feed, row in warnings(self.city, self.city.seed, session, [at]):
            told = {**row, "occurred_at": at.isoformat()}
            await self.line.asked("POST", PATH.format(feed=feed), json=[told])
