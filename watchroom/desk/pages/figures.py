"""指标: every figure the domains declare, each opening to its records.

The library behind the indicators takes a second to import: the first who asks for a figure pays.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.base.clock import day_start, local_date, now
from watchroom.base.rounding import half_up
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.registry import registry

if TYPE_CHECKING:
    from watchroom.kernel import indicators
    from watchroom.kernel.indicators import Indicator, Period

PERIODS: dict[str, Text] = {
    "day": Text("今日", "Today"),
    "week": Text("近 7 日", "Last 7 days"),
    "month": Text("近 30 日", "Last 30 days"),
    "year": Text("近 365 日", "Last 365 days"),
}
_DAYS = {"day": 0, "week": 6, "month": 29, "year": 364}


def _period(key: str) -> Period:
    from watchroom.kernel.indicators import Period  # noqa: PLC0415

    start = day_start(local_date(now()) - timedelta(days=_DAYS[key]))
    return Period(start, now())


def _asked(request: HttpRequest) -> str:
    said = request.GET.get("period", "")
    return said if said in PERIODS else "day"


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All figures of a period."""
    from watchroom.kernel import indicators  # noqa: PLC0415

    key = _asked(request)
    rows = [
        (name, indicators.figure(actor, indicator, _period(key)))
        for name, indicator in indicators.all_indicators().items()
    ]
    values = {
        "figures": [(name, figure, _values(figure)) for name, figure in rows],
        "domains": registry.domains,
        "periods": PERIODS,
        "period": key,
        "percentiles": indicators.PERCENTILES,
    }
    return render(request, "desk/figures.html", values)


def _values(figure: indicators.Figure) -> list[str]:
    """Percentiles in words; a dash where there is nothing to compute one from."""
    if figure.indicator.unit != "seconds":
        return ["—"] * len(figure.percentiles)
    return [span(value) for value in figure.percentiles.values()]


def span(seconds: float | None) -> str:
    """Seconds as minutes and seconds, or a dash."""
    if seconds is None:
        return "—"
    whole = int(half_up(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}" if whole >= 3600 else (
        f"{whole // 60}:{whole % 60:02}"
    )  # fmt: skip


@require_GET
@needs("figures.view")
def records(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """The matters behind one figure, as far as the reader may see them."""
    from watchroom.kernel import indicators  # noqa: PLC0415

    indicator: Indicator | None = indicators.all_indicators().get(name)
    if indicator is None:
        raise NotFound
    key = _asked(request)
    found, hidden = indicators.records(actor, indicator, _period(key))
    values: dict[str, Any] = {
        "indicator": indicator,
        "rows": [(matter, value, span(value)) for matter, value in found],
        "hidden": hidden,
        "period": PERIODS[key],
        "flows": registry.flows,
    }
    return render(request, "desk/figure.html", values)


urlpatterns = [
    path("figures/", show, name="figures"),
    path("figures/<str:name>/", records, name="figure"),
]
