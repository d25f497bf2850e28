"""Plan A and plan B on the same calls: real ones of a chosen period, or drawn ones.

Real calls: first the record is played as it was (the unit that went, the seconds it took), and what
comes out is held against the record; only then are both plans played. Days are the pairs whose
differences have an interval. Drawn calls: replications are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from watchroom.base.clock import day_start, local
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import answered
from watchroom.kernel.access import Actor
from watchroom.kernel.answered import Answers
from watchroom.kernel.roads import roads

from ..models import PlanningRun
from ..rules.questions import Play, Posts
from .candidates import posts_below
from .expected import area_of, expected_calls, moment_of
from .watching import Watch, finite

if TYPE_CHECKING:
    from watchroom.plan.simulation import Calls, Demand, Estimate, Scenario

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
DAYS, WARM_UP_DAYS, REPLICATIONS, SEED = 14, 1, 20, 1
DAY_S, HOUR_S = 86_400.0, 3600.0
GRIDS = (0.0005, 0.001, 0.0025, 0.005)
MOST_PLACES = 2000
"""Calls stand in cells of the finest of these grids (degrees) that has at most so many of them."""
SCENE_S = (60.0, 12 * HOUR_S)
"""Recorded times at the scene outside of this are taken for slips of the pen."""


@dataclass(frozen=True, slots=True)
class Two:
    """What both plans share: places (posts first), driving times by window, hours."""

    posts: Posts
    answer: dict[str, Any]
    places: F64
    travel: F32
    by_road: bool

    @property
    def stands(self) -> int:
        """How many of the places are posts."""
        return len(self.answer["places"])


def played(actor: Actor, asked: Play, watch: Watch, basis: PlanningRun) -> dict[str, Any]:
    """Both plans of a run on the same calls, as JSON."""
    posts_below(actor, basis.agency_id)  # NotFound for who does not plan there
    posts, answer = Posts.from_json(basis.asked), basis.answer
    if answer is None or not any(window["a"] for window in answer["windows"]):
        raise Refusal(
            Text(
                "这些时段没有执行中的方案，没有可以比较的",
                "No plan is in force in these hours: there is nothing to compare with",
            )
        )
    if asked.span is None:
        return _drawn(asked, posts, answer, watch)
    return _real(asked, posts, answer, watch)


# -- real calls ------------------------------------------------------------------------------


def _real(asked: Play, posts: Posts, answer: dict[str, Any], watch: Watch) -> dict[str, Any]:
    from watchroom.plan.simulation import Calls, play, record, run  # noqa: PLC0415 - a compiler
    from watchroom.plan.simulation.figures import figures  # noqa: PLC0415

    assert asked.span is not None  # noqa: S101 - this is the real branch
    first, days = asked.span[0], (asked.span[1] - asked.span[0]).days + 1
    since = day_start(first)
    told = answered.recorded(asked.kind, since, since + timedelta(days=days))
    told = _of_these(told, _where(told, asked.agency_id) & _when(told, since, posts.hours))
    if not len(told):
        raise Refusal(
            Text(
                "这些天的这些时段里，这个辖区没有这类警情的记录",
                "No such calls are on record in this area in these days and hours",
            )
        )
    watch.tell(step="record", calls=len(told))
    again = _as_it_was(told)
    grid, cell, cells = _gridded(told.where)
    two = _two(posts, answer, cells)
    begin = local(since).weekday() * DAY_S
    service, known = _service(told, asked.service_min)
    calls = Calls(
        at=told.at - since.timestamp() + begin,
        place=(cell + two.stands).astype(np.int32),
        service=service,
    )
    scenarios = [_scenario(two, side, calls, begin, days) for side in "ab"]
    watch.tell(step="baseline")
    one = play(scenarios[0], calls, record=True)
    same = record.replay(scenarios[0], calls, one.events) is None
    results = [run(scenario, 0, 1, batches=days) for scenario in scenarios]
    busy = [figures(each, play(each, calls))["workload"] for each in scenarios]
    return {
        "real": True,
        "calls": len(told),
        "days": days,
        "since": asked.since,
        "until": asked.until,
        "grid": grid,
        "known": known,
        "scene_min": float(np.median(service)) / 60,
        "again": again,
        "same": {"events": len(one.events), "identical": same},
        "rows": _rows(*results),
        "runs": days,
        "busy": busy,
        "by_road": two.by_road,
        "stopped": False,
    }


def _where(told: Answers, agency_id: int) -> npt.NDArray[np.bool_]:
    from shapely import intersects, points, prepare  # noqa: PLC0415 - with the rest of the work

    area = area_of(agency_id)
    if area is None:
        return np.ones(len(told), np.bool_)
    prepare(area)
    return np.asarray(intersects(area, points(told.where)))


def _when(told: Answers, since: datetime, hours: Sequence[int]) -> npt.NDArray[np.bool_]:
    return np.isin(((told.at - since.timestamp()) // HOUR_S % 24).astype(int), list(hours))


def _of_these(told: Answers, which: npt.NDArray[np.bool_ | np.int64]) -> Answers:
    return replace(
        told,
        **{
            name: getattr(told, name)[which]
            for name in ("at", "where", "sent", "arrived", "left", "who")
        },
    )


def _as_it_was(told: Answers) -> dict[str, Any]:
    """What the record says, and the record played: the unit that went, the seconds it took.

    A unit that the record has in two places at once comes later in the play than in the record:
    such calls are counted, not hidden.
    """
    from watchroom.plan.simulation import (  # noqa: PLC0415 - a compiler comes with it
        Calls,
        Scenario,
        Units,
        play,
        policies,
    )

    whole = (told.who >= 0) & (told.arrived >= told.sent) & (told.left >= told.arrived)
    some = _of_these(told, whole & (told.sent >= told.at))
    response = np.where(told.arrived >= told.at, told.arrived - told.at, np.nan)
    there = response[np.isfinite(response)]
    said = {
        "known": len(there),
        "response": finite(there.mean()) if len(there) else None,
        "within": [float((there <= limit).mean()) if len(there) else None for limit in TIERS],
        "played": len(some),
        "exact": 0,
        "before": float(np.median(some.sent - some.at)) if len(some) else None,
    }
    if not len(some):
        return said
    some = _of_these(some, np.argsort(some.sent, kind="stable").astype(np.int64))
    zero = some.sent[0]
    calls = Calls(
        at=some.sent - zero,
        place=np.zeros(len(some), np.int32),
        service=some.left - some.arrived,
        orders=some.who[:, None].astype(np.int32),
        order_seconds=(some.arrived - some.sent)[:, None],
    )
    units = int(some.who.max()) + 1
    scenario = Scenario(
        calls=calls,
        units=Units(post=np.zeros(units, int)),
        travel=np.zeros((1, 1)),
        seconds=float(some.left.max() - zero) + DAY_S,
        policy=policies.as_recorded(),
        returns="at once",
    )
    arrived = play(scenario, calls).calls["first"] + zero
    off = np.abs(arrived - some.arrived)
    said["exact"] = int((off < 1.0).sum())
    said["reproduced"] = finite(float((arrived - some.at).mean()))
    said["recorded"] = finite(float((some.arrived - some.at).mean()))
    return said


def _gridded(where: F64) -> tuple[float, npt.NDArray[np.int64], F64]:
    """(degrees, (c) cell of each call, (k, 2) middles of cells) on the finest grid that fits."""
    for degrees in GRIDS:
        whole = np.round(where / degrees).astype(np.int64)
        cells, cell = np.unique(whole, axis=0, return_inverse=True)
        if len(cells) <= MOST_PLACES:
            return degrees, cell.ravel().astype(np.int64), np.asarray(cells * degrees, np.float64)
    raise Refusal(Text("地点太多：请选小一些的单位", "Too many places: choose a smaller agency"))


def _service(told: Answers, minutes: float) -> tuple[F64, int]:
    """((c) seconds at the scene, how many of them are on record): the median where none is."""
    seconds = told.left - told.arrived
    fine = (seconds >= SCENE_S[0]) & (seconds <= SCENE_S[1])
    usual = float(np.median(seconds[fine])) if fine.any() else 60.0 * minutes
    return np.where(fine, seconds, usual), int(fine.sum())


# -- drawn calls -----------------------------------------------------------------------------


def _drawn(asked: Play, posts: Posts, answer: dict[str, Any], watch: Watch) -> dict[str, Any]:
    from watchroom.plan.simulation import Demand, compare  # noqa: PLC0415 - a compiler

    expected = expected_calls(posts.kind, posts.agency_id, posts.days, posts.hours)
    two = _two(posts, answer, expected.places)
    rates = np.zeros((24, 1, len(two.places)))
    for hour in posts.hours:
        rates[hour, 0, two.stands :] = expected.by_hour[:, hour] / HOUR_S
    service = 60.0 * asked.service_min
    calls = Demand(rates=rates, period_of_hour=np.arange(168) % 24, service=service)
    warm_up = WARM_UP_DAYS * DAY_S
    a, b = (_scenario(two, side, calls, warm_up, DAYS) for side in "ab")

    def tell(done: int, of: int) -> bool:
        watch.tell(step="playing", done=done, of=of)
        return not watch.stop()

    watch.begin()
    found = compare(a, b, seed=SEED, replications=REPLICATIONS, progress=tell)
    return {
        "real": False,
        "calls": found.a.estimate("calls").mean,
        "days": DAYS,
        "scene_min": asked.service_min,
        "rows": _rows(found.a, found.b),
        "runs": len(found.a.values),
        "busy": [found.a.estimate("workload").mean, found.b.estimate("workload").mean],
        "by_road": two.by_road,
        "stopped": found.a.stopped,
    }


# -- both ------------------------------------------------------------------------------------


def _two(posts: Posts, answer: dict[str, Any], cells: F64) -> Two:
    stands = np.array([(one["lon"], one["lat"]) for one in answer["places"]])
    places, k = np.concatenate([stands, cells]), len(stands)
    travel = np.full((len(posts.windows), len(places), len(places)), np.inf, np.float32)
    by_road = True
    for t, window in enumerate(posts.windows):
        when = moment_of(window.hours)
        out, back = roads.matrix(stands, cells, when), roads.matrix(cells, stands, when)
        travel[t, :k, k:], travel[t, k:, :k] = out.seconds, back.seconds
        np.fill_diagonal(travel[t], 0.0)
        by_road = out.by_road
    return Two(posts, answer, places, travel, by_road)


def _scenario(two: Two, side: str, calls: "Calls | Demand", begin: float, days: int) -> "Scenario":
    """One plan: a unit at each of its posts, on duty in the windows in which it is manned."""
    from watchroom.plan.simulation import Scenario, Units  # noqa: PLC0415

    windows, told = two.posts.windows, two.answer["windows"]
    stands = sorted({site for window in told for site in window[side]})
    end = begin + days * DAY_S
    shifts = [
        (unit, *span)
        for unit, site in enumerate(stands)
        for t in range(len(windows))
        if site in told[t][side]
        for span in _spans(windows[t].hours, begin, end)
    ]
    hours = np.zeros(168, int)
    for t, window in enumerate(windows):
        hours[[day * 24 + hour for day in range(7) for hour in window.hours]] = t
    return Scenario(
        calls=calls,
        units=Units(post=np.array(stands), shifts=shifts),
        travel=two.travel,
        slice_of_hour=hours,
        seconds=end,
        warm_up=begin,
        returns="blocked",
        limits=tuple(float(limit) for limit in TIERS),
    )


def _spans(hours: Sequence[int], begin: float, end: float) -> list[tuple[float, float]]:
    """When these hours are, from the day before the first to the day after the last."""
    if len(hours) == 24:
        return [(begin - 2 * DAY_S, end + 2 * DAY_S)]
    first = begin // DAY_S - 1
    days = np.arange(first, end // DAY_S + 1)
    return [
        (day * DAY_S + hours[0] * HOUR_S, day * DAY_S + (hours[0] + len(hours)) * HOUR_S)
        for day in days.tolist()
    ]


TIERS = (60, 180, 300)
RESPONSE = "response"
FIGURES = {
    RESPONSE: Text("平均到达用时", "Mean time to arrival"),
    "within_60": Text("1 分钟内到达", "Reached within 1 min"),
    "within_180": Text("3 分钟内到达", "Reached within 3 min"),
    "within_300": Text("5 分钟内到达", "Reached within 5 min"),
}


def _rows(a: Any, b: Any) -> list[dict[str, Any]]:
    from watchroom.plan.simulation import Comparison  # noqa: PLC0415

    both = Comparison(a=a, b=b)
    return [
        {
            "title": title.as_dict(),
            "seconds": name == RESPONSE,
            "a": _figure(a.estimate(name)),
            "b": _figure(b.estimate(name)),
            "difference": _figure(both.difference(name)),
            "said": _said(both.difference(name), fewer_is_better=name == RESPONSE).as_dict(),
        }
        for name, title in FIGURES.items()
    ]


def _figure(one: "Estimate") -> list[float | None]:
    """Mean, low, high; None where that is not known."""
    return [finite(value) for value in (one.mean, one.low, one.high)]


def _said(one: "Estimate", *, fewer_is_better: bool) -> Text:
    """What can be concluded from a difference."""
    if not one.runs or 0 in one:
        return Text("看不出差别", "no difference can be told")
    if (one.mean < 0) == fewer_is_better:
        return Text("方案乙更好", "plan B is better")
    return Text("方案甲更好", "plan A is better")
