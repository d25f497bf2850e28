"""The fraud centre's own figures: by source, type and level; money with its evidence; fairness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from watchroom.kernel.access import Actor

FEWEST = 20
"""Below so many cases a share or percentile of a group is not shown: it would be about people."""


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, and its numbers by name."""

    key: str
    values: dict[str, Any]


_WARNINGS = """
SELECT {by} AS key, count(*) AS warnings, count(DISTINCT person) AS people,
       count(*) FILTER (WHERE level >= 3) AS high
FROM fraud_warning WHERE agency_id = ANY(%s) AND received_at >= %s AND received_at < %s
GROUP BY 1 ORDER BY 2 DESC
"""
WARNINGS_BY = {"feed": "feed_id", "type": "type_code", "level": "level"}


def warnings_by(actor: Actor, by: str, start: datetime, end: datetime) -> list[Line]:
    """Warnings received in a period, by "feed", "type" or "level"."""
    return _lines(_WARNINGS.replace("{by}", WARNINGS_BY[by]), [_reach(actor), start, end])


_MONEY = """
SELECT c.evidence AS key, count(*) AS cases, coalesce(sum(c.saved_fen), 0) AS saved,
       coalesce(sum(c.lost_fen), 0) AS lost
FROM fraud_case c JOIN kernel_matter m ON m.id = c.matter_id
WHERE c.evidence <> '' AND m.agency_id = ANY(%s) AND m.occurred_at >= %s AND m.occurred_at < %s
GROUP BY 1 ORDER BY 1
"""


def money(actor: Actor, start: datetime, end: datetime) -> list[Line]:
    """Loss prevented and suffered, in fen, by class of evidence. Classes are never added up."""
    return _lines(_MONEY, [_reach(actor), start, end])


_FAIR = """
SELECT {by} AS key, count(*) AS cases,
       count(*) FILTER (WHERE c.outcome <> '') AS ended,
       count(*) FILTER (WHERE c.outcome = 'not_victim') AS false_alarms,
       count(c.reached_at) AS reached,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM c.reached_at - m.occurred_at)) AS half,
       percentile_cont(0.9) WITHIN GROUP (
           ORDER BY extract(epoch FROM c.reached_at - m.occurred_at)) AS most
FROM fraud_case c JOIN kernel_matter m ON m.id = c.matter_id
WHERE m.agency_id = ANY(%s) AND m.occurred_at >= %s AND m.occurred_at < %s
GROUP BY 1 ORDER BY 1
"""
FAIR_BY = {
    "age": "c.age_band",
    "sex": "c.sex",
    "district": "m.agency_id",
    "feed": "c.feed_id",
}


def fairness(actor: Actor, by: str, start: datetime, end: datetime) -> list[Line]:
    """False alarms and delay by "age" band, "sex", "district" or "feed".

    A group of fewer than FEWEST shows how many it holds and nothing more.
    """
    lines = _lines(_FAIR.replace("{by}", FAIR_BY[by]), [_reach(actor), start, end])
    return [_coarse(line) for line in lines]


def _coarse(line: Line) -> Line:
    values = line.values
    few = values["cases"] < FEWEST
    ended = values["ended"]
    share = None if few or not ended else values["false_alarms"] / ended
    shown = {"cases": values["cases"], "few": few, "false_share": share}
    times = {name: None if few else values[name] for name in ("half", "most", "reached")}
    return Line(line.key, {**shown, **times})


_PROTECTED = """
SELECT coalesce(b.name, '') AS key, sum(c.protected + 1) AS people,
       count(*) FILTER (WHERE c.app_installed) AS apps
FROM fraud_case c JOIN kernel_matter m ON m.id = c.matter_id
LEFT JOIN kernel_beat b ON b.id = m.beat_id
WHERE c.reached_at IS NOT NULL AND m.agency_id = ANY(%s)
  AND m.occurred_at >= %s AND m.occurred_at < %s
GROUP BY 1 ORDER BY 1
"""


def protected(actor: Actor, start: datetime, end: datetime) -> list[Line]:
    """People told and anti-fraud apps found installed, by beat."""
    return _lines(_PROTECTED, [_reach(actor), start, end])


def _reach(actor: Actor) -> list[int]:
    return sorted(actor.reach("figures.view"))


def _lines(sql: str, values: Sequence[Any]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Line(str(row.pop("key") or ""), row) for row in rows]
