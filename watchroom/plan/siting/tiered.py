"""Response in tiers (1-3-5 minutes): a call is worth the more, the sooner it is reached.

Each demand counts with the gain of the best tier in which an open post reaches it. Existing posts
stay, kinds of post have limits, some places must be reached in time, and several periods are
planned together.
Source: the generalised maximal covering location problem of Berman, Krass, "The generalized maximal
covering location problem", Computers & Operations Research 29 (2002); solved like `max_cover`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from watchroom.plan.siting import checking
from watchroom.plan.siting.answer import Siting, Whole, chosen
from watchroom.plan.siting.gains import Bools, Floats, Gains, Ints, from_table, summed
from watchroom.plan.siting.rules import Row, Rules
from watchroom.plan.siting.run import Progress, Run, Stop
from watchroom.plan.siting.solve import Problem, solve


@dataclass(frozen=True, kw_only=True)
class Tiered(Siting):
    """Posts by period. `sites`: open in any period; `assignment`: (t, n) the nearest open post."""

    open: Bools
    """(t, m) which sites are staffed in which period."""
    shares: Floats
    """(t, tiers) share of the period's demand reached within each tier."""

    def period(self, t: int) -> Whole:
        """The sites staffed in a period."""
        return chosen(self.open[t])


@dataclass(frozen=True)
class _Asked:
    """The input, checked. t periods, n demands, m sites."""

    cost: Floats
    demand: Floats
    tiers: Floats
    gains: Floats
    p: Ints
    fixed: Bools
    kind: Ints
    limit: Ints
    must: Floats
    places: int | None

    @property
    def periods(self) -> int:
        return int(self.cost.shape[0])

    @property
    def sites(self) -> int:
        return int(self.cost.shape[2])


def tiered_cover(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    tiers: Sequence[float] = (60, 180, 300),
    gains: Sequence[float] = (1.0, 0.6, 0.3),
    *,
    p: int | Sequence[int],
    fixed: Sequence[int] = (),
    kinds: Sequence[str] | None = None,
    limits: Mapping[str, int] | None = None,
    must: npt.ArrayLike | None = None,
    places: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Stop = None,
) -> Tiered:
    """Posts with the most gain: each call counts with the gain of the tier it is reached in.

    cost: (n, m) seconds from site j to demand i, or (t, n, m) by period. demand: (n) or (t, n).
    tiers: seconds, rising; gains: what a call reached within each is worth, not rising (policy,
    not arithmetic). p: posts staffed in each period, `fixed` (site numbers) among them. kinds: (m)
    kind of each site; limits: posts of a kind staffed at once. must: (n) or (t, n) seconds within
    which a place has to be reached, inf where it need not (a school outside school hours).
    places: at most so many different sites over all periods.
    Gain x demand is kept to the thousandth. Raises Refusal for wrong input, and where the rules
    cannot all be kept.
    """
    asked = _asked(cost, demand, tiers, gains, p, fixed, kinds, limits, must, places)
    table = _gains(asked)
    problem = Problem(table, _rules(asked), _must(asked), _narrow(asked))
    run = Run(progress, stop, lambda worth: worth / checking.STEPS_PER_UNIT)
    found = solve(problem, run, seed)
    if found.worth < 0:
        _refuse(stopped=found.bound >= 0)
    opened = found.open[: asked.periods * asked.sites].reshape(asked.periods, asked.sites)
    nearest = np.where(opened[:, None, :], asked.cost, np.inf)
    return Tiered(
        objective=found.worth / checking.STEPS_PER_UNIT,
        bound=found.bound / checking.STEPS_PER_UNIT,
        seconds=run.seconds,
        maximised=True,
        sites=chosen(np.logical_or.reduce(opened)),
        assignment=nearest.argmin(axis=2).astype(np.int32),
        open=opened,
        shares=_shares(asked, nearest.min(axis=2)),
    )


