"""Units that are busy or free: how much work each has, who comes to whom, and who must wait.

`hypercube` knows where units stand and in what order they are sent; `erlang_b` and `erlang_c` only
how many there are. Calls come as Poisson processes; times on a call are exponential in the exact
model. Rates are calls a second, times seconds (any one unit of time will do).

Sources: Larson, "A hypercube queuing model for facility location and redistricting in urban
emergency services", Computers & Operations Research 1 (1974); Larson, "Approximating the
performance of urban emergency service systems", Operations Research 23 (1975); Jarvis,
"Approximating the equilibrium behavior of multi-server loss systems", Management Science 31
(1985); Larson, Odoni, Urban Operations Research (1981), ch. 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import gammaln

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]

LARGEST_EXACT = 20
"""Units up to which all 2^n states fit: 170 MB of rates at 20."""
PRECISION = 1e-12
APPROXIMATE_PRECISION = 1e-10
MOST_SWEEPS = 5000


@dataclass(frozen=True, kw_only=True)
class Queueing:
    """A system of units in its steady state."""

    workloads: F64
    """(n) share of the time that each unit is busy."""
    dispatch_shares: F64
    """(a, n) of the calls of each place that are served, the share served by each unit."""
    response_times: F64 | None
    """(a) mean seconds from the call to the unit's arrival; None where no travel was given."""
    queue_probability: float
    """Share of all calls that must wait."""
    loss_probability: float
    """Share of all calls that find no unit and no room to wait."""
    wait: float
    """Mean seconds that a served call waits for a unit."""
    exact: bool
    """Whether the model was solved (True) or approximated."""
    sweeps: int


def erlang_b(offered: float, units: int) -> float:
    """Probability that a call finds all units busy and is lost.

    offered: calls a second times seconds of service (Erlang). Any law of service times.
    Source: Erlang 1917, by the recursion of Rapp 1964. Raises Refusal for negative numbers.
    """
    _check_offered(offered, units)
    lost = 1.0
    for count in range(1, units + 1):
        lost = offered * lost / (count + offered * lost)
    return lost


def erlang_c(offered: float, units: int) -> float:
    """Probability that a call must wait where any number may wait; 1 at or beyond saturation.

    offered: calls a second times seconds of service (Erlang); exponential service.
    Source: Erlang 1917. Raises Refusal for negative numbers.
    """
    lost = erlang_b(offered, units)
    if offered >= units:
        return 1.0
    return units * lost / (units - offered * (1 - lost))


def hypercube(
    rates: npt.ArrayLike,
    preferences: npt.ArrayLike,
    service: npt.ArrayLike,
    *,
    tied: npt.ArrayLike | None = None,
    travel: npt.ArrayLike | None = None,
    room: float = math.inf,
    method: str | None = None,
) -> Queueing:
    """The hypercube model of n units that serve a places.

    rates: (a) calls a second of each place. preferences: (a, n) the units in the order in which
    they are sent to each place, every unit once. service: (n) or one number, mean seconds a unit is
    busy with a call, the way included. tied: (a, n) True where a choice is as good as the one
    before it (units that stand together): among the free of such a group chance decides. travel:
    (a, n) seconds of each unit to each place. room: how many calls may wait: 0, any number, or inf;
    those who wait are served in order by whichever unit comes free.
    method: "exact" (up to 20 units: all 2^n states by Gauss-Seidel with aggregation),
    "approximate" (Larson 1975 with Jarvis's unequal service; any n), or exact up to 15 units.
    Raises Refusal for inputs that do not fit, or where more work comes in than can be done.
    """
    system = _checked(rates, preferences, service, tied)
    count = len(system.service)
    method = method or ("exact" if count <= 15 else "approximate")
    if method not in ("exact", "approximate") or (method == "exact" and count > LARGEST_EXACT):
        raise _refusal(
            f"精确解法最多 {LARGEST_EXACT} 个警力；方法须为 exact 或 approximate。",
            f"`method` is exact (up to {LARGEST_EXACT} units) or approximate.",
        )
    if not room >= 0:
        raise _refusal("等待位数不能为负。", "`room` cannot be negative.")
    if math.isinf(room) and system.pressure >= 1:
        raise _refusal(
            "警情多于全部警力能够处置的数量，排队将无限增长。",
            "More calls come in than all units can serve; the queue would grow without end.",
        )
    solved = _exact(system, room) if method == "exact" else _approximate(system, room)
    return _with_travel(solved, system, travel)


