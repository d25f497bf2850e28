"""记录质量: what in the records of a period is to be looked at, by agency, with the entries behind.

Everything is asked of the trail, of entries made in the period, by their own indexes. No finding
names a person: it leads to matters, and as far as the reader may see those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from watchroom.figures import quality
from watchroom.figures.quality import KINDS, Kind
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Matter
from watchroom.kernel.registry import registry

PERMISSION = "figures.view"
SHOWN = 200

LATER = timedelta(days=1)
"""From when an entry counts as made long after."""
BY_HAND = timedelta(minutes=1)
"""An entry this much after what it tells of had its time given by somebody."""
BULK, WITHIN = 10, timedelta(minutes=5)
SAME = 5


@dataclass(frozen=True)
class Finding:
    """Something to be looked at: `count` entries `of` so many of an agency; `what` is the figure it
    is about, where it is about one."""

    kind: Kind
    agency: Agency
    count: int
    of: int
    what: str = ""


_STEPS = """
FROM kernel_entry e
WHERE e.entered_at >= %(start)s AND e.entered_at < %(end)s AND e.agency_id = ANY(%(reach)s)
  AND e.matter_version IS NOT NULL
"""
_PAIRS = """
FROM kernel_entry e JOIN kernel_entry b
  ON b.matter_id = e.matter_id AND b.matter_version = e.matter_version - 1
WHERE e.entered_at >= %(start)s AND e.entered_at < %(end)s AND e.agency_id = ANY(%(reach)s)
"""
_BY_HAND = "e.actor_id IS NOT NULL AND e.entered_at - e.occurred_at > %(by_hand)s"
ROWS: Mapping[str, str] = {
    "order": """SELECT e.id, e.agency_id, e.matter_id {pairs} AND e.occurred_at < b.occurred_at""",
    "bulk": """
SELECT id, agency_id, matter_id FROM (
  SELECT e.id, e.agency_id, e.matter_id,
    count(*) OVER (PARTITION BY e.agency_id, e.actor_id ORDER BY e.entered_at
                   RANGE BETWEEN %(within)s PRECEDING AND %(within)s FOLLOWING) AS near
  {steps} AND e.actor_id IS NOT NULL AND e.from_state <> e.to_state
    AND split_part(e.event, '.', 1) || '.' || split_part(e.event, '.', 2) || ' ' || e.to_state
        = ANY(%(final)s)
) closed WHERE near >= %(bulk)s""",
    "same": """
SELECT id, agency_id, matter_id FROM (
  SELECT e.id, e.agency_id, e.matter_id,
    count(*) OVER (PARTITION BY e.agency_id, e.event, e.occurred_at) AS alike
  {steps} AND {by_hand}
) told WHERE alike >= %(same)s""",
    "late": """SELECT e.id, e.agency_id, e.matter_id {steps}
AND e.entered_at - e.occurred_at > %(later)s""",
    "minutes": """SELECT e.id, e.agency_id, e.matter_id {steps} AND {by_hand}
