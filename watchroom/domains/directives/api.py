"""The machine interface of directives, mounted at /api/v1/directives/.

What is not there and what the caller may not see get the same answer, 404.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from watchroom.kernel.machines import Act, Given, actor_of, whole
from watchroom.kernel.models import Matter

from . import actions, queries
from .queries import Progress

router = Router()


class DirectiveIn(Given):
    """A directive to issue."""

    title: str = Field(max_length=120)
    words: str = Field("", max_length=4000, description="Counts and results, never lists of people")
    urgency: int = Field(3, ge=1, le=3, description="1 at once, 2 urgent, 3 routine")
    to: list[int] = Field(description="Ids of agencies")
    act_id: UUID | None = None


class MatterOut(Schema):
    """A directive or an order as it stands."""

    id: int
    number: str
    state: str
    version: int
    title: str
    words: str
    urgency: int | None
    agency_id: int
    due_at: datetime | None


class ProgressOut(Schema):
    """One agency's part."""

    order: MatterOut
    result: str
    checked: int | None
    found: int | None
    signed_at: datetime | None
    fed_back_at: datetime | None


def _out(matter: Matter) -> dict[str, Any]:
    names = ("id", "number", "state", "version", "title", "words", "agency_id", "due_at")
    return {name: getattr(matter, name) for name in names} | {"urgency": matter.priority}


def _progress(row: Progress) -> dict[str, Any]:
    names = ("result", "checked", "found", "signed_at", "fed_back_at")
    return {name: getattr(row, name) for name in names} | {"order": _out(row.order)}


@router.get("/directives", response=list[MatterOut], summary="Directives, the newest first")
def listed(request: HttpRequest, over: bool = False) -> Any:
    """Open ones, or with `over=true` those that are closed; at most 200."""
    return [_out(row) for row in queries.directives(actor_of(request), over=over)[:200]]


@router.post("/directives", response=MatterOut, summary="Issue a directive")
def issue(request: HttpRequest, directive: DirectiveIn) -> Any:
    """One order for each agency follows. Needs directives.dispatch."""
    return _out(actions.issue(actor_of(request), **directive.dict()))


@router.get(
    "/directives/{int:directive_id}/orders",
    response=list[ProgressOut],
    summary="How far each agency is",
)
def progress(request: HttpRequest, directive_id: int) -> Any:
    """Moments, counts and answers."""
    return [_progress(row) for row in queries.progress(actor_of(request), directive_id)]


@router.get("/orders", response=list[MatterOut], summary="Open orders, the most urgent first")
def orders(request: HttpRequest) -> Any:
    """Those of the agencies the caller sees; at most 200."""
    return [_out(row) for row in queries.orders(actor_of(request))[:200]]


@router.post("/matters/{int:matter_id}/{str:step}", response=MatterOut, summary="Take a step")
def take(request: HttpRequest, matter_id: int, step: str, act: Act) -> Any:
    """Of an order: sign · set_out · arrive · feed_back {result, checked, found} · verify ·
    send_back · withdraw; of a directive: close · withdraw. 409 where somebody was faster."""
    return _out(actions.perform(actor_of(request), matter_id, step, **whole(act)))
