"""Where calls are expected: the demand every planning run stands on, with its smoothing stated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import Sum
from shapely import intersects, prepare, union_all
from shapely import points as as_points
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from watchroom.base.clock import local, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import demand as counting
from watchroom.kernel.models import Agency, Beat, DemandCell
from watchroom.kernel.registry import registry

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """Where calls are expected in some hours: (c, 2) places, (c, 24) calls an hour, (c) shares."""

    places: F64
    by_hour: F64
    weight: F64
    calls_a_day: float
    said: Text

    def rate(self, hours: Sequence[int]) -> F64:
        """(c) calls a day in these hours."""
        return np.asarray(self.by_hour[:, list(hours)].sum(axis=1))


def demand_kinds() -> list[tuple[str, Text]]:
    """Kinds of matter whose places are counted, the most frequent first."""
    rows = DemandCell.objects.values("kind").annotate(all=Sum("count")).order_by("-all")
    flows = registry.flows
    kinds = rows.values_list("kind", flat=True)
    return [(k, flows[k].title if k in flows else Text(k, k)) for k in kinds]


def expected_calls(kind: str, agency_id: int, days: int, hours: Sequence[int]) -> Expected:
    """Where calls of the kind are expected in these hours, inside the agency's beats.

    days: how far back calls are counted; 0 for the count of each night.
    """
    if kind not in dict(demand_kinds()):
        raise Refusal(
            Text(
                "还没有统计这类警情从哪里来：每天夜里统计一次",
                "Nobody has counted yet where these calls come from: it is done each night",
            )
        )
    places, by_hour, said = _counted(kind, days)
    inside, where = _inside(agency_id, places)
    places, by_hour = places[inside], by_hour[inside]
    rate = by_hour[:, list(hours)].sum(axis=1)
    if not rate.sum() > 0:
        raise Refusal(
            Text(
                "这些时段、这些天、这个辖区里没有这类警情：请放宽条件",
                "No such calls came in these hours and days in this area: ask for more",
            )
        )
    told = Text(f"{said.zh}；{where.zh}；{SMOOTHED.zh}。", f"{said.en}; {where.en}; {SMOOTHED.en}.")
    return Expected(places, by_hour, rate / rate.sum(), float(rate.sum()), told)


SMOOTHED = Text(
    f"每格 0.005°；一格一小时的警情少，故向该格全天的份额收缩，"
    f"相当于每小时另加 {counting.PRIOR:.0f} 起按全天分布的警情",
    f"cells of 0.005°; few calls fall into one cell and hour, so each hour's share is drawn "
    f"towards the cell's share of the whole day, as if {counting.PRIOR:.0f} more calls of "
    "that hour had come from where calls come from all day",
)


def _counted(kind: str, days: int) -> tuple[F64, F64, Text]:
    if days == 0:
        found = counting.expected(kind)
        assert found is not None  # noqa: S101 - its kind is among those counted
        said = Text("按每夜统计（最多一年）", "as counted each night, from up to a year")
        return found.points, found.by_hour, said
    until = now()
    cells, told, span = counting.count(kind, until - timedelta(days=days), until)
    said = Text(
        f"最近 {min(span, days):.0f} 天收到的全部 {told.sum()} 起，含后来取消或合并的",
        f"all {told.sum()} that came in the last {min(span, days):.0f} days, those later "
        "cancelled or joined included",
    )
    middles = np.asarray(cells[:, ::-1] * counting.CELL_DEGREES, np.float64)
    return middles, counting.rates(told, span) if len(told) else np.empty((0, 24)), said


def beats_of(agency_id: int) -> list[Beat]:
    """The beats of an agency and those below it, by code."""
    path = Agency.objects.values_list("path", flat=True).get(pk=agency_id)
    return list(Beat.objects.filter(agency__path__startswith=path).order_by("code"))


def area_of(agency_id: int) -> BaseGeometry | None:
    """The agency's beats as one area; None where it has none."""
    areas = [shape(beat.outline) for beat in beats_of(agency_id)]
    return union_all(areas) if areas else None


def _inside(agency_id: int, places: F64) -> tuple[npt.NDArray[np.bool_], Text]:
    """(c) which cells lie in a beat of the agency or one below it; all where it has no beats."""
    area = area_of(agency_id)
    if area is None:
        everywhere = Text("本单位没有警格，按全部地点计", "the agency has no beats: all places")
        return np.ones(len(places), np.bool_), everywhere
    prepare(area)
    inside = intersects(area, as_points(places))
    return np.asarray(inside), Text("本单位警格以内", "inside the agency's beats")


def moment_of(hours: Sequence[int]) -> datetime:
    """The middle of the hours on the next day: its speeds and closures stand for them all."""
    day = local(now()) + timedelta(days=1)
    return day.replace(hour=hours[len(hours) // 2], minute=0, second=0, microsecond=0)
