"""The visiting officer's phone: whom to see, what to say, buttons that survive a lost network."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from watchroom.kernel import personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import RESPOND
from .matter import KINDS, card


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
    case = queries.case_of(actor, matter.pk)
    opened = personal.opened(actor, request.session, matter, KINDS)
    return {
        **card(case, queries.contact_of(case), opened=opened),
        "matter": matter,
        "there": "arrive" in queries.tried_since_asked(matter.pk),
        "hows": {"visit": rules.HOW["visit"]},
        "verified": rules.VERIFIED,
        "visit_results": rules.VISIT_RESULTS,
        "dissuasions": rules.OUTCOMES,
        "evidence_classes": rules.EVIDENCE,
        "back": reverse("fraud:phone"),
    }
