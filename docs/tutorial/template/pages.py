"""The pages of lost property: what is in store, taking a thing in, and the panel of a matter."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.kernel import personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from . import actions, forms, queries
from .flow import FLOWS, TAKE_CARE, VIEW
from .models import Item

SHOWN = 200
PEOPLE = {"finder": "name", "finder_phone": "phone", "claimant": "name"}


@require_GET
@needs(VIEW)
def items(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is in store."""
    values = {
        "items": list(queries.in_store(actor)[:SHOWN]),
        "shown": SHOWN,
        "flows": {flow.kind: flow for flow in FLOWS},
        "may_take_in": bool(actor.reach(TAKE_CARE)),
    }
    return render(request, "lost_property/items.html", values)


@require_http_methods(["GET", "POST"])
@needs(TAKE_CARE)
def hand_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a thing in. A refusal shows the sentence beside what was typed."""
    values: dict[str, Any] = {"fields": forms.HAND_IN, "typed": request.POST}
    if request.method == "GET":
        return render(request, "lost_property/hand_in.html", values)
    try:
        said = {f.name: f.read(request.POST.getlist(f.name)) or "" for f in forms.HAND_IN}
        matter = actions.hand_in(actor, **said)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "lost_property/hand_in.html", values, status=422)
    return redirect("matter", matter.number)


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds for an item."""
    item = queries.item(actor, matter.pk)
    category = dict(forms.CATEGORIES)[item.category]
    return {"item": item, "category": category, "people": _people(actor, item)}


def _people(actor: Actor, item: Item) -> dict[str, str]:
    """Masked until the reader has said what for; then every reading is an entry of the trail."""
    known = {name: getattr(item, name) for name in PEOPLE if getattr(item, name)}
    if not actor.purpose or not known:
        return {name: personal.mask(PEOPLE[name], value) for name, value in known.items()}
    personal.reveal(actor, item.matter, known)
    return known
