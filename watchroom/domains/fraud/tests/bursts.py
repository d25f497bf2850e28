"""Signals about people in bursts, and the windows they are, worked out in plain Python."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

GAP = timedelta(minutes=30)
Signal = tuple[str, str, datetime, int]
"""(telephone, type, when, score)"""
Known = dict[tuple[str, str], list[tuple[datetime, datetime, int]]]
"""(telephone, type) → windows in order: first, last, level."""


def rows_of(signals: Sequence[Signal]) -> list[dict[str, Any]]:
    """As a source sends them; each has its own number."""
    return [
        {
            "source_id": f"{phone}-{n}", "type": kind, "occurred_at": at.isoformat(),
            "phone": phone, "score": score,
        }
        for n, (phone, kind, at, score) in enumerate(signals)
    ]  # fmt: skip


def windows_of(signals: Sequence[Signal]) -> Known:
    """The known answer, by the rules that come with Watchroom: score 90 is high, 60 is medium."""
    found: Known = {}
    for phone, kind, at, score in sorted(signals, key=lambda one: one[2]):
        level = 3 if score >= 90 else 2 if score >= 60 else 1
        rows = found.setdefault((phone, kind), [])
        if rows and at - rows[-1][1] <= GAP:
            first, _, highest = rows.pop()
            rows.append((first, at, max(level, highest)))
        else:
            rows.append((at, at, level))
    return found


def made(count: int, begin: datetime, seed: int = 1) -> list[Signal]:
    """Signals of people in bursts, out of order by up to ten minutes; some at the same moment."""
    chance = random.Random(seed)
    found: list[tuple[float, Signal]] = []
    while len(found) < count:
        phone, kind = f"139{chance.randrange(count // 6):08d}", chance.choice(("loan", "justice"))
        at = begin + timedelta(milliseconds=chance.randrange(6 * 3_600_000))
        for _ in range(chance.randrange(1, 12)):
            arrives = at.timestamp() + chance.uniform(0, 600)
            found.append((arrives, (phone, kind, at, chance.randrange(100))))
            if chance.random() > 0.1:
                at += timedelta(milliseconds=int(chance.expovariate(1 / 480_000)))
    return [signal for _, signal in sorted(found)]
