"""Figures: what is counted, and exactly how.

A domain declares indicators; each turns entries into samples, one row per thing counted, as an Ibis
expression. The same expression gives the figure and, opened, the records behind it. Percentiles are
computed from the samples themselves (`percentile_cont`, linear between neighbours), never from
averages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
from django.db import connection
from ibis import Table

from watchroom.base.rounding import percent
from watchroom.base.text import Text

from .access import Actor, visible
from .models import Beat, Matter
from .registry import registry

ENTRIES = ibis.table(
    {
        "id": "int64",
        "matter_id": "int64",
        "event": "string",
        "from_state": "string",
        "to_state": "string",
        "agency_id": "int64",
        "occurred_at": "timestamp('UTC')",
        "entered_at": "timestamp('UTC')",
    },
    name="kernel_entry",
)
MATTERS = ibis.table(
    {
        "id": "int64",
        "kind": "string",
        "state": "string",
        "priority": "int64",
        "agency_id": "int64",
        "beat_id": "int64",
        "parent_id": "int64",
        "occurred_at": "timestamp('UTC')",
        "entered_at": "timestamp('UTC')",
        "closed_at": "timestamp('UTC')",
    },
    name="kernel_matter",
)

PERCENTILES = (0.5, 0.9, 0.95)
SHARES = ("share", "ratio")
Samples = Callable[[Table, Table], Table]
"""(entries, matters) → rows of `matter_id`, `agency_id`, `at` and `value`."""


@dataclass(frozen=True)
class Indicator:
    """One defined figure. `better` is "lower", "higher" or "".

    `unit`: "seconds"; "count"; "share", where each sample is 1 or 0 and the figure is how many of
    them are 1; "ratio", where each sample also says `of`: the figure is the sum of `value` over the
    sum of `of`, two things counted in one period (ended ÷ begun), and may be above 100; "fen",
    where the figure is their sum; "distinct", where each sample says `what` and the figure is how
    many different ones there are.
    `places`: decimals of a share or ratio.
    `of_beat`: its matters lie in beats, and each beat can be told apart.
    """

    key: str
    title: Text
    definition: Text
    samples: Samples
    unit: str = "seconds"
    better: str = ""
    bands: str = ""
    places: int = 1
    of_beat: bool = False


@dataclass(frozen=True)
class Period:
    """From a moment up to, not including, another."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Figure:
    """An indicator in a period and scope. A percentile of nothing is None, never zero.

    `count`: the samples; of a ratio, what stands below the line; of "distinct", the different ones.
    """

    indicator: Indicator
    period: Period
    count: int
    percentiles: Mapping[float, float | None]
    part: float = 0.0

    @property
    def share(self) -> Decimal | None:
        """Of a share or ratio, the per cent; None of nothing, and of anything else."""
        one = self.indicator
        return percent(self.part, self.count, one.places) if one.unit in SHARES else None

    @property
    def yuan(self) -> Decimal | None:
        """Of an amount, the sum in yuan, exactly; None of anything else."""
        return Decimal(int(self.part)) / 100 if self.indicator.unit == "fen" else None


def between(first: str, last: str) -> Samples:
    """Seconds from one event of a matter to another: each matter's first of each."""

    def samples(entries: Table, _matters: Table) -> Table:
        a = _first(entries, first).rename(at="occurred_at")
        b = _first(entries, last).select("matter_id", until="occurred_at")
        both = a.join(b, "matter_id")
        seconds = both.until.epoch_seconds() - both.at.epoch_seconds()
        return both.select("matter_id", "agency_id", "at", value=seconds.cast("float64"))

    return samples


def _first(entries: Table, event: str) -> Table:
    rows = entries.filter(entries.event == event)
    grouped = rows.group_by("matter_id")
    return grouped.agg(agency_id=rows.agency_id.min(), occurred_at=rows.occurred_at.min())


def once(event: str) -> Samples:
    """One sample for each matter: its first entry of an event."""

    def samples(entries: Table, _matters: Table) -> Table:
        first = _first(entries, event).rename(at="occurred_at")
        return first.select("matter_id", "agency_id", "at", value=ibis.literal(1.0))

    return samples


def over(above: Samples, below: Samples) -> Samples:
    """For a ratio: these samples over those, each at its own time."""

    def samples(entries: Table, matters: Table) -> Table:
        top, base = above(entries, matters), below(entries, matters)
        zero, one = ibis.literal(0.0), ibis.literal(1.0)
        return top.mutate(value=one, of=zero).union(base.mutate(value=zero, of=one))

    return samples


