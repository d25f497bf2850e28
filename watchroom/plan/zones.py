"""Patrol zones: every beat in one zone, each zone in one piece, work shared, little driving.

    minimise   sum over beats of (load + land) x seconds from the zone's centre
    so that    each zone's load is within `tolerance` of the mean, and each zone hangs together

Land is what makes zones compact: where no call comes from, a beat would cost nothing in any zone,
and zones would reach through such beats in long thin arms. The ground is patrolled as well, so its
share counts in the driving, but not in the balance of work. It is part of what is minimised: the
bound holds for all of it.

Source of the model, compactness as distance included: Hess, Weaver, Siegfeldt, Whelan, Zitlau,
"Nonpartisan political redistricting by computer", Operations Research 13 (1965); of its use for
patrol: Bruce, "Districting and resource allocation", in Exploring Crime Analysis (2008). Method:
centres by exchange, beats to centres by growing zones that stay in one piece, then moves over the
borders; many starts.

The bound comes from prices on the beats (Lagrangian relaxation of "each beat in one zone"): what is
left is, for each possible centre, a knapsack between the least and the greatest load, whose linear
relaxation is solved exactly. It does not know that zones must hang together, so a part of the gap
may be the price of that rule. Source: Geoffrion, "Lagrangean relaxation for integer programming",
Mathematical Programming Study 2 (1974).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.plan.solution import Solution

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Progress = Callable[[float, float, float], None]
"""(best objective so far, bound, seconds)"""

LEAST_STEP = 0.005
PATIENCE = 10
"""Rounds without a better bound before the step is halved; the step at which it ends."""
TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Zones(Solution):
    """A division into zones. `objective` and `bound` in (load + land) x seconds."""

    assignment: Ints
    """(n) the zone of each beat, 0 … zones - 1."""
    sites: Ints
    """(zones) the beat at each zone's centre."""
    loads: Floats
    """(zones)"""
    balanced: bool
    """Every load lies within the tolerance; where none was found, the best division is given."""


