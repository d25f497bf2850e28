"""Where free units stand while others are out: move-ups, as plain functions.

A relocation is a function `move(units, travel, settings) -> int` at the top of a module: `units`
(u) UNIT records, `travel` (to, from) seconds of this hour, `settings` the numbers it was made with.
It answers `unit * places + place` to let a free unit stand at another place from now on, or STAY.
It is asked after every event, and again until it answers STAY. It may not change what it reads.

Source: compliance tables: Gendreau, Laporte, Semet, "The maximal expected coverage relocation
problem for emergency vehicles", Journal of the Operational Research Society 57 (2006).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import cfunc, from_dtype, types

from watchroom.plan.simulation.board import F32, F64, FREE, STAY, UNIT
from watchroom.plan.simulation.loop import bare

Move = Callable[[Any, F32, F64], int]


@dataclass(frozen=True)
class Relocation:
    """A rule of where free units stand, with its settings; can be sent to other processes."""

    move: Move
    settings: tuple[float, ...] = ()

    @property
    def compiled(self) -> Any:
        """What the loop calls; compiled once a process and kept on disk where it can be."""
        return _compiled(self.move)

    @property
    def numbers(self) -> F64:
        """(m) the settings, as the function reads them."""
        return np.array(self.settings, np.float64)


@cache
def _compiled(move: Move) -> Any:
    unit = types.Array(from_dtype(UNIT), 1, "C")
    travel, numbers = types.Array(types.float32, 2, "C"), types.Array(types.float64, 1, "C")
    ours = move.__module__ == __name__
    return cfunc(types.int64(unit, travel, numbers), cache=ours)(move)


def stay() -> Relocation:
    """Everybody goes back to the place where they stood."""
    return Relocation(_stay)


def by_table(table: npt.ArrayLike, within: float = np.inf) -> Relocation:
    """A compliance table: with k units free, row k - 1 says which places are to be held.

    table: (u, u) places in order of importance, -1 beyond the k-th; a place may stand there twice.
    Of the units that are not needed where they stand the nearest goes, if it is no farther than
    `within` seconds; with more units free than rows the last row holds.
    """
    rows = np.atleast_2d(np.asarray(table, np.float64))
    return Relocation(_by_table, (float(within), float(rows.shape[1]), *rows.ravel().tolist()))


def by_rank(places: npt.ArrayLike, within: float = np.inf) -> Relocation:
    """The table in which k free units hold the first k of these places."""
    order = np.asarray(places, np.float64)
    rows = np.where(np.tri(len(order), dtype=bool), order, -1.0)
    return by_table(rows, within)


def _stay(units: Any, travel: F32, settings: F64) -> int:  # pragma: no cover
    return STAY


def _by_table(units: Any, travel: F32, settings: F64) -> int:  # pragma: no cover
    width, free = int(settings[1]), 0
    for unit in range(len(units)):
        free += units[unit].state == FREE
    rows = (len(settings) - 2) // width
    if free == 0 or rows == 0:
        return STAY
    begin = 2 + (min(free, rows) - 1) * width
    row = settings[begin : begin + width]
    for column in range(width):
        place = int(row[column])
        if place >= 0 and _standing(units, place) < _wanted(row[: column + 1], place):
            unit = _nearest_spare(units, travel[place], row, settings[0])
            if unit >= 0:
                return int(unit * len(travel) + place)
    return STAY


@bare()
def _standing(units: Any, place: int) -> int:  # pragma: no cover
    """How many free units stand, or are to stand, at a place."""
    count = 0
    for unit in range(len(units)):
        count += units[unit].state == FREE and units[unit].stand == place
    return count


@bare()
def _wanted(row: F64, place: int) -> int:  # pragma: no cover
    """How often a place stands in a row."""
    count = 0
    for column in range(len(row)):
        count += int(row[column]) == place
    return count


@bare()
def _nearest_spare(units: Any, seconds: F32, row: F64, within: float) -> int:  # pragma: no cover
    """The free unit that is soonest there, of those not needed where they stand; -1 for none."""
    best, least = -1, within
    for unit in range(len(units)):
        me = units[unit]
        if me.state != FREE or _standing(units, me.stand) <= _wanted(row, me.stand):
            continue
        way = seconds[me.goal]
        if way <= least and (best < 0 or way < least):
            best, least = unit, way
    return best
