"""What is wrong with a plan: too few people at some hour, one person in two places."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from watchroom.base.text import Text

from .words import DAYS


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


def hours_of(starts: time, ends: time) -> tuple[list[int], list[int]]:
    """The full hours a shift covers, (on its own day, on the day after)."""
    first = starts.hour + (starts.minute > 0)
    last = ends.hour
    if ends > starts:
        return list(range(first, last)), []
    return list(range(first, 24)), list(range(last))


def shortfalls(slots: Sequence[Slot], demands: Iterable[Demand]) -> list[Text]:
    """Where the plan has fewer people than it asks of itself, hour by hour, in sentences."""
    found = []
    for demand in demands:
        strength = _strength([s for s in slots if demand.post in ("", s.post)])
        weak = {
            (day, hour): strength[day, hour]
            for day in range(1, 8)
            for hour in range(demand.from_hour, demand.to_hour)
            if strength[day, hour] < demand.minimum
        }
        if weak:
            found.append(_said(demand, weak))
    return found


def _strength(slots: Iterable[Slot]) -> dict[tuple[int, int], int]:
    """(day of the week, hour) → people."""
    strength: dict[tuple[int, int], int] = defaultdict(int)
    for slot in slots:
        same, after = hours_of(slot.starts, slot.ends)
        for day in slot.days:
            for hour in same:
                strength[day, hour] += slot.strength
            for hour in after:
                strength[day % 7 + 1, hour] += slot.strength
    return strength


def _said(demand: Demand, weak: dict[tuple[int, int], int]) -> Text:
    (day, hour), least = min(weak.items(), key=lambda item: (item[1], item[0]))
    where = Text(demand.post, demand.post) if demand.post else Text("全部岗位", "All posts")
    return Text(
        f"{{w}}：要求 {demand.from_hour}-{demand.to_hour} 时至少 {demand.minimum} 人，"
        f"{{d}} {hour} 时只有 {least} 人",
        f"{{w}}: at least {demand.minimum} are asked for from {demand.from_hour} to "
        f"{demand.to_hour}; on {{d}} at {hour} there are only {least}",
    ).format(w=where, d=DAYS[day - 1])


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
