"""The planner's forms: posts, patrol zones, rosters. Each asks for a run and opens it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Staff

from .. import actions, queries
from ..flow import PLAN_DUTY
from ..models import DutyPost
from ..rules import questions, two_plans, words
from . import asking, typed
from .posts import agencies

DAYS_BACK = (0, 30, 90, 180, 365)
SECONDS = (10, 20, 60, 300, 900)
FEWEST = 5
"""How many posts are proposed where no plan is in force."""
STAYING = ("school", "gate")
"""Kinds of post that stay unless somebody says otherwise: they stand for one place."""
CROSSINGS = (0, 50, 150, 400)
SHOWN = 12
TABS = (("posts", "coverage:planner"), ("zones", "coverage:zones"), ("roster", "coverage:rosters"))


@require_http_methods(["GET", "POST"])
@needs(PLAN_DUTY)
def posts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where posts could stand."""
    return _asked(request, actor, "posts")


@require_http_methods(["GET", "POST"])
@needs(PLAN_DUTY)
def zones(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Patrol zones of equal work."""
    return _asked(request, actor, "zones")


@require_http_methods(["GET", "POST"])
@needs(PLAN_DUTY)
def rosters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who works which shift."""
    return _asked(request, actor, "roster")


def _asked(request: HttpRequest, actor: Actor, what: str) -> HttpResponse:
    """The form; a POST keeps the question as a run and opens it."""
    if request.method == "GET":
        return render(request, PAGE, values(actor, what, request.GET))
    sent = request.POST
    try:
        question = {
            "posts": lambda: asking.posts(actor, sent),
            "zones": lambda: asking.zones(sent),
            "roster": lambda: asking.roster(sent),
        }[what]()
        run = actions.ask_run(actor, what, question)
    except Refusal as refusal:
        told = values(actor, what, sent) | {"refusal": refusal.text}
        return render(request, PAGE, told, status=422)
    return redirect("coverage:run", run.pk)


PAGE = "coverage/planner.html"


def values(actor: Actor, what: str, sent: QueryDict) -> dict[str, Any]:
    """What the form of a kind of run needs, with what was typed."""
    mine = agencies(actor)
    agency = next((one.pk for one in mine if str(one.pk) == sent.get("agency")), None) or next(
        (one.pk for one in mine if one.pk == actor.agency_id), mine[0].pk if mine else 0
    )
    common = {
        "what": what,
        "titles": questions.RUNS,
        "tabs": TABS,
        "typed": sent,
        "agency": agency,
        "agencies": mine,
        "kinds": queries.demand_kinds(),
        "days_back": DAYS_BACK,
        "seconds": SECONDS,
        "usual_s": questions.USUAL_S,
        "recent": list(queries.runs(actor, what)[:SHOWN]),
        "post_kinds": words.POSTS,
    }
    more = {"posts": _posts, "zones": _zones, "roster": _roster}[what]
    return common | more(actor, agency, sent)


def _posts(actor: Actor, agency: int, sent: QueryDict) -> dict[str, Any]:
    in_force = queries.posts_in_force(actor, agency, range(24)) if agency else []
    count = len(sent.getlist("cond_kind"))
    return {
        "in_force": in_force,
        "centre": _centre(in_force),
        "post_titles": {post.kind: words.POSTS[post.kind] for post in in_force},
        "staying": sent.getlist("stay") if sent.get("count") else STAYING,
        "count": len(in_force) or FEWEST,
        "crossings": CROSSINGS,
        "gains": two_plans.GAINS,
        "most": two_plans.MOST_POSTS,
        "rows": [{f: sent.getlist(f)[i] for f in asking.FIELDS} for i in range(count)],
        "condition_kinds": CONDITION_KINDS,
    }


def _centre(posts: Sequence[DutyPost]) -> tuple[float, float] | None:
    """The middle of the posts: where the map opens."""
    if not posts:
        return None
    return (
        sum(post.lon for post in posts) / len(posts),
        sum(post.lat for post in posts) / len(posts),
    )


CONDITION_KINDS = {
    questions.REACH: Text("地点必须按时到达", "A place that must be reached in time"),
    asking.REACH_AREA: Text("范围必须按时到达", "An area that must be reached in time"),
    questions.KEEP_OUT: Text("范围内不得设岗", "An area where no post may be"),
    questions.STAND: Text("这里必须设岗", "A place where a post must stand"),
}


def _zones(actor: Actor, agency: int, sent: QueryDict) -> dict[str, Any]:
    return {}


def _roster(actor: Actor, agency: int, sent: QueryDict) -> dict[str, Any]:
    team = queries.people(actor).filter(agency_id=agency) if agency else Staff.objects.none()
    below = queries.posts_below(actor, agency) if agency else []
    return {
        "shifts": list(queries.shifts(actor)),
        "team": list(team[: questions.MOST_PEOPLE]),
        "posts": list(below),
        "plans": list(queries.plans(actor)[:SHOWN]),
        "most_people": questions.MOST_PEOPLE,
    }


def head(sent: QueryDict) -> actions.Head:
    """What every draft is told."""
    return actions.Head(
        sent.get("title", ""),
        sent.get("plan_kind", ""),
        typed.day(sent, "starts_on", Text("开始日期", "First day")),
        typed.day(sent, "ends_on", Text("结束日期", "Last day")),
    )


A_WEEK = timedelta(days=6)
