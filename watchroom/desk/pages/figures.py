"""指标: every figure the domains declare, each opening to its records.

The library behind the indicators takes a second to import: the first who asks for a figure pays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import day_end, day_start, local, local_date, now
from watchroom.base.rounding import minutes
from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency, Beat, IssuedFigure
from watchroom.kernel.registry import registry

if TYPE_CHECKING:
    from watchroom.figures.figure import Figure
    from watchroom.figures.indicator import Indicator
    from watchroom.figures.periods import Period

PERIODS: dict[str, Text] = {
    "day": Text("今日", "Today"),
    "week": Text("近 7 日", "Last 7 days"),
    "month": Text("近 30 日", "Last 30 days"),
    "year": Text("近 365 日", "Last 365 days"),
}
_DAYS = {"day": 0, "week": 6, "month": 29, "year": 364}


@dataclass(frozen=True)
class Asked:
    """The period the reader asked for; `query` says it again in a link."""

    key: str
    title: Text
    period: Period
    query: dict[str, str]


def _asked(request: HttpRequest) -> Asked:
    from watchroom.figures.periods import Period  # noqa: PLC0415

    given = (request.GET.get(name) or request.POST.get(name) for name in ("since", "until"))
    since, until = map(typed.day, given)
    if since and until and since <= until:
        days = {"since": since.isoformat(), "until": until.isoformat()}
        title = Text("{since} 至 {until}", "{since} to {until}").format(**days)
        return Asked("", title, Period(day_start(since), day_end(until)), days)
    said = request.GET.get("period", "") or request.POST.get("period", "")
    key = said if said in PERIODS else "day"
    start = day_start(local_date(now()) - timedelta(days=_DAYS[key]))
    return Asked(key, PERIODS[key], Period(start, now()), {"period": key})


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All figures of a period."""
    from watchroom.kernel import indicators  # noqa: PLC0415

    asked = _asked(request)
    rows = [
        (name, indicators.figure(actor, indicator, asked.period))
        for name, indicator in indicators.all_indicators().items()
    ]
    values = {
        "figures": [(name, figure, _values(figure)) for name, figure in rows],
        "periods": PERIODS,
        "asked": asked,
        "percentiles": indicators.PERCENTILES,
    }
    return render(request, "desk/figures.html", values)


def _values(figure: Figure) -> list[tuple[float | None, str]]:
    """Percentiles, exactly and in words; a dash where there is nothing to compute one from."""
    if figure.indicator.unit != "seconds":
        return [(None, "—")] * len(figure.percentiles)
    return [(value, minutes(value)) for value in figure.percentiles.values()]


@require_GET
@needs("figures.view")
def records(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """The matters behind one figure, as far as the reader may see them."""
    from watchroom.kernel import indicators  # noqa: PLC0415

    indicator: Indicator | None = indicators.all_indicators().get(name)
    if indicator is None:
        raise NotFound
    asked, beat, agency = _asked(request), _beat(request), _agency(actor, request)
    found, hidden = indicators.records(
        actor, indicator, asked.period, beat_id=beat.pk if beat else None, agency=agency
    )
    values: dict[str, Any] = {
        "name": name,
        "agency": agency,
        "beat": beat,
        "indicator": indicator,
        "rows": [(matter, value, minutes(value)) for matter, value in found],
        "hidden": hidden,
        "asked": asked,
        "flows": registry.flows,
    }
    return render(request, "desk/figure.html", values)


def _beat(request: HttpRequest) -> Beat | None:
    """The beat that is asked for; NotFound for one that is not there."""
    code = request.GET.get("beat", "") or request.POST.get("beat", "")
    found = Beat.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise NotFound
    return found


def _agency(actor: Actor, request: HttpRequest) -> Agency | None:
    """The agency that is asked for; NotFound for one outside the reader's own."""
    code = request.GET.get("agency", "") or request.POST.get("agency", "")
    found = Agency.objects.filter(code=code).first() if code else None
    if code and (found is None or not actor.within("figures.view", found.pk)):
        raise NotFound
    return found


@require_POST
@needs("figures.view")
def issue(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """Keep the figure as it stands now under a short id, and show it."""
    from watchroom.kernel import indicators, issued  # noqa: PLC0415

    indicator: Indicator | None = indicators.all_indicators().get(name)
    if indicator is None:
        raise NotFound
    agency, beat = _agency(actor, request), _beat(request)
    figure = indicators.figure(actor, indicator, _asked(request).period, agency=agency)
    if beat:
        figure = replace(figure, beat=beat.pk)
    return redirect("figure-issued", issued.issue(figure, actor))


@require_GET
@needs("figures.view")
def opened(request: HttpRequest, actor: Actor, said: str) -> HttpResponse:
    """An issued figure: definition, query, what was known then and is known now, its records."""
    from watchroom.kernel import issued  # noqa: PLC0415

    one = issued.opened(actor, said)
    values = {
        "one": one,
        "row": one.row,
        "definition": one.row.definition,
        "title": Text.from_dict(one.row.definition["title"]),
        "said": Text.from_dict(one.row.definition["definition"]),
        "of": one.row.definition["of"] and Text.from_dict(one.row.definition["of"]),
        "by": _times()[one.row.definition["by"]],
        "days": _days_said(one.row),
        "flows": registry.flows,
        "minutes": minutes,
    }
    return render(request, "desk/figure_issued.html", values)


def _times() -> dict[str, Text]:
    from watchroom.figures.indicator import TIMES  # noqa: PLC0415

    return TIMES


def _days_said(row: IssuedFigure) -> str:
    """From when until when: days where it begins and ends at midnight, moments otherwise."""
    from watchroom.figures.periods import Period  # noqa: PLC0415

    period = Period(row.starts, row.ends)
    if period.whole_days:
        return f"{period.first} – {period.last}"
    return f"{local(row.starts):%Y-%m-%d %H:%M} – {local(row.ends):%Y-%m-%d %H:%M}"


@require_GET
@needs("figures.view")
def beats(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """One figure, beat by beat."""
    from watchroom.kernel import indicators  # noqa: PLC0415

    indicator: Indicator | None = indicators.all_indicators().get(name)
    if indicator is None or not indicator.of_beat:
        raise NotFound
    asked = _asked(request)
    rows = indicators.by_beat(actor, indicator, asked.period)
    values = {
        "name": name,
        "indicator": indicator,
        "rows": [(beat, figure, _values(figure)) for beat, figure in rows],
        "asked": asked,
        "percentiles": indicators.PERCENTILES,
    }
    return render(request, "desk/figure_beats.html", values)


urlpatterns = [
    path("figures/", show, name="figures"),
    path("figures/id/<str:said>/", opened, name="figure-issued"),
    path("figures/<str:name>/issue/", issue, name="figure-issue"),
    path("figures/<str:name>/", records, name="figure"),
    path("figures/<str:name>/beats/", beats, name="figure-beats"),
]
