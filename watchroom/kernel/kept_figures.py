"""Boards of figures that open at once: each figure somebody looks at is kept until it changes.

A figure is counted from the kept samples (percentiles from the samples themselves), once; an entry
that touches a sample behind it makes it stale, and it is counted again when it is next looked at,
or by the worker if somebody looked lately.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from watchroom.base.clock import now
from watchroom.figures.figure import Figure
from watchroom.figures.indicator import PERCENTILES, Indicator
from watchroom.figures.periods import Period

from .access import Actor, require
from .indicators import PERMISSION, Asked, all_indicators, ask, inside
from .kept_samples import follow, keep
from .models import Agency, FigureCell, KeptIndicator

LATELY = timedelta(minutes=10)
ASKED = timedelta(minutes=1)
"""That somebody looks is written down no more often than this."""
WARMED = 40
"""Figures the worker counts again in one round."""
Board = dict[str, list[Figure]]
"""Name of an indicator → its figure of each period asked for."""


def board(
    actor: Actor,
    indicators: Mapping[str, Indicator],
    periods: Sequence[Period],
    agency: Agency,
) -> Board:
    """The figures of an agency with all below it at the time, with everything entered until now.

    An indicator whose samples are not built yet is asked of the records themselves.
    """
    require(actor, PERMISSION)
    follow()
    kept = dict(KeptIndicator.objects.values_list("key", "pk"))
    cells = _cells(agency, [kept[name] for name in indicators if name in kept], periods)
    found: Board = {}
    for name, one in indicators.items():
        if name in kept:
            told = [_figure(one, p, cells[kept[name], p], agency.pk) for p in periods]
        else:
            told = ask(one, Asked(periods, (agency.pk,)))
        found[name] = told
    if inside(actor, (agency.pk,)):
        return found
    return {name: [one.behind_floor() for one in told] for name, told in found.items()}


def _figure(indicator: Indicator, period: Period, cell: FigureCell, agency_id: int) -> Figure:
    values = (cell.p50, cell.p90, cell.p95)
    return Figure(
        indicator,
        period,
        cell.count,
        dict(zip(PERCENTILES, values, strict=True)),
        cell.part,
        agencies=(agency_id,),
    )


def _cells(
    agency: Agency, kept: Sequence[int], periods: Sequence[Period]
) -> dict[tuple[int, Period], FigureCell]:
    """A fresh cell of each indicator and period."""
    moment = now()
    rows = FigureCell.objects.filter(
        agency=agency,
        kept__in=kept,
        starts__in={p.start for p in periods},
        ends__in={p.end for p in periods},
    )
    fresh = {(row.kept_id, Period(row.starts, row.ends)): row for row in rows if _fresh(row)}
    wanted = [(k, p) for k in kept for p in dict.fromkeys(periods) if (k, p) not in fresh]
    old = [row.pk for row in fresh.values() if row.asked_at < moment - ASKED]
    if old:
        FigureCell.objects.filter(pk__in=old).update(asked_at=moment)
    if wanted:
        fresh |= _counted([(k, agency.pk, p) for k, p in wanted])
    return fresh


def _fresh(cell: FigureCell) -> bool:
    return not cell.stale and (cell.fresh_until is None or cell.fresh_until > now())


_COUNT = """
WITH asked AS (
    SELECT * FROM unnest(%(kept)s::bigint[], %(roots)s::bigint[], %(timed)s::boolean[],
        %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        WITH ORDINALITY AS a (kept_id, root, timed, starts, ends, n)),
below AS MATERIALIZED (
    SELECT r.root, t.agency_id, t.since, t.until
    FROM (SELECT DISTINCT root FROM asked) AS r
    JOIN kernel_agency_at t ON strpos(t.path, '.' || r.root || '.') > 0)
SELECT a.n - 1, told.*
FROM asked a CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.at <= %(now)s),
        coalesce(sum(s.value) FILTER (WHERE s.at <= %(now)s), 0),
        sum(s.of) FILTER (WHERE s.at <= %(now)s),
        count(DISTINCT s.what) FILTER (WHERE s.at <= %(now)s),
        percentile_cont(%(q)s::float8[]) WITHIN GROUP (ORDER BY s.value)
            FILTER (WHERE a.timed AND s.at <= %(now)s),
        min(s.at) FILTER (WHERE s.at > %(now)s)
    FROM kernel_figuresample s
    JOIN below b ON b.root = a.root AND b.agency_id = s.agency_id
        AND s.at >= b.since AND s.at < b.until
    WHERE s.kept_id = a.kept_id AND s.at >= a.starts AND s.at < a.ends) AS told
"""
_UPDATED = ("count", "part", "p50", "p90", "p95", "stale", "fresh_until")
_HOLD = "SELECT 1 FROM kernel_figurestream FOR SHARE"
"""Samples stand still until what was counted of them is written down."""


@transaction.atomic
def _counted(
    wanted: Sequence[tuple[int, int, Period]], *, looked: bool = True
) -> dict[tuple[int, Period], FigureCell]:
    """Count cells from the samples, and keep them; `looked`: somebody asks for them now."""
    units = _units()
    values: dict[str, Any] = {
        "kept": [kept for kept, _, _ in wanted],
        "roots": [root for _, root, _ in wanted],
        "timed": [units[kept] == "seconds" for kept, _, _ in wanted],
        "starts": [period.start for _, _, period in wanted],
        "ends": [period.end for _, _, period in wanted],
        "now": now(),
        "q": list(PERCENTILES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD)
        cursor.execute(_COUNT, values)
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    cells = [_cell(units[w[0]], w, rows[n]) for n, w in enumerate(wanted)]
    FigureCell.objects.bulk_create(
        cells,
        update_conflicts=True,
        update_fields=(*_UPDATED, "asked_at") if looked else _UPDATED,
        unique_fields=("agency", "kept", "starts", "ends"),
    )
    return {(cell.kept_id, Period(cell.starts, cell.ends)): cell for cell in cells}


def _cell(unit: str, wanted: tuple[int, int, Period], row: Sequence[Any]) -> FigureCell:
    kept, root, period = wanted
    count, part, of, different, percentiles, later = row
    half, ninety, ninety_five = percentiles or (None, None, None)
    return FigureCell(
        kept_id=kept,
        agency_id=root,
        starts=period.start,
        ends=period.end,
        count={"ratio": int(of or 0), "distinct": different}.get(unit, count),
        part=part,
        p50=half,
        p90=ninety,
        p95=ninety_five,
        fresh_until=later,
        asked_at=now(),
    )


def _units() -> dict[int, str]:
    declared = all_indicators()
    rows = KeptIndicator.objects.values_list("pk", "key")
    return {pk: declared[key].unit for pk, key in rows if key in declared}


def keep_up() -> None:
    """What the worker does every second."""
    keep()
    warm()


def warm() -> int:
    """Count again what became stale and was looked at lately; returns how many figures."""
    rows = FigureCell.objects.filter(stale=True, asked_at__gt=now() - LATELY)
    wanted = [
        (row.kept_id, row.agency_id, Period(row.starts, row.ends))
        for row in rows.order_by("-asked_at")[:WARMED]
    ]
    if wanted:
        _counted(wanted, looked=False)
    return len(wanted)
