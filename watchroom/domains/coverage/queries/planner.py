"""Where posts could stand: plan A as it is in force and plan B as `plan.siting` finds it.

Nothing is written here and nobody is ordered anywhere. The engine is imported when it is asked:
starting Watchroom does not pay for it. t windows of the day, n places that call, s candidates.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.geometry import distances_m
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.roads import roads

from ..models import DutyPost
from ..rules import two_plans
from ..rules.questions import REACH, Condition, Posts
from .candidates import Candidate, barred, candidates, inside, manned_in, posts_in_force
from .expected import Expected, expected_calls, moment_of
from .watching import Watch

F64 = npt.NDArray[np.float64]
Sites = tuple[int, ...]
UNREACHED_S = 1e6
PER = 10_000.0
"""Demand goes to the engine as calls of ten thousand: it keeps thousandths of them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything both plans are counted on. The last rows are places somebody drew: nobody calls
    from there, but they must be reached."""

    asked: Posts
    found: Sequence[Candidate]
    expected: Expected
    seconds: F64
    """(t, n, s)"""
    weight: F64
    """(t, n) shares of the calls of all windows."""
    must: F64
    """(t, n) seconds; inf where nothing is asked."""
    rows: Sequence[tuple[Condition, npt.NDArray[np.int64]]]
    """Each place or area that must be reached, and its rows."""
    before: Sequence[Sites]
    """Plan A in each window."""
    stay: Sequence[Sites]
    """What plan B keeps in each window."""
    shut: npt.NDArray[np.bool_]
    by_road: bool


def two_plans_for(actor: Actor, asked: Posts, watch: Watch) -> dict[str, Any]:
    """Plan A and plan B for what is asked, as JSON; B is the best found when `watch` stops."""
    ground = _ground(actor, asked)
    watch.begin()
    begun = time.perf_counter()
    after, objective, bound, proven = _solved(ground, watch)
    taken = time.perf_counter() - begun
    return _told(ground, after, objective, bound, taken, proven=proven)


# -- the ground ------------------------------------------------------------------------------


def _ground(actor: Actor, asked: Posts) -> Ground:
    in_force = posts_in_force(actor, asked.agency_id, asked.hours)
    expected = expected_calls(asked.kind, asked.agency_id, asked.days, asked.hours)
    found = candidates(actor, asked, in_force, expected)
    shut = barred(asked, found)
    places, rows = _places(asked, expected)
    seconds, by_road = _seconds(asked, found, places)
    rate = np.array([expected.rate(window.hours) for window in asked.windows])
    weight = np.zeros(seconds.shape[:2])
    weight[:, : len(expected.places)] = rate / rate.sum()
    before = [
        tuple(i for i, post in enumerate(in_force) if manned_in(post, window.hours))
        for window in asked.windows
    ]
    stay = [_staying(asked, found, in_force, t, set(before[t])) for t in range(len(before))]
    _room(asked, stay)
    _keep_out(found, shut, stay)
    must = _must(asked, seconds, before, rows, len(expected.places))
    _reachable(asked, seconds, must, rows, shut)
    return Ground(
        asked, found, expected, seconds, weight, must, rows, before, stay, shut, by_road
    )  # fmt: skip


def _places(
    asked: Posts, expected: Expected
) -> tuple[F64, list[tuple[Condition, npt.NDArray[np.int64]]]]:
    """Where calls come from, then what was drawn to be reached: a point, or an area's cells."""
    places, rows = [expected.places], []
    count = len(expected.places)
    for one in asked.conditions:
        if one.kind != REACH:
            continue
        cells = np.flatnonzero(inside(one, expected.places)) if one.is_area else np.empty(0, int)
        if not len(cells):  # a place, or an area where nobody called: its middle stands for it
            places.append(np.mean(one.points, axis=0)[None])
            cells = np.array([count])
            count += 1
        rows.append((one, cells))
    return np.concatenate(places), rows


def _seconds(asked: Posts, found: Sequence[Candidate], places: F64) -> tuple[F64, bool]:
    where = np.array([(one.lon, one.lat) for one in found])
    told = [roads.matrix(where, places, moment_of(window.hours)) for window in asked.windows]
    table = np.array([times.seconds.T for times in told])
    return np.where(np.isfinite(table), table, UNREACHED_S), told[0].by_road