@dataclass(frozen=True)
class _System:
    rates: F64
    preferences: I32
    tied: npt.NDArray[np.bool_]
    service: F64

    @property
    def pressure(self) -> float:
        """Calls a second over the calls a second that all units together can serve."""
        return float(self.rates.sum() / (1 / self.service).sum())

    def queue(self, room: float) -> tuple[float, float, float]:
        """For each 1 of probability that all are busy and nobody waits: (that somebody waits; that
        all room is taken; the number waiting)."""
        rho = self.pressure
        if math.isinf(room):
            return rho / (1 - rho), 0.0, rho / (1 - rho) ** 2
        waiting = rho ** np.arange(1, int(room) + 1)
        full = float(waiting[-1]) if room else 1.0
        return float(waiting.sum()), full, float(waiting @ np.arange(1, int(room) + 1))


def _checked(
    rates: npt.ArrayLike,
    preferences: npt.ArrayLike,
    service: npt.ArrayLike,
    tied: npt.ArrayLike | None,
) -> _System:
    calls, order = np.asarray(rates, np.float64), np.asarray(preferences)
    if calls.ndim != 1 or order.ndim != 2 or len(order) != len(calls) or not order.shape[1]:
        raise _refusal(
            "警情率应为 (a)，派警顺序应为 (a, n)。", "Rates must be (a) and preferences (a, n)."
        )
    units = order.shape[1]
    if not np.array_equal(np.sort(order, axis=1), np.broadcast_to(np.arange(units), order.shape)):
        raise _refusal(
            "每个地点的派警顺序必须恰好包含每个警力一次。",
            "Each place's preferences must name every unit exactly once.",
        )
    seconds = np.asarray(service, np.float64)
    if seconds.shape not in ((), (units,)) or not np.all(np.isfinite(seconds) & (seconds > 0)):
        raise _refusal(
            "处置时间必须为正数。", "Service times must be positive: one, or one a unit."
        )
    if not (np.all(np.isfinite(calls) & (calls >= 0)) and calls.sum() > 0):
        raise _refusal("警情率必须是非负数且不全为零。", "Rates must be 0 or more, and not all 0.")
    ties = np.zeros(order.shape, np.bool_) if tied is None else np.array(tied, np.bool_)
    if ties.shape != order.shape:
        raise _refusal(
            "tied 的大小必须与派警顺序相同。", "`tied` must have the size of preferences."
        )
    ties[:, 0] = False
    return _System(
        calls,
        np.ascontiguousarray(order, np.int32),
        ties,
        np.ascontiguousarray(np.broadcast_to(seconds, (units,))),
    )


def _exact(system: _System, room: float) -> Queueing:
    kinds, kind_of = _alike(system)
    up = _rates_up(kinds.rates, kinds.preferences, kinds.tied)
    chance, sweeps = _gauss_seidel(up, 1 / system.service, PRECISION, MOST_SWEEPS)
    if sweeps >= MOST_SWEEPS:
        raise _refusal("求解未收敛。", "The equations did not settle; please report this system.")
    shares, workloads = _shares(chance, kinds.preferences, kinds.tied)
    queue = (*system.queue(room), room)
    return _finished(system, shares[kind_of], workloads, float(chance[-1]), queue, sweeps)


def _finished(
    system: _System,
    shares: F64,
    workloads: F64,
    all_busy: float,
    queue: tuple[float, float, float, float],
    sweeps: int,
) -> Queueing:
    """From the system without a queue to the one with it: the queue only stretches the time in
    which all units are busy; those who waited are served in proportion to the units' speeds."""
    waits, full, waiting, room = queue
    whole = 1 + all_busy * waits
    busy_and_waiting = all_busy * waits / whole
    lost = all_busy * full / whole if not math.isinf(room) else 0.0
    queued = (all_busy * (1 + waits) / whole - lost) if room else 0.0
    speeds = 1 / system.service
    served = shares / whole + queued * speeds / speeds.sum()
    return Queueing(
        workloads=workloads / whole + busy_and_waiting,
        dispatch_shares=served / (1 - lost),
        response_times=None,
        queue_probability=queued,
        loss_probability=lost,
        wait=all_busy * waiting / whole / (system.rates.sum() * (1 - lost)),
        exact=True,
        sweeps=sweeps,
    )


def _with_travel(solved: Queueing, system: _System, travel: npt.ArrayLike | None) -> Queueing:
    if travel is None:
        return solved
    seconds = np.asarray(travel, np.float64)
    if seconds.shape != system.preferences.shape or np.isnan(seconds).any():
        raise _refusal(
            f"行程时间应为 {system.preferences.shape}。",
            f"Travel times should be {system.preferences.shape} numbers.",
        )
    way = np.where(solved.dispatch_shares > 0, solved.dispatch_shares * seconds, 0.0).sum(1)
    return Queueing(**(vars(solved) | {"response_times": way + solved.wait}))


