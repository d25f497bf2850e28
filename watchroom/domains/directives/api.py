"""The machine interface of directives, mounted at /api/v1/directives/.

What is not there and what the caller may not see get the same answer, 404.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from watchroom.kernel.machines import Act, Given, MatterOut, actor_of, whole

from . import actions, queries

router = Router()


class DirectiveIn(Given):
    """A directive to issue."""

    title: str = Field(max_length=120)
    words: str = Field("", max_length=4000, description="Counts and results, never lists of people")
    urgency: int = Field(3, ge=1, le=3, description="1 at once, 2 urgent, 3 routine")
    to: list[int] = Field(description="Ids of agencies")
    act_id: UUID | None = None


class OrderOut(MatterOut):
    """A directive or an order as it stands."""

    words: str
    urgency: int | None = Field(alias="priority")


class ProgressOut(Schema):
    """One agency's part."""

    order: OrderOut
    result: str
    checked: int | None
    found: int | None
    signed_at: datetime | None
    fed_back_at: datetime | None


@router.get("/directives", response=list[OrderOut], summary="Directives, the newest first")
def listed(request: HttpRequest, over: bool = False) -> Any:
    """Open ones, or with `over=true` those that are closed; at most 200."""
    return list(queries.directives(actor_of(request), over=over)[:200])


@router.post("/directives", response=OrderOut, summary="Issue a directive")
def issue(request: HttpRequest, directive: DirectiveIn) -> Any:
    """One order for each agency follows. Needs directives.dispatch."""
    return actions.issue(actor_of(request), **directive.dict())


@router.get(
    "/directives/{int:directive_id}/orders",
    response=list[ProgressOut],
    summary="How far each agency is",
)
def progress(request: HttpRequest, directive_id: int) -> Any:
    """Moments, counts and answers."""
    return queries.progress(actor_of(request), directive_id)


@router.get("/orders", response=list[OrderOut], summary="Open orders, the most urgent first")
def orders(request: HttpRequest) -> Any:
    """Those of the agencies the caller sees; at most 200."""
    return list(queries.orders(actor_of(request))[:200])


@router.post("/matters/{int:matter_id}/{str:step}", response=OrderOut, summary="Take a step")
def take(request: HttpRequest, matter_id: int, step: str, act: Act) -> Any:
    """Of an order: sign · set_out · arrive · feed_back {result, checked, found} · verify ·
    send_back · withdraw; of a directive: close · withdraw. 409 where somebody was faster."""
    return actions.perform(actor_of(request), matter_id, step, **whole(act))
