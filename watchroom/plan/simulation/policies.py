"""Whom to send: plain functions, compiled when first used.

A policy is a function `choose(call, seconds, units, settings) -> int` at the top of a module:
`call` is one CALL record, `seconds` (u) how long each unit would take (inf: it cannot be sent),
`units` (u) UNIT records, `settings` the numbers the policy was made with. It answers with the
unit's index, or -1 to leave the call waiting. It may not change what it reads.

The loop reaches a policy through one address, so a new policy is compiled alone, in well under a
second, and the loop never again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import cfunc, from_dtype, types

from watchroom.plan.simulation.board import CALL, F64, FREE, UNIT

Choose = Callable[[Any, F64, Any, F64], int]


@dataclass(frozen=True)
class Policy:
    """A rule of dispatch with its settings; can be sent to other processes."""

    choose: Choose
    settings: tuple[float, ...] = ()

    @property
    def compiled(self) -> Any:
        """What the loop calls; compiled once a process and kept on disk where it can be."""
        return _compiled(self.choose)

    @property
    def numbers(self) -> F64:
        """(m) the settings, as the function reads them."""
        return np.array(self.settings, np.float64)


@cache
def _compiled(choose: Choose) -> Any:
    unit = types.Array(from_dtype(UNIT), 1, "C")
    numbers = types.Array(types.float64, 1, "C")
    signature = types.int64(from_dtype(CALL), numbers, unit, numbers)
    ours = choose.__module__ == __name__
    return cfunc(signature, cache=ours)(choose)


def nearest() -> Policy:
    """The unit that would be there first; of equals the one with the lower number."""
    return Policy(_nearest)


def home_first(patience: float = np.inf) -> Policy:
    """The quickest unit of the call's own area, if one could be there within `patience` seconds;
    otherwise the nearest: the station-ground rule."""
    return Policy(_home_first, (patience,))


def tiers(kinds: npt.ArrayLike, within: npt.ArrayLike) -> Policy:
    """Closest by tier: the nearest unit of kind `kinds[0]` within `within[0]` seconds, else of the
    next; the nearest of all where no tier has one."""
    pairs = zip(np.atleast_1d(kinds).tolist(), np.atleast_1d(within).tolist(), strict=True)
    return Policy(_tiers, tuple(float(number) for pair in pairs for number in pair))


def reserve(keep: int, urgent: int = 0) -> Policy:
    """The nearest, but a call less urgent than priority `urgent` never takes one of the last
    `keep` free units: it waits."""
    return Policy(_reserve, (float(keep), float(urgent)))


def reserve_in_area(keep: int, urgent: int = 0) -> Policy:
    """The nearest, but a call less urgent than priority `urgent` never takes one of the last
    `keep` free units of an area other than its own."""
    return Policy(_reserve_in_area, (float(keep), float(urgent)))


def as_recorded() -> Policy:
    """The unit that the record says was sent; the call waits for it."""
    return Policy(_as_recorded)


def _nearest(call: Any, seconds: F64, units: Any, settings: F64) -> int:  # pragma: no cover
    best, least = -1, np.inf
    for unit in range(len(seconds)):
        if seconds[unit] < least:
            best, least = unit, seconds[unit]
    return best


def _home_first(call: Any, seconds: F64, units: Any, settings: F64) -> int:  # pragma: no cover
    best, least = -1, np.inf
    own, own_least = -1, np.inf
    for unit in range(len(seconds)):
        if seconds[unit] < least:
            best, least = unit, seconds[unit]
        if units[unit].area == call.area and seconds[unit] < own_least:
            own, own_least = unit, seconds[unit]
    return own if own_least < np.inf and own_least <= settings[0] else best


def _tiers(call: Any, seconds: F64, units: Any, settings: F64) -> int:  # pragma: no cover
    best, least = -1, np.inf
    for tier in range(len(settings) // 2):
        for unit in range(len(seconds)):
            if units[unit].kind == settings[2 * tier] and seconds[unit] < least:
                best, least = unit, seconds[unit]
        if least <= settings[2 * tier + 1]:
            return best
        best, least = -1, np.inf
    for unit in range(len(seconds)):
        if seconds[unit] < least:
            best, least = unit, seconds[unit]
    return best


def _reserve(call: Any, seconds: F64, units: Any, settings: F64) -> int:  # pragma: no cover
    best, least, free = -1, np.inf, 0
    for unit in range(len(seconds)):
        free += units[unit].state == FREE
        if seconds[unit] < least:
            best, least = unit, seconds[unit]
    return -1 if call.priority > settings[1] and free <= settings[0] else best


def _reserve_in_area(call: Any, seconds: F64, units: Any, settings: F64) -> int:  # pragma: no cover
    best, least = -1, np.inf
    for unit in range(len(seconds)):
        if seconds[unit] >= least:
            continue
        if call.priority > settings[1] and units[unit].area != call.area:
            free = 0
            for other in range(len(units)):
                free += units[other].state == FREE and units[other].area == units[unit].area
            if free <= settings[0]:
                continue
        best, least = unit, seconds[unit]
    return best


def _as_recorded(call: Any, seconds: F64, units: Any, settings: F64) -> int:  # pragma: no cover
    if call.ordered < 0 or call.ordered >= len(seconds) or seconds[call.ordered] == np.inf:
        return -1
    return int(call.ordered)
