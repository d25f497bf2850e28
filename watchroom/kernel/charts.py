"""Charts of figures, read as far as the actor may: what `figures.charts` then draws and exports.

A number that the reader may not see is masked, never drawn. What is shown beside a report's text
or handed on (`handed_on`) masks every part of fewer than its floor, for whoever reads it next.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Min

from watchroom.base.clock import day_start, local_date
from watchroom.base.rounding import half_up
from watchroom.base.text import Text
from watchroom.figures.charts.kinds import (
    WEEKDAYS,
    Area,
    Areas,
    Bars,
    Flows,
    Hours,
    Line,
    Lines,
    Multiples,
    Value,
)  # fmt: skip
from watchroom.figures.figure import Figure
from watchroom.figures.indicator import Indicator
from watchroom.figures.periods import Period

from . import indicators
from .access import Actor, NotFound, require
from .flow import Flow
from .models import Agency, Beat, Entry, Matter
from .registry import registry

MEDIAN, P90 = Text("中位数", "Median"), Text("第 90 百分位", "90th percentile")
MINUTES = Text("分钟", "minutes")
_UNITS: dict[str, Text] = {
    "seconds": MINUTES,
    "share": Text("%", "%"),
    "ratio": Text("%", "%"),
    "fen": Text("元", "yuan"),
}
EXPECTED = Text("偶然波动的范围（平均数 ± 2√平均数）", "what chance alone gives (mean ± 2 √mean)")
Z = Decimal(2)
_FROM, _TO, _MANY = Text("从", "From"), Text("到", "To"), Text("件", "How many")


def kept_since(domain: str, agency: Agency) -> datetime | None:
    """The day on which a domain's records of an agency and below begin; None where none are kept.

    Before it there is no number, not a zero.
    """
    kinds = [flow.kind for flow in registry.domains[domain].flows]
    rows = Matter.objects.filter(kind__in=kinds, agency__path__startswith=agency.path)
    first = rows.aggregate(first=Min("occurred_at"))["first"]
    return first and day_start(local_date(first))


def unit_of(indicator: Indicator, lang: str) -> str:
    """What a chart of this indicator is drawn in; empty for plain counts."""
    return _UNITS[indicator.unit].say(lang) if indicator.unit in _UNITS else ""


def drawn_value(figure: Figure) -> Value:
    """The value as a chart draws it: spans of time in minutes."""
    return _minutes(figure.value) if figure.indicator.unit == "seconds" else figure.value


def _minutes(seconds: Value | float) -> Value:
    return None if seconds is None else half_up(Decimal(str(seconds)) / 60, 2)


def over_time(
    actor: Actor,
    indicator: Indicator,
    periods: Sequence[Period],
    labels: Sequence[str],
    lang: str,
    *,
    agency: Agency | None = None,
    title: str = "",
) -> Lines:
    """The figure of each period: spans with their 90th percentile, counts with a band of chance."""
    found = indicators.series(actor, indicator, periods, agency=agency)
    name = indicator.title.say(lang)
    first = Line(name, tuple(map(drawn_value, found)), tuple(f.said(lang) for f in found))
    over = Text("时间", "Period").say(lang)
    shown = title or name
    if indicator.unit == "seconds":
        lines = (_named(first, MEDIAN.say(lang)), _ninetieth(found, lang))
        return Lines(shown, unit_of(indicator, lang), over, tuple(labels), lines)
    low, high = _chance(first.values) if indicator.unit == "count" else ((), ())
    band = EXPECTED.say(lang) if low else ""
    return Lines(shown, unit_of(indicator, lang), over, tuple(labels), (first,), low, high, band)


def _named(line: Line, name: str) -> Line:
    return Line(name, line.values, line.said)


def _ninetieth(found: Sequence[Figure], lang: str) -> Line:
    values = tuple(None if f.masked else _minutes(f.percentiles[0.9]) for f in found)
    said = tuple("—" if value is None else f"{value}" for value in values)
    return Line(P90.say(lang), values, said)


def _chance(values: Sequence[Value]) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The band in which counts of a steady process lie (Shewhart's c chart, two deviations)."""
    known = [value for value in values if value is not None]
    if len(known) < 4 or not any(known):
        return (), ()
    mean = sum(known, Decimal(0)) / len(known)
    wide = Z * mean.sqrt()
    low, high = half_up(max(mean - wide, Decimal(0)), 1), half_up(mean + wide, 1)
    return (low,) * len(values), (high,) * len(values)


