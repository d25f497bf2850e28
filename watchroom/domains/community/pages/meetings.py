"""Meetings: planned, or entered once they were held."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_moment

from .. import actions
from ..flow import RESPOND
from .typed import beats_offered, sent_act, whole


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def new_meeting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plan a meeting, or enter one that was held."""
    values: dict[str, Any] = {
        "typed": request.POST or request.GET,
        "beats": beats_offered(actor),
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "community/meeting_new.html", values)
    try:
        said = request.POST.get("planned_at", "")
        matter = actions.plan_meeting(
            actor,
            request.POST.get("title", ""),
            beat_id=whole(request, "beat") or 0,
            planned_at=read_moment(said, Text("时间", "Time")),
            attended=whole(request, "attended"),
            words=request.POST.get("words", ""),
            place=request.POST.get("place", ""),
            act_id=sent_act(request),
        )
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "community/meeting_new.html", values, status=422)
    return redirect("matter", matter.number)
