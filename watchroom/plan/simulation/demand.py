"""Drawing calls: the same seed and replication give the same calls to every scenario.

Times, places and service times come from three separate streams, so that changing one of them in a
scenario leaves the others as they were (common random numbers).

Sources: Lewis, Shedler (Naval Research Logistics 26, 1979) for Poisson processes whose rate
changes, here by inverting the piecewise linear mean, so that no draw is thrown away; Vose (IEEE
Transactions on Software Engineering 17, 1991), the alias method.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.plan.simulation.board import F64, I32
from watchroom.plan.simulation.scenario import WEEK_HOURS, Calls, Demand, refusal

HOUR = 3600.0


def draw(demand: Demand, seconds: float, seed: int, replication: int = 0) -> Calls:
    """The calls of `seconds` seconds from Monday 00:00. Raises Refusal for impossible numbers."""
    rates, hours, mean, spread = _checked(demand)
    streams = np.random.SeedSequence((seed, replication)).spawn(3)
    times, whats, services = (np.random.Generator(np.random.PCG64(s)) for s in streams)
    flat = rates.reshape(len(rates), -1)
    at, period = _times(times, flat.sum(1), hours, float(seconds))
    what = _whats(whats, period, *_alias_tables(flat))
    kind, place = (part.astype(np.int32) for part in np.divmod(what, np.int32(rates.shape[2])))
    return Calls(at=at, place=place, kind=kind, service=_service(services, kind, mean, spread))


def _checked(demand: Demand) -> tuple[F64, I32, F64, F64]:
    rates = np.asarray(demand.rates, np.float64)
    rates = rates.reshape((1,) * (3 - rates.ndim) + rates.shape) if rates.ndim < 3 else rates
    hours = np.zeros(WEEK_HOURS, np.int32)
    if demand.period_of_hour is not None:
        hours = np.array(demand.period_of_hour, np.int32)
    mean = np.asarray(demand.service, np.float64)
    mean = mean if mean.ndim == 2 else mean.reshape(-1, 1)
    kinds = rates.shape[1]
    mean = np.broadcast_to(mean, (kinds, mean.shape[1]))
    spread = np.broadcast_to(np.asarray(demand.spread, np.float64), (kinds,))
    numbers = (rates, mean, spread)
    if rates.ndim != 3 or any(not np.all(np.isfinite(x) & (x >= 0)) for x in numbers):
        raise refusal(
            "警情率、处置时间与离散系数必须是非负的数；警情率为 时段 × 类别 × 地点。",
            "Rates (periods by kinds by places), service times and spreads must be numbers from 0.",
        )
    if hours.shape != (WEEK_HOURS,) or hours.min() < 0 or hours.max() >= len(rates):
        raise refusal(
            "period_of_hour 须为一周 168 小时各给出一个时段。",
            "`period_of_hour` must name a period for each of the 168 hours of a week.",
        )
    return rates, hours, np.ascontiguousarray(mean), np.ascontiguousarray(spread)


@njit(cache=True, nogil=True)
def _times(rng: Any, rate: F64, hours: I32, seconds: float) -> Any:  # pragma: no cover
    """(times, periods) of all calls: unit-rate steps laid out along the piecewise linear mean."""
    size = 1024
    at, period = np.empty(size), np.empty(size, np.int32)
    count, hour, now = 0, 0, 0.0
    step = rng.standard_exponential()
    while now < seconds:
        which = hours[hour % WEEK_HOURS]
        ends = min((hour + 1) * HOUR, seconds)
        while step < rate[which] * (ends - now):
            now += step / rate[which]
            if count == size:
                size *= 2
                at = np.concatenate((at, np.empty(size - count)))
                period = np.concatenate((period, np.empty(size - count, np.int32)))
            at[count], period[count] = now, which
            count += 1
            step = rng.standard_exponential()
        step -= rate[which] * (ends - now)
        now = ends
        hour += 1
    return at[:count], period[:count]


@njit(cache=True, nogil=True)
def _alias_tables(weights: F64) -> Any:  # pragma: no cover
    """(share kept, whose place otherwise), both (periods, things)."""
    keep, other = np.ones(weights.shape), np.zeros(weights.shape, np.int32)
    things = weights.shape[1]
    small, large = np.empty(things, np.int32), np.empty(things, np.int32)
    for period in range(len(weights)):
        total = weights[period].sum()
        if total == 0:
            continue
        share = weights[period] * (things / total)
        smalls, larges = 0, 0
        for thing in range(things):
            if share[thing] < 1:
                small[smalls] = thing
                smalls += 1
            else:
                large[larges] = thing
                larges += 1
        while smalls and larges:
            smalls -= 1
            few, many = small[smalls], large[larges - 1]
            keep[period, few], other[period, few] = share[few], many
            share[many] -= 1 - share[few]
            if share[many] < 1:
                larges -= 1
                small[smalls] = many
                smalls += 1
    return keep, other


@njit(cache=True, nogil=True)
def _whats(rng: Any, period: I32, keep: F64, other: I32) -> I32:  # pragma: no cover
    things = keep.shape[1]
    result = np.empty(len(period), np.int32)
    for call in range(len(period)):
        number = rng.random() * things
        thing = int(number)
        kept = number - thing < keep[period[call], thing]
        result[call] = thing if kept else other[period[call], thing]
    return result


@njit(cache=True, nogil=True)
def _service(rng: Any, kind: I32, mean: F64, spread: F64) -> F64:  # pragma: no cover
    result = np.empty((len(kind), mean.shape[1]))
    for call in range(len(kind)):
        cv = spread[kind[call]]
        for slot in range(mean.shape[1]):
            unit = 1.0
            if cv == 1:
                unit = rng.standard_exponential()
            elif cv > 0:
                unit = rng.standard_gamma(1 / (cv * cv)) * (cv * cv)
            result[call, slot] = unit * mean[kind[call], slot]
    return result
