"""What a planning run is asked, as plain facts that can be kept as JSON and read back.

Whatever cannot be meant is refused in a sentence before a run is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Self

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import two_plans

REACH, KEEP_OUT, STAND = "reach", "keep_out", "stand"
CONDITIONS: Mapping[str, Text] = {
    REACH: Text("必须按时到达", "Must be reached in time"),
    KEEP_OUT: Text("不得设岗", "No post here"),
    STAND: Text("必须设岗", "A post must stand here"),
}
WHOLE_DAY = (0, 24)
LONGEST_S, SHORTEST_S, USUAL_S = 900, 5, 20
"""Seconds of computing somebody may ask for, and what is proposed."""
MOST_DAYS = 92
"""Real calls of at most so many days are replayed."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day, from the first to before the last, and how many posts are manned then."""

    from_hour: int = 0
    to_hour: int = 24
    count: int = 1

    @property
    def hours(self) -> list[int]:
        """The hours of the day it is for."""
        return two_plans.hours_of(self.from_hour, self.to_hour)

    @property
    def title(self) -> Text:
        """What it is called on a screen."""
        if len(self.hours) == 24:
            return Text("全天", "All day")
        said = f"{self.from_hour:02d}:00-{self.to_hour:02d}:00"
        return Text(said, said)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something drawn on the map. One point is a place, three or more are the ring of an area.

    `window`: 0 for all hours, else the number of the window it holds in.
    """

    kind: str
    name: str
    points: tuple[tuple[float, float], ...]
    seconds: int = 0
    window: int = 0

    @property
    def is_area(self) -> bool:
        """Whether it is an outline."""
        return len(self.points) > 2

    def holds_in(self, window: int) -> bool:
        """Whether it binds the window with this index (from 0)."""
        return self.window in (0, window + 1)


@dataclass(frozen=True, slots=True)
class Question:
    """What every run is asked: which calls, where, and how long to compute."""

    kind: str
    agency_id: int
    days: int = 0
    """0: as it is counted each night."""
    seconds: int = USUAL_S

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The reverse of `as_json`; what a later version added has its usual value."""
        names = {one.name for one in fields(cls)}
        given = {name: _frozen(value) for name, value in kept.items() if name in names}
        return cls(**(given | cls.parts(kept)))

    @classmethod
    def parts(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        """The values that are things of their own."""
        return {}

    def check(self) -> None:
        """Refusal where it cannot be meant."""
        if not SHORTEST_S <= self.seconds <= LONGEST_S:
            raise Refusal(
                Text(
                    f"计算时间应在 {SHORTEST_S} 至 {LONGEST_S} 秒之间",
                    f"Computing may take from {SHORTEST_S} to {LONGEST_S} seconds",
                )
            )
        if not 0 <= self.days <= 365:
            raise Refusal(Text("最多往回数一年", "A year back at most"))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Posts(Question):
    """Where should posts stand?"""

    windows: tuple[Window, ...] = (Window(),)
    places: int | None = None
    """At most so many different places over all windows."""
    gains: tuple[float, ...] = two_plans.GAINS
    fixed: tuple[int, ...] = ()
    fixed_kinds: tuple[str, ...] = ()
    """Posts in force of these kinds stay as well: a school post stands for its school."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Kind of post → at most so many at once."""
    new_kind: str = "duty"
    no_later: bool = False
    """What plan A reaches late, after the last tier, plan B reaches no later."""
    with_posts: bool = True
    with_stations: bool = True
    crossings: int = 150
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def parts(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Windows and conditions."""
        drawn = [
            Condition(**(one | {"points": _frozen(one["points"])}))
            for one in kept.get("conditions", ())
        ]
        windows = tuple(Window(**one) for one in kept["windows"])
        return {"windows": windows, "conditions": tuple(drawn)}

    @property
    def hours(self) -> list[int]:
        """All hours of any window, in the order of the day."""
        return sorted({hour for window in self.windows for hour in window.hours})

    def check(self) -> None:
        """Refusal where it cannot be meant."""
        Question.check(self)
        for window in self.windows:
            _count(window.count)
        if sum(len(window.hours) for window in self.windows) != len(self.hours):
            raise Refusal(Text("两个时段不能重叠", "The two periods may not overlap"))
        if not all(0 <= gain <= 1 for gain in self.gains):
            raise Refusal(Text("得分应在 0 至 1 之间", "Points are from 0 to 1"))
        for one in self.conditions:
            _check_condition(one, len(self.windows))


def _count(count: int) -> None:
    if not 1 <= count <= two_plans.MOST_POSTS:
        raise Refusal(
            Text(
                f"岗位数应在 1 至 {two_plans.MOST_POSTS} 之间",
                f"The number of posts is from 1 to {two_plans.MOST_POSTS}",
            )
        )


def _check_condition(one: Condition, windows: int) -> None:
    if one.kind == KEEP_OUT and not one.is_area:
        raise Refusal(
            Text(
                f"“{one.name}”：不得设岗的范围要画出至少三个点",
                f"“{one.name}”: where no post may be needs an outline of three points or more",
            )
        )
    if one.kind == STAND and len(one.points) != 1:
        raise Refusal(
            Text(f"“{one.name}”：必须设岗的是一个点", f"“{one.name}”: a post stands at one point")
        )
    if one.kind == REACH and not 30 <= one.seconds <= 3600:
        raise Refusal(
            Text(
                f"“{one.name}”：到达时限应在半分钟至一小时之间",
                f"“{one.name}”: it is to be reached within half a minute to an hour",
            )
        )
    if len(one.points) == 2 or not 0 <= one.window <= windows:
        raise Refusal(
            Text(
                f"“{one.name}”：一个点是地点，三个点以上是范围",
                f"“{one.name}”: one point is a place, three or more are an area",
            )
        )


@dataclass(frozen=True, slots=True)
class Play(Question):
    """Plan A and the plan B of another run on the same calls."""

    service_min: float = 30.0
    """Minutes at the scene where no record tells."""
    since: str = ""
    until: str = ""
    """ISO days, both included; empty: calls are drawn from the expectation."""

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of the real calls; None where calls are drawn."""
        if not self.since:
            return None
        return date.fromisoformat(self.since), date.fromisoformat(self.until)

    def check(self) -> None:
        """Refusal where it cannot be meant."""
        Question.check(self)
        if not 1 <= self.service_min <= 600:
            raise Refusal(Text("处置时间应在 1 至 600 分钟之间", "At the scene: 1 to 600 minutes"))
        if self.span and not 1 <= (self.span[1] - self.span[0]).days + 1 <= MOST_DAYS:
            raise Refusal(
                Text(
                    f"回放的日期要先后有序，最多 {MOST_DAYS} 天",
                    f"The days to replay come in order and are {MOST_DAYS} at most",
                )
            )


@dataclass(frozen=True, slots=True)
class Zoning(Question):
    """Patrol zones of equal work with little travel."""

    zones: int = 10
    from_hour: int = 0
    to_hour: int = 24
    of: str = "beats"
    """What zones are made of: beats or cells."""
    tolerance: float = 0.15
    service_min: float = 30.0
    land: float = 0.1
    """What driving over the ground counts beside calls; it keeps zones compact."""

    @property
    def window(self) -> Window:
        """Its hours."""
        return Window(self.from_hour, self.to_hour)

    def check(self) -> None:
        """Refusal where it cannot be meant."""
        Question.check(self)
        if not 2 <= self.zones <= 60:
            raise Refusal(Text("巡区数应在 2 至 60 之间", "From 2 to 60 zones"))
        sensible = 0.01 <= self.tolerance <= 1 and 1 <= self.service_min <= 600
        if not (sensible and 0 <= self.land <= 1):
            raise Refusal(
                Text(
                    "允许偏差 1% 至 100%，处置时间 1 至 600 分钟，巡逻占比 0 至 100%",
                    "The tolerance is from 1 to 100 %, the time at the scene 1 to 600 minutes, the "
                    "ground counts from 0 to 100 %",
                )
            )
        if self.of not in ("beats", "cells"):
            raise Refusal(Text("请选按警格还是按方格", "Choose beats or cells"))


@dataclass(frozen=True, slots=True)
class Rostering(Question):
    """Who works which shift in a week."""

    source: str = "calls"
    """"calls": so many units that few calls wait; or the number of a posting plan."""
    shift_ids: tuple[int, ...] = ()
    staff_ids: tuple[int, ...] = ()
    post_id: int = 0
    service_min: float = 30.0
    crew: int = 2
    least: int = 1
    """Units, even where hardly a call comes."""
    may_wait: float = 0.1
    """Share of calls that may find every unit busy."""
    rest_hours: int = 11
    week_hours: int = 44
    days_off: int = 1
    nights_in_row: int = 3
    first_day: str = ""

    def check(self) -> None:
        """Refusal where it cannot be meant."""
        Question.check(self)
        if not self.shift_ids:
            raise Refusal(Text("请选班次", "Choose a shift"))
        if not self.staff_ids:
            raise Refusal(Text("请选人员", "Choose people"))
        if len(self.staff_ids) > MOST_PEOPLE:
            raise Refusal(
                Text(f"一次最多排 {MOST_PEOPLE} 人", f"At most {MOST_PEOPLE} people at once")
            )
        sensible = 0.01 <= self.may_wait <= 0.9 and 1 <= self.service_min <= 600
        if not (sensible and 1 <= self.crew <= 20 and 0 <= self.least <= 100):
            raise Refusal(
                Text(
                    "等待比例 1% 至 90%，处置 1 至 600 分钟，每组 1 至 20 人，至少 0 至 100 组",
                    "1 to 90 % may wait, 1 to 600 minutes at the scene, 1 to 20 people a unit, "
                    "0 to 100 units at least",
                )
            )
        if not (0 <= self.rest_hours <= 48 and 8 <= self.week_hours <= 84):
            raise Refusal(
                Text("班间休息 0 至 48 小时，每周 8 至 84 小时", "0-48 h of rest, 8-84 h a week")
            )
        if not (0 <= self.days_off <= 5 and 1 <= self.nights_in_row <= 7):
            raise Refusal(
                Text("每周休息 0 至 5 天，连续夜班 1 至 7 个", "0-5 days off, 1-7 nights in a row")
            )


MOST_PEOPLE = 60
ASKED: Mapping[str, type[Question]] = {
    "posts": Posts,
    "play": Play,
    "zones": Zoning,
    "roster": Rostering,
}
"""What runs there are."""
RUNS: Mapping[str, Text] = {
    "posts": Text("布点比选", "Where posts could stand"),
    "play": Text("方案推演", "Plans played through"),
    "zones": Text("巡区划分", "Patrol zones"),
    "roster": Text("排班", "Roster"),
}


def ring(points: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Closed, as GeoJSON wants it."""
    corners = [(float(lon), float(lat)) for lon, lat in points]
    return [*corners, corners[0]]
