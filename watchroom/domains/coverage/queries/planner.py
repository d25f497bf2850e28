"""Where posts could stand: plan A as it is in force and plan B as `plan.siting` finds it.

Nothing is written here and nobody is ordered anywhere. The engine is imported when it is asked:
starting Watchroom does not pay for it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet, Sum
from shapely import intersects, prepare, union_all
from shapely import points as as_points
from shapely.geometry import shape

from watchroom.base.clock import local, now
from watchroom.base.geometry import distances_m
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import demand as counting
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency, Beat, DemandCell
from watchroom.kernel.registry import registry
from watchroom.kernel.roads import roads

from ..flow import PLAN_DUTY
from ..models import DutyPost
from ..rules import two_plans
from ..rules.two_plans import Change
from .posts import posts

F64 = npt.NDArray[np.float64]
STOP_S = 8.0
"""Computing stops here: the best plan so far is shown, with its bound."""
MOST_CROSSINGS = 400
APART_M = 60.0
"""A candidate nearer than this to another one is the same place."""
UNREACHED_S = 1e6
PER = 10_000.0
"""Demand goes to the engine as calls of ten thousand: it keeps thousandths of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the planner is asked. days 0: as it is counted each night."""

    kind: str
    agency_id: int
    count: int
    from_hour: int = 0
    to_hour: int = 24
    days: int = 0
    gains: tuple[float, ...] = two_plans.GAINS
    fixed: tuple[int, ...] = ()
    fixed_kinds: tuple[str, ...] = ()
    """Posts in force of these kinds stay as well: a school post stands for its school."""
    no_later: bool = False
    """What plan A reaches late, after the last tier, plan B reaches no later."""
    with_posts: bool = True
    with_stations: bool = True
    crossings: int = 150

    @property
    def hours(self) -> list[int]:
        """The hours of the day it is for."""
        return two_plans.hours_of(self.from_hour, self.to_hour)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where somebody could stand. `post_id` None: there is no post there yet."""

    name: Text
    lon: float
    lat: float
    post_id: int | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"p{self.post_id}" if self.post_id else f"{self.lon:.6f},{self.lat:.6f}"


@dataclass(frozen=True, slots=True)
class Expected:
    """Where calls are expected in these hours: (c, 2) places, (c, 24) calls an hour, (c) shares."""

    places: F64
    by_hour: F64
    weight: F64
    calls_a_day: float
    said: Text


@dataclass(frozen=True, slots=True)
class Side:
    """One plan: which candidates, what it reaches."""

    sites: tuple[int, ...]
    shares: Sequence[float]
    worth: float


@dataclass(frozen=True, slots=True)
class Planned:
    """Both plans, side by side. Points of 100."""

    asked: Asked
    candidates: Sequence[Candidate]
    expected: Expected
    a: Side
    b: Side
    bound: float
    proven: bool
    judged: Text
    changes: Sequence[Change]
    reasons: Sequence[Text]
    by_road: bool
    when: datetime

    @property
    def moved(self) -> int:
        """How many posts that go and come are one that moves."""
        return sum(row.what == two_plans.GOES and row.partner is not None for row in self.changes)

    def keys(self, side: Side) -> str:
        """The places of a plan, as a form sends them."""
        return " ".join(self.candidates[site].key for site in side.sites)


def demand_kinds() -> list[tuple[str, Text]]:
    """Kinds of matter whose places are counted, the most frequent first."""
    rows = DemandCell.objects.values("kind").annotate(all=Sum("count")).order_by("-all")
    flows = registry.flows
    kinds = rows.values_list("kind", flat=True)
    return [(k, flows[k].title if k in flows else Text(k, k)) for k in kinds]


def posts_in_force(actor: Actor, agency_id: int, hours: Sequence[int]) -> list[DutyPost]:
    """The posts of the plans in force, manned in any of these hours on any day of the week."""
    rows = posts_below(actor, agency_id).filter(lines__plan__in_force=True)
    told = rows.distinct().prefetch_related("lines__shift", "lines__plan")
    return [
        post
        for post in told
        if any(
            line.plan.in_force and two_plans.runs_in(line.shift.starts, line.shift.ends, hours)
            for line in post.lines.all()
        )
    ]


def posts_below(actor: Actor, agency_id: int) -> QuerySet[DutyPost]:
    """Posts of the agency and those below it, for who plans duty there; NotFound for others."""
    path = Agency.objects.filter(pk=agency_id).values_list("path", flat=True).first()
    if path is None or not (actor.everywhere or actor.within(PLAN_DUTY, agency_id)):
        raise NotFound
    return posts(actor, PLAN_DUTY).filter(agency__path__startswith=path)


