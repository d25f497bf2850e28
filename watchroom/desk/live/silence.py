"""Which units on duty have not been heard of for too long.

Nothing is written when a phone falls silent, so nothing in the trail tells of it: the live process
looks, tells what has changed, and tells everything to a screen that connects.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from watchroom.base.freshness import is_stale

from .stream import Connection

EVERY = 2.0
"""Seconds between two looks."""

_ON_DUTY = """
SELECT u.id, u.agency_id AS agency, u.kind,
       extract(epoch FROM clock_timestamp() - p.at)::float8 AS age
FROM kernel_unit u LEFT JOIN kernel_unitposition p ON p.unit_id = u.id
WHERE u.status <> 'off'
"""


async def on_duty(connection: Connection) -> list[dict[str, Any]]:
    """Units on duty with the age of their position in seconds, None without one."""
    return await (await connection.execute(_ON_DUTY)).fetchall()


@dataclass(frozen=True, slots=True)
class Change:
    """What one look found new: {unit: agency} of those fallen silent, and of those heard again."""

    silent: dict[int, int]
    heard: dict[int, int]

    def __bool__(self) -> bool:
        return bool(self.silent or self.heard)


class Silence:
    """The units that are silent now, as of the last look."""

    def __init__(self) -> None:
        self.units: dict[int, int] = {}

    def look(self, rows: Iterable[dict[str, Any]]) -> Change:
        """Take in what stands now; returns what changed. Off duty nobody is silent."""
        found = {row["id"]: row["agency"] for row in rows if is_stale(row["kind"], row["age"])}
        change = Change(
            {unit: agency for unit, agency in found.items() if unit not in self.units},
            {unit: agency for unit, agency in self.units.items() if unit not in found},
        )
        self.units = found
        return change


def everything(units: dict[int, int], reach: frozenset[int]) -> str:
    """All that is silent within reach, as a server-sent event: what a screen begins with."""
    return _event({"all": True, "silent": _within(units, reach), "heard": []})


def changed(change: Change, reach: frozenset[int]) -> str:
    """What changed within reach, as a server-sent event; empty for nothing."""
    silent, heard = _within(change.silent, reach), _within(change.heard, reach)
    return _event({"all": False, "silent": silent, "heard": heard}) if silent or heard else ""


def _within(units: dict[int, int], reach: frozenset[int]) -> list[int]:
    return [unit for unit, agency in units.items() if agency in reach]


def _event(body: dict[str, Any]) -> str:
    return f"event: silence\ndata: {json.dumps(body, separators=(',', ':'))}\n\n"
