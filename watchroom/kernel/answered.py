"""What the record says about how matters were answered: who went, when they were there.

A domain declares it once (`Domain.answered`); planning reads it without knowing the domain.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from .registry import registry

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answers:
    """c matters in the order in which they happened. Seconds since 1970; nan: not known."""

    at: F64
    """(c) when each happened."""
    where: F64
    """(c, 2) lon, lat."""
    sent: F64
    """(c) when whoever was there first had been sent."""
    arrived: F64
    """(c) when the first was there."""
    left: F64
    """(c) when that one was through."""
    who: npt.NDArray[np.int64]
    """(c) the unit that was there first, numbered within these; -1: not known."""

    def __len__(self) -> int:
        return len(self.at)


RECORDED = """
SELECT extract(epoch FROM m.occurred_at), m.lon, m.lat, extract(epoch FROM a.sent),
       extract(epoch FROM a.arrived), extract(epoch FROM a.closed_at), a.who
FROM kernel_matter m LEFT JOIN LATERAL (
    SELECT min(e.occurred_at) FILTER (WHERE e.to_state = %(sent)s) AS sent,
           min(e.occurred_at) FILTER (WHERE e.to_state = %(arrived)s) AS arrived,
           c.closed_at, max(coalesce(e.data->>'unit', c.title)) AS who
    FROM kernel_matter c JOIN kernel_entry e ON e.matter_id = c.id
    WHERE c.parent_id = m.id AND c.kind = %(by)s
    GROUP BY c.id, c.closed_at ORDER BY arrived NULLS LAST, c.id LIMIT 1
) a ON true
WHERE m.kind = %(kind)s AND NOT m.state = ANY(%(without)s) AND m.lon IS NOT NULL
  AND m.occurred_at >= %(since)s AND m.occurred_at < %(until)s
ORDER BY m.occurred_at, m.id
"""


def recorded(kind: str, since: datetime, until: datetime, without: Collection[str] = ()) -> Answers:
    """Every matter of a kind in a period, with its answer as far as the trail tells it.

    without: states that do not count.
    """
    way = registry.answered.get(kind)
    values: dict[str, Any] = {
        "kind": kind, "since": since, "until": until, "without": list(without),
        "by": way.by if way else "", "sent": way.sent if way else "",
        "arrived": way.arrived if way else "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(RECORDED, values)
        rows = cursor.fetchall()
    table = np.array([[float("nan") if v is None else v for v in r[:6]] for r in rows], np.float64)
    table = table.reshape(-1, 6)
    names: dict[str, int] = {}
    known = np.isfinite(table[:, 4])
    who = [
        names.setdefault(r[6], len(names)) if ok else -1 for r, ok in zip(rows, known, strict=True)
    ]
    return Answers(
        table[:, 0], table[:, 1:3], table[:, 3], table[:, 4], table[:, 5], np.array(who, np.int64)
    )
