"""每日研判: what stood out on a day, by place and class, and what has to be heard of besides."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from django.db import connection
from django.db.models import Count

from watchroom.base.clock import day_start, local_date, now
from watchroom.figures.unusual import Baseline, Seen, baseline, look
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Beat, Deadline, Matter
from watchroom.kernel.picture import Tally, Watched
from watchroom.law.calendar import is_working_day

WHOLE = 0
PERMISSION = "figures.view"


@dataclass(frozen=True)
class Series:
    """One thing that was counted: a class in a beat, at a station, or in the whole."""

    what: str
    agency: Agency | None = None
    beat: Beat | None = None


@dataclass(frozen=True)
class Alarm:
    """A series that stood out. `count` against `expected`, and the range in which 95 of 100 such
    days lie; `rise`: more than usual, else fewer."""

    series: Series
    count: int
    expected: float
    low: int
    high: int
    rise: bool


@dataclass(frozen=True)
class Day:
    """One kind of matter on one day, `classes` with their counts and the usual ones, the most
    first. Without a baseline nothing is called unusual."""

    watched: Watched
    day: date
    baseline: Baseline
    total: int
    usual: float | None
    classes: Sequence[tuple[str, int, float | None]]
    alarms: Sequence[Alarm]
    looked_at: int
    hours: Sequence[int]
    usual_hours: Sequence[float]


def kind_of(day: date) -> Hashable:
    """Which days are alike: the weekday of a working day, and all days off together; a working
    Saturday or Sunday in lieu of a holiday is a Friday to us."""
    return min(day.weekday(), 4) if is_working_day(day) else "off"


def of_day(actor: Actor, watched: Watched, day: date) -> Day:
    """Look at one kind of matter over the agencies where the actor reads figures."""
    reach = actor.reach(PERMISSION)
    days = baseline(day, kind_of, _first(watched))
    counted = [_tally(watched, one, reach) for one in (day, *days.days)]
    lists = _Lists(reach, sorted({t.what for rows in counted for t in rows}))
    table = np.array([lists.counts(rows) for rows in counted]).T
    hours = _hours(watched.kind, reach, (day, *days.days))
    seen = look(table[:, 0], table[:, 1:], lists.classes, days.year_ago) if days.enough else None
    return Day(
        watched,
        day,
        days,
        int(sum(t.count for t in counted[0])),
        _usual(lists, seen),
        _classes(lists, table[:, 0], seen),
        _alarms(lists, table[:, 0], seen),
        len(table) if days.enough else 0,
        [int(n) for n in hours[0]],
        [round(float(n), 1) for n in hours[1:].mean(axis=0)] if days.enough else [],
    )


def _first(watched: Watched) -> date:
    rows = Matter.objects.filter(kind=watched.kind).order_by("occurred_at")
    first = rows.values_list("occurred_at", flat=True).first()
    return local_date(first or now()) + timedelta(days=1)  # the first day is not a whole one


def _tally(watched: Watched, day: date, reach: frozenset[int]) -> list[Tally]:
    found = watched.tally(day_start(day), day_start(day + timedelta(days=1)))
    return [one for one in found if one.agency_id in reach]


class _Lists:
    """All series there are: every class in every beat and agency of the reader, and in the whole.

    Quiet ones belong to them: the false alarms are held over everything that was looked at.
    """

    def __init__(self, reach: frozenset[int], whats: Sequence[str]) -> None:
        self.whats = {what: n for n, what in enumerate(whats)}
        rows = Beat.objects.filter(agency_id__in=reach).select_related("agency").defer("outline")
        self.beats = list(rows.order_by("code"))
        with_beats = {beat.agency_id for beat in self.beats}
        self.agencies = list(Agency.objects.filter(pk__in=with_beats).order_by("code"))
        self._beat = {beat.pk: n for n, beat in enumerate(self.beats)}
        self._agency = {agency.pk: n for n, agency in enumerate(self.agencies)}

    @property
    def _places(self) -> int:
        return len(self.beats) + len(self.agencies) + 1

    @cached_property
    def classes(self) -> np.ndarray:
        """Which class each series is of."""
        return np.repeat(np.arange(len(self.whats)), self._places)

    def counts(self, tallies: Iterable[Tally]) -> np.ndarray:
        """Counts of every series on one day."""
        table = np.zeros((len(self.whats), self._places), dtype=np.int64)
        for one in tallies:
            row = table[self.whats[one.what]]
            row[-1] += one.count
            if (beat := self._beat.get(one.beat_id or 0)) is not None:
                row[beat] += one.count
            if (agency := self._agency.get(one.agency_id)) is not None:
                row[len(self.beats) + agency] += one.count
        return table.ravel()

    def series(self, number: int) -> Series:
        """What a row of the table counts."""
        what, place = divmod(number, self._places)
        name = list(self.whats)[what]
        if place < len(self.beats):
            return Series(name, self.beats[place].agency, self.beats[place])
        place -= len(self.beats)
        return Series(name, self.agencies[place] if place < len(self.agencies) else None)

    @property
    def whole(self) -> np.ndarray:
        """Rows of the classes in the whole."""
        return np.arange(1, len(self.whats) + 1) * self._places - 1


def _usual(lists: _Lists, seen: Seen | None) -> float | None:
    return round(float(seen.expected[lists.whole].sum()), 1) if seen else None


def _classes(
    lists: _Lists, today: np.ndarray, seen: Seen | None
) -> list[tuple[str, int, float | None]]:
    rows = (
        (what, int(today[n]), round(float(seen.expected[n]), 1) if seen else None)
        for what, n in zip(lists.whats, lists.whole, strict=True)
    )
    return sorted(rows, key=lambda row: -row[1])


def _alarms(lists: _Lists, today: np.ndarray, seen: Seen | None) -> list[Alarm]:
    if seen is None:
        return []
    named = [int(n) for n in np.nonzero(seen.rises | seen.falls)[0]]
    found = [
        Alarm(
            lists.series(n),
            int(today[n]),
            round(float(seen.expected[n]), 1),
            int(seen.low[n]),
            int(seen.high[n]),
            bool(seen.rises[n]),
        )
        for n in sorted(named, key=lambda n: min(seen.more[n], seen.fewer[n]))
    ]
    return sorted(found, key=lambda alarm: not alarm.rise)


_HOURS = """
SELECT day.n - 1, extract(hour FROM m.occurred_at AT TIME ZONE 'Asia/Shanghai')::int, count(*)
FROM unnest(%s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY day (starts, ends, n)
JOIN kernel_matter m
  ON m.kind = %s AND m.occurred_at >= day.starts AND m.occurred_at < day.ends
WHERE m.agency_id = ANY(%s)
GROUP BY 1, 2
"""


def _hours(kind: str, reach: frozenset[int], days: Sequence[date]) -> np.ndarray:
    """(day, 24) how many there were in each hour."""
    starts = [day_start(day) for day in days]
    ends = [day_start(day + timedelta(days=1)) for day in days]
    table = np.zeros((len(days), 24), dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, [starts, ends, kind, sorted(reach)])
        for day, hour, n in cursor.fetchall():
            table[day, hour] = n
    return table


@dataclass(frozen=True)
class Late:
    """How many clocks of open matters an agency has that have run out."""

    agency: Agency
    count: int


def late(actor: Actor) -> list[Late]:
    """Clocks that have run out and still run, by agency, the most first."""
    rows = Deadline.objects.filter(
        state="running",
        due_at__lt=now(),
        matter__closed_at=None,
        matter__agency__in=actor.reach(PERMISSION),
    )
    counted = list(rows.values_list("matter__agency").annotate(n=Count("id")).order_by("-n"))
    agencies = Agency.objects.in_bulk([pk for pk, _ in counted])
    return [Late(agencies[pk], n) for pk, n in counted]
