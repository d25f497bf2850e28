"""Keeping posts and shifts: where they are, how near one must be, what hangs on the wall."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency

from .. import actions, queries
from ..flow import PLAN_DUTY
from ..models import DutyPost
from ..rules import words
from . import typed


@require_GET
@needs(PLAN_DUTY)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every post one keeps, and the shifts."""
    return render(request, "coverage/posts.html", _kept(actor))


def _kept(actor: Actor) -> dict[str, Any]:
    return {
        "posts": list(queries.posts(actor, PLAN_DUTY)),
        "shifts": list(queries.shifts(actor)),
        "kinds": words.POSTS,
        "agencies": agencies(actor),
    }


def agencies(actor: Actor) -> list[Agency]:
    """Where one plans duty."""
    return list(Agency.objects.filter(pk__in=actor.reach(PLAN_DUTY)).order_by("path"))


@require_http_methods(["GET", "POST"])
@needs(PLAN_DUTY)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new post, by keyboard or by a click on the map."""
    return _form(request, actor, None)


@require_http_methods(["GET", "POST"])
@needs(PLAN_DUTY)
def change(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponse:
    """Change a post."""
    return _form(request, actor, queries.find_post(actor, post_id, PLAN_DUTY))


def _form(request: HttpRequest, actor: Actor, post: DutyPost | None) -> HttpResponse:
    values: dict[str, Any] = {"post": post, "typed": request.POST, **_kept(actor)}
    if request.method == "GET":
        return render(request, "coverage/post.html", values)
    try:
        _save(request, actor, post)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "coverage/post.html", values, status=422)
    return redirect("coverage:posts")


def _save(request: HttpRequest, actor: Actor, post: DutyPost | None) -> None:
    sent = request.POST
    given: dict[str, Any] = {
        "name": sent.get("name", ""),
        "name_en": sent.get("name_en", ""),
        "kind": sent.get("kind", ""),
        "lon": typed.number(sent, "lon", Text("经度", "Longitude"), float),
        "lat": typed.number(sent, "lat", Text("纬度", "Latitude"), float),
        "radius_m": typed.number(sent, "radius_m", Text("签到半径", "Radius"), float) or 150.0,
        "outline": typed.outline(sent),
    }
    if post is not None:
        actions.change_post(actor, post.pk, **given)
        return
    agency = typed.needed(sent, "agency", Text("单位", "Agency"))
    name, kind = given.pop("name"), given.pop("kind")
    actions.add_post(actor, name, kind, code=sent.get("code", ""), agency_id=agency, **given)


@require_POST
@needs(PLAN_DUTY)
def close(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponse:
    """The post is no longer used."""
    return _done(request, actor, lambda: actions.close_post(actor, post_id))


@require_POST
@needs(PLAN_DUTY)
def new_code(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponse:
    """A fresh QR code for the wall."""
    return _done(request, actor, lambda: actions.new_code(actor, post_id))


@require_POST
@needs(PLAN_DUTY)
def shift(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new shift, or the closing of one."""
    sent = request.POST

    def work() -> object:
        if closing := typed.number(sent, "close", Text("班次", "Shift")):
            return actions.close_shift(actor, closing)
        return actions.add_shift(
            actor,
            sent.get("code", ""),
            sent.get("name", ""),
            typed.clock(sent, "starts", Text("开始", "Begins")),
            typed.clock(sent, "ends", Text("结束", "Ends")),
            name_en=sent.get("name_en", ""),
            agency_id=typed.needed(sent, "agency", Text("单位", "Agency")),
        )

    return _done(request, actor, work)


def _done(request: HttpRequest, actor: Actor, work: Any) -> HttpResponse:
    try:
        work()
    except Refusal as refusal:
        values = {**_kept(actor), "refusal": refusal.text, "typed": request.POST}
        return render(request, "coverage/posts.html", values, status=422)
    return redirect("coverage:posts")
