"""The contact card of a beat, and what anybody reads of it."""

from io import BytesIO
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import public, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import actions, queries
from ..flow import APPROVE, RESPOND, VIEW


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def card(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The contact card to print, and what stands on it."""
    row = queries.beat_of(actor, code)
    values: dict[str, Any] = {
        "beat": row,
        "typed": request.POST,
        "may": queries.beats(actor, RESPOND).filter(pk=row.pk).exists(),
        "may_name": actor.within(APPROVE, row.agency_id),
        "address": request.build_absolute_uri(reverse("community:who", args=[code])),
        "people": queries.may_be_deputy(row),
        "deputies": set(row.deputies.values_list("pk", flat=True)),
    }
    try:
        if request.method == "POST":
            _kept(request, actor, code)
            return redirect("community:card", code)
    except Refusal as refusal:
        values["refusal"] = refusal.text
    values |= {"card": queries.card(row), "contacts": queries.contacts(row)}
    status = 422 if "refusal" in values else 200
    return render(request, "community/card.html", values, status=status)


def _kept(request: HttpRequest, actor: Actor, code: str) -> None:
    said = {name: request.POST.get(name, "") for name in ("phone", "hours", "hours_en")}
    match request.POST.get("do"):
        case "card":
            actions.set_card(actor, code, **said)
        case "contact":
            name, organ = request.POST.get("name", ""), request.POST.get("organ", "")
            actions.add_contact(actor, code, name=name, organ=organ, phone=said["phone"])
        case "end":
            actions.end_contact(actor, code, typed.whole(request.POST.get("contact")) or 0)
        case "deputies":
            actions.name_deputies(actor, code, typed.wholes(request.POST.getlist("deputy")))
        case _:
            raise Refusal(Text("请刷新页面后再试", "Reload the page and try again"))


@require_GET
@needs(VIEW)
def qr(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The address of the public page as a QR code (SVG)."""
    row = queries.beat_of(actor, code)
    address = request.build_absolute_uri(reverse("community:who", args=[row.code]))
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=4)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_GET
def who(request: HttpRequest, code: str) -> HttpResponse:
    """Whom to call here, for everybody: no sign-in, and nothing but what stands on the card."""
    row = queries.public_beat(code)
    values = {"beat": row, "card": row.community_card, "forms": public.forms()}
    return render(request, "community/who.html", values)
