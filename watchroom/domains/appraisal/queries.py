"""Every read of appraisal, by name. The actor comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count as Counted
from django.db.models import QuerySet

from watchroom.base.clock import day_start
from watchroom.base.rounding import minutes
from watchroom.figures import scoring
from watchroom.figures.guard import Known
from watchroom.figures.measure import Count, Measure, Quantile, Share
from watchroom.figures.scoring import Item, Table
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Matter, Staff

from . import rules
from .flow import DRAFT, SCHEME
from .models import Scheme

if TYPE_CHECKING:
    from watchroom.figures.figure import Figure
    from watchroom.figures.indicator import Indicator
    from watchroom.figures.periods import Period

TRACE = tuple(n / 50 for n in range(51))
"""Where the quantile function of durations is read, for what chance could have dealt."""


def indicators() -> dict[str, Indicator]:
    """Every figure a scheme can name, by key."""
    from watchroom.kernel.indicators import all_indicators  # noqa: PLC0415 - takes a second

    return all_indicators()


@cache
def known() -> dict[str, Known]:
    """What the guard knows of every figure, by key."""
    return {
        key: Known(key, one.title, one.definition, one.counts) for key, one in indicators().items()
    }


def compares(actor: Actor) -> int:
    """The agency whose agencies an actor proposes to compare: their own, or the nearest above it
    that has any below it and where they may propose."""
    reach = actor.reach(DRAFT)
    own = Agency.objects.get(pk=actor.agency_id)
    above = [int(part) for part in own.path.strip(".").split(".")][::-1]
    parents = set(Agency.objects.filter(parent__in=above).values_list("parent", flat=True))
    return next((pk for pk in above if pk in reach and pk in parents), own.pk)


def schemes(actor: Actor, *, over: bool = False) -> QuerySet[Matter]:
    """Schemes the actor may see, those in force first; `over`: ended, refused and withdrawn."""
    rows = access.visible(actor).filter(kind=SCHEME.kind, closed_at__isnull=not over)
    return rows.select_related("agency", "owner", "appraisal_scheme").order_by("-id")


def scheme_of(actor: Actor, matter_id: int) -> Scheme:
    """One scheme the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=SCHEME.kind)
    return Scheme.objects.select_related("matter", "matter__agency").get(pk=matter.pk)


def by_number(actor: Actor, number: str) -> Scheme:
    """The same by the number of its matter."""
    return scheme_of(actor, access.find(actor, number=number, kind=SCHEME.kind).pk)


def rules_of(kept: Scheme) -> scoring.Scheme:
    """How a scheme gives points."""
    return scoring.from_dict(kept.scheme)


def refused(kept: Scheme) -> list[dict[str, Any]]:
    """What the guard says of a scheme today; empty where it may stand."""
    return [one.as_dict() for one in rules.guarded(rules_of(kept), known())]


def compared(kept: Scheme) -> list[Agency]:
    """The agencies a scheme compares, by code."""
    below = Agency.objects.filter(path__startswith=kept.matter.agency.path, kind=kept.level)
    return list(below.exclude(pk=kept.matter.agency_id).order_by("code"))


def levels(agency_id: int) -> dict[str, int]:
    """The kinds of agency below one, with how many there are."""
    top = Agency.objects.get(pk=agency_id)
    rows = Agency.objects.filter(path__startswith=top.path).exclude(pk=top.pk)
    found = rows.filter(kind__in=list(rules.LEVELS)).values_list("kind").annotate(n=Counted("id"))
    return {kind: n for kind, n in found.order_by("kind") if n > 1}


def days(kept: Scheme) -> Period:
    """Its days."""
    from watchroom.figures.periods import Period  # noqa: PLC0415 - with the rest of the figures

    return Period(day_start(kept.since), day_start(kept.until + timedelta(days=1)))


@dataclass(frozen=True)
class Cell:
    """One agency's figure for one item: what it measures, and as it is told."""

    measure: Measure
    figure: Figure

    def said(self, lang: str) -> str:
        """The figure as it is published; of a time, the percentile that the item takes."""
        value = self.measure.value
        timed = self.figure.indicator.unit == "seconds" and value is not None
        return minutes(value) if timed else self.figure.said(lang)


@dataclass(frozen=True)
class League:
    """A table with what stands behind it: `cells[agency][item]`, in the order of `agencies`."""

    scheme: scoring.Scheme
    agencies: list[Agency]
    cells: list[list[Cell]]
    table: Table


def league(kept: Scheme, scheme: scoring.Scheme) -> League:
    """The table of a scheme with these weights.

    It is asked by the system: whoever may read the scheme reads the points, as it was published.
    """
    agencies, period = compared(kept), days(kept)
    columns = [_column(item, period, agencies) for item in scheme.items]
    cells = [[column[place] for column in columns] for place in range(len(agencies))]
    measured = [[cell.measure for cell in row] for row in cells]
    return League(scheme, agencies, cells, scoring.league(scheme, measured, seed=kept.pk))


def _column(item: Item, period: Period, agencies: list[Agency]) -> list[Cell]:
    from watchroom.kernel import indicators as kernel  # noqa: PLC0415 - takes a second

    indicator, system = indicators()[item.indicator], access.system()
    told = kernel.by_agency(system, indicator, period, agencies)
    bases = _bases(item, period, agencies)
    traces = (
        kernel.quantiles(system, indicator, period, agencies, TRACE)
        if indicator.unit == "seconds"
        else [()] * len(agencies)
    )
    return [
        Cell(_measure(item, figure, base, trace), figure)
        for (_, figure), base, trace in zip(told, bases, traces, strict=True)
    ]


def _measure(item: Item, figure: Figure, base: int | None, trace: tuple[float, ...]) -> Measure:
    unit = figure.indicator.unit
    if unit == "seconds":
        exact = figure.percentiles.get(item.level)
        return Quantile(exact, item.level, figure.count, TRACE, trace)
    if unit in ("share", "ratio"):
        return Share(int(figure.part), figure.count, free=unit == "ratio")
    amount = item.amount if item.per else 1
    count = int(figure.part) if unit == "fen" else figure.count
    return Count(count, base, amount, chance=item.per not in ("", rules.OFFICERS))


def _bases(item: Item, period: Period, agencies: list[Agency]) -> list[int | None]:
    """What each agency's count is measured over."""
    if not item.per:
        return [None] * len(agencies)
    if item.per == rules.OFFICERS:
        return [_officers(agency) for agency in agencies]
    from watchroom.kernel.indicators import by_agency  # noqa: PLC0415 - takes a second

    work = by_agency(access.system(), indicators()[item.per], period, agencies)
    return [figure.count for _, figure in work]


def _officers(agency: Agency) -> int:
    """Who serves there or below today."""
    return Staff.objects.filter(agency__path__startswith=agency.path, is_active=True).count()
