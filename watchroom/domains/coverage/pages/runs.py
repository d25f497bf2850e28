"""One planning run: how far it is, what it found, what is made of it."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter
from watchroom.kernel.typed import wholes

from .. import actions, queries
from ..flow import PLAN_DUTY
from ..models import PlanningRun
from ..rules import questions, two_plans, words
from ..rules.questions import ASKED, KEEP_OUT, Posts, ring
from . import asking, planner
from .typed import needed

TINTS = 5
LAST_MONTH = timedelta(days=30)


@require_GET
@needs(PLAN_DUTY)
def show(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """The question and, as soon as there is one, the answer."""
    run = queries.find_run(actor, run_id)
    if run.what == "play" and run.basis_id:
        return redirect("coverage:run", run.basis_id)
    return render(request, planner.PAGE, _values(request, actor, run))


@require_GET
@needs(PLAN_DUTY)
def current(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """How far it is; when it is over, the page is asked for again."""
    run = queries.find_run(actor, run_id)
    answer = render(request, "coverage/parts/progress.html", progress(run))
    if not run.is_open:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@needs(PLAN_DUTY)
def printed(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """The answer on paper."""
    run = queries.find_run(actor, run_id)
    values = _values(request, actor, run) | {"on_paper": True, "at": now()}
    values["sketch"] = _sketch((run.answer or {}).get("zones", ()))
    return render(request, "coverage/run_print.html", values)


@require_POST
@needs(PLAN_DUTY)
def stop(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """Stop with the best so far."""
    run = actions.stop_run(actor, run_id)
    return redirect("coverage:run", run.basis_id or run.pk)


@require_POST
@needs(PLAN_DUTY)
def play(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """Both plans of a run on the same calls: a run of its own, shown below it."""
    run = queries.find_run(actor, run_id, "posts")
    try:
        question = asking.play(request.POST, Posts.from_json(run.asked))
        actions.ask_run(actor, "play", question, basis=run)
    except Refusal as refusal:
        return _refused(request, actor, run, refusal)
    return redirect("coverage:run", run.pk)


@require_POST
@needs(PLAN_DUTY)
def draft(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """What was found as a draft plan; people change, submit and approve it."""
    run = queries.find_run(actor, run_id)
    try:
        matter = _drafted(request, actor, run)
    except Refusal as refusal:
        return _refused(request, actor, run, refusal)
    return redirect("coverage:plan", matter.number)


def _drafted(request: HttpRequest, actor: Actor, run: PlanningRun) -> Matter:
    sent = request.POST
    head = planner.head(sent)
    if run.what == "zones":
        strength = needed(sent, "strength", Text("人数", "Strength"))
        shifts = wholes(sent.getlist("shift"))
        return actions.draft_from_zones(actor, run.pk, head, shifts, strength=strength)
    if run.what == "roster":
        return actions.draft_from_roster(actor, run.pk, head)
    chosen = [
        wholes(sent.getlist(f"shift{t}")) for t in range(len((run.answer or {}).get("windows", ())))
    ]
    kind = sent.get("post_kind", "")
    return actions.draft_from_posts(actor, run.pk, head, chosen, post_kind=kind)


def _refused(
    request: HttpRequest, actor: Actor, run: PlanningRun, refusal: Refusal
) -> HttpResponse:
    values = _values(request, actor, run) | {"refusal": refusal.text}
    return render(request, planner.PAGE, values, status=422)


def _sketch(zones: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The zones as shapes for paper, where no map is: degrees, north up, as wide as they are."""
    if not zones:
        return None
    rings = [zone["outline"]["coordinates"][0] for zone in zones]
    corners = np.array([corner for ring in rings for corner in ring])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = 1000.0 / max((east - west) * narrow, north - south)

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round((lon - west) * narrow * scale, 1), round((north - lat) * scale, 1)

    shapes = []
    for zone, edge in zip(zones, rings, strict=True):
        x, y = at(zone["lon"], zone["lat"])
        path = "M" + "L".join(f"{px} {py}" for px, py in (at(*corner) for corner in edge)) + "Z"
        shapes.append({"path": path, "x": x, "y": y})
    width, height = at(east, south)
    return {"zones": shapes, "box": f"-5 -5 {width + 10:.0f} {height + 10:.0f}", "size": 28}