def _alike(system: _System) -> tuple[_System, npt.NDArray[np.int64]]:
    """Places with the same preferences joined into one; (joined, which of them each place is)."""
    keys = np.hstack([system.preferences, system.tied])
    _, first, kind_of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    kind_of = kind_of.reshape(-1)
    rates: F64 = np.bincount(kind_of, system.rates, len(first)).astype(np.float64)
    return _System(rates, system.preferences[first], system.tied[first], system.service), kind_of


@njit(cache=True, nogil=True)
def _group(
    state: int, order: I32, tied: Any, at: int, out: I32
) -> tuple[int, int]:  # pragma: no cover
    """Free units among the group of equals that begins at choice `at`: (how many, where the next
    group begins)."""
    units = len(order)
    free = 0
    while True:
        if not (state >> order[at]) & 1:
            out[free] = order[at]
            free += 1
        at += 1
        if at == units or not tied[at]:
            return free, at


@njit(cache=True, nogil=True)
def _rates_up(rates: F64, preferences: I32, tied: Any) -> F64:  # pragma: no cover
    """(2^n, n) calls a second that make unit j busy in each state; bit j set: j is busy."""
    places, units = preferences.shape
    up = np.zeros((1 << units, units))
    out = np.empty(units, np.int32)
    for state in range((1 << units) - 1):
        for place in range(places):
            free, at = 0, 0
            while free == 0:
                free, at = _group(state, preferences[place], tied[place], at, out)
            for k in range(free):
                up[state, out[k]] += rates[place] / free
    return up


@njit(cache=True, nogil=True)
def _gauss_seidel(
    up: F64, speed: F64, precision: float, most: int
) -> tuple[F64, int]:  # pragma: no cover
    """(2^n) chances of the states without a queue, summing to 1, and the sweeps it took.

    After each sweep the states with the same number of busy units are scaled together so that
    these numbers are in balance (aggregation); with equal speeds that alone makes them exact.
    """
    states, units = up.shape
    busy = np.zeros(states, np.int64)
    leave = np.empty(states)
    for state in range(states):
        leave[state] = up[state].sum()
        for j in range(units):
            if (state >> j) & 1:
                busy[state] += 1
                leave[state] += speed[j]
    chance = np.full(states, 1.0 / states)
    _balance(chance, up, speed, busy)
    for sweep in range(most):
        worst = 0.0
        for k in range(states):
            state = k if sweep % 2 == 0 else states - 1 - k
            into = 0.0
            for j in range(units):
                other = state ^ (1 << j)
                into += chance[other] * (up[other, j] if (state >> j) & 1 else speed[j])
            new = into / leave[state]
            worst = max(worst, abs(new - chance[state]) / max(new, 1e-300))
            chance[state] = new
        _balance(chance, up, speed, busy)
        if worst < precision:
            return chance, sweep + 1
    return chance, most


@njit(cache=True, nogil=True)
def _balance(chance: F64, up: F64, speed: F64, busy: Any) -> None:  # pragma: no cover
    """Scale each number of busy units to what comes in from the number below."""
    states, units = up.shape
    total, gain, loss = np.zeros(units + 1), np.zeros(units + 1), np.zeros(units + 1)
    for state in range(states):
        total[busy[state]] += chance[state]
        for j in range(units):
            if (state >> j) & 1:
                loss[busy[state]] += chance[state] * speed[j]
            else:
                gain[busy[state]] += chance[state] * up[state, j]
    scale = np.ones(units + 1)
    whole = total[0]
    for level in range(1, units + 1):
        scale[level] = scale[level - 1] * gain[level - 1] / loss[level]
        whole += scale[level] * total[level]
    for state in range(states):
        chance[state] *= scale[busy[state]] / whole


@njit(cache=True, nogil=True)
def _shares(chance: F64, preferences: I32, tied: Any) -> tuple[F64, F64]:  # pragma: no cover
    """(places, n) chance that a call is at once given to each unit; (n) that a unit is busy."""
    places, units = preferences.shape
    shares, workloads = np.zeros((places, units)), np.zeros(units)
    out = np.empty(units, np.int32)
    for state in range(len(chance)):
        for j in range(units):
            if (state >> j) & 1:
                workloads[j] += chance[state]
        if state == len(chance) - 1:
            break
        for place in range(places):
            free, at = 0, 0
            while free == 0:
                free, at = _group(state, preferences[place], tied[place], at, out)
            for k in range(free):
                shares[place, out[k]] += chance[state] / free
    return shares, workloads


