"""The language in which a domain says what it counts, and exactly how.

An indicator turns entries and matters into samples, one row per thing counted, as an Ibis
expression. The same expression gives the figure and, opened, the records behind it, on whatever
engine is handed the tables.
"""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
from ibis import Table

from watchroom.base.text import Text

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


UNITS = ("seconds", "count", "share", "ratio", "fen", "distinct")
TIMES = {
    "occurrence": Text("按发生时间", "by when it happened"),
    "entry": Text("按录入时间", "by when it was recorded"),
    "closing": Text("按办结时间", "by when it ended"),
}
FLOOR = 5


@dataclass(frozen=True)
class Indicator:
    """One defined figure. `better` is "lower", "higher" or "".

    `unit`: "seconds"; "count"; "share", where each sample is 1 or 0 and the figure is how many of
    them are 1; "ratio", where each sample also says `of`: the figure is the sum of `value` over the
    sum of `of`, two things counted in one period (ended ÷ begun), and may be above 100; "fen",
    where the figure is their sum; "distinct", where each sample says `what` and the figure is how
    many different ones there are.
    `places`: decimals of a share or ratio, half up; of nothing there is no share, never a zero.
    `of_beat`: its matters lie in beats, and each beat can be told apart.
    `of`: what stands below the line of a share or ratio, in words.
    `by`: which time puts a sample into a period, one of `TIMES`.
    `floor`: who stands outside the agency reads no figure of fewer than so many.
    `counts`: what it counts of what must not become a target, tags of `guard.toml` parted by spaces
    ("fines", "detentions", "cases"…), of a ratio those of both its halves.
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
    of: Text | None = None
    by: str = "occurrence"
    floor: int = FLOOR
    counts: str = ""

    def __post_init__(self) -> None:
        if self.unit not in UNITS or self.by not in TIMES or self.better not in BETTER:
            raise ValueError(f"{self.key}: unit {self.unit}, by {self.by}, better {self.better}")


BETTER = ("", "lower", "higher")


def between(first: str, last: str) -> Samples:
    """Seconds from one event of a matter to another: each matter's first of each."""

    def samples(entries: Table, _matters: Table) -> Table:
        a = _first(entries, first)
        b = _first(entries, last).select("matter_id", until="at")
        both = a.join(b, "matter_id")
        seconds = both.until.epoch_seconds() - both.at.epoch_seconds()
        return both.select("matter_id", "agency_id", "at", value=seconds.cast("float64"))

    return samples


def _first(entries: Table, event: str) -> Table:
    rows = entries.filter(entries.event == event)
    first = {"agency_id": rows.agency_id.argmin(rows.occurred_at), "at": rows.occurred_at.min()}
    return rows.group_by("matter_id").agg(**first)


def once(event: str) -> Samples:
    """One sample for each matter: its first entry of an event."""

    def samples(entries: Table, _matters: Table) -> Table:
        first = _first(entries, event)
        return first.select("matter_id", "agency_id", "at", value=ibis.literal(1.0))

    return samples


def over(above: Samples, below: Samples) -> Samples:
    """For a ratio: these samples over those, each at its own time."""

    def samples(entries: Table, matters: Table) -> Table:
        top, base = above(entries, matters), below(entries, matters)
        zero, one = ibis.literal(0.0), ibis.literal(1.0)
        return top.mutate(value=one, of=zero).union(base.mutate(value=zero, of=one))

    return samples


def happened(event: str, by: str = "occurrence") -> Samples:
    """One sample for each entry of an event, when it happened or ("entry") was recorded."""
    at = {"occurrence": "occurred_at", "entry": "entered_at"}[by]

    def samples(entries: Table, _matters: Table) -> Table:
        rows = entries.filter(entries.event == event)
        return rows.select("matter_id", "agency_id", at=at, value=ibis.literal(1.0))

    return samples