def _refuse(*, stopped: bool) -> None:
    if stopped:
        raise checking.refusal(
            "规定的时间内没有找到满足全部要求的布点方案：请放宽要求或给更多时间。",
            "No plan that keeps every rule was found in the time given: relax a rule or allow "
            "more time.",
        )
    raise checking.refusal(
        "没有布点方案能同时满足点数、种类上限和必达要求：请增加点数或放宽要求。",
        "No plan can keep the number of posts, the limits by kind and the places that must be "
        "reached all at once: allow more posts or relax a rule.",
    )


def _asked(
    cost: npt.ArrayLike, demand: npt.ArrayLike, tiers: Sequence[float], gains: Sequence[float],
    p: int | Sequence[int], fixed: Sequence[int], kinds: Sequence[str] | None,
    limits: Mapping[str, int] | None, must: npt.ArrayLike | None, places: int | None,
) -> _Asked:  # fmt: skip
    dimensions = 3 if np.ndim(cost) == 3 else 2  # type: ignore[arg-type]
    seconds = checking.table(cost, dimensions)
    seconds = seconds if dimensions == 3 else seconds[None]
    t, n, m = seconds.shape
    steps, worth = _tiers(tiers, gains)
    calls = checking.amounts(np.atleast_2d(np.asarray(demand, np.float64)), (t, n))
    staffed = np.array([checking.posts(each, m) for each in np.broadcast_to(p, (t,))], np.int64)
    kept = np.zeros(m, np.bool_)
    if any(not 0 <= j < m for j in fixed):
        raise checking.refusal(
            f"现有点位的编号应在 0 到 {m - 1} 之间。",
            f"Existing posts are numbered from 0 to {m - 1}.",
        )
    kept[list(fixed)] = True
    kind, limit = _kinds(kinds, limits, m)
    at_most = np.full((t, n), np.inf) if must is None else _must_times(must, (t, n))
    asked = _Asked(seconds, calls, steps, worth, staffed, kept, kind, limit, at_most, places)
    _check_fixed(asked)
    return asked


def _tiers(tiers: Sequence[float], gains: Sequence[float]) -> tuple[Floats, Floats]:
    limit, worth = np.asarray(tiers, np.float64), np.asarray(gains, np.float64)
    fine = limit.ndim == 1 and limit.shape == worth.shape and limit.size > 0
    if not fine or np.any(np.diff(limit) <= 0) or np.any(np.diff(worth) > 0) or worth.min() < 0:
        raise checking.refusal(
            "分级时限须递增，每级一个收益，收益不得为负也不得递增。",
            "Tiers must rise, with one gain each; gains may not be negative and may not rise.",
        )
    return limit, worth


def _kinds(
    kinds: Sequence[str] | None, limits: Mapping[str, int] | None, sites: int
) -> tuple[Ints, Ints]:
    """(m) kind numbers and how many of each may be staffed at once."""
    names = ["" for _ in range(sites)] if kinds is None else list(kinds)
    unknown = set(limits or {}) - set(names)
    if len(names) != sites or unknown:
        raise checking.refusal(
            "每个候选点要有一个种类，上限只能写已有的种类。",
            "Every site needs a kind, and limits may name only kinds that exist.",
        )
    every = sorted(set(names))
    number = np.array([every.index(name) for name in names], np.int64)
    most = {name: names.count(name) for name in every} | dict(limits or {})
    return number, np.array([max(0, most[name]) for name in every], np.int64)


def _must_times(must: npt.ArrayLike, shape: tuple[int, int]) -> Floats:
    found = np.atleast_2d(np.asarray(must, np.float64))
    if found.shape != shape or np.any(np.isnan(found)):
        raise checking.refusal(
            f"必达时限的个数应为 {shape}。", f"The times that must be kept have the size {shape}."
        )
    return found


