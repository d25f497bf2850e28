"""Plan A and plan B played through with the same calls: what changes, with its interval.

Calls are drawn from the same expectation the plans were made for; one unit stands at each post, the
nearest free one goes, and it is sent again once it is back at its post.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.roads import roads

from ..rules import two_plans
from .planner import (
    STOP_S,
    Asked,
    Candidate,
    Expected,
    expected_calls,
    moment_of,
    new_places,
    one_at_a_time,
    posts_below,
    posts_in_force,
)

if TYPE_CHECKING:
    from watchroom.plan.simulation import Estimate, Scenario

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
DAYS, WARM_UP_DAYS, REPLICATIONS, SEED = 14, 1, 20, 1
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure under both plans and the difference, each with its interval (95 %)."""

    title: Text
    seconds: bool
    a: "Estimate"
    b: "Estimate"
    difference: "Estimate"

    @property
    def said(self) -> Text:
        """What can be concluded from the difference."""
        if 0 in self.difference:
            return Text("看不出差别", "no difference can be told")
        fewer_is_better = self.seconds
        better = (self.difference.mean < 0) == fewer_is_better
        return Text("方案乙更好", "plan B is better") if better else Text(
            "方案甲更好", "plan A is better"
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Played:
    """The comparison and what it assumes."""

    rows: Sequence[Row]
    runs: int
    calls: float
    busy_a: float
    busy_b: float
    service_min: float
    by_road: bool
    stopped: bool


def places_of(actor: Actor, agency_id: int, keys: str) -> list[Candidate]:
    """The places a form names: posts the actor plans for, and points."""
    known = {f"p{post.pk}": post for post in posts_below(actor, agency_id)}
    found = []
    for key in dict.fromkeys(keys.split()):
        if key in known:
            post = known[key]
            found.append(Candidate(Text(post.name, post.label("en")), post.lon, post.lat, post.pk))
        else:
            found.append(_point(key))
    if not 1 <= len(found) <= two_plans.MOST_POSTS:
        raise _out_of_date()
    return found


def _point(key: str) -> Candidate:
    try:
        lon, lat = (float(part) for part in key.split(","))
    except ValueError as error:
        raise _out_of_date() from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _out_of_date()
    return new_places(np.array([(lon, lat)]))[0]


def _out_of_date() -> Refusal:
    return Refusal(Text("页面已过期，请重新计算", "The page is out of date: work it out again"))


def played(actor: Actor, asked: Asked, keys: str, service_min: float) -> Played:
    """Both plans on the same calls, some weeks of them; stops after about `STOP_S` seconds."""
    if not 1 <= service_min <= 600:
        raise Refusal(Text("处置时间应在 1 至 600 分钟之间", "At the scene: 1 to 600 minutes"))
    in_force = posts_in_force(actor, asked.agency_id, asked.hours)
    if not in_force:
        raise Refusal(
            Text(
                "这些时段没有执行中的方案，没有可以比较的",
                "No plan is in force in these hours: there is nothing to compare with",
            )
        )
    after = places_of(actor, asked.agency_id, keys)
    before = [Candidate(Text(p.name, p.label("en")), p.lon, p.lat, p.pk) for p in in_force]
    with one_at_a_time():
        expected = expected_calls(asked)
        return _play(asked, before, after, expected, service_min)


def _play(
    asked: Asked,
    before: Sequence[Candidate],
    after: Sequence[Candidate],
    expected: Expected,
    service_min: float,
) -> Played:
    from watchroom.plan.simulation import compare  # noqa: PLC0415 - a compiler comes with it

    where = np.array([(one.lon, one.lat) for one in (*before, *after)])
    travel, by_road = _travel(where, expected.places, asked.hours)
    a, b = (
        _scenario(asked, expected.by_hour, travel, posts, service_min)
        for posts in (range(len(before)), range(len(before), len(where)))
    )
    found = compare(a, b, seed=SEED, replications=REPLICATIONS, progress=_in_time())
    rows = [
        Row(title, title is RESPONSE, found.a.estimate(name), found.b.estimate(name),
            found.difference(name))
        for name, title in FIGURES.items()
    ]  # fmt: skip
    return Played(
        rows=rows,
        runs=len(found.a.values),
        calls=found.a.estimate("calls").mean,
        busy_a=found.a.estimate("workload").mean,
        busy_b=found.b.estimate("workload").mean,
        service_min=service_min,
        by_road=by_road,
        stopped=found.a.stopped,
    )


RESPONSE = Text("平均到达用时", "Mean time to arrival")
FIGURES = {
    "response": RESPONSE,
    "within_60": Text("1 分钟内到达", "Reached within 1 min"),
    "within_180": Text("3 分钟内到达", "Reached within 3 min"),
    "within_300": Text("5 分钟内到达", "Reached within 5 min"),
}


def _travel(where: F64, cells: F64, hours: Sequence[int]) -> tuple[F32, bool]:
    """(n, n) seconds, posts first; inf between what nobody drives between: posts, and cells."""
    when, k = moment_of(hours), len(where)
    out, back = roads.matrix(where, cells, when), roads.matrix(cells, where, when)
    table = np.full((k + len(cells), k + len(cells)), np.inf, np.float32)
    table[:k, k:], table[k:, :k] = out.seconds, back.seconds
    np.fill_diagonal(table, 0.0)
    return table, out.by_road


def _scenario(
    asked: Asked, by_hour: F64, travel: F32, posts: Sequence[int], service_min: float
) -> "Scenario":
    from watchroom.plan.simulation import Demand, Scenario, Units  # noqa: PLC0415

    rates = np.zeros((24, 1, len(travel)))
    for hour in asked.hours:
        rates[hour, 0, len(travel) - len(by_hour) :] = by_hour[:, hour] / 3600.0
    calls = Demand(rates=rates, period_of_hour=np.arange(168) % 24, service=60.0 * service_min)
    return Scenario(
        calls=calls,
        units=Units(post=np.array(posts)),
        travel=travel,
        seconds=(DAYS + WARM_UP_DAYS) * DAY_S,
        warm_up=WARM_UP_DAYS * DAY_S,
        returns="blocked",
        limits=tuple(float(limit) for limit in two_plans.TIERS),
    )


def _in_time() -> Callable[[int, int], bool | None]:
    """Stops each plan's runs at half of `STOP_S`; compiling, which the first run pays, is free."""
    begun: dict[bool, float] = {}

    def tell(done: int, of: int) -> bool | None:
        second = done > of // 2
        since = begun.setdefault(second, time.perf_counter())
        return time.perf_counter() - since < STOP_S / 2

    return tell
