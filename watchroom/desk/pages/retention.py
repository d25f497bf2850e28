"""What the night erases, class by class; where an agency wants it, only what was approved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, erasure_reviews, retention
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.kept import Kept
from watchroom.kernel.models import Agency
from watchroom.kernel.typed import whole

LISTED = 50
STATES = {
    "proposed": Text("待批准", "waiting for approval"),
    "approved": Text("已批准，今夜清除", "approved: ends tonight"),
    "refused": Text("不予清除", "refused"),
    "done": Text("已清除", "erased"),
}


def _agency(actor: Actor, said: str) -> Agency:
    reach = actor.reach(erasure_reviews.VIEW)
    wanted = whole(said) or (actor.agency_id if actor.agency_id in reach else None)
    rows = Agency.objects.filter(pk__in=reach)
    found = rows.filter(pk=wanted).first() if wanted else rows.order_by("path").first()
    if found is None:
        raise NotFound
    return found


def _kept(rule: str) -> Kept:
    try:
        return retention.of(rule)
    except KeyError as error:
        raise NotFound from error


@require_GET
@needs(erasure_reviews.VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every class: how long it stays, how much is over, what a hold keeps, who decides."""
    agency = _agency(actor, request.GET.get("agency", ""))
    values = {
        "agency": agency,
        "agencies": list(Agency.objects.filter(pk__in=actor.reach(erasure_reviews.VIEW))[:500]),
        "classes": [erasure_reviews.standing(one, agency) for one in retention.classes()],
        "states": STATES,
    }
    return render(request, "desk/retention.html", values)


@require_GET
@needs(erasure_reviews.VIEW)
def one(request: HttpRequest, actor: Actor, rule: str) -> HttpResponse:
    """One class: the matters whose records would end, and the list that waits."""
    agency, kept = _agency(actor, request.GET.get("agency", "")), _kept(rule)
    seen = access.visible(actor)
    values = {
        "agency": agency,
        "one": erasure_reviews.standing(kept, agency),
        "matters": erasure_reviews.matters(kept, agency, seen, LISTED),
        "listed": LISTED,
        "states": STATES,
        "me_id": actor.staff_id,
        "may_propose": actor.within(erasure_reviews.PROPOSE, agency.pk),
        "may_approve": actor.within(erasure_reviews.APPROVE, agency.pk),
        "may_set": actor.within(erasure_reviews.POLICY, agency.pk),
    }
    return render(request, "desk/retention_class.html", values)


@require_POST
@needs(erasure_reviews.VIEW)
def act(request: HttpRequest, actor: Actor, rule: str) -> HttpResponse:
    """Propose a list, decide about the one there is, or say who must decide."""
    agency, kept = _agency(actor, request.POST.get("agency", "")), _kept(rule)
    said, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    if said == "propose":
        erasure_reviews.propose(actor, kept, agency)
    elif said in ("approve", "refuse"):
        waiting = whole(request.POST.get("review", "")) or 0
        erasure_reviews.decide(actor, waiting, approve=said == "approve", answer=reason)
    elif said in ("review", "no_review"):
        wanted = said == "review"
        erasure_reviews.require_review(actor, agency, rule, wanted=wanted, reason=reason)
    else:
        raise Refusal(Text("请选择要做什么", "Choose what to do"))
    messages.success(request, Text("已保存", "Saved").say(request.lang))  # type: ignore[attr-defined]
    return redirect(reverse("retention-class", args=[rule], query={"agency": agency.pk}))


urlpatterns = [
    path("retention/", show, name="retention"),
    path("retention/<str:rule>/", one, name="retention-class"),
    path("retention/<str:rule>/act/", act, name="retention-act"),
]
