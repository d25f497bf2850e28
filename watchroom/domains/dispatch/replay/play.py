"""Playing a log through intake: the same acts that desks and officers take, at their own times."""

import csv
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, system
from watchroom.kernel.models import Agency, Entry, Matter, Unit

from .. import actions
from ..models import Assignment, Incident
from .ground import lay_ground, unit_code
from .log import LogMapping, Reject, Row, read, without_overlaps

Say = Callable[[int, int], None]
TOGETHER = 200
"""Most acts in one transaction: what they share is read, and their entries are written, once."""


@dataclass
class Outcome:
    """What a replay did. Rows read = rows played + rejected; `first` and `last` are when the log's
    first and last call came in."""

    rows: int = 0
    played: int = 0
    calls: int = 0
    first: datetime | None = None
    last: datetime | None = None
    rejected: list[Reject] = field(default_factory=list)


@dataclass(frozen=True, order=True)
class Moment:
    """One act of the log at its time.

    Acts of the same second come in the order they can have happened in: a call comes in before
    units go and ends after them; a unit is through with one row before it is sent to the next.
    """

    at: datetime
    part: int
    sent: datetime
    line: int
    rank: int
    name: str = field(compare=False)
    call: str = field(compare=False)
    row: Row = field(compare=False)


def replay(
    path: Path, mapping: LogMapping, *, speed: float = 0, say: Say = lambda _done, _all: None
) -> Outcome:
    """Play a log. `speed` 1 is real time, 60 a minute a second, 0 as fast as it goes.

    Every act goes through the same door as a desk's or an officer's, is checked as theirs are and
    keeps its own time; only what many acts share is read once. `history.bring_in` would be quicker,
    for it writes whole lives that are over, but then nothing would have gone through intake.
    Every act has an id made from the log's own keys: a replay that was stopped goes on.
    """
    outcome, rows = _rows(path, mapping)
    agency = lay_ground(mapping, rows)
    with _alone(mapping):
        stage = Stage(mapping, agency, system(agency))
        moments = sorted(_moments(rows))
        due = _Pace(speed, moments)
        done = 0
        while done < len(moments):
            batch = moments[done : due.until(done)]
            stage.act_all(batch)
            done += len(batch)
            say(done, len(moments))
    return outcome


def _rows(path: Path, mapping: LogMapping) -> tuple[Outcome, list[Row]]:
    """The rows that will be played, and the reckoning of them all."""
    outcome, good, rows = Outcome(), list[Row](), list[Row]()
    for item in read(path, mapping):
        outcome.rows += 1
        good.append(item) if isinstance(item, Row) else outcome.rejected.append(item)
    for found in without_overlaps(good):
        rows.append(found) if isinstance(found, Row) else outcome.rejected.append(found)
    outcome.calls = len({row.call for row in rows})
    outcome.played = len(rows)
    received = [row.moment("received") for row in rows]
    outcome.first, outcome.last = min(received, default=None), max(received, default=None)
    return outcome, rows


