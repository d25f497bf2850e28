"""The officer's phone: one big button to check in, hand over or check out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import queries
from ..actions.presence import EARLY, LEAVE_EARLY
from ..flow import RESPOND
from ..models import DutyPost


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
