"""The posts board: which posts are manned, which are not, which are late; list and map."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.kernel import trail
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import queries
from ..flow import INSPECT, PLAN_DUTY, VIEW
from ..models import POST_KINDS
from ..rules import words


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole board; `?kind=` shows one kind of post."""
    live_from = trail.stream_position()
    values = {**_board(request, actor), "live_from": live_from}
    return render(request, "coverage/board.html", values)


@require_GET
@needs(VIEW)
def rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list alone, for keeping it current."""
    return render(request, "coverage/parts/rows.html", _board(request, actor))


def _board(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    every = queries.board(actor)
    kind = request.GET.get("kind", "")
    kind = kind if kind in POST_KINDS else ""
    shown = [row for row in every if kind in ("", row.post.kind)]
    counts = {key: sum(row.post.kind == key for row in every) for key in POST_KINDS}
    return {
        "rows": shown,
        "figures": queries.figures_now(shown),
        "kind": kind,
        "kinds": {key: title for key, title in words.POSTS.items() if counts[key]},
        "counts": counts,
        "total": len(every),
        "may_inspect": bool(actor.reach(INSPECT)),
        "may_plan": bool(actor.reach(PLAN_DUTY)),
        "center": f"{shown[0].post.lon},{shown[0].post.lat}" if shown else "",
    }


@require_GET
@needs(VIEW)
def points(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The posts as the map draws them."""
    lang = str(getattr(request, "lang", "zh"))
    return _map(queries.posts_geojson(queries.board(actor), lang))


@require_GET
@needs(VIEW)
def areas(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The patrol zones as the map draws them."""
    lang = str(getattr(request, "lang", "zh"))
    return _map(queries.zones_geojson(queries.board(actor), lang))


def _map(found: dict[str, Any]) -> HttpResponse:
    return JsonResponse(found, content_type="application/geo+json")
