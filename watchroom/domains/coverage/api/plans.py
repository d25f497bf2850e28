"""Plans: drafts, their content, their steps."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.machines import Act, actor_of, whole

from .. import actions, queries
from ..actions import Line, Need
from ..flow import PLAN
from .schemas import ContentOut, LineIn, LinesIn, MatterOut, PlanIn, PlanOut

router = Router()
Most = Query(50, ge=1, le=200)


@router.get("/plans", response=list[PlanOut], summary="Plans, open ones first")
def plans(request: HttpRequest, open: bool = False, limit: int = Most) -> Any:
    """Those the caller sees."""
    return queries.plans(actor_of(request), open_only=open)[:limit]


@router.post("/plans", response=MatterOut, summary="Draft a plan")
def draft(request: HttpRequest, plan: PlanIn) -> Any:
    """With its lines (post, shift, strength) and what it asks of itself by hour."""
    given = plan.dict(exclude={"lines", "needs"})
    lines, needs = _lines(plan.lines), [Need(**need.dict()) for need in plan.needs]
    return actions.draft(actor_of(request), lines=lines, needs=needs, **given)


def _lines(given: list[LineIn]) -> list[Line]:
    return [
        Line(
            line.post_id,
            line.shift_id,
            line.strength,
            tuple(line.days),
            tuple(line.staff_ids),
            line.unit_id,
            line.partner,
        )
        for line in given
    ]


@router.get("/plans/{int:plan_id}", response=ContentOut, summary="A plan in full")
def plan(request: HttpRequest, plan_id: int) -> Any:
    """With why it cannot be submitted, if it cannot."""
    return _content(actor_of(request), plan_id)


def _content(actor: Actor, plan_id: int) -> dict[str, Any]:
    content = queries.content(access.find(actor, pk=plan_id, kind=PLAN.kind))
    return {
        "matter": content.matter,
        "lines": content.lines,
        "needs": content.needs,
        "faults": content.faults,
    }


@router.put("/plans/{int:plan_id}/lines", response=ContentOut, summary="Say a draft's lines anew")
def set_lines(request: HttpRequest, plan_id: int, given: LinesIn) -> Any:
    """In place of all it has: what an optimiser hands over."""
    actor = actor_of(request)
    actions.set_lines(
        actor, plan_id, _lines(given.lines), version=given.version, act_id=given.act_id
    )
    return _content(actor, plan_id)


@router.post("/plans/{int:plan_id}/{str:step}", response=MatterOut, summary="Take a step")
def take(request: HttpRequest, plan_id: int, step: str, act: Act) -> Any:
    """submit · approve (another person) · send_back · put_in_force {replace} · end · withdraw."""
    actor = actor_of(request)
    access.find(actor, pk=plan_id, kind=PLAN.kind)
    return actions.perform(actor, plan_id, step, **whole(act))