# -- what the page needs ---------------------------------------------------------------------


def progress(run: PlanningRun) -> dict[str, Any]:
    """How far a run is."""
    said = Text.from_dict(run.said) if run.said else None
    return {
        "run": run,
        "before": queries.before_it(run) if run.state == "waiting" else 0,
        "lost": queries.is_lost(run),
        "said": said,
        "run_titles": questions.RUNS,
    }


def _values(request: HttpRequest, actor: Actor, run: PlanningRun) -> dict[str, Any]:
    question = ASKED[run.what].from_json(run.asked)
    lang = str(getattr(request, "lang", "zh"))
    today = local_date(now())
    plays = queries.runs(actor, "play").filter(basis=run) if run.what == "posts" else []
    return (
        planner.values(actor, run.what, asking.form_of(question))
        | progress(run)
        | {
            "question": question,
            "answer": _spoken(run.answer),
            "plays": [progress(one) | {"answer": _spoken(one.answer)} for one in plays],
            "layers": _layers(question, run.answer, lang),
            "changes": two_plans.WHAT,
            "plan_kinds": words.PLANS,
            "days": words.DAYS,
            "shifts": list(queries.shifts(actor)),
            "first": today,
            "last": today + planner.A_WEEK,
            "since": today - LAST_MONTH,
            "until": today - timedelta(days=1),
            "service_min": 30,
        }
    )


def _spoken(value: Any) -> Any:
    """An answer as it was kept, its sentences in both languages made texts again."""
    if isinstance(value, list):
        return [_spoken(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"zh", "en"}:
        return Text.from_dict(value)
    return {name: _spoken(one) for name, one in value.items()}


def _layers(
    question: questions.Question, answer: dict[str, Any] | None, lang: str
) -> dict[str, Any]:
    """What the map shows (RFC 7946, WGS-84)."""
    points = _points(answer, lang) if answer and "windows" in answer else []
    areas = _zones(answer, lang) if answer and "zones" in answer else []
    if isinstance(question, Posts):
        areas += [
            _feature(
                f"c{i}",
                {"type": "Polygon", "coordinates": [ring(one.points)]},
                one.name,
                "off" if one.kind == KEEP_OUT else "manned",
            )
            for i, one in enumerate(question.conditions)
            if one.is_area
        ]
    return {name: _collection(rows) for name, rows in (("posts", points), ("zones", areas))}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _feature(
    key: object, geometry: dict[str, Any], name: str, standing: str, **more: Any
) -> dict[str, Any]:
    properties = {"id": key, "name": name, "standing": standing, **more}
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _points(answer: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Every place once: it stays, comes or goes in any window, the change before the rest."""
    what: dict[int, str] = {}
    for window in answer["windows"]:
        for row in window["changes"]:
            if what.get(row["place"]) in (None, two_plans.STAYS):
                what[row["place"]] = row["what"]
    return [
        _feature(
            site,
            {"type": "Point", "coordinates": [place["lon"], place["lat"]]},
            f"{two_plans.WHAT[what[site]].say(lang)} · {Text.from_dict(place['name']).say(lang)}",
            what[site],
        )
        for site, place in enumerate(answer["places"])
        if site in what
    ]


def _zones(answer: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    return [
        _feature(
            i,
            zone["outline"],
            Text(f"{i}区 {zone['name']}", f"{i} {zone['name']}").say(lang),
            "",
            tint=i % TINTS,
        )
        for i, zone in enumerate(answer["zones"], 1)
    ]
