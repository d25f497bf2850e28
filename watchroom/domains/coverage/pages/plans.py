"""Plans: the list, a new one, and the editor of a draft, by keyboard and map."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.clock import local_date, now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import actions, queries
from ..actions import Line, Need
from ..flow import PLAN, PLAN_DUTY, VIEW
from ..models import PlanLine
from ..rules import words
from . import typed
from .posts import agencies

SHOWN = 100
A_WEEK = timedelta(days=6)
FLOWS = {PLAN.kind: PLAN}


@require_GET
@needs(VIEW)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plans: open ones first."""
    values = {
        "plans": list(queries.plans(actor)[:SHOWN]),
        "shown": SHOWN,
        "kinds": words.PLANS,
        "flows": FLOWS,
        "may_plan": bool(actor.reach(PLAN_DUTY)),
    }
    return render(request, "coverage/plans.html", values)


@require_http_methods(["GET", "POST"])
@needs(PLAN_DUTY)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new draft, empty or with the lines of an earlier plan."""
    today = local_date(now())
    values: dict[str, Any] = {
        "typed": request.POST,
        "kinds": words.PLANS,
        "agencies": agencies(actor),
        "earlier": list(queries.plans(actor)[:SHOWN]),
        "first": today,
        "last": today + A_WEEK,
    }
    if request.method == "GET":
        return render(request, "coverage/plan_new.html", values)
    try:
        matter = _draft(request, actor)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "coverage/plan_new.html", values, status=422)
    return redirect("coverage:plan", matter.number)


def _draft(request: HttpRequest, actor: Actor) -> Matter:
    sent = request.POST
    like = sent.get("like", "")
    source = queries.content(queries.plan(actor, like)) if like else None
    return actions.draft(
        actor,
        sent.get("title", ""),
        sent.get("kind", ""),
        typed.day(sent, "starts_on", Text("开始日期", "First day")),
        typed.day(sent, "ends_on", Text("结束日期", "Last day")),
        agency_id=typed.needed(sent, "agency", Text("单位", "Agency")),
        words=sent.get("words", "").strip(),
        lines=[_same(line) for line in source.lines] if source else (),
        needs=[Need(n.minimum, n.from_hour, n.to_hour, n.post_id) for n in source.needs]
        if source
        else (),
    )


def _same(line: PlanLine) -> Line:
    return Line(
        line.post_id,
        line.shift_id,
        line.strength,
        tuple(line.days),
        tuple(person.pk for person in line.staff.all()),
        line.unit_id,
        line.partner,
        tuple((turn.day, turn.staff_id) for turn in line.turns.all()),
    )


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """A plan; a draft can be edited by who plans duty there."""
    return _page(request, actor, queries.plan(actor, number))


def _page(
    request: HttpRequest, actor: Actor, matter: Matter, refusal: Refusal | None = None
) -> HttpResponse:
    may_edit = matter.state == "drafted" and access.may(actor, PLAN_DUTY, matter)
    content = queries.content(matter)
    values: dict[str, Any] = {
        "matter": matter,
        "content": content,
        "flows": FLOWS,
        "kinds": words.PLANS,
        "post_kinds": words.POSTS,
        "days": words.DAYS,
        "may_edit": may_edit,
        "submit_id": uuid7(),
        "typed": request.POST,
        "refusal": refusal.text if refusal else None,
    }
    if may_edit:
        values |= {
            "posts": list(queries.posts(actor, PLAN_DUTY)),
            "shifts": list(queries.shifts(actor)),
            "edited": _edited(request, content),
        }
    return render(request, "coverage/plan.html", values, status=422 if refusal else 200)


def _edited(request: HttpRequest, content: queries.Content) -> PlanLine | None:
    """The line that `?line=` asks to change."""
    wish = request.GET.get("line", "")
    return next((line for line in content.lines if str(line.pk) == wish), None)


@require_POST
@needs(PLAN_DUTY)
def line(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Add a line, or change the one with the same post and shift."""
    sent = request.POST

    def work(matter: Matter) -> object:
        made = Line(
            post_id=typed.needed(sent, "post", Text("岗位", "Post")),
            shift_id=typed.needed(sent, "shift", Text("班次", "Shift")),
            strength=typed.needed(sent, "strength", Text("人数", "Strength")),
            days=typed.days(sent),
            staff_ids=typed.people(actor, sent.get("people", "")),
            unit_id=_unit(actor, sent.get("unit", "")),
            partner=sent.get("partner", ""),
        )
        return actions.set_line(actor, matter.pk, made)

    return _edit(request, actor, number, work)


def _unit(actor: Actor, code: str) -> int | None:
    if not code.strip():
        return None
    found = queries.units(actor).filter(code__iexact=code.strip()).first()
    if found is None:
        raise Refusal(Text(f"没有警力“{code}”", f"There is no unit “{code}”"))
    return found.pk


@require_POST
@needs(PLAN_DUTY)
def remove_line(request: HttpRequest, actor: Actor, number: str, line_id: int) -> HttpResponse:
    """Take a line out."""
    return _edit(request, actor, number, lambda m: actions.remove_line(actor, m.pk, line_id))


@require_POST
@needs(PLAN_DUTY)
def need(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What the plan asks of itself by hour."""
    sent = request.POST

    def work(matter: Matter) -> object:
        made = Need(
            minimum=typed.needed(sent, "minimum", Text("至少", "At least")),
            from_hour=typed.needed(sent, "from_hour", Text("从几时", "From hour")),
            to_hour=typed.needed(sent, "to_hour", Text("到几时", "To hour")),
            post_id=typed.number(sent, "post", Text("岗位", "Post")),
        )
        return actions.set_need(actor, matter.pk, made)

    return _edit(request, actor, number, work)


@require_POST
@needs(PLAN_DUTY)
def remove_need(request: HttpRequest, actor: Actor, number: str, need_id: int) -> HttpResponse:
    """Take a requirement out."""
    return _edit(request, actor, number, lambda m: actions.remove_need(actor, m.pk, need_id))


def _edit(
    request: HttpRequest, actor: Actor, number: str, work: Callable[[Matter], object]
) -> HttpResponse:
    matter = queries.plan(actor, number)
    try:
        work(matter)
    except Refusal as refusal:
        return _page(request, actor, queries.plan(actor, number), refusal)
    return redirect("coverage:plan", matter.number)
