"""Moments and days in words, on the wall clock of the country."""

from __future__ import annotations

from datetime import date, datetime

from watchroom.base import clock
from watchroom.base.text import Text


def moment(at: datetime) -> Text:
    """2026年3月5日14:05 / 2026-03-05 14:05, with seconds only where they are not zero."""
    local = clock.local(at)
    time = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return Text(f"{day(local.date()).zh}{time}", f"{local:%Y-%m-%d} {time}")


def day(on: date) -> Text:
    """2026年3月5日 / 2026-03-05."""
    return Text(f"{on.year}年{on.month}月{on.day}日", on.isoformat())


def end_of(on: date) -> Text:
    """2026年3月5日24时 / 24:00 on 2026-03-05."""
    return Text(f"{day(on).zh}24时", f"24:00 on {on}")
