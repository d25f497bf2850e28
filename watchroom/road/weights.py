"""What the hour does to the streets: speed factors by hour of the week and street class."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import numpy.typing as npt

from watchroom.road.arrays import F64, I32, NEVER, Bools
from watchroom.road.checking import refusal
from watchroom.road.hours import SLOTS
from watchroom.road.streets import CLASSES
from watchroom.road.topology import Topology


def slot_of(when: datetime | int) -> int:
    """The hour of the week, 0 to 167, of a local time (as its own clock shows it) or a slot."""
    slot = when if isinstance(when, int) else when.weekday() * 24 + when.hour
    if not 0 <= slot < SLOTS:
        raise refusal(
            f"时段 {slot} 不在 0 到 {SLOTS - 1} 之间（0 为星期一零点）。",
            f"Hour {slot} is not from 0 to {SLOTS - 1} (0 is Monday midnight).",
        )
    return slot


def factor_table(factors: npt.ArrayLike | None) -> F64:
    """(168, classes) speed factors, 1 = free flow, from a whole table or one row for all hours."""
    if factors is None:
        return np.ones((SLOTS, len(CLASSES)))
    table = np.asarray(factors, np.float64)
    if table.shape not in {(len(CLASSES),), (SLOTS, len(CLASSES))}:
        raise refusal(
            f"车速系数表应为 {SLOTS} 行（小时）× {len(CLASSES)} 列（道路等级）。",
            f"Speed factors must be {SLOTS} rows (hours) by {len(CLASSES)} columns (classes).",
        )
    if not np.all((table >= 0.01) & (table <= 100)):
        raise refusal(
            "车速系数必须在 0.01 到 100 之间。", "Speed factors must be from 0.01 to 100."
        )
    return np.broadcast_to(table, (SLOTS, len(CLASSES)))


def slowed(edge_ms: I32, speed: F64) -> I32:
    """(E) milliseconds of the edges when each is driven at `speed` times its free speed."""
    if np.all(speed == 1):
        return edge_ms
    return np.minimum(np.rint(edge_ms / speed), NEVER - 1).astype(np.int32)


def with_turns(t: Topology, arcs: I32 | slice, edge_ms: I32, slot: int | None) -> I32:
    """Milliseconds of some arcs: their turns, then their edges; edge_ms: of each of those edges.

    NEVER where the edge is closed or the turn is barred in that hour of the week (None: rules that
    hold at certain hours do not bind).
    """
    if not len(t.turn_ms):
        return edge_ms
    ms: I32 = np.minimum(edge_ms + t.turn_ms[arcs], NEVER).astype(np.int32)
    if slot is not None and len(t.hours) > 1:
        ms[t.hours[t.turn_hours[arcs], slot]] = NEVER
    return ms


def closed_edges(closures: Iterable[int], count: int) -> Bools:
    """(E) True for the closed edges."""
    edges = np.fromiter(closures, np.int64)
    if np.any((edges < 0) | (edges >= count)):
        raise refusal(
            f"封闭的路段编号必须在 0 到 {count - 1} 之间。",
            f"Closed edges must be numbered 0 to {count - 1}.",
        )
    closed = np.zeros(count, np.bool_)
    closed[edges] = True
    return closed