def _staying(
    asked: Posts,
    found: Sequence[Candidate],
    in_force: Sequence[DutyPost],
    window: int,
    manned: set[int],
) -> Sites:
    known = {post.pk for post in in_force}
    if not set(asked.fixed) <= known:
        raise Refusal(
            Text("有固定的岗位不在执行中的岗位里", "A post that is to stay is not in force")
        )
    return tuple(
        i
        for i, one in enumerate(found)
        if (i in manned and (one.post_id in asked.fixed or one.kind in asked.fixed_kinds))
        or any(drawn.holds_in(window) for drawn in one.must)
    )


def _room(asked: Posts, stay: Sequence[Sites]) -> None:
    for window, sites in zip(asked.windows, stay, strict=True):
        if len(sites) > window.count:
            title = window.title
            raise Refusal(
                Text(
                    f"{title.zh}要保留的岗位有 {len(sites)} 个，多于岗位数 {window.count}："
                    "请增加岗位数，或少保留一些",
                    f"{title.en}: {len(sites)} posts are to stay, more than the number of posts "
                    f"({window.count}): allow more posts, or keep fewer",
                )
            )


def _keep_out(
    found: Sequence[Candidate], shut: npt.NDArray[np.bool_], stay: Sequence[Sites]
) -> None:
    for site in {site for sites in stay for site in sites}:
        if shut[site]:
            raise Refusal(
                Text(
                    "“{n}”要保留，却在不得设岗的范围里：请改其中一个条件",
                    "“{n}” is to stay but lies where no post may be: change one of the two",
                ).format(n=found[site].name)
            )


def _must(
    asked: Posts,
    seconds: F64,
    before: Sequence[Sites],
    rows: Sequence[tuple[Condition, npt.NDArray[np.int64]]],
    cells: int,
) -> F64:
    must = np.full(seconds.shape[:2], np.inf)
    if asked.no_later:
        for t, sites in enumerate(before):
            must[t, :cells] = two_plans.no_later(seconds[t, :cells], sites)
    for one, mine in rows:
        for t in range(len(before)):
            if one.holds_in(t):
                must[t, mine] = np.minimum(must[t, mine], one.seconds)
    return must


def _reachable(
    asked: Posts,
    seconds: F64,
    must: F64,
    rows: Sequence[tuple[Condition, npt.NDArray[np.int64]]],
    shut: npt.NDArray[np.bool_],
) -> None:
    """Refusal that names the place nobody could reach in time from anywhere."""
    nearest = seconds[:, :, ~shut].min(axis=2) if (~shut).any() else np.full(must.shape, np.inf)
    for one, cells in rows:
        late = nearest[:, cells].max(axis=1)
        binds = [t for t in range(len(late)) if one.holds_in(t) and late[t] > one.seconds]
        if binds:
            raise Refusal(
                Text(
                    f"没有候选点能在 {one.seconds} 秒内到达“{one.name}”（最快 "
                    f"{late[binds[0]]:.0f} 秒）：请放宽时限，或在近处设点",
                    f"No candidate reaches “{one.name}” within {one.seconds} s (the best: "
                    f"{late[binds[0]]:.0f} s): allow more time, or put a post near it",
                )
            )
    if (nearest > must).any():
        raise Refusal(
            Text(
                "不得设岗的范围去掉了唯一能按时到达一些地方的岗位：请改画范围，或允许晚到",
                "Where no post may be stands the only one that reaches some places as soon as "
                "now: draw it smaller, or allow them to be reached later",
            )
        )


# -- both plans ------------------------------------------------------------------------------


