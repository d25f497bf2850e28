"""What a planning run is asked and what it tells, typed. `rules.questions` says what can be meant.

Hours are those of the day, from the first to before the last; areas are rings of points.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from watchroom.kernel.machines import Given

from ..models import PlanningRun
from ..rules import two_plans
from ..rules.questions import USUAL_S
from .schemas import Both, Lat, Lon, PlanKind, PostKind

RunKind = Literal["posts", "play", "zones", "roster"]
Hour = Annotated[int, Field(ge=0, le=24)]
Seconds = Annotated[int, Field(description="Longest computing time")]


class WindowIn(Given):
    """Hours of the day and how many posts are manned then."""

    from_hour: Hour = 0
    to_hour: Hour = 24
    count: int = 1


class ConditionIn(Given):
    """A place (one point) or an area (three points or more). `window` 0 is all hours."""

    kind: Literal["reach", "keep_out", "stand"]
    name: str = Field(max_length=60)
    points: list[tuple[Lon, Lat]] = Field(min_length=1, max_length=500)
    seconds: int = 0
    window: int = 0


class RunIn(Given):
    """Which calls, where, and how long to compute. `days` 0: as counted each night."""

    agency_id: int
    kind: str = Field(max_length=60, description="The kind of matter that calls are")
    days: int = 0
    seconds: Seconds = USUAL_S


class PostsIn(RunIn):
    """Where should posts stand?"""

    windows: list[WindowIn] = Field(min_length=1, max_length=2)
    places: int | None = None
    gains: list[float] = Field(
        list(two_plans.GAINS),
        min_length=len(two_plans.GAINS),
        max_length=len(two_plans.GAINS),
        description="What a call is worth by the tier it is reached in",
    )
    fixed: list[int] = Field([], description="Posts in force that stay")
    fixed_kinds: list[PostKind] = Field([])
    limits: dict[PostKind, int] = Field({}, description="Kind of post: at most so many at once")
    new_kind: PostKind = "duty"
    no_later: bool = False
    with_posts: bool = True
    with_stations: bool = True
    crossings: int = Field(150, ge=0, le=1000)
    conditions: list[ConditionIn] = Field([], max_length=200)


class ZonesIn(RunIn):
    """Patrol zones of equal work with little travel."""

    zones: int = 10
    from_hour: Hour = 0
    to_hour: Hour = 24
    of: Literal["beats", "cells"] = "beats"
    tolerance: float = Field(0.15, description="Share by which a zone's work may differ")
    service_min: float = 30.0
    land: float = Field(0.1, description="What driving over the ground counts beside calls")


class RosterIn(RunIn):
    """Who works which shift in a week. `source`: "calls", or the number of a plan."""

    source: str = "calls"
    shift_ids: list[int]
    staff_ids: list[int]
    post_id: int = 0
    service_min: float = 30.0
    crew: int = 2
    least: int = 1
    may_wait: float = 0.1
    rest_hours: int = 11
    week_hours: int = 44
    days_off: int = 1
    nights_in_row: int = 3


class PlayIn(Given):
    """Real calls from one day to another, both included; drawn ones without days."""

    seconds: Seconds = USUAL_S
    service_min: float = 30.0
    since: date | None = None
    until: date | None = None

    def dict(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Days as they are kept."""
        days = {
            name: day.isoformat() if day else ""
            for name, day in (("since", self.since), ("until", self.until or self.since))
        }
        return super().dict(*args, **kwargs) | days


class DraftIn(Given):
    """A plan's head, and the shifts of each window (of posts) or of all zones."""

    title: str = Field(max_length=200)
    kind: PlanKind
    starts_on: date
    ends_on: date
    shifts: list[list[int]] = Field([], max_length=2)
    post_kind: PostKind = "duty"
    strength: int = Field(2, ge=1, le=500)


class RunOut(Schema):
    """A planning run. `progress`: the best so far with its bound, while it computes."""

    id: int
    what: RunKind
    agency_id: int
    asked_by: str
    basis_id: int | None
    state: Literal["waiting", "running", "done", "refused", "failed"]
    progress: dict[str, Any]
    said: Both | None
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_asked_by(run: PlanningRun) -> str:
        return run.asker


class RunTold(RunOut):
    """With what was asked and what was found."""

    asked: dict[str, Any]
    answer: dict[str, Any] | None
