"""The fewest sites that reach everything, and the smallest reach with which p sites do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from watchroom.plan.siting import checking, core
from watchroom.plan.siting.answer import Siting, chosen
from watchroom.plan.siting.cover import served
from watchroom.plan.siting.gains import Bools, Floats
from watchroom.plan.siting.run import Progress, Run, Stop


def min_cover(
    reach: object, *, seed: int = 0, progress: Progress | None = None, stop: Stop = None
) -> Siting:
    """The fewest sites of which at least one reaches each demand.

    reach: (n, m) sparse or dense table, true where site j reaches demand i in time. progress,
    stop: see `run`; a stopped run has its best cover and a bound that holds. Raises Refusal for
    wrong shapes, and for demand that no site reaches, naming it.

    Source: Toregas, Swain, ReVelle, Bergman, "The location of emergency service facilities",
    Operations Research 19 (1971); see `core`.
    """
    covers = checking.reaching(reach)
    lost = np.flatnonzero(np.diff(covers.indptr) == 0)
    if lost.size:
        named = "、".join(map(str, lost[:5])), ", ".join(map(str, lost[:5]))
        raise checking.refusal(
            f"有 {lost.size} 个需求点没有任何候选点能及时到达（编号 {named[0]}…）："
            "请增加候选点或放宽时限。",
            f"No site reaches {lost.size} demand points in time (numbers {named[1]}…): "
            "add sites or allow more time.",
        )
    run = Run(progress, stop, lambda worth: -worth)
    left = core.reduce(covers)
    best, bound = _fewest(left, run, seed)
    opened = np.zeros(covers.shape[1], np.bool_)
    opened[left.needed] = opened[left.sites[best]] = True
    return Siting(
        objective=float(opened.sum()),
        bound=len(left.needed) + bound,
        seconds=run.seconds,
        sites=chosen(opened),
        assignment=served(covers, opened),
    )


def _fewest(left: core.Core, run: Run, seed: int) -> tuple[Bools, float]:
    if 0 in left.reach.shape:
        return np.zeros(len(left.sites), np.bool_), 0.0
    best = core.quick(left, run, seed)
    run.tell(best=-float(best.sum()))
    least = float(np.ceil(core.relaxed(left) - 1e-6))
    if least >= best.sum() or run.stopped:
        return best, min(least, float(best.sum()))
    best, bound = core.prove(left, best, run)
    return best, min(max(least, bound), float(best.sum()))


def p_center(
    cost: npt.ArrayLike,
    p: int,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Stop = None,
) -> Siting:
    """The p sites with the smallest largest cost from any demand to its nearest open site.

    cost: (n, m) cost of serving demand i from site j, for example seconds. p: how many sites open.
    progress, stop: see `run`; a stopped run has its best plan and a bound that holds. Raises
    Refusal for wrong shapes, p or numbers.

    Source: Minieka, "The m-center problem", SIAM Review 12 (1970): the least of the distinct costs
    at which p sites cover everything, found by halving; a relaxation halves first because it is
    quick, then exact covers decide what is left.
    """
    seconds = checking.table(cost)
    p = checking.posts(p, seconds.shape[1])
    values = np.unique(seconds)
    run = Run(progress, stop, lambda worth: -worth)
    search = _Center(seconds, p, values, run, seed)
    search.upper_by_exchange()
    search.lower_by_relaxation()
    search.close()
    opened = chosen(search.opened)
    return Siting(
        objective=float(values[search.high]),
        bound=float(values[search.low]),
        seconds=run.seconds,
        sites=opened,
        assignment=opened[seconds[:, opened].argmin(axis=1)],
    )


class _Center:
    """The answer is values[k] for some low <= k <= high; `opened` reaches all within `high`."""

    def __init__(self, cost: Floats, p: int, values: Floats, run: Run, seed: int):
        self._cost, self._p, self._values, self._run, self._seed = cost, p, values, run, seed
        self.low = int(np.searchsorted(values, cost.min(axis=1).max()))
        self.opened = np.zeros(cost.shape[1], np.bool_)
        self._keep(np.array([int(cost.max(axis=0).argmin())]))

    def upper_by_exchange(self) -> None:
        """Halve between the bounds, taking a cover that is not found for one that is not there."""
        low = self.low
        while low < self.high and not self._run.stopped:
            middle = (low + self.high) // 2
            left = self._core(middle)
            room = self._p - len(left.needed)
            if room < 0 or not self._take(left, room):
                low = middle + 1

    def lower_by_relaxation(self) -> None:
        """Halve: too many sites in the relaxation are too many in truth."""
        high = self.high
        while self.low < high and not self._run.stopped:
            middle = (self.low + high) // 2
            left = self._core(middle)
            few = 0 in left.reach.shape or core.relaxed(left) <= self._p - len(left.needed) + 1e-6
            if few and len(left.needed) <= self._p:
                high = middle
            else:
                self._raise_low(middle + 1)

    def close(self) -> None:
        """Halve by exact covers."""
        while self.low < self.high and not self._run.stopped:
            middle = (self.low + self.high) // 2
            left = self._core(middle)
            room = self._p - len(left.needed)
            if room < 0 or (0 not in left.reach.shape and room == 0):
                self._raise_low(middle + 1)
                continue
            if self._take(left, room):
                continue
            everything = np.ones(len(left.sites), np.bool_)
            found, bound = core.prove(left, everything, self._run, room)
            if found.sum() <= room:
                self._keep(np.concatenate((left.needed, left.sites[found])))
            elif bound > room:
                self._raise_low(middle + 1)
            else:
                return  # stopped

    def _core(self, k: int) -> core.Core:
        return core.reduce(sparse.csr_array(self._cost <= self._values[k]))

    def _take(self, left: core.Core, room: int) -> bool:
        """Look for a cover of what is left with so many sites, and keep it."""
        if 0 in left.reach.shape:
            self._keep(left.needed)
            return True
        best = core.quick(left, self._run, self._seed, room)
        if best.sum() > room:
            return False
        self._keep(np.concatenate((left.needed, left.sites[best])))
        return True

    def _keep(self, sites: npt.NDArray[np.int64]) -> None:
        """Take these sites, filled up to p, as the best plan."""
        self.opened[:] = False
        self.opened[sites] = True
        more = np.flatnonzero(~self.opened)[: self._p - len(sites)]
        self.opened[more] = True
        reached = self._cost[:, self.opened].min(axis=1).max()
        self.high = int(np.searchsorted(self._values, reached))
        self._run.tell(best=-float(reached))

    def _raise_low(self, low: int) -> None:
        self.low = low
        self._run.tell(bound=-float(self._values[low]))