def _solved(ground: Ground, watch: Watch) -> tuple[list[Sites], float, float, bool]:
    """Plan B in each window; points of 100, their bound, whether that is proven.

    The engine keeps a fixed site in every window. One that stays in some windows only gets room of
    its own in the others, where it reaches nothing, and is left out again.
    """
    from watchroom.plan.siting import tiered_cover  # noqa: PLC0415 - a second to import

    asked, open_ = ground.asked, np.flatnonzero(~ground.shut)
    column = {int(site): k for k, site in enumerate(open_)}
    every = sorted({site for sites in ground.stay for site in sites})
    cost = ground.seconds[:, :, open_].copy()
    idle = [sorted(set(every) - set(sites)) for sites in ground.stay]
    for t, sites in enumerate(idle):
        cost[t][:, [column[site] for site in sites]] = UNREACHED_S
    kinds = [ground.found[site].kind for site in open_.tolist()]
    found = tiered_cover(
        cost,
        ground.weight * PER,
        two_plans.TIERS,
        asked.gains,
        p=[window.count + len(idle[t]) for t, window in enumerate(asked.windows)],
        fixed=[column[site] for site in every],
        kinds=kinds,
        limits={kind: most for kind, most in asked.limits.items() if kind in kinds},
        must=ground.must if np.isfinite(ground.must).any() else None,
        places=asked.places,
        progress=lambda best, bound, _: watch.best(best, bound, 100 / PER),
        stop=watch.stop,
    )
    after = [
        tuple(int(open_[k]) for k in found.period(t) if int(open_[k]) not in idle[t])
        for t in range(len(asked.windows))
    ]
    return after, found.objective * 100 / PER, found.bound * 100 / PER, found.proven


def _told(
    ground: Ground,
    after: Sequence[Sites],
    objective: float,
    bound: float,
    taken: float,
    *,
    proven: bool,
) -> dict[str, Any]:
    used = sorted({site for sites in (*ground.before, *after) for site in sites})
    number = {site: k for k, site in enumerate(used)}
    windows = [_window(ground, t, after[t], number) for t in range(len(after))]
    return {
        "places": [_place(ground.found[site]) for site in used],
        "windows": windows,
        "worth_a": sum(one["worth_a"] for one in windows),
        "worth_b": sum(one["worth_b"] for one in windows),
        "bound": bound,
        "proven": proven,
        "judged": two_plans.judged(objective, bound, taken, proven=proven).as_dict(),
        "must": [_kept(ground, one, rows, after) for one, rows in ground.rows],
        "candidates": len(ground.found) - int(ground.shut.sum()),
        "calls_a_day": ground.expected.calls_a_day,
        "said": ground.expected.said.as_dict(),
        "by_road": ground.by_road,
    }


def _place(one: Candidate) -> dict[str, Any]:
    return {
        "name": one.name.as_dict(),
        "lon": one.lon,
        "lat": one.lat,
        "kind": one.kind,
        "post": one.post_id,
    }


def _window(ground: Ground, t: int, after: Sites, number: dict[int, int]) -> dict[str, Any]:
    """Both plans in one window: shares are of its own calls, points of those of all windows."""
    seconds, weight, before = ground.seconds[t], ground.weight[t], ground.before[t]
    own = weight / weight.sum() if weight.sum() > 0 else weight
    where = np.array([(one.lon, one.lat) for one in ground.found])
    apart = distances_m(where[:, None, 0], where[:, None, 1], where[None, :, 0], where[None, :, 1])
    window, gains = ground.asked.windows[t], ground.asked.gains
    rows = two_plans.changes(seconds, own, before, after, apart)
    return {
        "title": window.title.as_dict(),
        "when": f"{moment_of(window.hours):%Y-%m-%d %H:%M}",
        "a": [number[site] for site in before],
        "b": [number[site] for site in after],
        "shares_a": two_plans.shares(seconds, own, before),
        "shares_b": two_plans.shares(seconds, own, after),
        "worth_a": two_plans.worth(seconds, weight, before, gains),
        "worth_b": two_plans.worth(seconds, weight, after, gains),
        "changes": [_change(ground, row, number) for row in rows],
    }


def _change(ground: Ground, row: two_plans.Change, number: dict[int, int]) -> dict[str, Any]:
    partner = None if row.partner is None else ground.found[row.partner].name
    return {
        "place": number[row.site],
        "what": row.what,
        "moved": row.partner is not None,
        "why": two_plans.reason(row, partner).as_dict(),
    }


def _kept(
    ground: Ground,
    one: Condition,
    rows: npt.NDArray[np.int64],
    after: Sequence[Sites],
) -> dict[str, Any]:
    """How soon a drawn place is reached under both plans, in the worst window that asks for it."""

    def worst(plans: Sequence[Sites]) -> float | None:
        late = max(
            float(two_plans.nearest_s(ground.seconds[t][rows], plans[t]).max())
            for t in range(len(plans))
            if one.holds_in(t)
        )
        return late if late < UNREACHED_S else None

    return {"name": one.name, "limit": one.seconds, "a": worst(ground.before), "b": worst(after)}
