"""Public alerts on the screen: what stands, one drafted or revised, and the public's feed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, tokens, typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import address_of, needs
from watchroom.kernel.models import Matter

from .. import actions, forms, queries
from ..exchange import atom
from ..flow import ALERT, DRAFT
from ..models import PublicAlert
from . import alert_titles, answers

TITLES = {
    "categories": alert_titles.CATEGORY,
    "urgencies": alert_titles.URGENCY,
    "severities": alert_titles.SEVERITY,
    "certainties": alert_titles.CERTAINTY,
    "responses": alert_titles.RESPONSE,
    "statuses": alert_titles.STATUS,
    "valids": alert_titles.VALID,
}


@require_GET
@needs("dispatch.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Alerts in force, waiting and received, and what ended last."""
    values = {
        **TITLES,
        "alerts": queries.alerts(actor),
        "may_draft": actor.holds(DRAFT),
        "may_key": actor.holds(tokens.PERMISSION),
        "feed": request.build_absolute_uri(reverse("dispatch:alert-feed", args=["…"])),
        "now": now(),
    }
    return render(request, "dispatch/alerts.html", values)


@require_http_methods(["GET", "POST"])
@needs(DRAFT)
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form of a new alert; `?replaces=` begins with what the alert to be updated says."""
    number = request.GET.get("replaces", "")
    replaces = queries.alert_row(actor, number) if number else None
    if request.method == "GET":
        return _form(request, actor, replaces, _given(replaces) if replaces else {})
    try:
        matter = actions.draft_alert(
            actor,
            forms.alert_words(request.POST),
            replaces=replaces.pk if replaces else None,
            act_id=typed.act_id(request.POST),
        )
    except Refusal as refusal:
        return _form(request, actor, replaces, request.POST, refusal)
    return HttpResponseRedirect(reverse("matter", args=[matter.number]))


@require_http_methods(["GET", "POST"])
@needs(DRAFT)
def revise(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The form of a draft, to change it."""
    row = queries.alert_row(actor, number)
    if request.method == "GET":
        return _form(request, actor, row, _given(row), revised=True)
    told = typed.told(request.POST)
    try:
        actions.revise_alert(
            actor,
            row.pk,
            forms.alert_words(request.POST),
            version=told["version"],
            act_id=told["act_id"],
        )
    except Refusal as refusal:
        return _form(request, actor, row, request.POST, refusal, revised=True)
    return HttpResponseRedirect(reverse("matter", args=[row.matter.number]))


def _form(
    request: HttpRequest,
    actor: Actor,
    row: PublicAlert | None,
    given: Any,
    refusal: Refusal | None = None,
    *,
    revised: bool = False,
) -> HttpResponse:
    def several(name: str) -> list[str]:
        return list(given.getlist(name) if hasattr(given, "getlist") else given.get(name, []))

    values = {
        **TITLES,
        "given": given,
        "chosen": {name: several(name) for name in ("category", "response", "areas")},
        "row": row,
        "revised": revised,
        "refusal": refusal and refusal.text,
        "names": queries.area_names(actor),
        "center": f"{row.matter.lon},{row.matter.lat}" if row else "",
        "act_id": given.get("act_id") or uuid7(),
    }
    status = answers.status_of(refusal) if refusal else 200
    return render(request, "dispatch/alert_form.html", values, status=status)


def _given(row: PublicAlert) -> dict[str, Any]:
    """What an alert says, as the form's fields."""
    words = actions.words_of(row)
    pairs = {
        f"{name}_{lang}": value
        for name in ("event", "headline", "description", "instruction", "area")
        for lang, value in getattr(words, name)._asdict().items()
    }
    plain = {n: getattr(words, n) for n in ("urgency", "severity", "certainty", "valid", "status")}
    lists = {"category": words.category, "response": words.response}
    return {
        **pairs,
        **plain,
        **lists,
        "corners": forms.corners_of(words.rings),
        "version": row.matter.version,
    }


def context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the generic page of a matter adds for an alert."""
    may_draft = access.may(actor, DRAFT, matter)
    return {
        **TITLES,
        "alert": queries.alert(actor, matter.pk),
        "messages_told": queries.alert_messages(actor, matter.pk),
        "may_revise": may_draft and matter.state == "drafted",
        "may_update": may_draft and matter.state == "issued",
    }


@require_GET
@needs("dispatch.view")
def message(request: HttpRequest, actor: Actor, number: str, identifier: str) -> HttpResponse:
    """A message exactly as it went out."""
    matter = access.find(actor, number=number.upper(), kind=ALERT.kind)
    rows = queries.alert_messages(actor, matter.pk)
    found = next((row for row in rows if row.identifier == identifier), None)
    if found is None:
        raise NotFound
    return HttpResponse(found.body, content_type=atom.CAP_TYPE)


# -- for the public's programs: the address holds a token, for they can send no header ---------


def _subscriber(request: HttpRequest, secret: str) -> Actor:
    """The subscriber behind an address; what is wrong with it is not said."""
    try:
        found = tokens.actor_of_secret(secret, address_of(request))
        access.require(found, queries.SUBSCRIBE)
    except Refusal as refusal:
        raise NotFound from refusal
    return found


@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What the public should know now, as Atom."""
    messages = queries.told_now(_subscriber(request, secret))
    items = [
        atom.Item(
            id=f"urn:cap:{row.sender}:{row.identifier}",
            title=_title(row.alert, row.message),
            summary=f"{row.alert.headline['zh']} / {row.alert.headline['en']}",
            href=request.build_absolute_uri(
                reverse("dispatch:alert-message", args=[secret, row.identifier])
            ),
            updated=row.sent_at,
        )
        for row in messages
    ]
    at = messages[0].sent_at if messages else now()
    address = request.build_absolute_uri()
    body = atom.build(address, "公共预警 / Public alerts", "Watchroom", at, items)
    return _public(body, "application/atom+xml; charset=utf-8")


def _title(row: PublicAlert, message: str) -> str:
    not_real = "" if row.status == "Actual" else f"[{row.status}] "
    return f"{not_real}{message}: {row.event['zh']} / {row.event['en']}"


@require_GET
def feed_message(request: HttpRequest, secret: str, identifier: str) -> HttpResponse:
    """One message as CAP 1.2."""
    found = queries.told(_subscriber(request, secret), identifier)
    return _public(found.body, f"{atom.CAP_TYPE}; charset=utf-8")


def _public(body: bytes | str, kind: str) -> HttpResponse:
    # The address is a key: neither a proxy nor a referrer shall keep it.
    headers = {"Cache-Control": "private, max-age=15", "Referrer-Policy": "no-referrer"}
    return HttpResponse(body, content_type=kind, headers=headers)
