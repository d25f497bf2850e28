"""The pages of directives: what is open, issuing one, the bulletin, and the panel of a matter."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs, signed_in
from watchroom.kernel.models import Matter

from . import actions, bulletin, forms, queries
from .flow import DIRECTIVE, FLOWS, ISSUE, VIEW
from .rules import SORTS, URGENCIES

SHOWN = 200
MEASURES = {
    "sign": Text("签收", "Signing"),
    "set_out": Text("出动", "Setting out"),
    "feedback": Text("反馈", "Feeding back"),
}


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open orders and directives, the most urgent first; `over`: directives that are closed."""
    over = "over" in request.GET
    values = {
        "orders": [] if over else list(queries.orders(actor)[:SHOWN]),
        "directives": list(queries.directives(actor, over=over)[:SHOWN]),
        "over": over,
        "shown": SHOWN,
        "flows": {flow.kind: flow for flow in FLOWS},
        "urgencies": URGENCIES,
        "sorts": SORTS,
        "may_issue": bool(actor.reach(ISSUE)),
    }
    return render(request, "directives/list.html", values)


@require_http_methods(["GET", "POST"])
@needs(ISSUE)
def issue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Issue a directive. A refusal shows the sentence beside what was typed."""
    below = actor.reach(ISSUE)
    agencies = queries.may_receive(actor)
    values: dict[str, Any] = {
        "chosen": set(request.POST.getlist("to")),
        "urgencies": URGENCIES,
        "below": [row for row in agencies if row.pk in below],
        "others": [row for row in agencies if row.pk not in below],
    }
    return typed.form_page(
        request, "directives/issue.html", values, lambda sent: actions.issue(actor, **_said(sent))
    )


def _said(sent: QueryDict) -> dict[str, Any]:
    said = {f.name: f.read(sent.getlist(f.name)) for f in forms.ISSUE}
    return {
        "title": said["title"] or "",
        "words": said["words"] or "",
        "urgency": typed.whole(str(said["urgency"])) or 0,
        "to": typed.wholes(said["to"]),
        "act_id": typed.act_id(sent),
    }


@require_POST
@signed_in
def act(request: HttpRequest, actor: Actor, order_id: int, step: str) -> HttpResponse:
    """The issuer verifies, sends back or withdraws one agency's order from the directive's page."""
    order = queries.order_of(actor, order_id)
    assert order.parent is not None  # noqa: S101 - an order is always somebody's part
    number = order.parent.number
    try:
        actions.perform(actor, order_id, step, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        values = {"refusal": refusal.text, "number": number}
        return render(request, "directives/refused.html", values, status=422)
    return redirect("matter", number)


@require_GET
@needs(VIEW)
def weekly(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The bulletin of a week (`day`: any day of it; else last week)."""
    day = _day(request.GET.get("day", ""))
    start, end = bulletin.week_of(day)
    values = {
        "tables_": bulletin.tables(actor, day),
        "titles": MEASURES,
        "start": start,
        "end": end,
        "before": date.fromordinal(start.date().toordinal() - 7),
        "after": end.date() if end <= now() else None,
    }
    return render(request, "directives/bulletin.html", values)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return date.fromordinal(local_date(now()).toordinal() - 7)


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds: a directive's progress, or an order's answer."""
    if matter.kind == DIRECTIVE.kind:
        directive = queries.directive_of(actor, matter.pk)
        return {
            "directive": directive,
            "progress": queries.progress(actor, matter.pk),
            "sort": SORTS[directive.sort],
            "urgency": URGENCIES[matter.priority or 3],
            "may_verify": access.may(actor, ISSUE, matter),
        }
    order = queries.order_of(actor, matter.pk)
    assert order.parent is not None  # noqa: S101 - an order is always somebody's part
    return {
        "order": order.directives_order,
        "issuer": order.parent.agency,
        "directive_number": order.parent.number,
        "sort": SORTS[order.parent.directives_directive.sort],
        "urgency": URGENCIES[matter.priority or 3],
    }
