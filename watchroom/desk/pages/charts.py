"""图表: an indicator over time, by agency, on the map of beats, by hour; and outcomes of matters.

Beside every chart stands the table of the same figures. Taking one out as a file is a permission
(`figures.export`) and an entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.base.clock import day_end, day_start, local_date, now
from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import registry

if TYPE_CHECKING:
    from watchroom.figures.charts.kinds import Areas, Chart
    from watchroom.figures.indicator import Indicator
    from watchroom.figures.periods import Period

WAYS: Mapping[str, Text] = {
    "time": Text("走势", "Over time"),
    "agencies": Text("各单位", "By agency"),
    "multiples": Text("各单位走势", "Agencies over time"),
    "map": Text("警格地图", "Map of beats"),
    "hours": Text("时段", "By hour"),
    "outcomes": Text("去向", "Outcomes"),
}
STEPS: Mapping[str, Text] = {
    "month": Text("按月", "Months"),
    "week": Text("按周", "Weeks"),
    "day": Text("按日", "Days"),
}
MOST_PERIODS, MOST_AGENCIES, SMALL = 120, 60, 12


@dataclass(frozen=True)
class Asked:
    """What the reader picked; `query` says it again in a link."""

    way: str
    name: str
    indicator: Indicator
    kind: str
    agency: Agency
    step: str
    since: date
    until: date
    query: dict[str, str]

    @property
    def period(self) -> Period:
        """From the first day up to now or the end of the last one."""
        from watchroom.figures.periods import Period  # noqa: PLC0415

        return Period(day_start(self.since), max(day_start(self.since), self._end))

    @property
    def _end(self) -> Any:
        return min(day_end(self.until), now())

    def periods(self, begun: datetime | None) -> tuple[list[Period], list[str]]:
        """The days, weeks or months, and what stands under them; "*" where one still runs.

        Those before anything was kept (`begun`) are left out: they are not zero.
        """
        from watchroom.figures import periods  # noqa: PLC0415

        made = {
            "month": lambda day: periods.month(day.year, day.month),
            "week": periods.week,
            "day": periods.day,
        }[self.step]
        found: list[Period] = []
        day = self.since
        while day <= self.until and len(found) < MOST_PERIODS:
            found.append(made(day))
            day = found[-1].last + timedelta(days=1)
        found = [one for one in found if begun and one.end > begun] or found[-1:]
        return found, [_label(one, self.step) for one in found]


def _label(period: Period, step: str) -> str:
    said = f"{period.first:%Y-%m}" if step == "month" else f"{period.first:%m-%d}"
    return said + ("*" if period.end > now() else "")


def _asked(request: HttpRequest, actor: Actor) -> Asked:
    from watchroom.kernel import indicators  # noqa: PLC0415

    given, way = request.GET, request.GET.get("way", "time")
    known, drawn = indicators.all_indicators(), _drawn(way)
    name = given.get("figure", "") or next(iter(drawn))
    if name in known and name not in drawn:  # picked for another chart
        name = next(iter(drawn))
    kind = given.get("kind", "") or next(iter(registry.flows))
    step = given.get("step", "month")
    if name not in known or kind not in registry.flows or way not in WAYS or step not in STEPS:
        raise NotFound
    until = typed.day(given.get("until")) or local_date(now())
    since = typed.day(given.get("since")) or _usual(until, step)
    agency = _agency(actor, given.get("agency", ""))
    query = {
        "figure": name,
        "kind": kind,
        "agency": agency.code,
        "step": step,
        "since": min(since, until).isoformat(),
        "until": until.isoformat(),
    }
    return Asked(way, name, known[name], kind, agency, step, min(since, until), until, query)


def _drawn(way: str) -> Mapping[str, Indicator]:
    """The indicators that a chart can show: on the map those whose matters lie in beats."""
    from watchroom.kernel import indicators  # noqa: PLC0415

    known = indicators.all_indicators()
    return {n: one for n, one in known.items() if one.of_beat} if way == "map" else known


def _usual(until: date, step: str) -> date:
    return until - timedelta(days={"month": 364, "week": 7 * 25, "day": 29}[step])


def _agencies(actor: Actor) -> list[Agency]:
    return list(Agency.objects.filter(pk__in=actor.reach("figures.view")).order_by("path"))


def _agency(actor: Actor, code: str) -> Agency:
    """The agency that is asked for, else the first the reader sees figures of."""
    may = Agency.objects.filter(pk__in=actor.reach("figures.view")).order_by("path")
    found = may.filter(code=code).first() if code else may.first()
    if found is None:
        raise NotFound
    return found


def _below(agency: Agency, most: int) -> list[Agency]:
    """The agencies right below one; itself where there are none."""
    rows = list(Agency.objects.filter(parent=agency).order_by("code")[:most])
    return rows or [agency]


def _chart(asked: Asked, actor: Actor, lang: str) -> Chart:
    from watchroom.kernel import charts  # noqa: PLC0415

    one, period, agency = asked.indicator, asked.period, asked.agency
    if asked.way == "agencies":
        return charts.by_agency(actor, one, period, _below(agency, MOST_AGENCIES), lang)
    if asked.way == "map":
        return charts.on_beats(actor, one, period, lang, agency=agency)
    if asked.way == "hours":
        return charts.by_hour(actor, one, period, lang, agency=agency)
    if asked.way == "outcomes":
        return charts.outcomes(actor, registry.flow(asked.kind), period, lang, agency=agency)
    begun = charts.kept_since(asked.name.split(".", maxsplit=1)[0], agency)
    periods, labels = asked.periods(begun)
    if asked.way == "multiples":
        return charts.small_multiples(actor, one, periods, labels, _below(agency, SMALL), lang)
    return charts.over_time(actor, one, periods, labels, lang, agency=agency)


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One chart with its table, and what else can be picked."""
    from watchroom.kernel import figure_exports  # noqa: PLC0415

    asked = _asked(request, actor)
    chart = _chart(asked, actor, _lang(request))
    values = {
        "asked": asked,
        "chart": chart,
        "options": _options(chart),
        "table": chart.table,
        "ways": WAYS,
        "steps": STEPS,
        "figures": _by_domain(_drawn(asked.way)),
        "kinds": registry.flows,
        "agencies": _agencies(actor),
        "exports": list(figure_exports.FORMS) if actor.holds(figure_exports.PERMISSION) else [],
        "view": _view(chart) if asked.way == "map" else None,
    }
    return render(request, "desk/charts.html", values)


