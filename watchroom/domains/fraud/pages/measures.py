"""The pages of stops, freezes and returns: what stands, asking, and the panel of a matter."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from ..actions import measures as actions
from ..flow import ASK, FLOWS, MEASURE, VIEW
from ..models.measures import Measure
from ..queries import measures as queries
from ..rules import money, orders

SHOWN = 200
FIELDS = {"holder": "name", "account": "phone"}
"""What of an account is personal, and how it is masked: an account keeps its ends like a number."""


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Measures and returns, the next to run out first; `over`: those of the past."""
    over = "over" in request.GET
    values = {
        "measures": list(queries.measures(actor, over=over)[:SHOWN]),
        "returns": list(queries.returns(actor, over=over)[:SHOWN]),
        "over": over,
        "shown": SHOWN,
        "totals": queries.totals(actor),
        "classes": money.CLASSES,
        "meanings": money.MEANINGS,
        "yuan": money.yuan,
        "flows": {flow.kind: flow for flow in FLOWS},
        "may_ask": bool(actor.reach(ASK)),
    }
    return render(request, "fraud/measures.html", values)


@require_http_methods(["GET", "POST"])
@needs(ASK)
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for a measure. A refusal shows the sentence beside what was typed."""
    typed = request.POST if request.method == "POST" else request.GET
    earlier = _earlier(actor, typed.get("follows", ""))
    values: dict[str, Any] = {
        "typed": typed,
        "sorts": orders.SORTS,
        "banks": queries.banks(),
        "earlier": earlier,
        "act_id": typed.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "fraud/ask_measure.html", values)
    try:
        matter = actions.request(actor, **_said(request, actor, earlier))
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "fraud/ask_measure.html", values, status=422)
    return redirect("matter", matter.number)


def _earlier(actor: Actor, number: str) -> Measure | None:
    if not number:
        return None
    found = access.find(actor, number=number, kind=MEASURE.kind)
    return queries.measure_of(actor, found.pk)


def _said(request: HttpRequest, actor: Actor, earlier: Measure | None) -> dict[str, Any]:
    said = {name: request.POST.get(name, "").strip() for name in SAID}
    case = access.find(actor, number=said["case"]).pk if said["case"] else None
    return {
        "sort": said["sort"],
        "bank": said["bank"],
        "account": said["account"],
        "holder": said["holder"],
        "amount": money.fen(said["amount"]) if said["amount"] else None,
        "document": said["document"],
        "words": said["words"],
        "case_id": case,
        "follows_id": earlier.pk if earlier else None,
        "act_id": UUID(said["act_id"]) if said["act_id"] else None,
    }


SAID = ("sort", "bank", "account", "holder", "amount", "document", "words", "case", "act_id")


def measure_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """The panel of a measure: the account masked until a purpose is given."""
    measure = queries.measure_of(actor, matter.pk)
    opened = may_read(actor, matter)
    if opened:
        personal.reveal(actor, matter, list(FIELDS))
    return {
        "measure": measure,
        "account": account(measure, opened=opened),
        "opened": opened,
        "sort": orders.SORTS[measure.sort],
        "bank_orders": list(measure.orders.order_by("made_at")),
        "appeals": list(measure.appeals.order_by("id")) if opened else [],
        "appeals_waiting": measure.appeals.filter(answered_at=None).count(),
        "money": queries.ledger(queries.anchor(matter)),
        "classes": money.CLASSES,
        "yuan": money.yuan,
        "may_follow": matter.state == "in_force" and access.may(actor, ASK, matter),
    }


def may_read(actor: Actor, matter: Matter) -> bool:
    """Whether personal data may be shown: who may read it said what for."""
    return bool(actor.purpose) and access.may(actor, personal.PERMISSION, matter)


def account(measure: Measure, *, opened: bool) -> dict[str, str]:
    """The account's holder and number, clear or masked."""
    values = {"holder": measure.holder, "account": measure.account.number}
    if opened:
        return values
    return {name: personal.mask(FIELDS[name], value) for name, value in values.items()}