def two_plans_for(actor: Actor, asked: Asked) -> Planned:
    """Plan A and plan B for what is asked, in at most about `STOP_S` seconds of computing."""
    in_force = posts_in_force(actor, asked.agency_id, asked.hours)
    with one_at_a_time():
        expected = expected_calls(asked)
        candidates = _candidates(actor, asked, in_force, expected)
        return _work_out(asked, candidates, in_force, expected)


_busy = Lock()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Planning takes a whole core for seconds: one at a time in a process, the others are told."""
    if not _busy.acquire(blocking=False):
        raise Conflict(
            Text(
                "另一份布点方案正在计算，请过几秒再试",
                "Another plan is being worked out: try again in a few seconds",
            )
        )
    try:
        yield
    finally:
        _busy.release()


# -- what is expected where ------------------------------------------------------------------


def expected_calls(asked: Asked) -> Expected:
    """Where calls of the kind are expected in these hours, inside the agency's beats."""
    if asked.kind not in dict(demand_kinds()):
        raise Refusal(
            Text(
                "还没有统计这类警情从哪里来：每天夜里统计一次",
                "Nobody has counted yet where these calls come from: it is done each night",
            )
        )
    places, by_hour, said = _counted(asked)
    inside, where = _inside(asked.agency_id, places)
    places, by_hour = places[inside], by_hour[inside]
    rate = by_hour[:, asked.hours].sum(axis=1)
    if not rate.sum() > 0:
        raise Refusal(
            Text(
                "这些时段、这些天、这个辖区里没有这类警情：请放宽条件",
                "No such calls came in these hours and days in this area: ask for more",
            )
        )
    smoothed = Text(
        f"每格 0.005°；一格一小时的警情少，故向该格全天的份额收缩，"
        f"相当于每小时另加 {counting.PRIOR:.0f} 起按全天分布的警情",
        f"cells of 0.005°; few calls fall into one cell and hour, so each hour's share is drawn "
        f"towards the cell's share of the whole day, as if {counting.PRIOR:.0f} more calls of "
        "that hour had come from where calls come from all day",
    )
    told = Text(f"{said.zh}；{where.zh}；{smoothed.zh}。", f"{said.en}; {where.en}; {smoothed.en}.")
    return Expected(places, by_hour, rate / rate.sum(), float(rate.sum()), told)


def _counted(asked: Asked) -> tuple[F64, F64, Text]:
    if asked.days == 0:
        found = counting.expected(asked.kind)
        assert found is not None  # noqa: S101 - its kind is among those counted
        said = Text("按每夜统计（最多一年）", "as counted each night, from up to a year")
        return found.points, found.by_hour, said
    until = now()
    cells, told, days = counting.count(asked.kind, until - timedelta(days=asked.days), until)
    said = Text(
        f"最近 {min(days, asked.days):.0f} 天收到的全部 {told.sum()} 起，含后来取消或合并的",
        f"all {told.sum()} that came in the last {min(days, asked.days):.0f} days, those later "
        "cancelled or joined included",
    )
    middles = np.asarray(cells[:, ::-1] * counting.CELL_DEGREES, np.float64)
    return middles, counting.rates(told, days) if len(told) else np.empty((0, 24)), said


def _inside(agency_id: int, places: F64) -> tuple[npt.NDArray[np.bool_], Text]:
    """(c) which cells lie in a beat of the agency or one below it; all where it has no beats."""
    path = Agency.objects.values_list("path", flat=True).get(pk=agency_id)
    outlines = Beat.objects.filter(agency__path__startswith=path).values_list("outline", flat=True)
    areas = [shape(outline) for outline in outlines]
    if not areas:
        everywhere = Text("本单位没有警格，按全部地点计", "the agency has no beats: all places")
        return np.ones(len(places), np.bool_), everywhere
    area = union_all(areas)
    prepare(area)
    inside = intersects(area, as_points(places))
    return np.asarray(inside), Text("本单位警格以内", "inside the agency's beats")


# -- where one could stand -------------------------------------------------------------------


