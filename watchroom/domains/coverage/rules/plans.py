"""What is wrong with a plan: too few people at some hour, one person in two places."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from watchroom.base.text import Text

from .words import DAYS

A_DAY = 1440
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One (post, shift, strength) of a plan: what an optimiser fills in and a person can change.

    `days` as ISO 8601 numbers them; a shift that ends no later than it begins ends next day.
    """

    post: str
    shift: str
    strength: int
    starts: time
    ends: time
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """At least `minimum` people from `from_hour` to before `to_hour`, at a post ("" = over all)."""

    post: str
    from_hour: int
    to_hour: int
    minimum: int


def shortfalls(slots: Sequence[Slot], demands: Iterable[Demand]) -> list[Text]:
    """Where the plan has fewer people than it asks of itself, in sentences; exact to the minute."""
    found = []
    for demand in demands:
        strength = _strength([s for s in slots if demand.post in ("", s.post)])
        asked = strength[:, demand.from_hour * 60 : demand.to_hour * 60]
        if asked.min() < demand.minimum:
            day, minute = np.unravel_index(asked.argmin(), asked.shape)
            at = demand.from_hour * 60 + int(minute)
            found.append(_said(demand, int(day), at, int(asked.min())))
    return found


def _strength(slots: Iterable[Slot]) -> npt.NDArray[np.int64]:
    """(7, 1440) people in each minute of each day of the week."""
    week = np.zeros(7 * A_DAY, np.int64)
    for slot in slots:
        start, end = (at.hour * 60 + at.minute for at in (slot.starts, slot.ends))
        length = (end - start) % A_DAY or A_DAY
        for day in slot.days:
            first = (day - 1) * A_DAY + start
            week[np.arange(first, first + length) % len(week)] += slot.strength
    return week.reshape(7, A_DAY)


def _said(demand: Demand, day: int, minute: int, least: int) -> Text:
    where = Text(demand.post, demand.post) if demand.post else Text("全部岗位", "All posts")
    at = f"{minute // 60:02d}:{minute % 60:02d}"
    return Text(
        f"{{w}}：要求 {demand.from_hour}-{demand.to_hour} 时至少 {demand.minimum} 人，"
        f"{{d}} {at} 只有 {least} 人",
        f"{{w}}: at least {demand.minimum} are asked for from {demand.from_hour} to "
        f"{demand.to_hour}; on {{d}} at {at} there are only {least}",
    ).format(w=where, d=DAYS[day])


def clashes(
    turns: Iterable[tuple[int, datetime, datetime]],
) -> list[tuple[int, datetime, datetime]]:
    """(person, begins, ends) of each turn that overlaps the person's turn before it.

    `turns`: (person, begins, ends), in any order.
    """
    by_person: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for person, starts, ends in turns:
        by_person[person].append((starts, ends))
    return [
        (person, starts, ends)
        for person, spans in sorted(by_person.items())
        for (_, before), (starts, ends) in pairwise(sorted(spans))
        if starts < before
    ]
