"""The planner: posts as they are beside posts as they could be, with reasons. It never imposes."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import actions, queries
from ..flow import PLAN_DUTY
from ..queries import Asked, Planned
from ..rules import two_plans, words
from . import typed
from .posts import agencies

A_WEEK = timedelta(days=6)
DAYS_BACK = (0, 30, 90, 180, 365)
FEWEST = 5
"""How many posts are proposed where no plan is in force."""
STAYING = ("school", "gate")
"""Kinds of post that stay unless somebody says otherwise: they stand for one place."""
CROSSINGS = (0, 50, 150, 400)
SERVICE_MIN = 30


@require_GET
@needs(PLAN_DUTY)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The question; with the answer where it has been asked (`?count=`)."""
    values = _form(request, actor)
    status = 200
    if "count" in request.GET:
        status = _answer(request, actor, values)
    return render(request, "coverage/planner.html", values, status=status)


@require_GET
@needs(PLAN_DUTY)
def worked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The answer alone."""
    values: dict[str, Any] = {}
    status = _answer(request, actor, values)
    return render(request, "coverage/parts/planner.html", values, status=status)


def _answer(request: HttpRequest, actor: Actor, values: dict[str, Any]) -> int:
    sent = request.GET
    try:
        asked = _asked(sent)
        found = queries.two_plans_for(actor, asked)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return 422
    values |= {
        "found": found,
        "what": two_plans.WHAT,
        "features": _features(found, request),
        "question": sent,
        "plan_kinds": words.PLANS,
        "post_kinds": {key: text for key, text in words.POSTS.items() if key != "zone"},
        "shifts": list(queries.shifts(actor)),
        "first": local_date(now()),
        "last": local_date(now()) + A_WEEK,
        "service_min": SERVICE_MIN,
    }
    return 200


def _form(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    sent, mine = request.GET, agencies(actor)
    agency = typed.number(sent, "agency", Text("单位", "Agency")) or next(
        (one.pk for one in mine if one.pk == actor.agency_id), mine[0].pk if mine else 0
    )
    hours = two_plans.hours_of(*(_hour(sent, name, at) for name, at in (("from", 0), ("to", 24))))
    in_force = queries.posts_in_force(actor, agency, hours)
    return {
        "typed": sent,
        "agency": agency,
        "agencies": mine,
        "kinds": queries.demand_kinds(),
        "in_force": in_force,
        "post_titles": {post.kind: words.POSTS[post.kind] for post in in_force},
        "staying": sent.getlist("stay") if sent else STAYING,
        "count": len(in_force) or FEWEST,
        "days_back": DAYS_BACK,
        "crossings": CROSSINGS,
        "gains": two_plans.GAINS,
        "most": two_plans.MOST_POSTS,
    }


def _hour(sent: QueryDict, name: str, otherwise: int) -> int:
    told = typed.number(sent, name, Text("时", "Hour"))
    hour = otherwise if told is None else int(told)
    if not 0 <= hour <= 24:
        raise Refusal(Text("时段应在 0 至 24 时之间", "Hours are from 0 to 24"))
    return hour


def _asked(sent: QueryDict) -> Asked:
    count = typed.needed(sent, "count", Text("岗位数", "Number of posts"))
    if not 1 <= count <= two_plans.MOST_POSTS:
        raise Refusal(
            Text(
                f"岗位数应在 1 至 {two_plans.MOST_POSTS} 之间",
                f"The number of posts is from 1 to {two_plans.MOST_POSTS}",
            )
        )
    days = typed.number(sent, "days", Text("天数", "Days")) or 0
    if not 0 <= days <= max(DAYS_BACK):
        raise Refusal(Text("最多往回数一年", "A year back at most"))
    return Asked(
        kind=sent.get("kind", ""),
        agency_id=typed.needed(sent, "agency", Text("单位", "Agency")),
        count=count,
        from_hour=_hour(sent, "from", 0),
        to_hour=_hour(sent, "to", 24),
        days=days,
        gains=tuple(_gain(sent, i, usual) for i, usual in enumerate(two_plans.GAINS)),
        fixed=tuple(int(one) for one in sent.getlist("fixed") if one.isdigit()),
        fixed_kinds=tuple(sent.getlist("stay")),
        no_later="no_later" in sent,
        with_posts="posts" in sent,
        with_stations="stations" in sent,
        crossings=typed.number(sent, "crossings", Text("路口数", "Crossings")) or 0,
    )


def _gain(sent: QueryDict, tier: int, usual: float) -> float:
    told = typed.number(sent, f"gain{tier}", Text("得分", "Points"), float)
    gain = usual if told is None else float(told)
    if not 0 <= gain <= 1:
        raise Refusal(Text("得分应在 0 至 1 之间", "Points are from 0 to 1"))
    return gain


def _features(found: Planned, request: HttpRequest) -> dict[str, Any]:
    """Both plans as points for the map: what becomes of each, and why (RFC 7946, WGS-84)."""
    lang = str(getattr(request, "lang", "zh"))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.site,
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
                "properties": {
                    "id": row.site,
                    "name": f"{two_plans.WHAT[row.what].say(lang)} · {place.name.say(lang)}",
                    "standing": row.what,
                },
            }
            for row in found.changes
            for place in [found.candidates[row.site]]
        ],
    }


@require_POST
@needs(PLAN_DUTY)
def played(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Both plans played through on the same calls."""
    sent = request.POST
    try:
        minutes = typed.needed(sent, "service", Text("处置时间", "At the scene"), float)
        found = queries.played(actor, _asked(sent), sent.get("places", ""), minutes)
    except Refusal as refusal:
        return render(request, "coverage/parts/played.html", {"refusal": refusal.text}, status=422)
    return render(request, "coverage/parts/played.html", {"played": found})


@require_POST
@needs(PLAN_DUTY)
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plan B as a draft; people change, submit and approve it."""
    sent = request.POST
    try:
        matter = actions.draft_from_places(
            actor,
            sent.get("places", ""),
            sent.get("title", ""),
            sent.get("plan_kind", ""),
            typed.day(sent, "starts_on", Text("开始日期", "First day")),
            typed.day(sent, "ends_on", Text("结束日期", "Last day")),
            agency_id=typed.needed(sent, "agency", Text("单位", "Agency")),
            shift_ids=[int(one) for one in sent.getlist("shift") if one.isdigit()],
            post_kind=sent.get("post_kind", ""),
        )
    except Refusal as refusal:
        values = {**_form(request, actor), "refusal": refusal.text}
        return render(request, "coverage/planner.html", values, status=422)
    return redirect("coverage:plan", matter.number)