def _check_fixed(asked: _Asked) -> None:
    used = np.bincount(asked.kind[asked.fixed], minlength=len(asked.limit))
    many = asked.fixed.sum()
    over_places = asked.places is not None and many > asked.places
    if many > asked.p.min() or np.any(used > asked.limit) or over_places:
        raise checking.refusal(
            "现有点位已超过允许的点数或种类上限：请提高上限或撤销部分现有点位。",
            "The existing posts already exceed the number of posts or a limit by kind: raise the "
            "limit or give some of them up.",
        )
    late = (asked.cost.min(axis=2) > asked.must).any(axis=0)
    if late.any():
        first = int(np.flatnonzero(late)[0])
        raise checking.refusal(
            f"必达地点 {first} 没有任何候选点能按时到达：请增加候选点或放宽时限。",
            f"No site reaches place {first} within the time it must be reached: add sites or "
            "allow more time.",
        )


def _columns(asked: _Asked) -> int:
    """A column for each period and site, and one for each place where places are limited."""
    return asked.sites * (asked.periods + (asked.places is not None))


def _gains(asked: _Asked) -> Gains:
    """(t*n, columns) thousandths of gain x demand."""
    t, n, m = asked.cost.shape
    tier = np.searchsorted(asked.tiers, asked.cost)
    worth = np.append(asked.gains, 0.0)[tier] * asked.demand[:, :, None]
    worth = checking.steps(worth.reshape(t * n, m)).reshape(t, n, m)
    period, i, j = np.nonzero(worth)
    return from_table(period * n + i, period * m + j, worth[period, i, j], (t * n, _columns(asked)))


def _rules(asked: _Asked) -> Rules:
    """A team for each period, its kinds inside; where places are limited, a last team of places."""
    t, m, kinds = asked.periods, asked.sites, len(asked.limit)
    team = np.repeat(np.arange(t), m)
    kind = np.concatenate([asked.kind + period * kinds for period in range(t)])
    team_limit, kind_limit = asked.p, np.tile(asked.limit, t)
    fixed, rows = np.tile(asked.fixed, t), []
    if asked.places is not None:
        team = np.append(team, np.full(m, t))
        kind = np.append(kind, np.full(m, t * kinds))
        team_limit = np.append(team_limit, asked.places)
        kind_limit = np.append(kind_limit, m)
        fixed = np.append(fixed, asked.fixed)
        sign = np.array([1.0, -1.0])
        rows = [Row(np.array([t * m + j % m, j]), sign, 0.0) for j in range(t * m)]
    barred = np.zeros(len(team), np.bool_)
    return Rules(team, team_limit, kind, kind_limit, fixed, barred, rows)


def _must(asked: _Asked) -> list[Ints]:
    return [
        np.flatnonzero(asked.cost[period, i] <= asked.must[period, i]) + period * asked.sites
        for period, i in np.argwhere(np.isfinite(asked.must))
    ]


def _narrow(asked: _Asked) -> Callable[[Floats], Bools] | None:
    """Where places are limited: keep those that are most open over all periods."""
    if asked.places is None:
        return None
    t, m, places = asked.periods, asked.sites, asked.places
    reached = _gains(asked)
    draw = summed(reached.site, reached.gain, _columns(asked))[: t * m]
    attraction = draw.reshape(t, m).sum(axis=0) / max(1.0, draw.sum())

    def narrow(x: Floats) -> Bools:
        use = x[: t * m].reshape(t, m).max(axis=0) + 1e-3 * attraction
        kept = np.zeros(m, np.bool_)
        kept[np.lexsort((-use, ~asked.fixed))[:places]] = True
        return np.append(np.tile(~kept, t), ~asked.fixed)

    return narrow


def _shares(asked: _Asked, nearest: Floats) -> Floats:
    """(t, tiers) share of demand within each tier."""
    total = np.maximum(asked.demand.sum(axis=1), np.finfo(float).tiny)
    within = nearest[:, :, None] <= asked.tiers
    shares: Floats = (asked.demand[:, :, None] * within).sum(axis=1) / total[:, None]
    return shares
