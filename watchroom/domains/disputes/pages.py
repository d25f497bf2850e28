"""The pages of disputes: what is open, registering one, signing, and the panel of a matter."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.refusal import Refusal
from watchroom.kernel import access, code_lists, personal, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs, signed_in
from watchroom.kernel.models import Matter

from . import actions, queries, rules
from .flow import CONFIGURE, DISPUTE, FLOWS, REGISTER, RESPOND, VIEW
from .models import Dispute
from .rules.paper import HEIGHT, WIDTH

SHOWN = 200
KNOWN_FLOWS = {flow.kind: flow for flow in FLOWS}


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open disputes, the most urgent first; `over`: those that ended."""
    over = "over" in request.GET
    values = {
        "disputes": list(queries.disputes(actor, over=over)[:SHOWN]),
        "over": over,
        "shown": SHOWN,
        "flows": KNOWN_FLOWS,
        "levels": rules.LEVELS,
        "may_register": actor.holds(REGISTER),
        "may_configure": actor.holds(CONFIGURE),
    }
    return render(request, "disputes/list.html", values)


@require_http_methods(["GET", "POST"])
@needs(REGISTER)
def register(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Register a dispute. A refusal shows the sentence beside what was typed."""
    values: dict[str, Any] = {
        "ticked": set(request.POST.getlist("factors")),
        "types": queries.types(),
        "sources": rules.SOURCES,
        "factors": rules.FACTORS,
        "roles": ("applicant", "respondent"),
        "titles": rules.ROLES,
        "beats": queries.beats(actor),
    }
    return typed.form_page(
        request,
        "disputes/register.html",
        values,
        lambda sent: actions.register(actor, **_registered(sent)),
    )


def _registered(sent: QueryDict) -> dict[str, Any]:
    parties = [
        {"role": role, "name": name, "phone": sent.get(f"{role}_phone", "")}
        for role in ("applicant", "respondent")
        if (name := sent.get(f"{role}_name", "").strip())
    ]
    return {
        "type_code": sent.get("type", ""),
        "title": sent.get("title", ""),
        "words": sent.get("words", ""),
        "source": sent.get("source", ""),
        "factors": sent.getlist("factors"),
        "place": sent.get("place", ""),
        "beat_id": typed.whole(sent.get("beat", "")),
        "parties": parties,
        "act_id": typed.act_id(sent),
    }


@require_GET
@needs(REGISTER)
def near(request: HttpRequest, actor: Actor) -> HttpResponse:
    """While one is being typed: disputes at the same place of the beat."""
    beat, place = typed.whole(request.GET.get("beat", "")), request.GET.get("place", "")
    found = queries.at_the_same_place(actor, beat, place)
    return render(request, "disputes/near.html", {"found": found, "flows": KNOWN_FLOWS})


@require_http_methods(["GET", "POST"])
@needs(CONFIGURE)
def types(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The versions of the list of types: import one (CSV, or ours), put one in force."""
    values: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if version := request.POST.get("version"):
                actions.put_in_force(actor, version)
            else:
                values["done"] = actions.import_types(actor, **_list(request))
        except Refusal as refusal:
            values["refusal"] = refusal.text
    values |= {"types": queries.types(), "lists": queries.type_lists()}
    return render(
        request, "disputes/types.html", values, status=422 if "refusal" in values else 200
    )


def _list(request: HttpRequest) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        return {"lines": actions.shipped_types(), "source": "Watchroom"}
    return {
        "lines": code_lists.read_file(file.read(code_lists.LARGEST + 1)),
        "source": file.name or "",
    }


# -- one dispute -------------------------------------------------------------------------------


def _refused(request: HttpRequest, matter: Matter, refusal: Refusal) -> HttpResponse:
    values = {"refusal": refusal.text, "matter": matter}
    return render(request, "disputes/refused.html", values, status=422)


def _back(matter: Matter, to: str) -> HttpResponse:
    return redirect(reverse("matter", args=[matter.number]) + f"#{to}")


@require_POST
@signed_in
def add_party(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """One more party, from the dispute's page."""
    matter = queries.dispute_of(actor, dispute_id).matter
    role, name, phone = (request.POST.get(key, "") for key in ("role", "name", "phone"))
    try:
        actions.add_party(actor, dispute_id, role, name, phone)
    except Refusal as refusal:
        return _refused(request, matter, refusal)
    return _back(matter, "parties")


@require_POST
@signed_in
def remove_party(
    request: HttpRequest, actor: Actor, dispute_id: int, party_id: int
) -> HttpResponse:
    """Somebody was entered by mistake."""
    matter = queries.dispute_of(actor, dispute_id).matter
    try:
        actions.remove_party(actor, dispute_id, party_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return _refused(request, matter, refusal)
    return _back(matter, "parties")


@require_GET
@signed_in
def repeats(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """Earlier disputes between the same parties in this beat: asked for a purpose, written down."""
    matter = queries.dispute_of(actor, dispute_id).matter
    actor = personal.for_matter(actor, request.session, matter)
    if not actor.purpose:
        return _ask_why(request, matter)
    found = actions.look_for_repeats(actor, dispute_id)
    values = {
        "matter": matter,
        "found": found,
        "flows": KNOWN_FLOWS,
        "may_respond": access.may(actor, RESPOND, matter),
    }
    return render(request, "disputes/repeats.html", values)


def _ask_why(request: HttpRequest, matter: Matter) -> HttpResponse:
    return redirect(reverse("purpose", args=[matter.pk], query={"next": request.path}))


@require_POST
@signed_in
def say_repeat(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """The quarrel was there before."""
    matter = queries.dispute_of(actor, dispute_id).matter
    try:
        actions.say_repeat(actor, dispute_id, typed.whole(request.POST.get("earlier", "")) or 0)
    except Refusal as refusal:
        return _refused(request, matter, refusal)
    return _back(matter, "related")


@require_GET
@signed_in
def agreement(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """The agreement to read, to print, and to sign on the screen."""
    dispute = queries.dispute_of(actor, dispute_id)
    paper = queries.agreement(dispute.pk)
    if paper is None:
        raise access.NotFound
    if not personal.opened(actor, request.session, dispute.matter, ["agreement"]):
        access.require(actor, personal.PERMISSION, dispute.matter)
        return _ask_why(request, dispute.matter)
    values = {
        "matter": dispute.matter,
        "agreement": paper,
        "lines": paper.text.splitlines(),
        "signing": [(actions.name_of(row), one) for row, one in queries.signing(paper)],
        "signatures": queries.signatures(paper),
        "may_sign": dispute.matter.state == "signing"
        and not paper.oral
        and access.may(actor, RESPOND, dispute.matter),
        "size": (WIDTH, HEIGHT),
    }
    return render(request, "disputes/agreement.html", values)


@require_POST
@signed_in
def sign(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """One signature."""
    matter = queries.dispute_of(actor, dispute_id).matter
    sent = request.POST
    try:
        said = {name: sent.get(name, "") for name in ("who", "typed", "strokes")}
        actions.perform(actor, dispute_id, "sign", data=said)
    except Refusal as refusal:
        return _refused(request, matter, refusal)
    return redirect("disputes:agreement", dispute_id)


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds. Who the parties are, what they said and what they agreed
    stands there once the reader has said what for; then every reading is an entry."""
    dispute = queries.dispute_of(actor, matter.pk)
    told = queries.told(dispute.pk)
    clear = bool(actor.purpose) and access.may(actor, personal.PERMISSION, matter)
    if clear and told.parties:
        personal.reveal(actor, matter, ["parties", "sessions", "agreement", "visits"])
    return {
        "dispute": dispute,
        "told": told,
        "clear": clear,
        "parties": [(row, _shown(row.name, "name", clear), _shown(row.phone, "phone", clear))
                    for row in told.parties],
        "same_place": _same_place(actor, dispute),
        **_words(dispute, matter),
    }  # fmt: skip


def _shown(value: str, kind: str, clear: bool) -> str:
    return value if clear else personal.mask(kind, value)


def _same_place(actor: Actor, dispute: Dispute) -> list[queries.Repeat]:
    m = dispute.matter
    return queries.at_the_same_place(
        actor, dispute.beat_id, m.place, m.lon, m.lat, without=m.pk, at=m.occurred_at
    )


def _words(dispute: Dispute, matter: Matter) -> Mapping[str, Any]:
    level = matter.priority or 3
    return {
        "risk": rules.LEVELS[level],
        "risk_why": rules.explain(dispute.risk_rule),
        "factors": [rules.FACTORS[one] for one in dispute.factors],
        "source": rules.SOURCES[dispute.source],
        "track": rules.TRACKS[dispute.track],
        "route": rules.ROUTES.get(dispute.route),
        "confirmation": rules.CONFIRMATIONS.get(dispute.confirmation),
        "party_titles": rules.ROLES,
        "mediator_titles": rules.MEDIATORS,
        "result_titles": rules.RESULTS,
        "visits_needed": rules.VISITS[level],
        "open_to_parties": matter.state in actions.OPEN_TO_PARTIES,
        "is_open": not DISPUTE.states[matter.state].final,
    }
