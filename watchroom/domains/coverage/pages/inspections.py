"""Inspections: the list, and looking at a post."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_moment
from watchroom.kernel.models import Matter
from watchroom.kernel.typed import act_id, form_page

from .. import actions, queries
from ..flow import INSPECT, INSPECTION, VIEW
from ..rules import words
from . import typed

SHOWN = 200


@require_GET
@needs(VIEW)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be put right first, then the latest; `?open=1` leaves out what is over."""
    only_open = request.GET.get("open") == "1"
    values = {
        "inspections": list(queries.inspections(actor, open_only=only_open)[:SHOWN]),
        "only_open": only_open,
        "shown": SHOWN,
        "findings": words.FINDINGS,
        "flows": {INSPECTION.kind: INSPECTION},
        "posts": list(queries.posts(actor, INSPECT)) if actor.reach(INSPECT) else [],
    }
    return render(request, "coverage/inspections.html", values)


@require_http_methods(["GET", "POST"])
@needs(INSPECT)
def new(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponse:
    """Look at a post: who should be there, how many are, what is wrong if anything."""
    post = queries.find_post(actor, post_id, INSPECT)
    running = queries.running_at(post.pk)
    values: dict[str, Any] = {
        "post": post,
        "posting": queries.detail(actor, running.pk) if running else None,
        "findings": words.FINDINGS,
    }
    return form_page(
        request, "coverage/inspect.html", values, lambda sent: _inspected(sent, actor, post.pk)
    )


def _inspected(sent: QueryDict, actor: Actor, post_id: int) -> Matter:
    when = sent.get("occurred_at", "")
    return actions.inspect(
        actor,
        post_id,
        finding=sent.get("finding", ""),
        words=sent.get("words", ""),
        seen=typed.number(sent, "seen", Text("在岗人数", "People there")),
        occurred_at=read_moment(when, Text("发生时间", "When it happened")) if when else None,
        act_id=act_id(sent),
    )
