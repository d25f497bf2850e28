"""Lost phones: found by whose they are, cut off in one press."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.text import Text
from watchroom.kernel import handsets
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs, signed_in
from watchroom.kernel.models import Staff

PAGE = 50
CUT = Text(
    "手机已停用：登录已结束，定位已停止，联网后自动清除",
    "The phone is cut off: signed out, no positions taken, wiped when it next has a network",
)


@require_GET
@needs(handsets.PERMISSION)
def everyone(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The phones of the people one leads."""
    words = request.GET.get("q", "")[:80]
    rows = handsets.managed(actor)
    for word in words.split():
        people = Staff.objects.filter(
            Q(name__icontains=word) | Q(username__icontains=word) | Q(badge__icontains=word)
        )
        rows = rows.filter(holders__in=people).distinct()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    values = {"page": page, "words": words, "phone_name": handsets.name}
    return render(request, "desk/handsets.html", values)


@require_POST
@needs(handsets.PERMISSION)
def cut_off(request: HttpRequest, actor: Actor, handset_id: int) -> HttpResponse:
    """One press, and the phone is nobody's any more."""
    handsets.cut_off(actor, handset_id)
    messages.success(request, CUT.say(request.lang))  # type: ignore[attr-defined]
    return redirect("handsets")


@require_POST
@signed_in
def cut_off_own(request: HttpRequest, actor: Actor, handset_id: int) -> HttpResponse:
    """The same for a phone of one's own."""
    handsets.cut_off_own(Staff.objects.get(pk=actor.staff_id or 0), handset_id)
    messages.success(request, CUT.say(request.lang))  # type: ignore[attr-defined]
    return redirect("my-sessions")


urlpatterns = [
    path("phones/", everyone, name="handsets"),
    path("phones/<int:handset_id>/cut-off/", cut_off, name="handset-cut-off"),
    path("me/phones/<int:handset_id>/cut-off/", cut_off_own, name="own-handset-cut-off"),
]
