"""The figures: what came in, what was saved, and whether everybody is served alike."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency

from .. import queries, rules
from ..models import Feed

DAYS = (7, 30, 180)
SEXES = {"m": Text("男", "Male"), "f": Text("女", "Female"), "": Text("不详", "Not known")}
PANELS = {
    "age": Text("按年龄段", "By age band"),
    "sex": Text("按性别", "By sex"),
    "district": Text("按单位", "By district"),
    "feed": Text("按来源", "By source"),
}


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Of the last days: `?days=` 7, 30 or 180."""
    wish = request.GET.get("days", "")
    days = int(wish) if wish in {str(n) for n in DAYS} else DAYS[1]
    end = now()
    start = end - timedelta(days=days)
    titles = _titles()
    values = {
        "days": days,
        "choices": DAYS,
        "came": {by: _came(actor, by, start, end, titles) for by in ("feed", "type", "level")},
        "money": queries.money(actor, start, end),
        "evidences": rules.EVIDENCE,
        "fair": {by: _fair(actor, by, start, end, titles) for by in PANELS},
        "panels": PANELS,
        "protected": queries.protected(actor, start, end),
        "fewest": queries.FEWEST,
    }
    return render(request, "fraud/figures.html", values)


Titles = dict[str, Callable[[str], Text]]


def _titles() -> Titles:
    feeds = {str(row.pk): Text(row.name, row.name_en or row.name) for row in Feed.objects.all()}
    agencies = {
        str(row.pk): Text(row.name, row.name_en or row.name) for row in Agency.objects.all()
    }
    unknown = Text("不详", "Not known")
    return {
        "feed": lambda key: feeds.get(key, unknown),
        "district": lambda key: agencies.get(key, unknown),
        "type": lambda key: Text(queries.type_of(key).zh, queries.type_of(key).en),
        "level": lambda key: rules.LEVELS[int(key)],
        "age": lambda key: rules.AGE_BANDS.get(key, unknown),
        "sex": lambda key: SEXES.get(key, unknown),
    }


Titled = Sequence[tuple[Text, Any]]


def _came(actor: Actor, by: str, start: datetime, end: datetime, titles: Titles) -> Titled:
    lines = queries.warnings_by(actor, by, start, end)
    if by == "level":  # the gravest first; the others by how many
        lines = sorted(lines, key=lambda line: -int(line.key))
    return [(titles[by](line.key), line.values) for line in lines]


def _fair(actor: Actor, by: str, start: datetime, end: datetime, titles: Titles) -> Titled:
    lines = queries.fairness(actor, by, start, end)
    return [(titles[by](line.key), line.values) for line in lines]
