"""Inspections: entering one, what became of it."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from watchroom.kernel import access
from watchroom.kernel.machines import Act, actor_of, past, whole

from .. import actions, queries
from ..flow import INSPECTION
from .schemas import InspectionIn, InspectionOut, MatterOut

router = Router()
Most = Query(50, ge=1, le=200)


@router.get("/inspections", response=list[InspectionOut], summary="Inspections")
def inspections(request: HttpRequest, open: bool = False, limit: int = Most) -> Any:
    """What is to be put right first, then the latest."""
    return queries.inspections(actor_of(request), open_only=open)[:limit]


@router.post("/inspections", response=MatterOut, summary="Inspect a post")
def inspect(request: HttpRequest, seen: InspectionIn) -> Any:
    """Without a finding the post is in order. Say what is wrong with the post, not who it was."""
    return actions.inspect(
        actor_of(request),
        seen.post_id,
        finding=seen.finding or "",
        words=seen.words,
        seen=seen.seen,
        occurred_at=past(seen.occurred_at),
        act_id=seen.act_id,
    )


@router.post(
    "/inspections/{int:inspection_id}/{str:step}", response=MatterOut, summary="Take a step"
)
def take(request: HttpRequest, inspection_id: int, step: str, act: Act) -> Any:
    """put_right {words} · verify (another person) · not_right · set_aside."""
    actor = actor_of(request)
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)
    return actions.perform(actor, inspection_id, step, **whole(act))