def _lang(request: HttpRequest) -> str:
    from ..language import language  # noqa: PLC0415

    return language(request)


def _by_domain(known: Mapping[str, Indicator]) -> list[tuple[Text, list[tuple[str, Text]]]]:
    found: dict[str, list[tuple[str, Text]]] = {}
    for name, one in known.items():
        found.setdefault(name.split(".", maxsplit=1)[0], []).append((name, one.title))
    return [(registry.domains[key].title, rows) for key, rows in found.items()]


def _options(chart: Chart) -> list[tuple[str, dict[str, Any]]]:
    """What the screen draws: a title and an option each; a map is drawn by the map."""
    from watchroom.figures.charts import kinds, options  # noqa: PLC0415

    if isinstance(chart, kinds.Lines):
        return [(chart.title, options.of_lines(chart))]
    if isinstance(chart, kinds.Multiples):
        most = float(chart.most) or 1.0
        return [(part.title, options.of_lines(part, most)) for part in chart.parts]
    if isinstance(chart, kinds.Bars):
        return [(chart.title, options.of_bars(chart))]
    if isinstance(chart, kinds.Hours):
        return [(chart.title, options.of_hours(chart))]
    if isinstance(chart, kinds.Flows):
        return [(chart.title, options.of_flows(chart))] if chart.links else []
    return []


def _view(chart: Any) -> str:
    """The middle of the map, longitude and latitude; empty where there are no beats."""
    from watchroom.figures.charts.drawn import rings  # noqa: PLC0415

    points = [p for area in chart.areas for ring in rings(area.outline) for p in ring]
    if not points:
        return ""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return f"{(min(xs) + max(xs)) / 2:.5f},{(min(ys) + max(ys)) / 2:.5f}"


@require_GET
@needs("figures.view")
def areas(request: HttpRequest, actor: Actor) -> JsonResponse:
    """The beats of a map with their shades, as GeoJSON."""
    from watchroom.kernel import charts  # noqa: PLC0415

    asked = _asked(request, actor)
    chart = charts.on_beats(
        actor, asked.indicator, asked.period, _lang(request), agency=asked.agency
    )
    features = [_feature(chart, k) for k in range(len(chart.areas))]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(chart: Areas, k: int) -> dict[str, Any]:
    one = chart.areas[k]
    told = {"name": one.name, "said": one.said, "shade": chart.shade_of(one)}
    return {"type": "Feature", "id": one.code, "geometry": one.outline, "properties": told}


@require_GET
@needs("figures.export")
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The chart as PNG or SVG, or its table as CSV or XLSX."""
    from watchroom.kernel import figure_exports  # noqa: PLC0415

    asked = _asked(request, actor)
    chart = _chart(asked, actor, _lang(request))
    what = {**asked.query, "way": asked.way}
    made = figure_exports.export(actor, chart, form, what)
    answer = HttpResponse(made.body, content_type=made.media)
    name = f"{asked.name if asked.way != 'outcomes' else asked.kind}-{asked.way}.{made.form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


urlpatterns: Sequence[Any] = [
    path("charts/", show, name="charts"),
    path("charts/areas.geojson", areas, name="chart-areas"),
    path("charts/export.<str:form>", export, name="chart-export"),
]
