"""What whoever has the address may open without signing in: public forms, and how one stands."""

from io import BytesIO
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import public
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import address_of, signed_in
from watchroom.kernel.models import Beat

from .. import steps
from ..errors import STATUS


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every public form, and where to follow one."""
    return render(request, "desk/public.html", {"forms": public.forms()})


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """One form; `beat`: from whose QR code. A refusal stands beside what was typed."""
    form = public.form(key, name)
    beat = Beat.objects.select_related("agency").filter(code=request.GET.get("beat", "")).first()
    values: dict[str, Any] = {
        "form": form,
        "options": form.options(),
        "beat": beat,
        "typed": request.POST,
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "desk/public_form.html", values)
    try:
        said = public.read(form, request.POST.getlist)
        act_id = steps.read_id(request.POST.get("act_id", "")) or uuid7()
        number = public.ask(key, name, said, address=address_of(request), beat=beat, act_id=act_id)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        status = STATUS.get(refusal.code, 422)
        return render(request, "desk/public_form.html", values, status=status)
    return render(request, "desk/public_sent.html", {"form": form, "number": number})


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """How it stands, by the number that was given, and the asker's own word on it (`step`).

    The number is sent, never part of an address.
    """
    if request.method == "GET":
        return render(request, "desk/public_follow.html", {})
    number, address = request.POST.get("number", "")[:40], address_of(request)
    values: dict[str, Any] = {"number": number, "act_id": uuid7()}
    try:
        if step := request.POST.get("step"):
            act_id = steps.read_id(request.POST.get("act_id", "")) or uuid7()
            reason = request.POST.get("reason", "")
            public.reply(number, step, reason, address=address, act_id=act_id)
        values["standing"] = public.follow(number, address=address)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        status = STATUS.get(refusal.code, 422)
        if step and refusal.code != "too-many":
            values["standing"] = public.follow(number, address=address)
        return render(request, "desk/public_follow.html", values, status=status)
    return render(request, "desk/public_follow.html", values)


@require_GET
@signed_in
def code(request: HttpRequest, actor: Actor, key: str, name: str) -> HttpResponse:
    """The form's address as a QR code (SVG) to print; `beat`: where what is asked goes."""
    public.form(key, name)
    beat = Beat.objects.filter(code=request.GET.get("beat", "")).first()
    query = {"beat": beat.code} if beat else None
    address = reverse("public-form", args=[key, name], query=query)
    drawn = BytesIO()
    made = segno.make(request.build_absolute_uri(address), error="m")
    made.save(drawn, kind="svg", scale=8, border=4)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


urlpatterns = [
    path("public/", listed, name="public"),
    path("public/follow/", follow, name="public-follow"),
    path("public/<str:key>/<str:name>/", ask, name="public-form"),
    path("public/<str:key>/<str:name>/qr.svg", code, name="public-code"),
]
