"""Phones and trackers: enrolled for a unit, their key shown once, as text and to be scanned."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.kernel import typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import actions, queries
from . import answers

DUTY = "dispatch.duty"


@require_GET
@needs(DUTY)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The units somebody manages, and what reports their positions."""
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, status: int = 200, **more: Any) -> HttpResponse:
    wanted = request.GET.get("q", "").strip().upper()
    rows = queries.devices(actor)
    shown = [(u, d) for u, d in rows if wanted in f"{u.code} {u.name}".upper()]
    values = {"rows": shown, "q": request.GET.get("q", ""), "given": request.POST, **more}
    return render(request, "dispatch/devices.html", values, status=status)


@require_POST
@needs(DUTY)
def enrol(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enrol one; the page that answers is the only one that ever shows its key."""
    unit_id = typed.whole(request.POST.get("unit_id")) or 0
    try:
        device, key = actions.enrol_device(actor, unit_id, request.POST.get("name", ""))
    except Refusal as refusal:
        return _page(request, actor, answers.status_of(refusal), refusal=refusal.text)
    phone = request.build_absolute_uri(reverse("phone"))
    values = {
        "device": device,
        "key": key,
        "server": request.build_absolute_uri("/live/position"),
        # Behind the #: a browser never sends that part to anybody.
        "phone": f"{phone}#device={key}",
        "code": segno.make(f"{phone}#device={key}", error="m").svg_data_uri(scale=5, border=3),
    }
    response = render(request, "dispatch/device_key.html", values)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(DUTY)
def revoke(request: HttpRequest, actor: Actor, device_id: int) -> HttpResponse:
    """Its reports are refused from now on."""
    queries.managed_device(actor, device_id)
    actions.revoke_device(actor, device_id)
    return redirect("dispatch:devices")
