"""查阅复核: who looked at personal data and what for, unusual looks first."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import day_start, local_date, now
from watchroom.kernel import entry_titles, looks, personal, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

SHOWN = 200
USUAL = timedelta(days=7)


@require_GET
@needs(looks.PERMISSION)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The looks of a period: those with remarks first, reviewed ones last."""
    until = typed.day(request.GET.get("until")) or local_date(now())
    since = typed.day(request.GET.get("since")) or until - USUAL
    person = request.GET.get("person", "").strip()[:80]
    found = looks.overview(actor, day_start(since), day_start(until + timedelta(days=1)), person)
    remark = request.GET.get("remark", "")
    chosen = [one for one in found.looks if not remark or remark in one.remarks]
    values = {
        "found": found,
        "looks": chosen[:SHOWN],
        "total": len(chosen),
        "since": since,
        "until": until,
        "person": person,
        "remark": remark,
        "remarks": looks.REMARKS,
        "outcomes": looks.OUTCOMES,
        "purposes": personal.PURPOSES,
        "titled": entry_titles.of,
        "me_id": actor.staff_id,
    }
    return render(request, "desk/looks.html", values)


@require_POST
@needs(looks.PERMISSION)
def review(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """Say what a look turned out to be."""
    looks.review(actor, entry_id, request.POST.get("outcome", ""), request.POST.get("words", ""))
    return redirect(reverse("looks") + "?" + request.POST.get("back", "")[:300].replace("\n", ""))


urlpatterns = [
    path("looks/", show, name="looks"),
    path("looks/<int:entry_id>/review/", review, name="look-review"),
]
