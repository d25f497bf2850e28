"""Figures of this database: an indicator asked of PostgreSQL, as far as the reader may see.

Each indicator is compiled once for each way of asking. What is asked for (periods, agencies, what
was known at a moment) stands in front of it as named rows (`asked_period`, `asked_agency`,
`kernel_entry` as it was): the expression itself is the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import ibis
from django.db import connection
from ibis import Table

from watchroom.figures.change import Change
from watchroom.figures.engines import exact
from watchroom.figures.figure import Figure
from watchroom.figures.indicator import MATTERS, PERCENTILES, SHARES, Indicator
from watchroom.figures.periods import Period, previous, same_last_year

from .access import EVERYWHERE, Actor, NotFound, require, visible
from .models import Agency, Beat, Matter
from .registry import registry

PERMISSION = "figures.view"
HOURS_EAST = 8
"""Of UTC: the one zone of the whole country, without summer time."""
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

BEAT = ibis.table({"beat_id": "int64"}, name="asked_beat")

Roots = tuple[int, ...] | None
"""Agencies, each with all that stood below it at the time; None is everybody, () nobody."""


@dataclass(frozen=True)
class Asked:
    """What stands in front of a question."""

    periods: Sequence[Period]
    roots: Roots
    known_at: datetime | None = None
    beat: int | None = None


def all_indicators() -> dict[str, Indicator]:
    """Every indicator any domain declares, by "<domain>.<key>"."""
    return {
        f"{domain.key}.{indicator.key}": indicator
        for domain, module in registry.modules("indicators")
        for indicator in module.INDICATORS
    }


def own(actor: Actor) -> Roots:
    """The topmost agencies in which the actor reads figures."""
    paths = actor.grants.get(PERMISSION, frozenset())
    if EVERYWHERE in paths:
        return None
    tops = {p for p in paths if not any(p != q and p.startswith(q) for q in paths)}
    return tuple(sorted(int(path.strip(".").rpartition(".")[2]) for path in tops))


def inside(actor: Actor, roots: Roots) -> bool:
    """Whether the actor reads figures in all of these agencies; from outside, behind the floor."""
    if roots is None:
        tops = Agency.objects.filter(parent=None).values_list("pk", flat=True)
        return all(actor.within(PERMISSION, pk) for pk in tops)
    return all(actor.within(PERMISSION, pk) for pk in roots)


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
    """The figure of each period, by one question of the database.

    Refusal for who may read no figures at all and asks for an agency's.
    """
    if agency is None:
        return ask(indicator, Asked(periods, own(actor), known_at))
    require(actor, PERMISSION)
    found = ask(indicator, Asked(periods, (agency.pk,), known_at))
    outside = not inside(actor, (agency.pk,))
    return [one.behind_floor() for one in found] if outside else found


def ask(indicator: Indicator, asked: Asked) -> list[Figure]:
    """The figure of each period, whoever asks: access is the caller's to see to."""
    rows: dict[int, Mapping[str, Any]] = {}
    if asked.roots != ():
        sql = _whole(indicator, asked.roots is not None, asked.beat is not None)
        rows = {row["n"]: row for row in _run(sql, asked)}
    return [_figure(indicator, asked, n, rows.get(n)) for n in range(len(asked.periods))]


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
    asked = Asked([period], tuple(agency.pk for agency in agencies), known_at)
    rows = {row["above_id"]: row for row in _run(_by_agency(indicator), asked)}
    return [(one, _of(actor, indicator, asked, one, rows.get(one.pk))) for one in agencies]


def _of(
    actor: Actor, indicator: Indicator, asked: Asked, agency: Agency, row: Mapping[str, Any] | None
) -> Figure:
    one = replace(_figure(indicator, asked, 0, row), agencies=(agency.pk,))
    return one if actor.within(PERMISSION, agency.pk) else one.behind_floor()


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
    mine = tuple(agency.pk for agency in agencies if actor.within(PERMISSION, agency.pk))
    asked = Asked([period], mine)
    rows = {row.pop("above_id"): row for row in _run(_quantiles(indicator, levels), asked)}
    found = (rows.get(agency.pk, {}) for agency in agencies)
    return [tuple(row[f"q{i}"] for i in range(len(levels)) if row) for row in found]


