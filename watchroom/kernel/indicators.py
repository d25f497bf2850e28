"""Figures of this database: an indicator asked of PostgreSQL, as far as the reader may see.

Each indicator is compiled once for each way of asking. What is asked for (periods, agencies, what
was known at a moment) stands in front of it as named rows (`asked_period`, `asked_agency`,
`kernel_entry` as it was): the expression itself is the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import ibis
from django.db import connection
from ibis import Table

from watchroom.figures.change import Change
from watchroom.figures.figure import Figure
from watchroom.figures.indicator import ENTRIES, MATTERS, PERCENTILES, SHARES, Indicator
from watchroom.figures.periods import Period, previous, same_last_year

from .access import EVERYWHERE, Actor, require, visible
from .models import Agency, Beat, Matter
from .registry import registry

PERMISSION = "figures.view"
PERIODS = ibis.table(
    {"n": "int64", "starts": "timestamp('UTC')", "ends": "timestamp('UTC')"}, name="asked_period"
)
AGENCIES = ibis.table(
    {
        "agency_id": "int64",
        "above_id": "int64",
        "since": "timestamp('UTC')",
        "until": "timestamp('UTC')",
    },
    name="asked_agency",
)


@dataclass(frozen=True)
class Scope:
    """Whose figures: of these agencies and of what stood below them at the time; None is all.

    `outside`: the reader stands outside, and reads nothing under the floor.
    """

    roots: tuple[int, ...] | None
    outside: bool = False


@dataclass(frozen=True)
class Asked:
    """The rows that stand in front of a question."""

    periods: Sequence[Period]
    roots: Sequence[int] | None
    known_at: datetime | None = None


def all_indicators() -> dict[str, Indicator]:
    """Every indicator any domain declares, by "<domain>.<key>"."""
    return {
        f"{domain.key}.{indicator.key}": indicator
        for domain, module in registry.modules("indicators")
        for indicator in module.INDICATORS
    }


def scope(actor: Actor, agency: Agency | None = None) -> Scope:
    """Where the actor reads figures; of one agency, also from outside, behind the floor.

    Refusal for who may read no figures at all and asks for an agency's.
    """
    paths = actor.grants.get(PERMISSION, frozenset())
    if agency is not None:
        require(actor, PERMISSION)
        return Scope((agency.pk,), outside=not actor.within(PERMISSION, agency.pk))
    if EVERYWHERE in paths:
        return Scope(None)
    tops = {p for p in paths if not any(p != q and p.startswith(q) for q in paths)}
    return Scope(tuple(sorted(int(path.strip(".").rpartition(".")[2]) for path in tops)))


def figure(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    *,
    agency: Agency | None = None,
    known_at: datetime | None = None,
) -> Figure:
    """The figure over the agencies where the actor may see figures, or of one with all below it.

    `known_at`: from what had been recorded up to then.
    """
    (one,) = series(actor, indicator, [period], agency=agency, known_at=known_at)
    return one


def series(
    actor: Actor,
    indicator: Indicator,
    periods: Sequence[Period],
    *,
    agency: Agency | None = None,
    known_at: datetime | None = None,
) -> list[Figure]:
    """The figure of each period, by one question of the database."""
    here = scope(actor, agency)
    if here.roots == ():
        return [_figure(indicator, period, None) for period in periods]
    sql = _whole(indicator, here.roots is not None)
    rows = {row["n"]: row for row in _run(sql, Asked(periods, here.roots, known_at))}
    found = [_figure(indicator, period, rows.get(n)) for n, period in enumerate(periods)]
    return [one.behind_floor() for one in found] if here.outside else found


def by_agency(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    agencies: Sequence[Agency],
    *,
    known_at: datetime | None = None,
) -> list[tuple[Agency, Figure]]:
    """The figure of each agency with all below it at the time, by one question."""
    require(actor, PERMISSION)
    asked = Asked([period], [agency.pk for agency in agencies], known_at)
    rows = {row["above_id"]: row for row in _run(_by_agency(indicator), asked)}
    found = [(one, _figure(indicator, period, rows.get(one.pk))) for one in agencies]
    return [
        (one, told if actor.within(PERMISSION, one.pk) else told.behind_floor())
        for one, told in found
    ]


def quantiles(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    agencies: Sequence[Agency],
    levels: tuple[float, ...],
) -> list[tuple[float, ...]]:
    """The quantile function of each agency's samples at rising levels from 0 to 1, by one question;
    empty where there are no samples, and where the actor stands outside."""
    require(actor, PERMISSION)
    inside = [agency.pk for agency in agencies if actor.within(PERMISSION, agency.pk)]
    asked = Asked([period], inside)
    rows = {row.pop("above_id"): row for row in _run(_quantiles(indicator, levels), asked)}
    found = (rows.get(agency.pk, {}) for agency in agencies)
    return [tuple(row[f"q{i}"] for i in range(len(levels)) if row) for row in found]


def by_beat(actor: Actor, indicator: Indicator, period: Period) -> list[tuple[Beat, Figure]]:
    """The figure of each beat where anything was counted, over the same agencies; by code.

    A matter without a beat counts in the whole and in no beat.
    """
    here = scope(actor)
    if here.roots == () or not indicator.of_beat:
        return []
    sql = _by_beat(indicator, here.roots is not None)
    found = {row["beat_id"]: row for row in _run(sql, Asked([period], here.roots))}
    beats = Beat.objects.filter(pk__in=found).select_related("agency").defer("outline")
    return [(b, _figure(indicator, period, found[b.pk])) for b in beats.order_by("code")]


def changes(
    actor: Actor, indicator: Indicator, period: Period, agency: Agency | None = None
) -> Change:
    """The figure beside that of the period before (环比) and of the same one last year (同比)."""
    periods = [period, previous(period), same_last_year(period)]
    now, before, year_ago = series(actor, indicator, periods, agency=agency)
    return Change(now.value, before.value, year_ago.value, points=indicator.unit in SHARES)


def records(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    limit: int = 200,
    *,
    beat_id: int | None = None,
    agency: Agency | None = None,
) -> tuple[list[tuple[Matter, float]], int]:
    """The matters behind a figure that the reader may see, and how many they may not.

    `beat_id`: of the figure of that beat.
    """
    here = scope(actor, agency)
    if here.roots == ():
        return [], 0
    rows = _run(_records(indicator, here.roots is not None), Asked([period], here.roots))
    found = [row for row in rows if beat_id is None or row["beat_id"] == beat_id]
    ids = {row["matter_id"] for row in found}
    seen = visible(actor, Matter.objects.filter(pk__in=ids)).select_related("agency").in_bulk()
    shown = [(seen[r["matter_id"]], r["value"]) for r in found if r["matter_id"] in seen]
    return shown[:limit], len(ids) - len(seen)


# -- expressions, compiled once --------------------------------------------------------------


def _asked(indicator: Indicator, within: bool) -> Table:
    """The samples of each period asked for; `within`: of the agencies asked for."""
    rows = indicator.samples(ENTRIES, MATTERS)
    inside = rows.join(PERIODS, [rows.at >= PERIODS.starts, rows.at < PERIODS.ends])
    return inside.semi_join(AGENCIES, _below(inside)) if within else inside


def _below(rows: Table) -> list[Any]:
    here = rows.agency_id == AGENCIES.agency_id
    return [here, rows.at >= AGENCIES.since, rows.at < AGENCIES.until]


@lru_cache(maxsize=2048)
def _whole(indicator: Indicator, within: bool) -> str:
    rows = _asked(indicator, within)
    return _sql(rows.group_by("n").agg(**_wanted(indicator, rows)))


@lru_cache(maxsize=2048)
def _by_agency(indicator: Indicator) -> str:
    rows = _asked(indicator, within=False)
    placed = rows.join(AGENCIES, _below(rows)).drop("agency_id_right")
    return _sql(placed.group_by("above_id").agg(**_wanted(indicator, placed)))


@lru_cache(maxsize=2048)
def _quantiles(indicator: Indicator, levels: tuple[float, ...]) -> str:
    rows = _asked(indicator, within=False)
    placed = rows.join(AGENCIES, _below(rows)).drop("agency_id_right")
    wanted = {f"q{i}": placed.value.quantile(level) for i, level in enumerate(levels)}
    return _sql(placed.group_by("above_id").agg(**wanted))


@lru_cache(maxsize=2048)
def _by_beat(indicator: Indicator, within: bool) -> str:
    rows = _asked(indicator, within)
    lain = MATTERS.filter(MATTERS.beat_id.notnull()).select(matter_id="id", beat_id="beat_id")
    placed = rows.join(lain, "matter_id")
    return _sql(placed.group_by("beat_id").agg(**_wanted(indicator, placed)))


@lru_cache(maxsize=2048)
def _records(indicator: Indicator, within: bool) -> str:
    rows = _asked(indicator, within)
    lain = MATTERS.select(matter_id="id", beat_id="beat_id")
    placed = rows.join(lain, "matter_id").order_by([ibis.desc("at"), "matter_id"])
    return _sql(placed.select("matter_id", "beat_id", "value"))


def _wanted(indicator: Indicator, rows: Table) -> dict[str, Any]:
    wanted = {f"p{i}": rows.value.quantile(q) for i, q in enumerate(PERCENTILES)}
    return {"count": _count(indicator, rows), "part": rows.value.sum(), **wanted}


def _count(indicator: Indicator, rows: Table) -> Any:
    if indicator.unit == "ratio":
        return rows.of.sum()
    return rows.what.nunique() if indicator.unit == "distinct" else rows.count()


def _figure(indicator: Indicator, period: Period, row: Mapping[str, Any] | None) -> Figure:
    if row is None:
        return Figure(indicator, period, 0, dict.fromkeys(PERCENTILES))
    told = {q: row[f"p{i}"] for i, q in enumerate(PERCENTILES)}
    return Figure(indicator, period, int(row["count"] or 0), told, row["part"] or 0.0)


# -- asking PostgreSQL -----------------------------------------------------------------------

_PERIODS = """asked_period AS (
SELECT p.n - 1 AS n, p.starts, p.ends
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY p (starts, ends, n))
"""
_AGENCIES = """asked_agency AS (
SELECT a.id AS agency_id, above.id AS above_id,
    timestamptz '-infinity' AS since, timestamptz 'infinity' AS until
FROM kernel_agency a JOIN unnest(%(roots)s::bigint[]) AS above (id)
    ON strpos(a.path, '.' || above.id || '.') > 0)"""
_KNOWN_ENTRIES = """kernel_entry AS NOT MATERIALIZED (
SELECT * FROM kernel_entry WHERE entered_at <= %(known_at)s)"""
_KNOWN_MATTERS = """kernel_matter AS NOT MATERIALIZED (
SELECT m.id, m.kind, stood.to_state AS state, m.priority, stood.agency_id, m.beat_id, m.parent_id,
    m.occurred_at, m.entered_at,
    CASE WHEN m.kind || ' ' || stood.to_state = ANY(%(final)s) THEN moved.occurred_at END
        AS closed_at
FROM kernel_matter m
CROSS JOIN LATERAL (
    SELECT e.to_state, e.agency_id FROM kernel_entry e
    WHERE e.matter_id = m.id AND e.entered_at <= %(known_at)s
    ORDER BY e.id DESC LIMIT 1) AS stood
LEFT JOIN LATERAL (
    SELECT e.occurred_at FROM kernel_entry e
    WHERE e.matter_id = m.id AND e.entered_at <= %(known_at)s AND e.from_state <> e.to_state
    ORDER BY e.id DESC LIMIT 1) AS moved ON true)"""
"""Matters as they stood then, read from the trail. Priority, beat and parent are those of today;
`kernel_entry` inside still means the whole table, for it is named after this one."""


_TOLD = "WITH {named} SELECT * FROM ({sql}) AS told"


def _sql(expression: Table) -> str:
    return str(ibis.to_sql(expression, dialect="postgres")).replace("%", "%%")


def _run(sql: str, asked: Asked) -> list[dict[str, Any]]:
    """Ask on the application's own connection, in its transaction."""
    named, values = _in_front(asked)
    with connection.cursor() as cursor:
        cursor.execute(_TOLD.format(named=", ".join(named), sql=sql), values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _in_front(asked: Asked) -> tuple[list[str], dict[str, Any]]:
    """The named rows, and what stands in them."""
    starts, ends = ([getattr(p, end) for p in asked.periods] for end in ("start", "end"))
    values: dict[str, Any] = {"starts": starts, "ends": ends}
    named = [_PERIODS]
    if asked.roots is not None:
        named.append(_AGENCIES)
        values["roots"] = list(asked.roots)
    if asked.known_at is not None:
        named += [_KNOWN_MATTERS, _KNOWN_ENTRIES]
        values |= {"known_at": asked.known_at, "final": _final()}
    return named, values


def _final() -> list[str]:
    """Every kind with each state that ends it."""
    flows = registry.flows.values()
    return [f"{f.kind} {name}" for f in flows for name, state in f.states.items() if state.final]
