"""The machine interface of community policing, mounted at /api/v1/community/.

What is not there and what the caller may not see get the same answer, 404.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from watchroom.kernel.machines import Act, Given, Lat, Lon, MatterOut, actor_of, past, whole
from watchroom.kernel.models import Matter

from . import actions, queries
from .actions import Call

router = Router()


class VisitIn(Given):
    """A visit that was made, or where nobody was met."""

    result: Literal["made", "not_met"] = "made"
    purpose: Literal["routine", "asked", "follow_up", "service", "lesson"] = "routine"
    asked_by: str = Field("", description="household, committee, grid, hotline or station")
    service: str = ""
    helped: int = Field(0, ge=0, le=99)
    words: str = Field("", max_length=2000, description="No numbers of citizens")
    at: AwareDatetime | None = None
    act_id: UUID | None = None


class PlanIn(Given):
    """A visit to be made."""

    purpose: Literal["routine", "asked", "follow_up", "service", "lesson"] = "routine"
    asked_by: str = ""
    planned_on: date | None = None
    words: str = Field("", max_length=2000)
    act_id: UUID | None = None


class NeedIn(Given):
    """What is needed there."""

    kind: Literal["request", "dispute", "hazard", "lesson"]
    title: str = Field(max_length=120, description="One sentence; no numbers of citizens")
    act_id: UUID | None = None


class HazardIn(Given):
    """A hazard to report."""

    title: str = Field(max_length=120)
    kind: str
    beat_id: int
    words: str = Field("", max_length=4000)
    place: str = Field("", max_length=240)
    lon: Lon | None = None
    lat: Lat | None = None
    occurred_at: AwareDatetime | None = None
    act_id: UUID | None = None


class PieceOut(MatterOut):
    """A visit, a meeting or a hazard as it stands."""

    place: str
    beat_id: int | None
    owner_id: int | None


class DoorOut(Schema):
    """A household: a door, never who lives there."""

    id: int
    address: str
    door: str
    lon: float | None
    lat: float | None
    last_visit_at: datetime | None


class DoorsOut(Schema):
    """A page of households; `after` asks for the next, empty at the end."""

    households: list[DoorOut]
    after: str


@router.get("/beats/{str:code}/households", response=DoorsOut, summary="Longest not visited first")
def households(request: HttpRequest, code: str, after: str = "") -> Any:
    """Fifty households of one beat; those never visited come first."""
    beat = queries.beat_of(actor_of(request), code)
    rows = queries.longest_ago(beat, queries.After.read(after))
    behind = queries.After(rows[-1].last_visit_at, rows[-1].pk) if rows else None
    return {"households": rows, "after": str(behind) if len(rows) == queries.PAGE else ""}


@router.post("/households/{int:household_id}/visits", response=PieceOut, summary="Record a visit")
def record(request: HttpRequest, household_id: int, visit: VisitIn) -> Matter:
    """One act, one entry. Needs community.respond for the beat."""
    past(visit.at)
    said = visit.dict()
    act_id = said.pop("act_id")
    return actions.record_visit(actor_of(request), household_id, Call(**said), act_id=act_id)


@router.post("/households/{int:household_id}/plans", response=PieceOut, summary="Plan a visit")
def plan(request: HttpRequest, household_id: int, visit: PlanIn) -> Matter:
    """For the beat's officer. Refused where one is planned already."""
    return actions.plan_visit(actor_of(request), household_id, **visit.dict())


@router.post("/visits/{int:matter_id}/needs", response=PieceOut, summary="Say what is needed")
def need(request: HttpRequest, matter_id: int, found: NeedIn) -> Matter:
    """The hazard or visit it began, or the visit it was found on."""
    return actions.need_found(actor_of(request), matter_id, **found.dict())


@router.get("/hazards", response=list[PieceOut], summary="Hazards, the least time left first")
def hazards(request: HttpRequest, over: bool = False) -> Any:
    """Open ones, or with `over=true` those that are over; at most 200."""
    return list(queries.hazards(actor_of(request), over=over)[:200])


@router.post("/hazards", response=PieceOut, summary="Report a hazard")
def find_hazard(request: HttpRequest, hazard: HazardIn) -> Matter:
    """In a beat of the caller's. Needs community.respond."""
    past(hazard.occurred_at)
    return actions.find_hazard(actor_of(request), **hazard.dict())


@router.post("/matters/{int:matter_id}/{str:step}", response=PieceOut, summary="Take a step")
def take(request: HttpRequest, matter_id: int, step: str, act: Act) -> Matter:
    """Of a visit: make {service, helped, words} · not_meet · cancel; of a meeting: hold {attended},
    cancel; of a hazard: grade {kind, facts} · send {organ} · answer {words} · decline · put_right
    {words} · verify · not_right · drop. An organ's token: community.view, community.feedback."""
    return actions.perform(actor_of(request), matter_id, step, **whole(act))
