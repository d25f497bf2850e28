"""One incident on one screen: what is known, who can go and why, what has been done."""

from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, personal, trail, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter, Unit

from .. import actions, forms, queries, rules
from ..flow import ALERT, ASSIGNMENT, INCIDENT
from ..queries import IncidentDetail
from ..rules import RankedUnit
from . import alerts, answers

RANKED = 12
CALLERS = ("caller", "callback", "caller_name")
PERMISSIONS = (
    "dispatch.take_call", "dispatch.dispatch", "dispatch.respond", "dispatch.feedback",
    "dispatch.close", "dispatch.hand_over", "dispatch.override", "note.add", personal.PERMISSION,
)  # fmt: skip
SENDING_STATES = ("classified", "dispatched", "on_scene")


def found(actor: Actor, number: str) -> Matter:
    """The incident of this number, if the actor may see it."""
    return access.find(actor, number=number.upper(), kind=INCIDENT.kind)


@require_GET
@needs("dispatch.view")
def show(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The assessment screen. Over htmx only the panel comes."""
    live_from = trail.stream_position()
    matter = queries.incident_matter(actor, number=number.upper())
    values = {**panel(actor, matter, request), "live_from": live_from}
    alone = bool(request.headers.get("HX-Request"))
    name = "dispatch/parts/panel.html" if alone else "dispatch/incident.html"
    return render(request, name, values)


def panel(actor: Actor, matter: Matter, request: HttpRequest) -> dict[str, Any]:
    """What the panel shows, on the board and on its own page; `matter` by `incident_matter`."""
    opened = personal.opened(actor, request.session, matter, CALLERS)
    detail = queries.detail_of(actor, matter, personal=opened)
    may = access.allowed(actor, matter, PERMISSIONS)
    proposal = _proposal(actor, matter, detail) if "dispatch.dispatch" in may else NOBODY
    return {
        "detail": detail,
        "row": detail.incident,
        "may": may,
        "ranked": proposal.ranked,
        "gaps": _gaps(proposal.ranked),
        "lacking": proposal.lacking,
        "reserve": _reserve(detail, proposal.ranked),
        "steps": {name for name, _ in detail.steps},
        "new_id": uuid7,
        "now": now(),
        "dispositions": forms.DISPOSITIONS,
        "results": forms.CALLBACK_RESULTS,
        "organs": queries.organs() if "dispatch.hand_over" in may else [],
        "classes": queries.classes(actor) if "dispatch.take_call" in may else [],
        "told": forms.STEPS_TOLD,
        "here": _here(request, detail),
        "opened": opened,
        "step_title": lambda name: INCIDENT.by_name[name].title,
    }


def _here(request: HttpRequest, detail: IncidentDetail) -> str:
    """Where somebody looks at this incident now: on the board, or on a page of its own."""
    board = reverse("dispatch:board")
    if urlsplit(request.headers.get("HX-Current-URL", request.path)).path == board:
        return f"{board}?incident={detail.incident.id}"
    return reverse("dispatch:incident", args=[detail.incident.number])


NOBODY = queries.Proposal([], {})


def _proposal(actor: Actor, matter: Matter, detail: IncidentDetail) -> queries.Proposal:
    if detail.incident.state not in SENDING_STATES:
        return NOBODY
    sent = [a for a in detail.incident.assignments if a.ended_at is None]
    there = {a.unit_id: "" if a.state == "queued" else a.kind for a in sent}
    return queries.proposal(actor, matter, detail.plan, there, RANKED)


def _gaps(ranked: list[RankedUnit]) -> dict[int, float]:
    """By how many seconds the next unit would be later, by unit id."""
    pairs = pairwise(ranked)
    return {
        one.facts.unit_id: two.effective_s - one.effective_s
        for one, two in pairs
        if one.effective_s is not None and two.effective_s is not None and two.sendable
    }


def _reserve(detail: IncidentDetail, ranked: list[RankedUnit]) -> Text | None:
    """Whether sending the first free unit would break into a reserve."""
    first = next((r.facts.unit_id for r in ranked if r.sendable), None)
    units = list(Unit.objects.filter(pk=first)) if first else []
    if not units:
        return None
    priority = detail.incident.priority
    return rules.reserve_broken(queries.reserves(units, priority, lock=False), priority)


@require_POST
@needs("dispatch.view")
def act(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Take a step of the incident."""
    matter = found(actor, number)
    try:
        text = _take(actor, matter, step, request)
    except Refusal as refusal:
        return answers.refused(request, actor, refusal, matter.pk)
    href = reverse("dispatch:incident", args=[matter.number])
    return answers.done(request, text, [matter.pk], href)


def _take(actor: Actor, matter: Matter, step: str, request: HttpRequest) -> Text:
    told, data = typed.told(request.POST), forms.rest(request.POST)
    if step == "note":
        actions.note(actor, matter.pk, str(data.get("words", "")), act_id=told["act_id"])
        return Text(f"{matter.number}：已记备注", f"{matter.number}: noted")
    if step == "preempt":
        unit = Unit.objects.get(pk=typed.whole(str(data.get("unit_id", ""))) or 0)
        actions.preempt(actor, matter.pk, unit.pk, **told)
        return Text(f"已抽调 {unit.code} → {matter.number}", f"{unit.code} → {matter.number}")
    done = actions.perform(
        actor,
        matter.pk,
        step,
        data=data,
        **told,
    )
    return said(done, step, data)


def said(matter: Matter, step: str, data: dict[str, Any]) -> Text:
    """What was done, in a sentence."""
    flow = INCIDENT if matter.kind == INCIDENT.kind else ASSIGNMENT
    title = flow.by_name[step].title if step in flow.by_name else Text(step, step)
    who = ""
    if step in ("dispatch", "send_more") and matter.kind == INCIDENT.kind:
        rows = matter.children.filter(kind=ASSIGNMENT.kind, closed_at=None).order_by("pk")
        who = " " + " ".join(t.split(" ")[0] for t in rows.values_list("title", flat=True))
    name = matter.title if matter.kind == ASSIGNMENT.kind else matter.number
    return Text(f"{name}：{title.zh}{who}", f"{name}: {title.en}{who}")


@require_POST
@needs("dispatch.view")
def assignment_act(request: HttpRequest, actor: Actor, assignment_id: int, step: str) -> Any:
    """Take a step of an assignment, for whom the desk speaks over the radio."""
    matter = access.find(actor, pk=assignment_id, kind=ASSIGNMENT.kind)
    told, data = typed.told(request.POST), forms.rest(request.POST)
    incident_id = matter.parent_id or 0
    try:
        done = actions.perform(
            actor,
            matter.pk,
            step,
            data=data,
            **told,
        )
    except Refusal as refusal:
        return answers.refused(request, actor, refusal, incident_id)
    return answers.done(request, said(done, step, data), [incident_id])


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the generic page of a matter adds for an incident, an assignment or an alert."""
    if matter.kind == ALERT.kind:
        return alerts.context(actor, matter)
    incident_id = matter.pk if matter.kind == INCIDENT.kind else matter.parent_id
    if incident_id is None:
        return {}
    incident = matter if matter.pk == incident_id else Matter.objects.get(pk=incident_id)
    opened = bool(actor.purpose) and access.may(actor, personal.PERMISSION, incident)
    try:
        row, calls = queries.incident_told(actor, incident_id, personal=opened)
    except access.NotFound:
        return {}
    if opened:
        personal.reveal(actor, incident, CALLERS)
    return {"row": row, "calls": calls}