def balance(
    load: npt.ArrayLike,
    travel: npt.ArrayLike,
    neighbours: npt.ArrayLike,
    zones: int,
    *,
    land: npt.ArrayLike | None = None,
    tolerance: float = 0.1,
    starts: int = 8,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Zones:
    """Divide beats into contiguous zones of equal work with little travel.

    load        (n) work of each beat, e.g. expected busy hours; not negative
    travel      (n, n) seconds from beat to beat
    neighbours  (m, 2) pairs of beats that touch
    land        (n) what driving to the beat counts beside its load, in the unit of loads, e.g. a
                tenth of all load shared out by area; counts in no zone's load; none without it
    tolerance   share by which a zone's load may differ from the mean
    starts      divisions tried, each from other centres
    stop        asked between steps; when it says yes the best so far is handed back

    Refusal for data that cannot be meant, and where the beats do not hang together in few enough
    pieces to make zones in one piece.
    """
    began = time.perf_counter()
    ground = _ground(load, travel, neighbours, zones, tolerance, land)
    random = np.random.default_rng(seed)
    best = _attempt(ground, random, first=True)
    for _ in range(starts - 1):
        if progress:
            progress(best.cost, 0.0, time.perf_counter() - began)
        if stop and stop():
            break
        found = _attempt(ground, random, first=False)
        best = found if found.better_than(best) else best
    bound = 0.0
    for bound in _bounds(ground, best):
        if progress:
            progress(best.cost, bound, time.perf_counter() - began)
        if stop and stop():
            break
    return Zones(
        objective=best.cost,
        bound=min(bound, best.cost) if best.excess == 0 else bound,
        seconds=time.perf_counter() - began,
        assignment=best.zone,
        sites=best.centre,
        loads=np.bincount(best.zone, ground.load, zones).astype(np.float64),
        balanced=best.excess == 0,
    )


@dataclass(frozen=True)
class _Ground:
    """The beats: who touches whom (CSR), what a beat costs from each centre."""

    load: Floats
    cost: Floats
    """(n, n) cost[j, i]: load and land of beat i x seconds from centre j."""
    first: Ints
    touching: Ints
    zones: int
    least: float
    most: float


@dataclass(frozen=True)
class _Division:
    zone: Ints
    centre: Ints
    cost: float
    excess: float
    """By how much loads lie outside the tolerance, in all."""

    def better_than(self, other: _Division) -> bool:
        return (self.excess, self.cost) < (other.excess, other.cost)


def _ground(
    load: npt.ArrayLike, travel: npt.ArrayLike, pairs: npt.ArrayLike, zones: int, tolerance: float,
    land: npt.ArrayLike | None,
) -> _Ground:  # fmt: skip
    work, seconds = np.asarray(load, float), np.asarray(travel, float)
    n = len(work)
    wide = np.zeros(n) if land is None else np.asarray(land, float)
    if work.ndim != 1 or seconds.shape != (n, n) or wide.shape != (n,):
        raise Refusal(
            Text(
                "工作量应为 n 个数，路程应为 n×n 的表",
                "Give n loads and travel times of shape n x n",
            )
        )
    weights = np.stack((work, wide))
    if not (np.isfinite(weights).all() and np.isfinite(seconds).all()) or (weights < 0).any():
        raise Refusal(
            Text(
                "工作量和路程应为有限的数，工作量不小于零",
                "Loads and travel times should be finite",
            )
        )
    if not 1 <= zones <= n:
        raise Refusal(Text(f"分区数应在 1 到 {n} 之间", f"The number of zones should be 1 to {n}"))
    links = np.asarray(pairs, np.int64).reshape(-1, 2)
    if len(links) and (links.min() < 0 or links.max() >= n):
        raise Refusal(
            Text(
                f"相邻关系里有不存在的警格（应为 0 到 {n - 1}）",
                f"A pair names a beat beyond 0 … {n - 1}",
            )
        )
    ones = np.ones(len(links))
    graph = sparse.coo_array((ones, (links[:, 0], links[:, 1])), (n, n)).tocsr()
    graph = (graph + graph.T).tocsr()
    pieces, _ = connected_components(graph, directed=False)
    if pieces > zones:
        raise Refusal(
            Text(
                f"警格分成互不相连的 {pieces} 块，不可能分成 {zones} 个连片的区；"
                "请补全相邻关系或增加分区数",
                f"The beats fall into {pieces} pieces, which cannot make {zones} zones in one "
                "piece each: complete the pairs or ask for more zones",
            )
        )
    mean = float(work.sum()) / zones
    return _Ground(
        work,
        np.ascontiguousarray(seconds * (work + wide)),
        graph.indptr.astype(np.int32),
        graph.indices.astype(np.int32),
        zones,
        mean * (1 - tolerance),
        mean * (1 + tolerance),
    )


def _attempt(ground: _Ground, random: np.random.Generator, *, first: bool) -> _Division:
    return _improve(ground, _grow(ground, _centres(ground, random, first)))


def _centres(ground: _Ground, random: np.random.Generator, first: bool) -> Ints:
    """Spread by chance, far ones rather (k-means++), then exchanged; one in each piece at least."""
    n = len(ground.load)
    chosen = [int(ground.cost.sum(axis=1).argmin()) if first else int(random.integers(n))]
    nearest = ground.cost[chosen[0]].copy()
    while len(chosen) < ground.zones:
        weight = np.where(np.isin(np.arange(n), chosen), 0.0, nearest + 1e-12)
        chosen.append(int(random.choice(n, p=weight / weight.sum())))
        nearest = np.minimum(nearest, ground.cost[chosen[-1]])
    centres = np.array(chosen, np.int32)
    for _ in range(20):
        zone = np.argmin(ground.cost[centres], axis=0).astype(np.int32)
        moved = _recentre(ground, zone, centres)
        if (moved == centres).all():
            break
        centres = moved
    return _one_in_each_piece(ground, centres)


def _one_in_each_piece(ground: _Ground, centres: Ints) -> Ints:
    n = len(ground.load)
    graph = sparse.csr_array((np.ones(len(ground.touching)), ground.touching, ground.first), (n, n))
    _, piece = connected_components(graph, directed=False)
    centres = centres.copy()
    for lonely in set(range(piece.max() + 1)) - set(piece[centres]):
        counts = np.bincount(piece[centres], minlength=piece.max() + 1)
        spare = int(np.argmax(counts[piece[centres]]))
        centres[spare] = int(np.flatnonzero(piece == lonely)[0])
    return centres


def _recentre(ground: _Ground, zone: Ints, centres: Ints) -> Ints:
    """The beat of each zone from which the zone costs least."""
    moved = centres.copy()
    for z in range(ground.zones):
        members = np.flatnonzero(zone == z)
        if len(members):
            within = ground.cost[np.ix_(members, members)].sum(axis=1)
            moved[z] = members[int(within.argmin())]
    return moved


def _grow(ground: _Ground, centres: Ints) -> Ints:
    """Zones in one piece: the lightest takes the cheapest beat on its border, again and again."""
    zone: Ints = _growing(ground.load, ground.cost, ground.first, ground.touching, centres)
    return zone


def _improve(ground: _Ground, zone: Ints) -> _Division:
    """Moves over the borders, then new centres, until neither helps."""
    centres = _recentre(ground, zone, np.zeros(ground.zones, np.int32))
    best = _division(ground, zone, centres)
    while True:
        moved = _moving(
            ground.load, ground.cost, ground.first, ground.touching, best.zone.copy(),
            best.centre, ground.least, ground.most,
        )  # fmt: skip
        found = _division(ground, moved, _recentre(ground, moved, best.centre))
        if not found.better_than(best):
            return best
        best = found


def _division(ground: _Ground, zone: Ints, centres: Ints) -> _Division:
    loads = np.bincount(zone, weights=ground.load, minlength=ground.zones)
    outside = np.maximum(loads - ground.most, 0) + np.maximum(ground.least - loads, 0)
    excess = float(outside.sum())
    slack = 1e-9 * float(ground.load.sum())
    cost = float(ground.cost[centres[zone], np.arange(len(zone))].sum())
    return _Division(zone, centres, cost, 0.0 if excess <= slack else excess)


@njit(cache=True)
def _growing(load, cost, first, touching, centres):  # type: ignore[no-untyped-def]
    n, k = len(load), len(centres)
    zone = np.full(n, -1, np.int32)
    loads = np.zeros(k)
    closed = np.zeros(k, np.bool_)
    for z in range(k):
        zone[centres[z]] = z
        loads[z] = load[centres[z]]
    left = n - k
    while left:
        z = -1
        for y in range(k):
            if not closed[y] and (z < 0 or loads[y] < loads[z]):
                z = y
        if z < 0:
            break
        best, price = -1, np.inf
        for i in range(n):
            if zone[i] != z:
                continue
            for e in range(first[i], first[i + 1]):
                j = touching[e]
                if zone[j] < 0 and cost[centres[z], j] < price:
                    best, price = j, cost[centres[z], j]
        if best < 0:
            closed[z] = True
            continue
        zone[best] = z
        loads[z] += load[best]
        left -= 1
    return zone


@njit(cache=True)
def _stays_whole(beat, zone, first, touching, seen, queue):  # type: ignore[no-untyped-def]
    """Would the rest of the beat's zone hang together without it?"""
    z = zone[beat]
    members = 0
    start = -1
    for i in range(len(zone)):
        if zone[i] == z and i != beat:
            members += 1
            start = i
            seen[i] = False
    if members == 0:
        return False
    reached, head, tail = 1, 0, 1
    queue[0] = start
    seen[start] = True
    while head < tail:
        i = queue[head]
        head += 1
        for e in range(first[i], first[i + 1]):
            j = touching[e]
            if j != beat and zone[j] == z and not seen[j]:
                seen[j] = True
                reached += 1
                queue[tail] = j
                tail += 1
    return reached == members


@njit(cache=True)
def _outside(load, least, most):  # type: ignore[no-untyped-def]
    return max(load - most, 0.0) + max(least - load, 0.0)


@njit(cache=True)
def _moving(load, cost, first, touching, zone, centre, least, most):  # type: ignore[no-untyped-def]
    """One beat at a time over a border, and two against each other, while it helps.

    Loads outside the tolerance count first, then the driving.
    """
    n, k = len(load), len(centre)
    loads = np.zeros(k)
    for i in range(n):
        loads[zone[i]] += load[i]
    seen = np.zeros(n, np.bool_)
    queue = np.empty(n, np.int32)
    small = 1e-9 * loads.sum()
    going = True
    while going:
        going = False
        for i in range(n):
            for e in range(first[i], first[i + 1]):
                here, there = zone[i], zone[touching[e]]
                if here == there:
                    continue
                before = _outside(loads[here], least, most) + _outside(loads[there], least, most)
                after = _outside(loads[here] - load[i], least, most) + _outside(
                    loads[there] + load[i], least, most
                )
                worth = cost[centre[here], i] - cost[centre[there], i]
                helps = after < before - small or (after <= before + small and worth > 1e-9)
                if helps and _stays_whole(i, zone, first, touching, seen, queue):
                    zone[i] = there
                    loads[here] -= load[i]
                    loads[there] += load[i]
                    going = True
                    continue
                if _exchange(
                    i, there, load, cost, first, touching, zone, centre, loads, least, most, small,
                    seen, queue,
                ):  # fmt: skip
                    going = True
    return zone


@njit(cache=True)
def _exchange(  # type: ignore[no-untyped-def]
    i, there, load, cost, first, touching, zone, centre, loads, least, most, small, seen, queue
):
    """Beat i goes to zone `there` and one of its beats comes back, if that helps."""
    here = zone[i]
    before = _outside(loads[here], least, most) + _outside(loads[there], least, most)
    for a in range(first[i], first[i + 1]):
        near = touching[a]
        for b in range(first[near], first[near + 1]):
            j = touching[b]
            if zone[j] != there:
                continue
            change = load[j] - load[i]
            after = _outside(loads[here] + change, least, most) + _outside(
                loads[there] - change, least, most
            )
            worth = (
                cost[centre[here], i] + cost[centre[there], j]
                - cost[centre[there], i] - cost[centre[here], j]
            )  # fmt: skip
            if after > before + small or (after >= before - small and worth <= 1e-9):
                continue
            if not _stays_whole(i, zone, first, touching, seen, queue):
                return False
            zone[i] = there
            if _touches(j, here, zone, first, touching) and _stays_whole(
                j, zone, first, touching, seen, queue
            ):
                zone[j] = here
                if _touches(i, there, zone, first, touching):
                    loads[here] += change
                    loads[there] -= change
                    return True
                zone[j] = there
            zone[i] = here
    return False


@njit(cache=True)
def _touches(beat, z, zone, first, touching):  # type: ignore[no-untyped-def]
    for e in range(first[beat], first[beat + 1]):  # noqa: SIM110 - numba knows no any() of these
        if zone[touching[e]] == z:
            return True
    return False


def _bounds(ground: _Ground, best: _Division) -> Iterator[float]:
    """Better and better bounds: subgradient ascent on the prices of the beats.

    Source: Held, Wolfe, Crowder, "Validation of subgradient optimization", Mathematical Programming
    6 (1974). A beat's first price is what the second nearest centre would cost it.
    """
    second = min(1, len(best.centre) - 1)
    price = np.partition(ground.cost[best.centre], second, axis=0)[second]
    step, highest, since = 1.0, 0.0, 0
    while step > LEAST_STEP:
        value, slope = _priced(
            ground.cost, ground.load, price, ground.zones, ground.least, ground.most
        )
        since = 0 if value > highest else since + 1
        highest = max(highest, value)
        yield highest
        length = float(slope @ slope)
        if length < TINY or best.cost - highest <= TINY * best.cost:
            return
        if since == PATIENCE:
            step, since = step / 2, 0
        price = price + step * (best.cost - value) / length * slope


@njit(cache=True)
def _priced(cost, load, price, zones, least, most):  # type: ignore[no-untyped-def]
    """The bound at these prices, and 1 - how often each beat is taken."""
    n = len(load)
    value = np.empty(n)
    part = np.zeros((n, n))
    for j in range(n):
        value[j] = _knapsack(cost[j] - price, load, least, most, part[j])
    best = np.argsort(value)[:zones]
    slope = np.ones(n)
    total = price.sum()
    for j in best:
        total += value[j]
        slope -= part[j]
    return total, slope


@njit(cache=True)
def _knapsack(reduced, load, least, most, part):  # type: ignore[no-untyped-def]
    """min reduced @ part: least <= load @ part <= most, 0 <= part <= 1; inf where impossible."""
    ratio = np.empty(len(load))
    for i in range(len(load)):
        if load[i] > 0:
            ratio[i] = reduced[i] / load[i]
        else:
            ratio[i] = -np.inf if reduced[i] < 0 else np.inf
    value, filled = 0.0, 0.0
    for i in np.argsort(ratio):
        room = most - filled if reduced[i] < 0 else least - filled
        if load[i] > 0:
            if room <= 0:
                break
            share = min(1.0, room / load[i])
        elif reduced[i] < 0:
            share = 1.0
        else:
            break
        part[i] = share
        value += share * reduced[i]
        filled += share * load[i]
    if filled < least * (1 - 1e-9):
        return np.inf
    return value
