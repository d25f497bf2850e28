"""A door: record a visit or plan one, and what was found there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_day
from watchroom.kernel.models import Matter

from .. import actions, queries, rules
from ..actions import Call
from ..flow import FLOW_OF, RESPOND, VIEW
from ..models import Household


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def household(request: HttpRequest, actor: Actor, household_id: int) -> HttpResponse:
    """A door: record a visit or plan one; what was done there before."""
    row = queries.household_of(actor, household_id)
    values: dict[str, Any] = {
        "household": row,
        "planned": queries.open_visit(row),
        "visits": queries.visits_there(actor, row),
        "may": queries.beats(actor, RESPOND).filter(pk=row.beat_id).exists(),
        "purposes": rules.PURPOSES,
        "askers": rules.ASKERS,
        "services": rules.SERVICES,
        "typed": request.POST,
        "flows": FLOW_OF,
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "community/household.html", values)
    try:
        matter = _done(request, actor, row)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "community/household.html", values, status=422)
    return redirect("matter", matter.number) if matter else redirect("community:household", row.pk)


def _done(request: HttpRequest, actor: Actor, row: Household) -> Matter | None:
    said = request.POST
    if said.get("do") == "contact":
        actions.set_contact(actor, row.pk, name=said.get("name", ""), phone=said.get("phone", ""))
        return None
    told: dict[str, Any] = {name: said.get(name, "") for name in ("asked_by", "words")}
    purpose = said.get("purpose", rules.ROUTINE)
    if said.get("do") == "plan":
        day = said.get("planned_on", "")
        planned_on = read_day(day, Text("走访日期", "Day")) if day else None
        return actions.plan_visit(
            actor,
            row.pk,
            purpose=purpose,
            planned_on=planned_on,
            act_id=typed.act_id(request.POST),
            **told,
        )
    call = Call(
        result=said.get("do", ""),
        purpose=purpose,
        service=said.get("service", ""),
        helped=typed.whole(request.POST.get("helped")) or 0,
        **told,
    )
    return actions.record_visit(actor, row.pk, call, act_id=typed.act_id(request.POST))


@require_POST
@needs(RESPOND)
def need(request: HttpRequest, actor: Actor, matter_id: int) -> HttpResponse:
    """What was found on a visit: two taps, what it is and in a sentence."""
    kind, title = request.POST.get("kind", ""), request.POST.get("title", "")
    visit = queries.visit_of(actor, matter_id).matter
    actions.need_found(actor, matter_id, kind=kind, title=title, act_id=typed.act_id(request.POST))
    return redirect("matter", visit.number)
