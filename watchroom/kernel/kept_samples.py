"""The samples of every indicator as rows, kept up to date from the trail.

A new entry touches its matter and the matters above it: what the indicators say of these is asked
again, with the very same expression over the few rows they stand on, and put in place of what was
there. So what is kept always equals what a full count would say; it is only sooner there.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import ibis
from django.db import connection, transaction
from ibis import Table

from watchroom.base.clock import now
from watchroom.figures.indicator import ENTRIES, MATTERS, Indicator

from .indicators import all_indicators
from .models import FigureSample, FigureStream, KeptIndicator
from .registry import registry

PAGE = 2000
"""Entries read at once; who is further behind reads several pages."""
Row = tuple[int, int, datetime, float, float | None, int | None]
"""matter, agency, at, value, of, what."""


@dataclass(frozen=True)
class Query:
    """An indicator's samples as SQL, its hash, and the kinds of matter it names; none is all."""

    sql: str
    version: str
    kinds: frozenset[str]


@lru_cache(maxsize=2048)
def query(indicator: Indicator) -> Query:
    """How PostgreSQL is asked for the samples of an indicator."""
    told = indicator.samples(ENTRIES, MATTERS)
    sql = str(ibis.to_sql(_six(told), dialect="postgres")).replace("%", "%%")
    kinds = frozenset(k for k in registry.flows if f"'{k}'" in sql or f"'{k}." in sql)
    return Query(sql, hashlib.sha256(sql.encode()).hexdigest(), kinds)


def _six(told: Table) -> Table:
    """The six columns of a sample; what the indicator does not say is null."""
    null = {name: ibis.null(kind) for name, kind in (("of", "float64"), ("what", "int64"))}
    more = {name: value for name, value in null.items() if name not in told.columns}
    return told.mutate(**more).select("matter_id", "agency_id", "at", "value", "of", "what")


# -- building --------------------------------------------------------------------------------

_BUILD = """
INSERT INTO kernel_figuresample (kept_id, matter_id, agency_id, at, value, of, what)
SELECT %(kept)s, matter_id, agency_id, at, value, "of", "what" FROM ({sql}) AS told
WHERE at IS NOT NULL AND value IS NOT NULL
"""


def build() -> list[str]:
    """Count anew every indicator that is new or says something else now; returns their names.

    The stream's position is noted first: what commits meanwhile is read again, which does no harm.
    """
    if not FigureStream.objects.exists():
        FigureStream.objects.create(pk=1, xid=_here())
    declared = {name: query(one) for name, one in all_indicators().items()}
    KeptIndicator.objects.exclude(key__in=declared).delete()
    known = {row.key: row for row in KeptIndicator.objects.all()}
    wanted = [n for n, q in declared.items() if n not in known or known[n].version != q.version]
    for name in wanted:
        _build(name, declared[name])
    return wanted


@transaction.atomic
def _build(name: str, one: Query) -> None:
    FigureStream.objects.select_for_update().get()
    if KeptIndicator.objects.filter(key=name, version=one.version).exists():
        return  # another worker was first
    KeptIndicator.objects.filter(key=name).delete()
    row = KeptIndicator.objects.create(key=name, version=one.version, built_at=now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_figuresample WHERE kept_id = %s", [row.pk])
        cursor.execute(_BUILD.format(sql=one.sql), {"kept": row.pk})


# -- following the trail ---------------------------------------------------------------------

_HERE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_AFTER = """
SELECT id, xid::text::bigint, matter_id FROM kernel_entry
WHERE (xid, id) > (%(xid)s::text::xid8, %(entry)s)
  AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, id LIMIT %(page)s
"""


def _here() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        return int(cursor.fetchone()[0])


@transaction.atomic
def follow() -> bool:
    """Take in what has been entered since the last look; False when there may be more.

    One reader at a time: who finds it being read by another leaves it to them.
    """
    stream = FigureStream.objects.select_for_update(skip_locked=True).first()
    if stream is None:
        return True
    beyond = _here()
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, {"xid": str(stream.xid), "entry": stream.entry, "page": PAGE})
        entries = cursor.fetchall()
    full = len(entries) == PAGE
    stream.xid, stream.entry = (entries[-1][1], entries[-1][0]) if full else (beyond, 0)
    stream.save()
    renew({matter_id for _, _, matter_id in entries if matter_id is not None})
    return not full


_ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent_id, kind FROM kernel_matter WHERE id = ANY(%(touched)s)
    UNION SELECT m.id, m.parent_id, m.kind FROM kernel_matter m JOIN above a ON m.id = a.parent_id
) SELECT id, kind FROM above
"""
_BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM kernel_matter WHERE id = ANY(%(above)s)
    UNION SELECT m.id FROM kernel_matter m JOIN below b ON m.parent_id = b.id
) SELECT id FROM below
"""
_TOLD = """
WITH kernel_entry AS (SELECT * FROM kernel_entry WHERE matter_id = ANY(%(read)s)),
kernel_matter AS (SELECT * FROM kernel_matter WHERE id = ANY(%(read)s))
SELECT matter_id, agency_id, at, value, "of", "what" FROM ({sql}) AS told
WHERE matter_id = ANY(%(above)s) AND at IS NOT NULL AND value IS NOT NULL
"""


def renew(touched: Iterable[int]) -> int:
    """Ask again what the indicators say of these matters and those above; returns what changed."""
    ids = list(touched)
    if not ids:
        return 0
    kinds = dict(_rows(_ABOVE, {"touched": ids}))
    above = list(kinds)
    read = [row[0] for row in _rows(_BELOW, {"above": above})]
    had = _had(above)
    declared = all_indicators()
    changed = 0
    for kept_id, key in KeptIndicator.objects.values_list("pk", "key"):
        one = query(declared[key]) if key in declared else None
        if one is None or (one.kinds and one.kinds.isdisjoint(kinds.values())):
            continue
        told = _rows(_TOLD.format(sql=one.sql), {"read": read, "above": above})
        changed += _put(kept_id, had.get(kept_id, {}), told)
    return changed


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _had(matters: Sequence[int]) -> dict[int, dict[int, Row]]:
    """What is kept of these matters: indicator → id of the sample → the sample."""
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    columns = ("kept_id", "pk", "matter_id", "agency_id", "at", "value", "of", "what")
    rows = FigureSample.objects.filter(matter_id__in=matters).values_list(*columns)
    for kept_id, pk, *row in rows:
        found[kept_id][pk] = tuple(row)
    return found


def _put(kept_id: int, had: Mapping[int, Row], told: Sequence[Row]) -> int:
    """Put what is told in place of what was there; figures over the difference become stale."""
    left: Counter[Row] = Counter(told)
    gone = []
    for pk, row in had.items():
        if left[row] > 0:
            left[row] -= 1
        else:
            gone.append(pk)
    new = list(left.elements())
    if not gone and not new:
        return 0
    FigureSample.objects.filter(pk__in=gone).delete()
    names = ("matter_id", "agency_id", "at", "value", "of", "what")
    FigureSample.objects.bulk_create(
        FigureSample(kept_id=kept_id, **dict(zip(names, row, strict=True))) for row in new
    )
    _mark(kept_id, [*new, *(had[pk] for pk in gone)])
    return len(gone) + len(new)


_STALE = """
UPDATE kernel_figurecell c SET stale = true
FROM unnest(%(agencies)s::bigint[], %(times)s::timestamptz[]) AS s (agency_id, at)
JOIN kernel_agency_at t ON t.agency_id = s.agency_id AND s.at >= t.since AND s.at < t.until
WHERE c.kept_id = %(kept)s AND NOT c.stale AND s.at >= c.starts AND s.at < c.ends
  AND strpos(t.path, '.' || c.agency_id || '.') > 0
"""


def _mark(kept_id: int, changed: Iterable[Row]) -> None:
    touched = {(row[1], row[2]) for row in changed}
    agencies, times = ([pair[i] for pair in touched] for i in (0, 1))
    values: dict[str, Any] = {"kept": kept_id, "agencies": agencies, "times": times}
    with connection.cursor() as cursor:
        cursor.execute(_STALE, values)


# -- proof -----------------------------------------------------------------------------------


_ALL = """
SELECT * FROM ({sql}) AS told WHERE at IS NOT NULL AND value IS NOT NULL
"""


def astray(name: str) -> tuple[list[Row], list[Row]]:
    """(samples kept that a full count does not find, samples it finds that are not kept)."""
    one = all_indicators()[name]
    full = Counter(_rows(_ALL.format(sql=query(one).sql), {}))
    columns = ("matter_id", "agency_id", "at", "value", "of", "what")
    kept = Counter(FigureSample.objects.filter(kept__key=name).values_list(*columns))
    return list((kept - full).elements()), list((full - kept).elements())


def keep() -> None:
    """What the worker does every second: build what is new, and take in what was entered."""
    if _unbuilt():
        build()
    while not follow():
        pass


def _unbuilt() -> bool:
    versions = {name: query(one).version for name, one in all_indicators().items()}
    return versions != dict(KeptIndicator.objects.values_list("key", "version"))