def by_beat(actor: Actor, indicator: Indicator, period: Period) -> list[tuple[Beat, Figure]]:
    """The figure of each beat where anything was counted, over the same agencies; by code.

    A matter without a beat counts in the whole and in no beat.
    """
    asked = Asked([period], own(actor))
    if asked.roots == () or not indicator.of_beat:
        return []
    sql = _by_beat(indicator, asked.roots is not None)
    found = {row["beat_id"]: _figure(indicator, asked, 0, row) for row in _run(sql, asked)}
    beats = Beat.objects.filter(pk__in=found).select_related("agency").defer("outline")
    return [(b, replace(found[b.pk], beat=b.pk)) for b in beats.order_by("code")]


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

    `beat_id`: of the figure of that beat; `agency`: of that agency's.
    """
    roots = own(actor) if agency is None else (agency.pk,)
    return seen(actor, pairs(indicator, Asked([period], roots, beat=beat_id)), limit)


def pairs(indicator: Indicator, asked: Asked) -> list[tuple[int, float]]:
    """The matters and values behind a figure, the latest first, whoever asks."""
    if asked.roots == ():
        return []
    sql = _records(indicator, asked.roots is not None, asked.beat is not None)
    return [(row["matter_id"], row["value"]) for row in _run(sql, asked)]


def seen(
    actor: Actor, behind: Sequence[tuple[int, float]], limit: int = 200
) -> tuple[list[tuple[Matter, float]], int]:
    """Of what lies behind a figure, what the actor may see, and how many matters they may not."""
    ids = {matter_id for matter_id, _ in behind}
    may = visible(actor, Matter.objects.filter(pk__in=ids)).select_related("agency").in_bulk()
    shown = [(may[matter_id], value) for matter_id, value in behind if matter_id in may]
    return shown[:limit], len(ids) - len(may)


def by_hour(
    actor: Actor, indicator: Indicator, period: Period, *, agency: Agency | None = None
) -> list[list[int]]:
    """How many samples fell in each hour of each weekday (Monday first) on the clock here.

    NotFound for an agency the reader stands outside of: most of these cells are small.
    """
    roots = own(actor) if agency is None else (agency.pk,)
    if agency is not None and not inside(actor, roots):
        raise NotFound
    counts = [[0] * 24 for _ in range(7)]
    if roots == ():
        return counts
    for row in _run(_by_hour(indicator, roots is not None), Asked([period], roots)):
        counts[int(row["day"])][int(row["hour"])] = int(row["count"])
    return counts


# -- expressions, compiled once --------------------------------------------------------------


def _asked(indicator: Indicator, within: bool, of_beat: bool = False) -> Table:
    """The samples of each period asked for; `within`: of the agencies asked for."""
    rows = exact.samples(indicator)
    during = rows.join(PERIODS, [rows.at >= PERIODS.starts, rows.at < PERIODS.ends])
    if of_beat:
        lain = MATTERS.select(lain_id="id", beat_id="beat_id").join(BEAT, "beat_id")
        during = during.semi_join(lain, during.matter_id == lain.lain_id)
    return during.semi_join(AGENCIES, _below(during)) if within else during


def _below(rows: Table) -> list[Any]:
    here = rows.agency_id == AGENCIES.agency_id
    return [here, rows.at >= AGENCIES.since, rows.at < AGENCIES.until]


@lru_cache(maxsize=2048)
def _whole(indicator: Indicator, within: bool, of_beat: bool) -> str:
    rows = _asked(indicator, within, of_beat)
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
def _by_hour(indicator: Indicator, within: bool) -> str:
    rows = _asked(indicator, within)
    here = rows.at + ibis.interval(hours=HOURS_EAST)
    placed = rows.mutate(day=here.day_of_week.index(), hour=here.hour())
    return _sql(placed.group_by(["day", "hour"]).agg(count=placed.count()))


@lru_cache(maxsize=2048)
def _records(indicator: Indicator, within: bool, of_beat: bool) -> str:
    rows = _asked(indicator, within, of_beat).order_by([ibis.desc("at"), "matter_id"])
    return _sql(rows.select("matter_id", "value"))


def _wanted(indicator: Indicator, rows: Table) -> dict[str, Any]:
    timed = indicator.unit == "seconds"
    wanted = {f"p{i}": rows.value.quantile(q) for i, q in enumerate(PERCENTILES) if timed}
    return {"count": _count(indicator, rows), "part": rows.value.sum(), **wanted}


def _count(indicator: Indicator, rows: Table) -> Any:
    if indicator.unit == "ratio":
        return rows.of.sum()
    return rows.what.nunique() if indicator.unit == "distinct" else rows.count()


def _figure(indicator: Indicator, asked: Asked, n: int, row: Mapping[str, Any] | None) -> Figure:
    told = row or {"count": 0, "part": 0.0}
    return Figure(
        indicator,
        asked.periods[n],
        int(told["count"] or 0),
        {q: told.get(f"p{i}") for i, q in enumerate(PERCENTILES)},
        told["part"] or 0.0,
        agencies=asked.roots,
        beat=asked.beat,
        known_at=asked.known_at,
    )


# -- asking PostgreSQL -----------------------------------------------------------------------

_PERIODS = """asked_period AS (
SELECT p.n - 1 AS n, p.starts, p.ends
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY p (starts, ends, n))
"""
_AGENCIES = """asked_agency AS (
SELECT a.agency_id, above.id AS above_id, a.since, a.until
FROM kernel_agency_at a JOIN unnest(%(roots)s::bigint[]) AS above (id)
    ON strpos(a.path, '.' || above.id || '.') > 0)"""
_BEAT = "asked_beat AS (SELECT %(beat)s::bigint AS beat_id)"
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
    if asked.beat is not None:
        named.append(_BEAT)
        values["beat"] = asked.beat
    if asked.known_at is not None:
        named += [_KNOWN_MATTERS, _KNOWN_ENTRIES]
        values |= {"known_at": asked.known_at, "final": _final()}
    return named, values


def _final() -> list[str]:
    """Every kind with each state that ends it."""
    flows = registry.flows.values()
    return [f"{f.kind} {name}" for f in flows for name, state in f.states.items() if state.final]