def by_agency(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    agencies: Sequence[Agency],
    lang: str,
    *,
    handed_on: bool = False,
) -> Bars:
    """One bar for each agency, the greatest first; what is masked has no bar."""
    found = indicators.by_agency(actor, indicator, period, agencies)
    told = [(a.label(lang), figure.behind_floor() if handed_on else figure) for a, figure in found]
    told.sort(key=lambda row: (drawn_value(row[1]) is None, -(drawn_value(row[1]) or 0)))
    return Bars(
        indicator.title.say(lang),
        unit_of(indicator, lang),
        Text("单位", "Agency").say(lang),
        tuple(label for label, _ in told),
        tuple(drawn_value(figure) for _, figure in told),
        tuple(figure.said(lang) for _, figure in told),
    )


def small_multiples(
    actor: Actor,
    indicator: Indicator,
    periods: Sequence[Period],
    labels: Sequence[str],
    agencies: Sequence[Agency],
    lang: str,
) -> Multiples:
    """The same small chart over time for each agency, on one scale."""
    unit, over = unit_of(indicator, lang), Text("时间", "Period").say(lang)
    parts = []
    for agency in agencies:
        found = indicators.series(actor, indicator, periods, agency=agency)
        line = Line(
            indicator.title.say(lang),
            tuple(map(drawn_value, found)),
            tuple(figure.said(lang) for figure in found),
        )
        parts.append(Lines(agency.label(lang), unit, over, tuple(labels), (line,)))
    each = Text("单位", "Agency").say(lang)
    return Multiples(indicator.title.say(lang), unit, each, tuple(parts))


def on_beats(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    lang: str,
    *,
    agency: Agency | None = None,
    handed_on: bool = False,
) -> Areas:
    """The map of beats below an agency (or where the actor reads), each in its shade."""
    found = {beat.pk: figure for beat, figure in indicators.by_beat(actor, indicator, period)}
    beats = Beat.objects.filter(agency_id__in=actor.reach(indicators.PERMISSION))
    if agency is not None:
        beats = beats.filter(agency__path__startswith=agency.path)
    empty = Figure(indicator, period, 0, dict.fromkeys((0.5, 0.9, 0.95)))
    areas = []
    for beat in beats.order_by("code"):
        figure = found.get(beat.pk, empty)
        told = figure.behind_floor() if handed_on and figure.count else figure
        value, said = drawn_value(told), told.said(lang)
        areas.append(Area(beat.code, beat.name, value, said, beat.outline, told.masked))
    each = Text("警格", "Beat").say(lang)
    return Areas(indicator.title.say(lang), unit_of(indicator, lang), each, tuple(areas))


def by_hour(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    lang: str,
    *,
    agency: Agency | None = None,
) -> Hours:
    """How many of the things counted fell in each hour of each weekday, on the clock here."""
    counts = indicators.by_hour(actor, indicator, period, agency=agency)
    said = Text("{t}：一周各时段", "{t}: by hour of the week").format(t=indicator.title)
    days = tuple(day.say(lang) for day in WEEKDAYS)
    each = Text("时段", "Hour").say(lang)
    return Hours(said.say(lang), "", each, days, tuple(map(tuple, counts)))


def outcomes(
    actor: Actor, flow: Flow, period: Period, lang: str, *, agency: Agency | None = None
) -> Flows:
    """How matters of a kind went from state to state in the period: steps onward, from the trail.

    A step back (sent back, reopened) is no way onward and is left out of the drawing.
    """
    require(actor, indicators.PERMISSION)
    rows = Entry.objects.filter(
        matter__kind=flow.kind,
        occurred_at__gte=period.start,
        occurred_at__lt=period.end,
        agency_id__in=_here(actor, agency),
    ).exclude(from_state=F("to_state"))
    counted = rows.values_list("from_state", "to_state").annotate(n=Count("matter", distinct=True))
    order = ["", *flow.states]
    begun = Text("新增", "Begun").say(lang)
    names = {"": begun, **{key: state.title.say(lang) for key, state in flow.states.items()}}
    onward = sorted(
        (order.index(a), order.index(b), n)
        for a, b, n in counted
        if a in order and b in order and order.index(a) < order.index(b)
    )
    links = tuple((names[order[a]], names[order[b]], n) for a, b, n in onward)
    heads = (_FROM.say(lang), _TO.say(lang), _MANY.say(lang))
    title = Text("{t}：去向", "{t}: what became of it").format(t=flow.title).say(lang)
    return Flows(title, heads, tuple(names[key] for key in order), links)


def _here(actor: Actor, agency: Agency | None) -> list[int]:
    """The agencies where the actor reads figures, below `agency` if one is named."""
    reach = actor.reach(indicators.PERMISSION)
    if agency is None:
        return sorted(reach)
    below = Agency.objects.filter(path__startswith=agency.path, pk__in=reach)
    found = list(below.values_list("pk", flat=True))
    if not found:
        raise NotFound
    return found
