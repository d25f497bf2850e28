"""Posts, shifts, and how the posts stand now."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from watchroom.kernel.access import require
from watchroom.kernel.machines import actor_of

from .. import actions, queries
from ..flow import VIEW
from .schemas import PostIn, PostNew, PostOut, ShiftIn, ShiftOut, StandingOut

router = Router()


@router.get("/posts", response=list[PostOut], summary="Posts in use")
def posts(request: HttpRequest) -> Any:
    """Those of the agencies the caller sees."""
    return queries.posts(actor_of(request))


@router.post("/posts", response=PostOut, summary="A new post")
def add(request: HttpRequest, post: PostNew) -> Any:
    """A point, or with kind `zone` an outline. Needs coverage.duty in the agency."""
    return actions.add_post(actor_of(request), **post.dict())


@router.post("/posts/{int:post_id}", response=PostOut, summary="Change a post")
def change(request: HttpRequest, post_id: int, post: PostIn) -> Any:
    """All of it is said anew."""
    return actions.change_post(actor_of(request), post_id, **post.dict())


@router.post("/posts/{int:post_id}/close", response=PostOut, summary="Close a post")
def close(request: HttpRequest, post_id: int) -> Any:
    """Refused while somebody is expected there."""
    return actions.close_post(actor_of(request), post_id)


@router.get("/board", response=list[StandingOut], summary="How every post stands now")
def board(request: HttpRequest) -> Any:
    """The worst first."""
    return [StandingOut.of(row) for row in queries.board(actor_of(request))]


@router.get("/posts.geojson", summary="Posts as they stand now, as GeoJSON")
def points(request: HttpRequest) -> JsonResponse:
    """Points (WGS-84) with code, name, kind, standing, people there and strength."""
    return _answer(request, queries.posts_geojson)


@router.get("/zones.geojson", summary="Patrol zones as they stand now, as GeoJSON")
def zones(request: HttpRequest) -> JsonResponse:
    """Polygons (WGS-84)."""
    return _answer(request, queries.zones_geojson)


def _answer(request: HttpRequest, drawn: Any) -> JsonResponse:
    actor = actor_of(request)
    require(actor, VIEW)
    found = drawn(queries.board(actor), actor.lang)
    return JsonResponse(found, content_type="application/geo+json")


@router.get("/shifts", response=list[ShiftOut], summary="Shifts a plan can use")
def shifts(request: HttpRequest) -> Any:
    """Those of the agencies the caller plans for and of those above."""
    return queries.shifts(actor_of(request))


@router.post("/shifts", response=ShiftOut, summary="A new shift")
def add_shift(request: HttpRequest, shift: ShiftIn) -> Any:
    """Ending no later than it begins means the next day."""
    return actions.add_shift(actor_of(request), **shift.dict())
