"""Time: aware UTC inside, the agency's own zone at the edges, and a clock that tests can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of the whole country, and therefore the default."""


def _system() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return utc(_source.get()())


@contextmanager
def running_on(source: Callable[[], datetime]) -> Iterator[None]:
    """Take time from `source` inside the block: a simulation's clock, for instance."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` inside the block. Raises ValueError for a naive moment."""
    fixed = utc(moment)
    with running_on(lambda: fixed):
        yield


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive one: it would be a guess."""
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return moment.astimezone(UTC)


def local(moment: datetime, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The same moment on the wall clock of `zone`. Raises ValueError for a naive one."""
    return utc(moment).astimezone(zone)


def local_date(moment: datetime, zone: ZoneInfo = SHANGHAI) -> date:
    """The calendar day it is in `zone` at that moment."""
    return local(moment, zone).date()


def at_local(day: date, at: time = time.min, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The moment (UTC) when the wall clock of `zone` shows `day` and `at`."""
    return datetime.combine(day, at.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def day_start(day: date, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The first moment (UTC) of a local day."""
    return at_local(day, time.min, zone)


def day_end(day: date, zone: ZoneInfo = SHANGHAI) -> datetime:
    """24:00 of a local day (UTC): the first moment that no longer belongs to it."""
    return day_start(day + timedelta(days=1), zone)
