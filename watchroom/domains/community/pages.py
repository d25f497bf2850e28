"""The pages of community policing: the beat, its doors, hazards, meetings and the card."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, documents, personal, public
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_day, read_moment
from watchroom.kernel.models import Beat, Matter

from . import actions, queries, rules
from .actions import Call
from .flow import APPROVE, FLOWS, HAZARD, MEETING, RESPOND, VIEW, VISIT
from .models import Household, Visit

FLOW_OF = {flow.kind: flow for flow in FLOWS}
PEOPLE = {"contact_name": "name", "contact_phone": "phone"}
HAZARDS_SHOWN = 200
EVENING = 30
"""Doors on one page of an evening."""


# -- beats -----------------------------------------------------------------------------------


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
        "center": f"{(row.west + row.east) / 2:.5f},{(row.south + row.north) / 2:.5f}",
        "flows": FLOW_OF,
        "purposes": rules.PURPOSES,
        "kinds": rules.HAZARDS,
    }
    return render(request, "community/beat.html", values)


def _behind(doors: list[Household]) -> str:
    return str(queries.After(doors[-1].last_visit_at, doors[-1].pk))


@require_GET
@needs(VIEW)
def outline(request: HttpRequest, actor: Actor, code: str) -> JsonResponse:
    """The beat's outline, as GeoJSON."""
    row = queries.beat_of(actor, code)
    return JsonResponse(queries.outline(row), content_type="application/geo+json")


@require_GET
@needs(VIEW)
def doors(request: HttpRequest, actor: Actor, code: str) -> JsonResponse:
    """The doors of this one beat, as GeoJSON."""
    row = queries.beat_of(actor, code)
    return JsonResponse(queries.on_the_map(actor, row), content_type="application/geo+json")


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
        actions.record_evening(actor, code, _calls(request), act_id=_act_id(request) or uuid7())
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
        int(name.removeprefix("door-")): Call(result=str(result), purpose=purpose, at=at)
        for name, result in request.POST.items()
        if name.startswith("door-") and name.removeprefix("door-").isdigit() and result
    }
    if not found:
        raise Refusal(Text("请至少选择一户", "Choose at least one household"))
    return found


# -- a household -----------------------------------------------------------------------------


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
        act_id = _act_id(request)
        return actions.plan_visit(
            actor, row.pk, purpose=purpose, planned_on=planned_on, act_id=act_id, **told
        )
    call = Call(
        result=said.get("do", ""),
        purpose=purpose,
        service=said.get("service", ""),
        helped=_whole(request, "helped") or 0,
        **told,
    )
    return actions.record_visit(actor, row.pk, call, act_id=_act_id(request))


@require_POST
@needs(RESPOND)
def need(request: HttpRequest, actor: Actor, matter_id: int) -> HttpResponse:
    """What was found on a visit: two taps, what it is and in a sentence."""
    kind, title = request.POST.get("kind", ""), request.POST.get("title", "")
    visit = queries.visit_of(actor, matter_id).matter
    actions.need_found(actor, matter_id, kind=kind, title=title, act_id=_act_id(request))
    return redirect("matter", visit.number)


def _whole(request: HttpRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() else None


def _number(request: HttpRequest, name: str) -> float | None:
    try:
        return float(request.POST.get(name, ""))
    except ValueError:
        return None


def _act_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST["act_id"]) if request.POST.get("act_id") else None
    except ValueError as error:
        raise Refusal(Text("操作编号不对，请刷新页面", "Reload the page and try again")) from error


# -- hazards and meetings --------------------------------------------------------------------


@require_GET
@needs(VIEW)
def hazards(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open hazards by time left, or those that are over."""
    over = request.GET.get("which") == "over"
    values = {
        "rows": list(queries.hazards(actor, over=over)[:HAZARDS_SHOWN]),
        "over": over,
        "shown": HAZARDS_SHOWN,
        "kinds": rules.HAZARDS,
        "grades": rules.GRADES,
        "flows": FLOW_OF,
        "may": actor.holds(RESPOND),
    }
    return render(request, "community/hazards.html", values)


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def new_hazard(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Report a hazard, with a photo of it."""
    values: dict[str, Any] = {
        "typed": request.POST or request.GET,
        "kinds": rules.HAZARDS,
        "beats": _beats(actor),
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "community/hazard_new.html", values)
    try:
        matter = _reported(request, actor)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "community/hazard_new.html", values, status=422)
    return redirect("matter", matter.number)


