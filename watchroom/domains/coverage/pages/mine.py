"""The officer's phone: one big button to check in, hand over or check out."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_moment

from .. import actions, queries
from ..actions.presence import EARLY, LEAVE_EARLY
from ..flow import POSTING, RESPOND
from ..models import DutyPost
from . import typed

GONE = Text("找不到这个班次，或您无权查看", "This posting cannot be found, or you may not see it")
WHEN = Text("发生时间", "When it happened")
PRESSED = {
    "check_in": Text("已上岗", "You are on post"),
    "check_out": Text("已下岗", "You have left the post"),
    "hand_over": Text("已交接", "Handed over"),
}


@require_GET
@needs(RESPOND)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What I have to do at a post now."""
    return _page(request, actor, None)


@require_GET
@needs(RESPOND)
def here(request: HttpRequest, actor: Actor, secret: str) -> HttpResponse:
    """Where the QR code on the wall leads: the same page, and the code says where I am."""
    post = queries.post_of_secret(secret)
    # An old or wrong code and somebody who has nothing to do here get the same page.
    expected = post is not None and queries.posting_here(actor, post) is not None
    return _page(request, actor, post if expected else None, scanned=True)


def _page(
    request: HttpRequest, actor: Actor, post: DutyPost | None, *, scanned: bool = False
) -> HttpResponse:
    mine, at = queries.mine(actor), now()
    row = mine.now.row if mine.now else None
    here_now = post is not None and row is not None and row.post_id == post.pk
    values = {
        "mine": mine,
        "row": row,
        "secret": post.secret if post is not None and here_now else "",
        "astray": scanned and not here_now,
        "early": row is not None and at < row.starts_at - EARLY,
        "before_end": row is not None and at < row.ends_at - LEAVE_EARLY,
        "begun": row is not None and at >= row.starts_at,
    }
    return render(request, "coverage/mine.html", values)


@require_POST
@needs(RESPOND)
def act(request: HttpRequest, actor: Actor, posting_id: int, step: str) -> HttpResponse:
    """One press: JSON for the phone's queue, done or refused for good with the reason."""
    lang = str(getattr(request, "lang", "zh"))
    try:
        text = _taken(request, actor, posting_id, step)
    except Refusal as refusal:
        return JsonResponse({"ok": False, "text": refusal.text.say(lang)}, status=422)
    except NotFound:
        return JsonResponse({"ok": False, "text": GONE.say(lang)}, status=404)
    return JsonResponse({"ok": True, "text": text.say(lang), "href": reverse("coverage:mine")})


def _taken(request: HttpRequest, actor: Actor, posting_id: int, step: str) -> Text:
    if step not in PRESSED:
        raise NotFound
    sent = request.POST
    access.find(actor, pk=posting_id, kind=POSTING.kind)
    when = sent.get("occurred_at", "")
    data: dict[str, Any] = {
        name: sent[name] for name in ("lon", "lat", "accuracy", "secret", "words") if sent.get(name)
    }
    actions.perform(
        actor,
        posting_id,
        step,
        data=data,
        reason=sent.get("reason", "").strip(),
        occurred_at=min(read_moment(when, WHEN), now()) if when else None,
        act_id=typed.act_id(sent),
    )
    return PRESSED[step]
