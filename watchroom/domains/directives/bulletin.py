"""The weekly bulletin: how fast orders were signed, set out and fed back, by agency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from watchroom.base.clock import SHANGHAI
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Entry, Matter
from watchroom.law import bands

from .flow import ORDER

MEASURES: Mapping[str, tuple[str, str, str]] = {
    "sign": ("issue", "sign", "sign"),
    "set_out": ("sign", "set_out", "set_out"),
    "feedback": ("issue", "feed_back", "feedback"),
}
"""What is measured: from this step, to that step, told in the bands of this scale."""


@dataclass(frozen=True)
class Row:
    """One agency's week in one measure."""

    agency: Agency
    orders: int
    done: int
    in_bands: tuple[int, ...]
    median: float | None
    slowest: tuple[float, str] | None
    """(seconds, number of the order)"""


@dataclass(frozen=True)
class Table:
    """One measure: the bands, a row for each agency, and the agency with the greatest median."""

    measure: str
    scale: bands.Scale
    rows: Sequence[Row]
    slowest: Agency | None


def week_of(day: date) -> tuple[datetime, datetime]:
    """The week, from Monday to Monday on the wall clock here, that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    start = datetime(monday.year, monday.month, monday.day, tzinfo=SHANGHAI)
    return start, start + timedelta(days=7)


def tables(actor: Actor, day: date) -> list[Table]:
    """The bulletin of the week of a day, over the orders issued in it that the actor may see."""
    start, end = week_of(day)
    rows = access.visible(actor).filter(
        kind=ORDER.kind, occurred_at__gte=start, occurred_at__lt=end
    )
    orders = list(rows.select_related("agency").order_by("agency__code", "id"))
    times = _times(orders)
    return [_table(measure, orders, times) for measure in MEASURES]


Times = Mapping[tuple[int, str], datetime]


def _times(orders: Iterable[Matter]) -> Times:
    """When each order was first led through each step."""
    rows = Entry.objects.filter(matter__in=[order.pk for order in orders])
    known = rows.order_by("-id").values_list("matter_id", "event", "occurred_at")
    return {(pk, event.rpartition(".")[2]): at for pk, event, at in known if pk is not None}


def _table(measure: str, orders: Sequence[Matter], times: Times) -> Table:
    scale = bands.scale(MEASURES[measure][2])
    by_agency: dict[int, list[Matter]] = {}
    for order in orders:
        by_agency.setdefault(order.agency_id, []).append(order)
    rows = [_row(measure, scale, mine, times) for mine in by_agency.values()]
    timed = [row for row in rows if row.median is not None]
    slowest = max(timed, key=lambda row: row.median or 0).agency if len(timed) > 1 else None
    return Table(measure, scale, rows, slowest)


def _row(measure: str, scale: bands.Scale, orders: Sequence[Matter], times: Times) -> Row:
    first, last, _ = MEASURES[measure]
    taken = sorted(
        ((times[o.pk, last] - times[o.pk, first]).total_seconds(), o.number)
        for o in orders
        if (o.pk, first) in times and (o.pk, last) in times
    )
    taken = [(seconds, number) for seconds, number in taken if seconds >= 0]
    counts = [0] * len(scale.bands)
    for seconds, _ in taken:
        counts[bands.band(scale.name, seconds).index] += 1
    return Row(
        agency=orders[0].agency,
        orders=len(orders),
        done=len(taken),
        in_bands=tuple(counts),
        median=median(seconds for seconds, _ in taken) if taken else None,
        slowest=taken[-1] if taken else None,
    )
