"""The visiting officer's phone: whom to see, what to say, buttons that survive a lost network."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, fields, personal
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import actions, queries, rules
from ..flow import CASE, RESPOND
from .matter import matter_context

GONE = Text("找不到这个对象，或您无权查看", "This case cannot be found, or you may not see it")
WHEN = Text("发生时间", "When it happened")
STEPS = ("arrive", "reach", "not_met", "feed_back")
"""What is done at the door; the rest is the desk's."""


@require_GET
@needs(RESPOND)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The visit in hand, and those after it."""
    rows = queries.my_visits(actor)
    values: dict[str, Any] = {"later": rows[1:], "levels": rules.LEVELS}
    if rows:
        values |= _visit(request, actor, rows[0])
    return render(request, "fraud/phone.html", values)


def _visit(request: HttpRequest, actor: Actor, matter: Matter) -> dict[str, Any]:
    asked = personal.for_matter(actor, request.session, matter)
    return {
        **matter_context(asked, matter),
        "matter": matter,
        "there": "arrive" in queries.tried_since_asked(matter.pk),
        "hows": {"visit": rules.HOW["visit"]},
        "verified": rules.VERIFIED,
        "visit_results": rules.VISIT_RESULTS,
        "dissuasions": rules.OUTCOMES,
        "evidence_classes": rules.EVIDENCE,
        "back": reverse("fraud:phone"),
    }


@require_POST
@needs(RESPOND)
def act(request: HttpRequest, actor: Actor, case_id: int, step: str) -> HttpResponse:
    """One press: JSON for the phone's queue, done or refused for good with the reason."""
    lang = str(getattr(request, "lang", "zh"))
    try:
        _take(request, actor, case_id, step)
    except Refusal as refusal:
        return JsonResponse({"ok": False, "text": refusal.text.say(lang)}, status=422)
    except NotFound:
        return JsonResponse({"ok": False, "text": GONE.say(lang)}, status=404)
    title = CASE.by_name[step].title
    done = Text(f"{title.zh}：已送达", f"{title.en}: received")
    return JsonResponse({"ok": True, "text": done.say(lang), "href": reverse("fraud:phone")})


def _take(request: HttpRequest, actor: Actor, case_id: int, step: str) -> None:
    matter = access.find(actor, pk=case_id, kind=CASE.kind)
    if step not in STEPS:
        raise NotFound
    sent = request.POST
    declared = fields.of(CASE, CASE.by_name[step])
    data = {one.name: one.read(sent.getlist(one.name)) for one in declared}
    when = sent.get("occurred_at", "")
    actions.perform(
        actor,
        matter.pk,
        step,
        data={name: value for name, value in data.items() if value not in (None, "", [])},
        occurred_at=min(fields.read_moment(when, WHEN), now()) if when else None,
        act_id=UUID(sent["act_id"]) if sent.get("act_id") else None,
    )