def _approximate(system: _System, room: float) -> Queueing:
    """Unit by unit instead of state by state: that the k-th choice is the first free one is the
    product of the workloads before it, corrected for their dependence; without a queue, which
    then stretches the time in which all are busy as in the exact model."""
    order, weight, place = _rotations(system)
    work = np.full(len(system.service), min(0.99, system.pressure))
    mean = float(system.service.mean())
    for sweep in range(1, MOST_SWEEPS + 1):  # noqa: B007 - told in the answer
        levels = _levels(float(system.rates.sum()) * mean, len(work))
        shares = np.zeros((len(system.rates), len(work)))
        _first_free(order, weight, place, work, _corrections(levels), shares)
        shares *= ((1 - levels[-1]) / shares.sum(1))[:, None]
        jobs = system.rates @ shares
        mean = float(jobs @ system.service / jobs.sum())
        change = float(np.abs(jobs * system.service - work).max())
        busy_to_free = jobs * system.service / (1 - work)
        work = busy_to_free / (1 + busy_to_free)
        if change < APPROXIMATE_PRECISION:
            break
    else:
        raise _refusal("近似解未收敛。", "The approximation did not settle; use the exact method.")
    queue = (*system.queue(room), room)
    done = _finished(system, shares, jobs * system.service, float(levels[-1]), queue, sweep)
    return Queueing(**(vars(done) | {"exact": False}))


def _rotations(system: _System) -> tuple[I32, F64, I32]:
    """Every place once for each rotation of its groups of equals: (orders, weights, places)."""
    begins = ~system.tied
    group = np.cumsum(begins, axis=1) - 1
    orders, weights, places = [], [], []
    for place, order in enumerate(system.preferences):
        sizes = np.bincount(group[place])
        starts = np.flatnonzero(begins[place])[group[place]]
        turns = math.lcm(*map(int, sizes))
        within = np.arange(len(order)) - starts
        for turn in range(turns):
            orders.append(order[starts + (within + turn) % sizes[group[place]]])
            weights.append(1 / turns)
            places.append(place)
    return np.array(orders, np.int32), np.array(weights), np.array(places, np.int32)


def _levels(offered: float, units: int) -> F64:
    """(n + 1) chances that 0 .. n units are busy in Erlang's loss system."""
    k = np.arange(units + 1)
    log = k * math.log(offered) - gammaln(k + 1)
    chances: F64 = np.exp(log - log.max())
    chances /= chances.sum()
    return chances


def _corrections(levels: F64) -> F64:
    """(n) Larson's Q: the chance that k units picked blindly are busy and the next is free, over
    what it were if units were busy independently."""
    return np.asarray(_correct(levels, gammaln(np.arange(len(levels)) + 1.0)))


@njit(cache=True, nogil=True)
def _correct(levels: F64, log_factorial: F64) -> F64:  # pragma: no cover
    units = len(levels) - 1
    work = 0.0
    for j in range(units + 1):
        work += j * levels[j] / units
    result = np.zeros(units)
    for k in range(units):
        independent = k * math.log(work) + math.log1p(-work)
        for j in range(k, units):
            if levels[j] == 0.0:
                continue
            # of the ways to have j of n busy, those with these k busy and that one free
            ways = log_factorial[units - k - 1] - log_factorial[j - k] - log_factorial[units]
            result[k] += levels[j] * math.exp(
                ways + log_factorial[j] + math.log(units - j) - independent
            )
    return result


@njit(cache=True, nogil=True)
def _first_free(
    order: I32, weight: F64, place: I32, work: F64, correction: F64, shares: F64
) -> None:  # pragma: no cover
    """Add to (a, n) `shares` how likely each choice is the first free one."""
    for row in range(len(order)):
        before = weight[row]
        for k in range(order.shape[1]):
            unit = order[row, k]
            shares[place[row], unit] += before * (1 - work[unit]) * correction[k]
            before *= work[unit]
            if before < 1e-15:
                break


def _check_offered(offered: float, units: int) -> None:
    if not (offered >= 0 and units >= 0):
        raise _refusal("话务量与警力数不能为负。", "Offered work and units must be numbers from 0.")


def _refusal(zh: str, en: str) -> Refusal:
    return Refusal(Text(zh, en), code="queueing")
