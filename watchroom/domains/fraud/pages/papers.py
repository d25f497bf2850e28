"""Paper: the written notice of a measure, and the public notice of a return."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Deadline

from ..flow import MEASURE, RETURN, VIEW
from ..queries import measures as queries
from ..queries.paper import paper
from ..rules import money
from .measures import account, may_read
from .restitution import payee


@require_GET
@needs(VIEW)
def notice(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The written notice of a measure. Who and which account only after a purpose was given."""
    matter = access.find(actor, number=number, kind=MEASURE.kind)
    reader = personal.for_matter(actor, request.session, matter)
    opened = may_read(reader, matter)
    if opened:
        personal.reveal(reader, matter, ["holder", "account"])
    measure = queries.row_of(matter.pk)
    values = {
        "paper": paper(measure),
        "matter": matter,
        "account": account(measure, opened=opened),
        "opened": opened,
        "yuan": money.yuan,
        "at": now(),
    }
    return render(request, "fraud/notice.html", values)


@require_GET
@needs(VIEW)
def public_notice(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What the public is told of a return: shares, and names and accounts masked, always."""
    matter = access.find(actor, number=number, kind=RETURN.kind)
    row = queries.restitution_of(matter.pk)
    clock = Deadline.objects.filter(matter=matter, clock="notice").order_by("-id").first()
    claims = row.claims.select_related("bank").order_by("reported_at", "id")
    values = {
        "matter": matter,
        "restitution": row,
        "claims": [(claim, payee(claim, opened=False)) for claim in claims],
        "clock": clock,
        "yuan": money.yuan,
        "at": now(),
    }
    return render(request, "fraud/public_notice.html", values)
