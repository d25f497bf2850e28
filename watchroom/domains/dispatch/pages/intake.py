"""Taking a call: what is typed stays as typed, what the system knows stands beside it."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.personal import mask_phone

from .. import actions, forms, queries, rules
from . import answers

DIGITS = 9
TAKE = "dispatch.take_call"


@require_http_methods(["GET", "POST"])
@needs(TAKE)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The intake form; a call taken opens its assessment."""
    if request.method == "POST":
        return _taken(request, actor)
    return _form(request, actor, request.GET)


def _form(
    request: HttpRequest, actor: Actor, given: Any, refusal: Refusal | None = None
) -> HttpResponse:
    values = {
        "given": given,
        "refusal": refusal and refusal.text,
        "channels": forms.CHANNELS,
        "classes": queries.classes(actor),
        "answered_at": now(),
        "act_id": given.get("act_id") or uuid7(),
        "advice": None,
    }
    status = answers.status_of(refusal) if refusal else 200
    return render(request, "dispatch/new.html", values, status=status)


def _taken(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        matter = actions.report_call(actor, **forms.call(request.POST))
    except Refusal as refusal:
        if request.headers.get("HX-Request"):
            return answers.refused(request, actor, refusal)
        return _form(request, actor, request.POST, refusal)
    href = reverse("dispatch:incident", args=[matter.number])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": href})
    return HttpResponseRedirect(href)


@require_GET
@needs(TAKE)
def advice(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What what has been typed so far points to: classes, places, duplicates, notes, priority."""
    given = request.GET
    words, place = given.get("words", ""), given.get("place", "")
    lon, lat = typed.number(given.get("lon"), -180, 180), typed.number(given.get("lat"), -90, 90)
    chosen = _class(actor, given.get("class_code", ""))
    looking_at = _point(given.get("look_lon"), given.get("look_lat"))
    at = (lon, lat) if lon is not None and lat is not None else None
    values = {
        "suggested": queries.suggested_classes(actor, words, limit=DIGITS) if words else (),
        "matching": _matching(actor, given.get("class_words", "")),
        "chosen": chosen,
        "graded": rules.priority(chosen, words, given.get("channel") or "voice")
        if chosen
        else None,
        "places": queries.search_places(actor, place, near=looking_at, limit=DIGITS)
        if len(place.strip()) > 1
        else [],
        "duplicates": queries.duplicates_of(
            actor,
            words=words,
            lon=lon,
            lat=lat,
            place=place,
            caller=given.get("caller", ""),
            group=chosen.group if chosen else "",
        )[:5],
        "notes": queries.premise_notes(actor, lon, lat),
        "open_here": queries.nearby_open(actor, *at)[:5] if at else (),
        "history": queries.nearby(actor, lon, lat)[:5],
        "units": queries.ranked_units(actor, lon=lon, lat=lat, limit=3) if at else [],
        "masked": mask_phone(given.get("caller", "")) if given.get("caller") else "",
        "at": at,
    }
    return render(request, "dispatch/parts/advice.html", values)


def _class(actor: Actor, code: str) -> rules.ClassFacts | None:
    if not code:
        return None
    row = next((c for c in queries.classes(actor) if c.code == code), None)
    return queries.class_facts(row) if row else None


def _matching(actor: Actor, typed: str) -> list[Any]:
    """Classes whose code or name holds what was typed into the class box."""
    folded = typed.strip().casefold()
    if not folded:
        return []
    rows = queries.classes(actor)
    fits = [
        c for c in rows if folded in c.zh or folded in c.en.casefold() or c.code.startswith(folded)
    ]
    return fits[:DIGITS]


def _point(lon: str | None, lat: str | None) -> tuple[float, float] | None:
    x, y = typed.number(lon, -180, 180), typed.number(lat, -90, 90)
    return None if x is None or y is None else (x, y)


@require_http_methods(["GET", "POST"])
@needs(TAKE)
def afterwards(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Back-entry: what happened while there was no system, with the times it happened at."""
    refusal, entered = None, None
    if request.method == "POST":
        try:
            entered = _back_entered(actor, request)
        except Refusal as error:
            refusal = error
    values = {
        "given": request.POST if refusal else {},
        "refusal": refusal and refusal.text,
        "entered": entered,
        "channels": forms.CHANNELS,
        "dispositions": forms.DISPOSITIONS,
        "classes": queries.classes(actor),
        "units": queries.units_by_code(actor, limit=200),
        "act_id": uuid7(),
    }
    status = answers.status_of(refusal) if refusal else 200
    return render(request, "dispatch/afterwards.html", values, status=status)


MOMENTS = ("sent_at", "signed_at", "set_out_at", "arrived_at", "cleared_at")
ORDER_WRONG = Text(
    "时间先后不对：接警、派警、签收、出警、到场、撤离应依次",
    "The times are out of order: received, sent, signed, set out, arrived, cleared",
)


def _back_entered(actor: Actor, request: HttpRequest) -> Any:
    """Enter the whole paper card at once, or nothing of it."""
    given = request.POST
    call = forms.call(given)
    if call["received_at"] is None:
        raise Refusal(Text("请填接警时间", "Say when the call came in"))
    times = {name: typed.past(given.get(name, "")) for name in MOMENTS}
    known = [t for t in (call["received_at"], *times.values()) if t is not None]
    if known != sorted(known):
        raise Refusal(ORDER_WRONG)
    unit_id = typed.whole(given.get("unit_id"))
    if unit_id is None and any(times.values()):
        raise Refusal(Text("请选出警警力", "Choose the unit that went"))
    return _all_of_it(actor, call, unit_id, times, given)


def _all_of_it(
    actor: Actor, call: dict[str, Any], unit_id: int | None, times: dict[str, Any], given: Any
) -> Any:
    with transaction.atomic():
        matter = actions.report_call(actor, **call)
        if unit_id is not None:
            actions.dispatch(
                actor, matter.pk, [unit_id], occurred_at=times["sent_at"] or call["received_at"]
            )
            row = next(a for a in queries.incident(actor, matter.pk).assignments)
            for name, act in (
                ("signed_at", actions.sign),
                ("set_out_at", actions.set_out),
                ("arrived_at", actions.arrive),
            ):
                if times[name] is not None:
                    act(actor, row.id, occurred_at=times[name])
            words = given.get("feedback", "").strip()
            if words:
                actions.give_feedback(
                    actor, matter.pk, words=words, occurred_at=times["cleared_at"]
                )
            if times["cleared_at"] is not None:
                actions.clear(actor, row.id, occurred_at=times["cleared_at"])
        return access.find(actor, pk=matter.pk)
