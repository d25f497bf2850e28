"""每日研判: five minutes in the morning, on a screen or on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.base.clock import day_start, local_date, now
from watchroom.base.text import Text
from watchroom.kernel import access, picture, typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency, Beat, Matter
from watchroom.kernel.picture import Watched
from watchroom.kernel.registry import registry

from .. import beat_shapes
from ..language import language

SHOWN = 200
LATE = 8


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The picture of yesterday, or of a `day`."""
    from .. import picture as looking  # noqa: PLC0415 - what computes it takes a second to load

    day = _day(request)
    days = [looking.of_day(actor, one, day) for one in picture.watched().values()]
    late = looking.late(actor)
    values: dict[str, Any] = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < _yesterday() else None,
        "days": [(one, one.watched.titles(), _chart(one, language(request))) for one in days],
        "late": late[:LATE],
        "late_more": len(late) - LATE if len(late) > LATE else 0,
        "late_in_all": sum(one.count for one in late),
        "parts": picture.parts(actor, day),
        "drawing": _drawing(actor),
        "marked": _marked(days),
        "printed_at": now(),
    }
    return render(request, "desk/picture.html", values)


def _yesterday() -> date:
    return local_date(now()) - timedelta(days=1)


def _day(request: HttpRequest) -> date:
    return min(typed.day(request.GET.get("day")) or _yesterday(), _yesterday())


def _drawing(actor: Actor) -> beat_shapes.Drawing:
    return beat_shapes.draw(Beat.objects.filter(agency_id__in=actor.reach("figures.view")))


def _marked(days: list[Any]) -> Mapping[int, str]:
    """Beats in which something stood out: "rise" or "fall"."""
    alarms = [alarm for one in days for alarm in one.alarms if alarm.series.beat]
    return {a.series.beat.pk: "rise" if a.rise else "fall" for a in reversed(alarms)}


def _chart(day: Any, lang: str) -> dict[str, Any]:
    """The hours of the day beside usual ones."""
    that = Text("当日", "That day").say(lang)
    usual = Text("往常", "Usual").say(lang)
    series = [{"type": "bar", "name": that, "data": day.hours}]
    if day.usual_hours:
        series.append({"type": "line", "name": usual, "data": day.usual_hours})
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": [f"{hour:02}" for hour in range(24)]},
        "yAxis": {"type": "value"},
        "series": series,
    }


@require_GET
@needs("figures.view")
def records(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The matters behind one number of the picture, as far as the reader may see them."""
    watched = picture.watched().get(request.GET.get("kind", ""))
    if watched is None:
        raise NotFound
    day, what = _day(request), request.GET.get("what")
    rows = _of(actor, watched, day, request)
    seen = access.visible(actor, rows).select_related("agency").order_by("occurred_at")
    found = list(seen[:SHOWN])
    values = {
        "day": day,
        "title": watched.title if what is None else watched.titles().get(what, watched.title),
        "rows": found,
        "hidden": rows.count() - (len(found) if len(found) < SHOWN else seen.count()),
        "flows": registry.flows,
        "shown": SHOWN,
    }
    return render(request, "desk/picture_records.html", values)


def _of(actor: Actor, watched: Watched, day: date, request: HttpRequest) -> Any:
    rows = Matter.objects.filter(
        kind=watched.kind,
        occurred_at__gte=day_start(day),
        occurred_at__lt=day_start(day + timedelta(days=1)),
        agency__in=actor.reach("figures.view"),
    )
    if (what := request.GET.get("what")) is not None:
        rows = watched.of(rows, what)
    if code := request.GET.get("agency"):
        rows = rows.filter(agency__in=Agency.objects.filter(code=code))
    if code := request.GET.get("beat"):
        rows = rows.filter(beat__in=Beat.objects.filter(code=code))
    return rows


urlpatterns = [
    path("picture/", show, name="picture"),
    path("picture/records/", records, name="picture-records"),
]
