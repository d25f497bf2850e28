"""Incidents: lists, one in full, who could go, every step."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import AwareDatetime

from watchroom.base.refusal import Refusal
from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.machines import Act, Lat, Lon, actor_of, told, whole

from .. import actions, queries
from ..flow import INCIDENT, SEND
from .schemas import (
    Accept,
    BestOut,
    Calling,
    Chosen,
    DetailOut,
    IncidentOut,
    MatterOut,
    Page,
    PairSent,
    PlanOut,
    RankedOut,
    Sending,
    Sent,
)

router = Router()
Most = Query(50, ge=1, le=200)
Ids = Query(default=[])


@router.get("/incidents", response=Page, summary="Incidents, latest first")
def listed(
    request: HttpRequest,
    state: str = "",
    open: bool = False,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    after: str = "",
    limit: int = Most,
) -> dict[str, Any]:
    """Page by page: `next` of one page is `after` of the following. `open=true`: not ended yet."""
    moments: dict[str, datetime | None] = {"since": since, "until": until}
    items, more = queries.listed(
        actor_of(request), state=state, open_only=open, after=after, limit=limit, **moments
    )
    return {"items": items, "next": more}


@router.get("/board", response=list[IncidentOut], summary="Open incidents, most urgent first")
def board(request: HttpRequest) -> Any:
    """At most 500, with clocks and assignments."""
    return queries.board(actor_of(request))


@router.get("/queue", response=list[IncidentOut], summary="What waits to be classified or sent")
def queue(request: HttpRequest) -> Any:
    """By the clock that runs out first."""
    return queries.queue(actor_of(request))


@router.get("/incidents/{int:incident_id}", response=DetailOut, summary="One incident in full")
def detail(request: HttpRequest, incident_id: int) -> Any:
    """Numbers are masked. With personal.read and a purpose (X-Purpose: why) they are shown, and
    the trail says who read them and why."""
    actor = actor_of(request)
    return queries.incident_detail(actor, incident_id, personal=_opened(actor, incident_id))


def _opened(actor: Actor, incident_id: int) -> bool:
    if not actor.purpose or not actor.holds(personal.PERMISSION):
        return False
    matter = access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    personal.reveal(actor, matter, ["calls"])
    return True


@router.get(
    "/incidents/{int:incident_id}/ranking",
    response=list[RankedOut],
    summary="Who could go, best first, and why",
)
def ranking(request: HttpRequest, incident_id: int, limit: int = Most) -> list[dict[str, Any]]:
    """Units on duty by road time from where they are now. Empty where nobody knows the place."""
    rows = queries.ranked_units(actor_of(request), incident_id, limit=limit)
    return [RankedOut.of(row) for row in rows]


@router.get(
    "/incidents/{int:incident_id}/plan", response=PlanOut, summary="What the response plan asks for"
)
def plan(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    """Kinds and numbers, who would be sent now, and what is missing."""
    chosen, missing = queries.units_by_plan(actor_of(request), incident_id)
    needs = queries.response_plan(incident_id)
    return {"needs": needs, "unit_ids": chosen, "missing": missing}


@router.post(
    "/incidents/{int:incident_id}/send-best", response=Sent, summary="Send what the plan asks for"
)
def send_best(request: HttpRequest, incident_id: int, sending: Sending) -> dict[str, Any]:
    """The best ranked free unit of each kind. `sent` is false where nobody is free: ask again."""
    actor = actor_of(request)
    try:
        matter = actions.send_by_plan(
            actor, incident_id, override=sending.override, **told(sending)
        )
    except Refusal as refusal:
        if refusal.code != "nobody-free":
            raise
        return {"sent": False, "sentence": refusal.text}
    return {"sent": True, "incident": matter}


@router.post(
    "/incidents/{int:incident_id}/preempt",
    response=MatterOut,
    summary="Call a unit away from a less urgent incident",
)
def preempt(request: HttpRequest, incident_id: int, calling: Calling) -> Any:
    """Refused with the reason where the rule does not allow it."""
    actor = actor_of(request)
    access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    return actions.preempt(actor, incident_id, **calling.dict())


@router.post("/incidents/{int:incident_id}/{str:step}", response=MatterOut, summary="Take a step")
def take(request: HttpRequest, incident_id: int, step: str, act: Act) -> Any:
    """classify {class_code, priority?} · set_place {place?, lon?, lat?} · accept_suggestion
    {suggestion_id} · dispatch or send_more {units} · stack {unit_id} · link_duplicate {target_id}
    · feedback {words} · resolve {disposition} · close {disposition} · reopen · ask_callback {why?}
    · callback_done {result} · hand_over {counterpart} · confirm_handover {receipt} · take_back ·
    refer_12345 · cancel. 409 where somebody was faster; 422 with what is missing.
    """
    actor = actor_of(request)
    access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    return actions.perform(actor, incident_id, step, **whole(act))


@router.get("/ranking", response=list[RankedOut], summary="Who could go to a point")
def ranking_at(
    request: HttpRequest, lon: Lon, lat: Lat, needed: str = "", limit: int = Most
) -> list[dict[str, Any]]:
    """For a call that is not one yet. `needed`: skills, separated by spaces."""
    actor = actor_of(request)
    rows = queries.ranked_units(actor, lon=lon, lat=lat, needed=needed.split(), limit=limit)
    return [RankedOut.of(row) for row in rows]


@router.get("/best-assignment", response=BestOut, summary="One choice over all waiting calls")
def best(request: HttpRequest, incident_ids: list[int] = Ids) -> Any:
    """Proposes, with the bound that proves it; nothing is sent. Without ids: all that wait."""
    return queries.best_assignment(actor_of(request), incident_ids or None)


@router.post("/best-assignment/accept", response=list[PairSent], summary="Send chosen pairs")
def accept(request: HttpRequest, choice: Accept) -> list[dict[str, Any]]:
    """Each pair is an act of its own; the answer says for each whether it was sent, or why not."""
    actor = actor_of(request)
    return [_send(actor, pair, choice.act_id) for pair in choice.pairs]


def _send(actor: Actor, pair: Chosen, act_id: UUID | None) -> dict[str, Any]:
    own = uuid5(act_id, f"{pair.incident_id}:{pair.unit_id}") if act_id else None
    pairing = {"incident_id": pair.incident_id, "unit_id": pair.unit_id}
    try:
        found = access.find(actor, pk=pair.incident_id, kind=INCIDENT.kind)
        access.require(actor, SEND, found)
        matter = actions.dispatch(
            actor, pair.incident_id, [pair.unit_id], version=pair.version, act_id=own
        )
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise
        return {**pairing, "sent": False, "sentence": refusal.text}
    return {**pairing, "sent": True, "incident": matter}
