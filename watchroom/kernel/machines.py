"""What every machine interface does alike: who calls, what an act is told, what is believed."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .access import Actor
from .acts import Told

AHEAD = timedelta(minutes=2)
"""How far a caller's clock may be ahead of ours before we do not believe it."""


Lon = Annotated[float, Field(ge=-180, le=180, description="WGS-84 degrees")]
Lat = Annotated[float, Field(ge=-85, le=85, description="WGS-84 degrees, as far as maps go")]


def _on_the_wall(moment: time) -> time:
    if moment.tzinfo is not None:
        raise ValueError("a time on the wall has no zone")
    return moment


WallTime = Annotated[time, AfterValidator(_on_the_wall)]
"""A time of day as the clock on the wall shows it: no zone belongs to it."""


class Given(Schema):
    """What a caller sends: a field we do not know is a mistake, not a wish to be ignored."""

    model_config = ConfigDict(extra="forbid")


class Act(Given):
    """One step. `version` is the one you saw: if somebody was faster, nothing is done (409)."""

    version: int | None = None
    data: dict[str, Any] = Field(default={}, description="What the step needs, by name")
    reason: str = Field("", max_length=2000)
    occurred_at: AwareDatetime | None = Field(None, description="When it happened, if not now")
    act_id: UUID | None = Field(None, description="The same act sent twice is done once")


class MatterOut(Schema):
    """A matter as it stands; a domain adds what its own need."""

    id: int
    number: str
    kind: str
    state: str
    version: int
    title: str
    agency_id: int
    due_at: datetime | None


def actor_of(request: HttpRequest) -> Actor:
    """Who calls."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def past(moment: datetime | None) -> datetime | None:
    """The moment, refused if it has not come yet."""
    if moment is not None and moment > now() + AHEAD:
        raise Refusal(
            Text(
                "发生时间还没有到：请检查时钟与时区",
                "This time has not come yet: check the clock and the time zone",
            ),
            code="not-yet",
        )
    return moment


def whole(act: Act) -> dict[str, Any]:
    """All of an act, as a domain's `perform` takes it."""
    return {"data": act.data, "reason": act.reason, **told(act)}


def told(act: Any) -> Told:
    """version, occurred_at and act_id as the actions take them."""
    return {
        "version": act.version,
        "occurred_at": past(act.occurred_at),
        "act_id": act.act_id,
    }