def _reported(request: HttpRequest, actor: Actor) -> Matter:
    lon, lat = _number(request, "lon"), _number(request, "lat")
    matter = actions.find_hazard(
        actor,
        request.POST.get("title", ""),
        kind=request.POST.get("kind", ""),
        beat_id=_whole(request, "beat") or 0,
        words=request.POST.get("words", ""),
        place=request.POST.get("place", ""),
        lon=lon,
        lat=lat,
        act_id=_act_id(request),
    )
    for file in request.FILES.getlist("photo"):
        documents.add(
            actor,
            matter.pk,
            file.name or "photo.jpg",
            file.chunks(),
            occurred_at=now(),
            place=(lon, lat) if lon is not None and lat is not None else None,
        )
    return matter


def _beats(actor: Actor) -> list[Beat]:
    mine = queries.my_beats(actor)
    return mine or list(queries.beats(actor, RESPOND).order_by("code")[:300])


@require_GET
@needs(VIEW)
def notice(request: HttpRequest, actor: Actor, notice_id: int) -> HttpResponse:
    """What an organ is told of a hazard, to be printed."""
    row = queries.notice_of(actor, notice_id)
    values = {
        "notice": row,
        "record": row.record,
        "kind": rules.HAZARDS[row.record["kind"]],
        "grade": rules.GRADES[row.record["grade"]],
        "found_at": datetime.fromisoformat(row.record["found_at"]),
    }
    return render(request, "community/notice.html", values)


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def new_meeting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plan a meeting, or enter one that was held."""
    values: dict[str, Any] = {
        "typed": request.POST or request.GET,
        "beats": _beats(actor),
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "community/meeting_new.html", values)
    try:
        said = request.POST.get("planned_at", "")
        matter = actions.plan_meeting(
            actor,
            request.POST.get("title", ""),
            beat_id=_whole(request, "beat") or 0,
            planned_at=read_moment(said, Text("时间", "Time")),
            attended=_whole(request, "attended"),
            words=request.POST.get("words", ""),
            place=request.POST.get("place", ""),
            act_id=_act_id(request),
        )
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "community/meeting_new.html", values, status=422)
    return redirect("matter", matter.number)


# -- the card --------------------------------------------------------------------------------


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
            actions.end_contact(actor, code, _whole(request, "contact") or 0)
        case "deputies":
            chosen = [int(pk) for pk in request.POST.getlist("deputy") if pk.isdecimal()]
            actions.name_deputies(actor, code, chosen)
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


# -- the panel of a matter -------------------------------------------------------------------


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds: a visit, a meeting or a hazard."""
    if matter.kind == VISIT.kind:
        visit = queries.visit_of(actor, matter.pk)
        return {
            "visit": visit,
            "purpose_": rules.PURPOSES[visit.purpose],
            "asker": rules.ASKERS.get(visit.asked_by),
            "service": rules.SERVICES.get(visit.service),
            "people": _people(actor, visit),
            "needs": rules.NEEDS if access.may(actor, RESPOND, matter) else {},
            "need_id": uuid7(),
        }
    if matter.kind == MEETING.kind:
        return {"meeting": queries.meeting_of(actor, matter.pk)}
    assert matter.kind == HAZARD.kind  # noqa: S101 - the domain has no other
    hazard = queries.hazard_of(actor, matter.pk)
    return {
        "hazard": hazard,
        "hazard_kind": rules.HAZARDS[hazard.kind],
        "grade": rules.GRADES.get(hazard.grade or 0),
        "because": [Text(zh, en) for zh, en in hazard.because],
        "notices": queries.notices(hazard),
    }


def _people(actor: Actor, visit: Visit) -> dict[str, str]:
    """Masked until the reader has said what for; then every reading is an entry of the trail."""
    known = {name: getattr(visit.household, name) for name in PEOPLE}
    known = {name: value for name, value in known.items() if value}
    if not actor.purpose or not known:
        return {name: personal.mask(PEOPLE[name], value) for name, value in known.items()}
    personal.reveal(actor, visit.matter, known)
    return known
