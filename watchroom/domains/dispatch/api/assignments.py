"""Assignments: what a crew has in hand, and its steps."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from watchroom.kernel import access
from watchroom.kernel.machines import Act, actor_of, whole

from .. import actions, queries
from ..flow import ASSIGNMENT
from .schemas import Duty, MatterOut

router = Router()


@router.get("/assignments", response=list[Duty], summary="Open assignments")
def duties(request: HttpRequest, mine: bool = False) -> Any:
    """All the caller may see, or with `mine=true` those of the person's own units."""
    return queries.duties(actor_of(request), mine=mine)


@router.post(
    "/assignments/{int:assignment_id}/{str:step}", response=MatterOut, summary="Take a step"
)
def take(request: HttpRequest, assignment_id: int, step: str, act: Act) -> Any:
    """sign · set_out · arrive · renew_safety · clear · release · refuse · replace {unit_id} ·
    back_enter {what} with occurred_at. 409 where somebody was faster."""
    actor = actor_of(request)
    access.find(actor, pk=assignment_id, kind=ASSIGNMENT.kind)
    return actions.perform(actor, assignment_id, step, **whole(act))
