"""Planning runs: ask, watch, stop, read what was found, make a draft of it."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from watchroom.kernel.machines import actor_of

from .. import actions, queries
from ..actions import Head
from ..models import PlanningRun
from ..rules.questions import Play, Posts, Rostering, Zoning
from .run_schemas import DraftIn, PlayIn, PostsIn, RosterIn, RunKind, RunOut, RunTold, ZonesIn
from .schemas import MatterOut

router = Router()
Most = Query(50, ge=1, le=200)


@router.get("/runs", response=list[RunOut], summary="Planning runs, the newest first")
def runs(request: HttpRequest, what: RunKind | None = None, limit: int = Most) -> Any:
    """Those for agencies where the caller plans duty."""
    return queries.runs(actor_of(request), what or "")[:limit]


@router.get("/runs/{int:run_id}", response=RunTold, summary="A planning run in full")
def run(request: HttpRequest, run_id: int) -> Any:
    """Its question and, as soon as there is one, its answer."""
    return queries.find_run(actor_of(request), run_id)


@router.post("/runs/posts", response=RunOut, summary="Ask where posts should stand")
def posts(request: HttpRequest, asked: PostsIn) -> PlanningRun:
    """Computed by the worker: read the run until its state is done, refused or failed."""
    return actions.ask_run(actor_of(request), "posts", Posts.from_json(asked.dict()))


@router.post("/runs/zones", response=RunOut, summary="Ask for patrol zones")
def zones(request: HttpRequest, asked: ZonesIn) -> PlanningRun:
    """Of equal work, each in one piece, with little driving."""
    return actions.ask_run(actor_of(request), "zones", Zoning.from_json(asked.dict()))


@router.post("/runs/roster", response=RunOut, summary="Ask for a week's roster")
def roster(request: HttpRequest, asked: RosterIn) -> PlanningRun:
    """Who works which shift."""
    return actions.ask_run(actor_of(request), "roster", Rostering.from_json(asked.dict()))


@router.post("/runs/{int:run_id}/play", response=RunOut, summary="Play both plans of a run")
def play(request: HttpRequest, run_id: int, asked: PlayIn) -> PlanningRun:
    """Plan A and plan B on the same calls: real ones of some days, or drawn ones."""
    actor = actor_of(request)
    basis = queries.find_run(actor, run_id, "posts")
    of = {"kind": basis.asked["kind"], "agency_id": basis.agency_id}
    question = Play.from_json(asked.dict() | of)
    return actions.ask_run(actor, "play", question, basis=basis)


@router.post("/runs/{int:run_id}/stop", response=RunOut, summary="Stop with the best so far")
def stop(request: HttpRequest, run_id: int) -> PlanningRun:
    """A run that has not begun finds nothing; one that is over stays as it is."""
    return actions.stop_run(actor_of(request), run_id)


@router.post("/runs/{int:run_id}/draft", response=MatterOut, summary="A draft of what was found")
def draft(request: HttpRequest, run_id: int, told: DraftIn) -> Any:
    """People change, submit and approve it."""
    actor = actor_of(request)
    head = Head(told.title, told.kind, told.starts_on, told.ends_on)
    what = queries.find_run(actor, run_id).what
    if what == "zones":
        every = [shift for window in told.shifts for shift in window]
        return actions.draft_from_zones(actor, run_id, head, every, strength=told.strength)
    if what == "roster":
        return actions.draft_from_roster(actor, run_id, head)
    return actions.draft_from_posts(actor, run_id, head, told.shifts, post_kind=told.post_kind)