def _candidates(
    actor: Actor, asked: Asked, in_force: Sequence[DutyPost], expected: Expected
) -> list[Candidate]:
    """Posts in force first, then other posts, stations and crossings; none twice."""
    kept = list(in_force)
    if asked.with_posts:
        known = {post.pk for post in kept}
        kept += [post for post in posts_below(actor, asked.agency_id) if post.pk not in known]
    found = [Candidate(Text(p.name, p.label("en")), p.lon, p.lat, p.pk) for p in kept]
    new = _stations(asked.agency_id) if asked.with_stations else []
    new += _crossings(expected, asked.crossings)
    for one in new:
        near = np.array([(other.lon, other.lat) for other in found]).reshape(-1, 2)
        if not (distances_m(one.lon, one.lat, near[:, 0], near[:, 1]) < APART_M).any():
            found.append(one)
    return found


def _stations(agency_id: int) -> list[Candidate]:
    path = Agency.objects.values_list("path", flat=True).get(pk=agency_id)
    rows = Agency.objects.filter(path__startswith=path, lon__isnull=False, lat__isnull=False)
    return [
        Candidate(Text(f"{row.name}门前", f"At {row.label('en')}"), float(row.lon), float(row.lat))
        for row in rows
        if row.lon is not None and row.lat is not None
    ]


def _crossings(expected: Expected, count: int) -> list[Candidate]:
    """The street's end nearest to the middle of each of the cells with most calls."""
    most = max(0, min(count, MOST_CROSSINGS))
    busiest = np.argsort(-expected.weight, kind="stable")[:most]
    return new_places(np.round(roads.crossings(expected.places[busiest]), 6))


def new_places(where: F64) -> list[Candidate]:
    """Places where there is no post yet, named after their street."""
    streets = roads.street_names(where)
    return [
        Candidate(two_plans.new_place(lon, lat, street), lon, lat)
        for (lon, lat), street in zip(where.tolist(), streets, strict=True)
    ]


# -- both plans ------------------------------------------------------------------------------


def _work_out(
    asked: Asked,
    candidates: Sequence[Candidate],
    in_force: Sequence[DutyPost],
    expected: Expected,
) -> Planned:
    from watchroom.plan.siting import tiered_cover  # noqa: PLC0415 - a second to import

    begun = time.perf_counter()
    where = np.array([(one.lon, one.lat) for one in candidates])
    when = moment_of(asked.hours)
    told = roads.matrix(where, expected.places, when)
    seconds = np.where(np.isfinite(told.seconds), told.seconds, UNREACHED_S).T
    before = tuple(range(len(in_force)))
    number = {one.post_id: index for index, one in enumerate(candidates) if one.post_id}
    stay = {*asked.fixed, *(post.pk for post in in_force if post.kind in asked.fixed_kinds)}
    if not stay <= set(number):
        raise Refusal(
            Text("有固定的岗位不在候选点里", "A post that is to stay is not among the candidates")
        )
    found = tiered_cover(
        seconds,
        expected.weight * PER,
        two_plans.TIERS,
        asked.gains,
        p=asked.count,
        fixed=sorted(number[pk] for pk in stay),
        must=two_plans.no_later(seconds, before) if asked.no_later else None,
        stop=STOP_S,
    )
    after = tuple(int(site) for site in found.sites)
    apart = distances_m(where[:, None, 0], where[:, None, 1], where[None, :, 0], where[None, :, 1])
    rows = two_plans.changes(seconds, expected.weight, before, after, apart)
    objective, bound = found.objective * 100 / PER, found.bound * 100 / PER
    taken = time.perf_counter() - begun
    return Planned(
        asked=asked,
        candidates=candidates,
        expected=expected,
        a=_side(seconds, expected.weight, before, asked.gains),
        b=_side(seconds, expected.weight, after, asked.gains),
        bound=bound,
        proven=found.proven,
        judged=two_plans.judged(objective, bound, taken, proven=found.proven),
        changes=rows,
        reasons=[
            two_plans.reason(row, None if row.partner is None else candidates[row.partner].name)
            for row in rows
        ],
        by_road=told.by_road,
        when=when,
    )


def _side(seconds: F64, weight: F64, sites: tuple[int, ...], gains: Sequence[float]) -> Side:
    return Side(
        sites,
        two_plans.shares(seconds, weight, sites),
        two_plans.worth(seconds, weight, sites, gains),
    )


def moment_of(hours: Sequence[int]) -> datetime:
    """The middle of the hours on the next day: its speeds and closures stand for them all."""
    day = local(now()) + timedelta(days=1)
    return day.replace(hour=hours[len(hours) // 2], minute=0, second=0, microsecond=0)