AND extract(minute FROM e.occurred_at)::int %% 5 = 0""",
    "digits": """SELECT e.id, e.agency_id, e.matter_id {pairs} AND e.occurred_at > b.occurred_at""",
}
"""The entries behind each kind of finding."""
_ALL = "SELECT e.agency_id, count(*) {steps} GROUP BY 1"
_GROUPED = "SELECT agency_id, count(*) FROM ({found}) found GROUP BY 1"
_MINUTES = """
SELECT e.agency_id, extract(minute FROM e.occurred_at)::int %% 10, count(*)
{steps} AND {by_hand} GROUP BY 1, 2"""
_DIGITS = """
SELECT agency_id, left(seconds::text, 1)::int, count(*), min(low), max(high) FROM (
  SELECT e.agency_id, extract(epoch FROM e.occurred_at - b.occurred_at)::bigint AS seconds
  {pairs} AND e.occurred_at >= b.occurred_at + interval '1 second'
) took JOIN (
  SELECT e.agency_id AS agency,
    percentile_disc(0.01) WITHIN GROUP (ORDER BY e.occurred_at - b.occurred_at) AS low,
    percentile_disc(0.99) WITHIN GROUP (ORDER BY e.occurred_at - b.occurred_at) AS high
  {pairs} AND e.occurred_at >= b.occurred_at + interval '1 second' GROUP BY 1
) spread ON agency = agency_id GROUP BY 1, 2"""


def findings(actor: Actor, start: datetime, end: datetime) -> list[Finding]:
    """What is to be looked at in the entries made in a period, by kind, the most first."""
    given = _given(actor, start, end)
    made = dict(_rows(_ALL, given))
    agencies = Agency.objects.in_bulk(made)
    found = [
        Finding(KINDS[key], agencies[pk], n, made[pk])
        for key, count in (*_counted(given), *_minutes(given), *_digits(given))
        for pk, n in count.items()
    ]
    rank = list(KINDS)
    return sorted(
        [*found, *_almost_all(actor, start, end, list(agencies.values()))],
        key=lambda one: (rank.index(one.kind.key), -one.count / max(one.of, 1), one.agency.code),
    )


def _given(actor: Actor, start: datetime, end: datetime) -> dict[str, Any]:
    flows = registry.flows.values()
    return {
        "start": start,
        "end": end,
        "reach": sorted(actor.reach(PERMISSION)),
        "later": LATER,
        "by_hand": BY_HAND,
        "bulk": BULK,
        "within": WITHIN,
        "same": SAME,
        "final": [f"{f.kind} {name}" for f in flows for name, s in f.states.items() if s.final],
    }


def _rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(steps=_STEPS, pairs=_PAIRS, by_hand=_BY_HAND), given)
        return cursor.fetchall()


Counted = tuple[str, dict[int, int]]


def _counted(given: Mapping[str, Any]) -> list[Counted]:
    """Findings that are entries themselves, counted by agency."""
    return [
        (key, dict(_rows(_GROUPED.replace("{found}", ROWS[key]), given)))
        for key in ("order", "bulk", "same", "late")
    ]


def _minutes(given: Mapping[str, Any]) -> list[Counted]:
    agencies, tables = _tables(_rows(_MINUTES, given), 10, 0)
    named = quality.round_minutes(tables)
    return [("minutes", _named(agencies, named, [int(t[0] + t[5]) for t in tables]))]


def _digits(given: Mapping[str, Any]) -> list[Counted]:
    rows = _rows(_DIGITS, given)
    agencies, tables = _tables(rows, 9, 1)
    spread = {row[0]: row[4] / row[3] for row in rows}
    named = quality.first_digits(tables, [spread[pk] for pk in agencies])
    return [("digits", _named(agencies, named, [int(t.sum()) for t in tables]))]


def _tables(
    rows: Sequence[tuple[Any, ...]], digits: int, least: int
) -> tuple[list[int], list[quality.Counts]]:
    """Agencies with their counts of each digit."""
    agencies = sorted({row[0] for row in rows})
    tables = {pk: np.zeros(digits, dtype=np.int64) for pk in agencies}
    for agency, digit, count, *_ in rows:
        tables[agency][digit - least] = count
    return agencies, [tables[pk] for pk in agencies]


def _named(agencies: Sequence[int], named: Sequence[bool], counts: Sequence[int]) -> dict[int, int]:
    rows = zip(agencies, named, counts, strict=True)
    return {agency: count for agency, found, count in rows if found}


def _almost_all(
    actor: Actor, start: datetime, end: datetime, agencies: list[Agency]
) -> list[Finding]:
    """Shares that are hardly below 99 %, of every indicator that is one."""
    from watchroom.figures.periods import Period  # noqa: PLC0415 - takes a second to load
    from watchroom.kernel import indicators  # noqa: PLC0415

    return [
        Finding(KINDS["rate"], agency, int(figure.part), figure.count, name)
        for name, indicator in indicators.all_indicators().items()
        if indicator.unit == "share"
        for agency, figure in indicators.by_agency(actor, indicator, Period(start, end), agencies)
        if quality.almost_all(int(figure.part), figure.count)
    ]


def behind(
    actor: Actor, kind: str, agency: Agency, start: datetime, end: datetime
) -> tuple[list[tuple[Matter, int]], int]:
    """Matters behind a finding that the reader may see, each with how many of its entries, and how
    many matters they may not."""
    given = _given(actor, start, end)
    given["reach"] = [agency.pk] if agency.pk in given["reach"] else []
    rows = _rows(ROWS[kind], given)
    entries: dict[int, int] = {}
    for _, _, matter in rows:
        if matter is not None:
            entries[matter] = entries.get(matter, 0) + 1
    wanted = Matter.objects.filter(pk__in=entries)
    seen = access.visible(actor, wanted).select_related("agency").order_by("-occurred_at")
    shown = list(seen[:SHOWN])
    hidden = len(entries) - (len(shown) if len(shown) < SHOWN else seen.count())
    return [(matter, entries[matter.pk]) for matter in shown], hidden
