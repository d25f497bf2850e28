"""The beat: what is to do there, its doors and an evening of visits."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_moment
from watchroom.kernel.models import Beat

from .. import actions, queries, rules
from ..actions import Call
from ..flow import APPROVE, FLOW_OF, RESPOND, VIEW
from ..models import Household

EVENING = 30
"""Doors on one page of an evening."""


@require_GET
@needs(VIEW)
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's own beat where there is just one; else the beats one may see, with how they stand."""
    mine = queries.my_beats(actor)
    if len(mine) == 1 and not request.GET:
        return redirect("community:beat", mine[0].code)
    after = request.GET.get("after", "")
    rows = queries.beats_page(actor, after)
    values = {
        "rows": queries.standing(rows),
        "more": rows[-1].code if len(rows) == queries.PAGE else "",
        "mine": mine,
        "center": _middle(rows[0]) if rows else "",
    }
    return render(request, "community/beats.html", values)


@require_GET
@needs(VIEW)
def beat(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A beat: visits to make, the map, who has waited longest, hazards, who works there."""
    row = queries.beat_of(actor, code)
    words = request.GET.get("q", "")[:80].strip()
    after = queries.After.read(request.GET.get("after", ""))
    doors = queries.found(row, words) if words else queries.longest_ago(row, after)
    values = {
        "beat": row,
        "standing": queries.standing([row])[0],
        "planned": queries.planned(actor, [row.pk]),
        "asked": queries.asked(row),
        "doors": doors,
        "words": words,
        "more": _behind(doors) if len(doors) == queries.PAGE and not words else "",
        "hazards": list(queries.hazards(actor, beat_ids=[row.pk])[: queries.PAGE]),
        "meetings": queries.meetings(actor, [row.pk]),
        "contacts": queries.contacts(row),
        "card": queries.card(row),
        "deputies": list(row.deputies.order_by("name")),
        "may": queries.beats(actor, RESPOND).filter(pk=row.pk).exists(),
        "may_name": actor.within(APPROVE, row.agency_id),
        "center": _where_to_begin(row, doors),
        "flows": FLOW_OF,
        "purposes": rules.PURPOSES,
        "kinds": rules.HAZARDS,
    }
    return render(request, "community/beat.html", values)


def _where_to_begin(row: Beat, doors: list[Household]) -> str:
    """Around the door that has waited longest, or the one looked for."""
    first = next((door for door in doors if door.lon is not None), None)
    return f"{first.lon:.5f},{first.lat:.5f}" if first else _middle(row)


def _middle(row: Beat) -> str:
    return f"{(row.west + row.east) / 2:.5f},{(row.south + row.north) / 2:.5f}"


def _behind(doors: list[Household]) -> str:
    return str(queries.After(doors[-1].last_visit_at, doors[-1].pk))


@require_GET
@needs(VIEW)
def outline(request: HttpRequest, actor: Actor, code: str) -> JsonResponse:
    """The beat's outline, as GeoJSON."""
    row = queries.beat_of(actor, code)
    return JsonResponse(queries.outline(row), content_type="application/geo+json")


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def evening(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """An evening's visits in one form."""
    row = queries.beat_of(actor, code)
    shown = queries.longest_ago(row, limit=EVENING)
    values: dict[str, Any] = {
        "beat": row,
        "rows": shown,
        "typed": request.POST,
        "purposes": rules.PURPOSES,
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "community/evening.html", values)
    try:
        actions.record_evening(
            actor, code, _calls(request), act_id=typed.act_id(request.POST) or uuid7()
        )
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "community/evening.html", values, status=422)
    return redirect("community:beat", code)


def _calls(request: HttpRequest) -> dict[int, Call]:
    """The doors that were ticked: `door-<id>` says how it went."""
    said = request.POST.get("at", "")
    at = read_moment(said, Text("走访时间", "Time of the visits")) if said else None
    if at and at > now():
        raise Refusal(Text("走访时间不能在以后", "The visits cannot lie ahead"))
    purpose = request.POST.get("purpose", rules.ROUTINE)
    found = {
        door: Call(result=str(result), purpose=purpose, at=at)
        for name, result in request.POST.items()
        if name.startswith("door-") and result
        if (door := typed.whole(name.removeprefix("door-"))) is not None
    }
    if not found:
        raise Refusal(Text("请至少选择一户", "Choose at least one household"))
    return found
