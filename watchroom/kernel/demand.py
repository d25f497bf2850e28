"""Where and when matters of a kind are expected: counted from what has been, cell by cell.

The rate of a cell in an hour of the day is the city's own rate in that hour times the cell's share
of it. Few calls fall into one cell and one hour, so that share is drawn towards the cell's share of
the whole day, as if `PRIOR` more calls of that hour had come from where calls come from at all
times (the mean of a Dirichlet posterior; Gelman et al., Bayesian Data Analysis, 3.4).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import Max

from watchroom.base.clock import SHANGHAI, now

from .models import DemandCell

F64 = npt.NDArray[np.float64]
CELL_DEGREES, MOST_CELLS, PRIOR = 0.005, 2000, 200.0
PERIOD = timedelta(days=365)
SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, eq=False)
class Demand:
    """What is expected of one kind, in c cells."""

    rebuilt: datetime
    points: F64
    """(c, 2) lon, lat of the middle of each cell."""
    by_hour: F64
    """(c, 24) matters to expect in each hour of the local day."""

    def share(self, hour: int) -> F64:
        """(c) which share of that hour's matters each cell has; all day's where it has none."""
        rate = self.by_hour[:, hour]
        rate = rate if rate.any() else self.by_hour.sum(axis=1)
        return np.asarray(rate / rate.sum())


COUNTED = """
SELECT round(lat / %(step)s)::int, round(lon / %(step)s)::int,
       extract(hour FROM occurred_at AT TIME ZONE %(zone)s)::int, count(*), min(occurred_at)
FROM kernel_matter
WHERE kind = %(kind)s AND NOT state = ANY(%(without)s) AND lon IS NOT NULL
  AND occurred_at >= %(since)s AND occurred_at < %(until)s
GROUP BY 1, 2, 3
"""


def count(
    kind: str, since: datetime, until: datetime, without: Collection[str] = ()
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], float]:
    """((c, 2) row and column of each cell, (c, 24) matters by local hour, days they came in).

    The `MOST_CELLS` with most matters, most first. without: states that do not count. The days run
    from the first matter found: a new installation has no year behind it.
    """
    values: dict[str, Any] = {
        "step": CELL_DEGREES, "zone": SHANGHAI.key, "kind": kind, "since": since, "until": until,
        "without": list(without),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, values)
        rows = cursor.fetchall()
    if not rows:
        return np.empty((0, 2), np.int64), np.empty((0, 24), np.int64), 0.0
    cells, where = np.unique([row[:2] for row in rows], axis=0, return_inverse=True)
    told = np.zeros((len(cells), 24), np.int64)
    told[where.ravel(), [row[2] for row in rows]] = [row[3] for row in rows]
    most = np.argsort(-told.sum(axis=1), kind="stable")[:MOST_CELLS]
    days = (until - min(row[4] for row in rows)).total_seconds() / SECONDS_PER_DAY
    return cells[most], told[most], max(1.0, days)


def rates(told: npt.NDArray[np.int64], days: float, prior: float = PRIOR) -> F64:
    """(c, 24) matters to expect in each hour, from (c, 24) matters that came in so many days."""
    of_day, of_hour = told.sum(axis=1, keepdims=True), told.sum(axis=0)
    usual = of_day / max(1, of_day.sum())
    return np.asarray((told + prior * usual) / (of_hour + prior) * of_hour / days)


@transaction.atomic
def rebuild(kind: str, *, since: datetime | None = None, without: Collection[str] = ()) -> int:
    """Count the last year anew and keep it; returns how many cells. A nightly job."""
    moment = now()
    cells, told, days = count(kind, since or moment - PERIOD, moment, without)
    DemandCell.objects.filter(kind=kind).delete()
    middles = (cells[:, ::-1] * CELL_DEGREES).tolist()
    every = zip(middles, told.sum(axis=1).tolist(), rates(told, days).tolist(), strict=True)
    DemandCell.objects.bulk_create(
        DemandCell(kind=kind, lon=lon, lat=lat, count=n, by_hour=by_hour, rebuilt=moment)
        for (lon, lat), n, by_hour in every
    )
    return len(cells)


_lock = Lock()
_kept: dict[str, tuple[object, Demand]] = {}


def expected(kind: str) -> Demand | None:
    """What is expected of a kind; None where nobody has counted. Read once for each rebuild."""
    rows = DemandCell.objects.filter(kind=kind)
    key = tuple(rows.aggregate(at=Max("rebuilt"), last=Max("pk")).values())
    if key[0] is None:
        return None
    with _lock:
        known = _kept.get(kind)
        if known is None or known[0] != key:
            known = _kept[kind] = (key, _read(kind, key[0]))
    return known[1]


def _read(kind: str, rebuilt: datetime) -> Demand:
    rows = DemandCell.objects.filter(kind=kind, rebuilt=rebuilt).order_by("pk")
    told = list(rows.values_list("lon", "lat", "by_hour"))
    points = np.array([(lon, lat) for lon, lat, _ in told])
    return Demand(rebuilt, points, np.array([by_hour for _, _, by_hour in told]))
