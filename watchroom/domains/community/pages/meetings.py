"""Meetings: planned, or entered once they were held."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_moment
from watchroom.kernel.models import Matter

from .. import actions
from ..flow import RESPOND
from .offering import beats_offered


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def new_meeting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plan a meeting, or enter one that was held."""
    values: dict[str, Any] = {
        "typed": request.POST or request.GET,
        "beats": beats_offered(actor),
    }

    def planned(sent: QueryDict) -> Matter:
        return actions.plan_meeting(
            actor,
            sent.get("title", ""),
            beat_id=typed.whole(sent.get("beat")) or 0,
            planned_at=read_moment(sent.get("planned_at", ""), Text("时间", "Time")),
            attended=typed.whole(sent.get("attended")),
            words=sent.get("words", ""),
            place=sent.get("place", ""),
            act_id=typed.act_id(sent),
        )

    return typed.form_page(request, "community/meeting_new.html", values, planned)