@contextmanager
def _alone(mapping: LogMapping) -> Iterator[None]:
    """One replay of a log at a time: PostgreSQL keeps the lock, and lets go if we die."""
    name = [f"watchroom.replay.{mapping.key}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name)
        if cursor.fetchone() != (True,):
            raise Refusal(
                Text(
                    "这份记录正在别处回放，请等它结束",
                    "This log is being replayed elsewhere: wait until that has ended",
                )
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)


class _Pace:
    """How far the log has come: the moments whose time is over, `TOGETHER` at most."""

    def __init__(self, speed: float, moments: list[Moment]) -> None:
        self.speed, self.moments = speed, moments
        self.begun = time.monotonic()

    def until(self, start: int) -> int:
        """Where the batch that begins at `start` ends; waits until at least one is due."""
        end = min(start + TOGETHER, len(self.moments))
        if not self.speed:
            return end
        time.sleep(max(0.0, self._seconds(start) - self._passed()))
        passed = self._passed()
        return next((i for i in range(start + 1, end) if self._seconds(i) > passed), end)

    def _seconds(self, index: int) -> float:
        """When a moment is due, in seconds from our own beginning."""
        return (self.moments[index].at - self.moments[0].at).total_seconds() / self.speed

    def _passed(self) -> float:
        return time.monotonic() - self.begun


def _moments(rows: list[Row]) -> Iterator[Moment]:
    """Everything that happened, each call's first row speaking for the call."""
    calls: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        calls[row.call].append(row)
    for units in calls.values():
        first = min(units, key=lambda r: (r.moment("sent"), r.line))
        last = max(units, key=lambda r: (r.moment("cleared"), r.line))
        received = min(r.moment("received") for r in units)
        classified = first.at["classified"] or received
        yield _moment(received, 0, first, 0, "report")
        yield _moment(max(received, classified), 0, first, 1, "classify")
        for row in units:
            for rank, name in enumerate(("sent", "set_out", "arrived", "cleared")):
                if (at := row.at[name]) is not None:
                    yield _moment(at, 1, row, rank, name)
        yield _moment(last.moment("cleared"), 2, last, 0, "end")


def _moment(at: datetime, part: int, row: Row, rank: int, name: str) -> Moment:
    return Moment(at, part, row.moment("sent"), row.line, rank, name, row.call, row)


class Stage:
    """Where the log is played: its agency, its units, and the calls that are open."""

    def __init__(self, mapping: LogMapping, agency: Agency, actor: Actor) -> None:
        self.mapping, self.agency, self.actor = mapping, agency, actor
        codes = Unit.objects.filter(agency=agency).values_list("code", "pk")
        self.units = dict(codes)
        known = Incident.objects.filter(external_id__startswith=f"{mapping.key}:")
        self.incidents = {str(key): pk for key, pk in known.values_list("external_id", "pk")}
        known_units = Assignment.objects.filter(incident__in=self.incidents.values())
        self.assignments = {
            (str(key).partition(":")[2], unit): pk
            for key, unit, pk in known_units.order_by("pk").values_list(
                "incident__external_id", "unit__name", "pk"
            )
        }
        taken = Entry.objects.filter(agency=agency, act_id__isnull=False)
        self.matters: dict[int, Matter] = {}  # those the present batch holds
        self.taken = set(taken.values_list("act_id", flat=True))

    def act_all(self, batch: list[Moment]) -> None:
        """Do what happened at these moments, once; what they need is locked beforehand."""
        fresh = [(m, act_id) for m in batch if (act_id := self._act_id(m)) not in self.taken]
        if not fresh:
            return
        with actions.together(new=[act_id for _, act_id in fresh]):
            self.matters = self._hold([moment for moment, _ in fresh])
            for moment, act_id in fresh:
                getattr(self, f"_{moment.name}")(moment, act_id)

    def _act_id(self, moment: Moment) -> UUID:
        return uuid5(NAMESPACE_URL, f"{self.mapping.key}:{moment.line}:{moment.name}")

    def _hold(self, moments: list[Moment]) -> dict[int, Matter]:
        calls = {f"{self.mapping.key}:{m.call}" for m in moments}
        sent = {(m.call, m.row.unit) for m in moments}
        incidents = [self.incidents[key] for key in calls if key in self.incidents]
        acts_on = [self.assignments[key] for key in sent if key in self.assignments]
        return actions.hold([*incidents, *acts_on], {self._unit(m) for m in moments})

    def _incident(self, moment: Moment) -> int:
        return self.incidents[f"{self.mapping.key}:{moment.call}"]

    def _assignment(self, moment: Moment) -> int:
        return self.assignments[moment.call, moment.row.unit]

    def _unit(self, moment: Moment) -> int:
        return self.units[unit_code(self.mapping, moment.row.unit)]

    def _report(self, moment: Moment, act_id: UUID) -> None:
        row = moment.row
        matter = actions.report_call(
            self.actor,
            words=row.type,
            place=row.place,
            lon=row.lon,
            lat=row.lat,
            channel="partner",
            agency_id=self.agency.pk,
            external_id=f"{self.mapping.key}:{moment.call}",
            received_at=moment.at,
            act_id=act_id,
        )
        self.incidents[f"{self.mapping.key}:{moment.call}"] = matter.pk
        self.matters[matter.pk] = matter

    def _classify(self, moment: Moment, act_id: UUID) -> None:
        code = self.mapping.classes[moment.row.type]["code"]
        actions.classify(
            self.actor, self._incident(moment), code, occurred_at=moment.at, act_id=act_id
        )

    def _sent(self, moment: Moment, act_id: UUID) -> None:
        incident, unit = self._incident(moment), self._unit(moment)
        if self.matters[incident].state == "resolved":
            why = "记录中后来又派警 / the log sends another unit later"
            actions.reopen(self.actor, incident, reason=why, occurred_at=moment.at)
        actions.dispatch(
            self.actor, incident, [unit], override=True, occurred_at=moment.at, act_id=act_id
        )
        made = Assignment.objects.filter(unit_id=unit, holding=True).values_list("pk", flat=True)
        self.assignments[moment.call, moment.row.unit] = made.get()

    def _set_out(self, moment: Moment, act_id: UUID) -> None:
        actions.set_out(self.actor, self._assignment(moment), occurred_at=moment.at, act_id=act_id)

    def _arrived(self, moment: Moment, act_id: UUID) -> None:
        actions.arrive(self.actor, self._assignment(moment), occurred_at=moment.at, act_id=act_id)

    def _cleared(self, moment: Moment, act_id: UUID) -> None:
        actions.clear(self.actor, self._assignment(moment), occurred_at=moment.at, act_id=act_id)

    def _end(self, moment: Moment, act_id: UUID) -> None:
        said = moment.row.disposition
        incident = self._incident(moment)
        actions.give_feedback(self.actor, incident, words=said, occurred_at=moment.at)
        actions.close(self.actor, incident, disposition=said, occurred_at=moment.at, act_id=act_id)


def write_rejects(outcome: Outcome, path: Path) -> None:
    """Keep the rows that were left out: line, reason in both languages."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["line", "reason_zh", "reason_en"])
        for reject in sorted(outcome.rejected, key=lambda r: r.line):
            out.writerow([reject.line, reject.reason.zh, reject.reason.en])
