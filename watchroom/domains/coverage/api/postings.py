"""Postings: who is expected and who is there, check-in, hand-over, check-out."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import AwareDatetime

from watchroom.base.clock import now
from watchroom.kernel import access
from watchroom.kernel.machines import Act, actor_of, whole

from .. import actions, queries
from ..flow import POSTING
from .schemas import MatterOut, PostingOut

router = Router()
Most = Query(500, ge=1, le=2000)
A_DAY = timedelta(days=1)


@router.get("/postings", response=list[PostingOut], summary="Postings of a time")
def postings(
    request: HttpRequest,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    open: bool = False,
    limit: int = Most,
) -> Any:
    """Those that overlap it, by their beginning; default: the next 24 hours. `open`: not over."""
    start: datetime = since or now()
    rows = queries.postings(actor_of(request), since=start, until=until or start + A_DAY)
    rows = rows.filter(matter__closed_at=None) if open else rows
    found = rows.prefetch_related("presences")[:limit]
    return [PostingOut.of(row, list(row.presences.all())) for row in found]


@router.get("/postings/{int:posting_id}", response=PostingOut, summary="One posting")
def posting(request: HttpRequest, posting_id: int) -> Any:
    """With its people."""
    found = queries.detail(actor_of(request), posting_id)
    return PostingOut.of(found.row, list(found.presences))


@router.post("/postings/{int:posting_id}/{str:step}", response=MatterOut, summary="Take a step")
def take(request: HttpRequest, posting_id: int, step: str, act: Act) -> Any:
    """check_in {lon, lat, accuracy} or {secret}, or {staff_id} by who leads there · check_out
    {staff_id?} · hand_over {words?} · roster {staff} · cancel. 409 where somebody was faster."""
    actor = actor_of(request)
    access.find(actor, pk=posting_id, kind=POSTING.kind)
    return actions.perform(actor, posting_id, step, **whole(act))
