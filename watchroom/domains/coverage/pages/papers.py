"""Paper: the printed order of a plan, and the QR codes for the walls."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.typed import whole

from .. import queries
from ..flow import PLAN, PLAN_DUTY, VIEW
from ..models import POST_KINDS
from ..order import drawn
from ..rules import words


@require_GET
@needs(VIEW)
def order(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The plan as an order on paper."""
    values = {
        "content": queries.content(queries.plan(actor, number)),
        "kinds": words.PLANS,
        "days": words.DAYS,
        "flow": PLAN,
        "at": now(),
    }
    return render(request, "coverage/order.html", values)


@require_GET
@needs(VIEW)
def order_pdf(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The same as a PDF."""
    content = queries.content(queries.plan(actor, number))
    name = f"{content.matter.number}.pdf"
    return HttpResponse(
        drawn(content, now()),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@require_GET
@needs(PLAN_DUTY)
def codes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A QR code for each post one keeps; `?kind=` or `?post=` for some of them."""
    rows = queries.posts(actor, PLAN_DUTY)
    if (kind := request.GET.get("kind", "")) in POST_KINDS:
        rows = rows.filter(kind=kind)
    if (one := whole(request.GET.get("post"))) is not None:
        rows = rows.filter(pk=one)
    return render(request, "coverage/codes.html", {"posts": list(rows), "kinds": words.POSTS})


@require_GET
@needs(PLAN_DUTY)
def code(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponse:
    """The address a post's QR code leads to; error correction Q, for paper in the rain."""
    post = queries.find_post(actor, post_id, PLAN_DUTY)
    address = request.build_absolute_uri(reverse("coverage:here", args=[post.secret]))
    out = io.BytesIO()
    segno.make(address, error="q").save(out, kind="svg", scale=5, border=2, light="#fff")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