def happened(event: str) -> Samples:
    """One sample for each entry of an event."""

    def samples(entries: Table, _matters: Table) -> Table:
        rows = entries.filter(entries.event == event)
        return rows.select("matter_id", "agency_id", at="occurred_at", value=ibis.literal(1.0))

    return samples


def all_indicators() -> dict[str, Indicator]:
    """Every indicator any domain declares, by "<domain>.<key>"."""
    return {
        f"{domain.key}.{indicator.key}": indicator
        for domain, module in registry.modules("indicators")
        for indicator in module.INDICATORS
    }


def _scope(
    indicator: Indicator, period: Period, agencies: Sequence[int], beat_id: int | None = None
) -> Table:
    rows = indicator.samples(ENTRIES, MATTERS)
    inside = (rows.at >= period.start) & (rows.at < period.end)
    found = rows.filter(inside & rows.agency_id.isin(list(agencies)))
    return found if beat_id is None else found.semi_join(_of_beat(beat_id), "matter_id")


def _of_beat(beat_id: int) -> Table:
    return MATTERS.filter(MATTERS.beat_id == beat_id).select(matter_id="id")


def figure(actor: Actor, indicator: Indicator, period: Period) -> Figure:
    """The figure over the agencies where the actor may see figures."""
    agencies = sorted(actor.reach("figures.view"))
    if not agencies:
        return Figure(indicator, period, 0, dict.fromkeys(PERCENTILES))
    rows = _scope(indicator, period, agencies)
    (row,) = _run(rows.agg(**_wanted(indicator, rows)))
    return _figure(indicator, period, row)


def by_beat(actor: Actor, indicator: Indicator, period: Period) -> list[tuple[Beat, Figure]]:
    """The figure of each beat where anything was counted, over the same agencies; by code.

    A matter without a beat counts in the whole and in no beat.
    """
    agencies = sorted(actor.reach("figures.view"))
    if not agencies or not indicator.of_beat:
        return []
    rows = _scope(indicator, period, agencies)
    lain = MATTERS.filter(MATTERS.beat_id.notnull()).select(matter_id="id", beat_id="beat_id")
    placed = rows.join(lain, "matter_id")
    found = {row["beat_id"]: row for row in _run(_each(indicator, placed))}
    beats = Beat.objects.filter(pk__in=found).select_related("agency").defer("outline")
    return [(b, _figure(indicator, period, found[b.pk])) for b in beats.order_by("code")]


def _each(indicator: Indicator, placed: Table) -> Table:
    return placed.group_by("beat_id").agg(**_wanted(indicator, placed))


def _wanted(indicator: Indicator, rows: Table) -> dict[str, Any]:
    wanted = {f"p{i}": rows.value.quantile(q) for i, q in enumerate(PERCENTILES)}
    return {"count": _count(indicator, rows), "part": rows.value.sum(), **wanted}


def _figure(indicator: Indicator, period: Period, row: Mapping[str, Any]) -> Figure:
    return Figure(
        indicator,
        period,
        int(row["count"] or 0),
        {q: row[f"p{i}"] for i, q in enumerate(PERCENTILES)},
        row["part"] or 0.0,
    )


def _count(indicator: Indicator, rows: Table) -> Any:
    if indicator.unit == "ratio":
        return rows.of.sum()
    return rows.what.nunique() if indicator.unit == "distinct" else rows.count()


def records(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    limit: int = 200,
    *,
    beat_id: int | None = None,
) -> tuple[list[tuple[Matter, float]], int]:
    """The matters behind a figure that the reader may see, and how many they may not.

    `beat_id`: of the figure of that beat.
    """
    agencies = sorted(actor.reach("figures.view"))
    if not agencies:
        return [], 0
    rows = _scope(indicator, period, agencies, beat_id)
    found = _run(rows.order_by(ibis.desc("at")).select("matter_id", "value"))
    ids = {row["matter_id"] for row in found}
    seen = visible(actor, Matter.objects.filter(pk__in=ids)).select_related("agency").in_bulk()
    shown = [(seen[r["matter_id"]], r["value"]) for r in found if r["matter_id"] in seen]
    return shown[:limit], len(ids) - len(seen)


def _run(expression: Table) -> list[dict[str, Any]]:
    """Run an expression on the application's own connection, in its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(str(ibis.to_sql(expression, dialect="postgres")).replace("%", "%%"), [])
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
