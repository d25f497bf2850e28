"""Deadlines: rows made by rules of `law`, started and stopped by steps."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from watchroom.base.clock import now
from watchroom.law import limits

from .flow import Flow, Step
from .models import Deadline, Matter

OPEN = ("running", "paused")


def _events(deadline: Deadline) -> list[limits.Event]:
    return [limits.Event.from_dict(item) for item in deadline.events]


def due(deadline: Deadline) -> limits.Due:
    """The deadline computed again from its rule and events; it can explain itself."""
    return limits.due(deadline.rule, deadline.started_at, events=_events(deadline))


def _settle(deadline: Deadline, event: limits.Event | None = None) -> None:
    if event is not None:
        deadline.events = [*deadline.events, event.as_dict()]
    answer = due(deadline)
    deadline.due_at, deadline.complete = answer.at, answer.complete


class Ledger:
    """The open clocks of the matters one transaction changes: read once, written once.

    Whoever holds a matter's row holds its clocks: nobody else starts or stops one meanwhile. `held`
    are the matters whose rows are held: their clocks are read in one go.
    """

    def __init__(self, held: Mapping[int, Matter]) -> None:
        self._held = held
        self._open: dict[str, dict[str, Deadline]] = {}
        self._new: list[Deadline] = []
        self._ended: dict[int, Deadline] = {}
        self._marked: dict[int, Deadline] = {}

    def of(self, matter: Matter) -> dict[str, Deadline]:
        """Its open clocks by name. A matter not yet written has none; its number names it."""
        if matter.number not in self._open:
            self._open[matter.number] = {}
            if matter.pk:
                self._read(matter)
        return self._open[matter.number]

    def _read(self, matter: Matter) -> None:
        unread = {m.pk: m for m in self._held.values() if m.number not in self._open}
        unread[matter.pk] = matter
        self._open |= {m.number: {} for m in unread.values()}
        for row in Deadline.objects.filter(matter__in=unread, state__in=OPEN):
            self._open[unread[row.matter_id].number][row.clock] = row

    def follow(
        self, flow: Flow, step: Step, matter: Matter, at: datetime, facts: dict[str, Any]
    ) -> None:
        """Move the clocks of a matter as its step says and set its `due_at`, for worklists.

        Neither the matter nor its clocks are written yet: save it, and `write` in the end.
        """
        touched = {*step.starts, *step.stops, *step.pauses, *step.resumes, *step.restarts}
        ended = flow.states[matter.state].final
        if not touched and not ended and matter.pk:
            return
        rows = self.of(matter)
        self._stop([rows.pop(clock) for clock in step.stops if clock in rows], at)
        for verb, clocks in (
            ("pause", step.pauses),
            ("resume", step.resumes),
            ("restart", step.restarts),
        ):
            self._mark(verb, [rows[c] for c in clocks if c in rows], at, step)
        for clock in step.starts:
            rule = flow.clocks[clock].rule.format(**facts)
            if rule and clock not in rows:
                rows[clock] = self._start(matter, clock, rule, at)
        if ended:
            self._stop(rows.values(), at, dropped=True)
            rows.clear()
        running = (row.due_at for row in rows.values() if row.state == "running" and row.due_at)
        matter.due_at = min(running, default=None)

    def _start(self, matter: Matter, clock: str, rule: str, at: datetime) -> Deadline:
        row = Deadline(matter=matter, clock=clock, rule=rule, started_at=at)
        _settle(row)
        self._new.append(row)
        return row

    def _stop(self, rows: Iterable[Deadline], at: datetime, *, dropped: bool = False) -> None:
        for row in rows:
            late = row.due_at is not None and at > row.due_at
            row.state, row.ended_at = "missed" if late else "dropped" if dropped else "met", at
            if row.pk:
                self._ended[row.pk] = row

    def _mark(self, kind: Any, rows: Iterable[Deadline], at: datetime, step: Step) -> None:
        for row in rows:
            if not _applies(kind, row, at):
                continue
            _settle(row, limits.Event(kind=kind, at=at, reason=step.because, note=step.title.zh))
            row.state = "paused" if kind == "pause" else "running"
            if row.pk:
                self._marked[row.pk] = row

    def write(self) -> None:
        """Write what has changed; old clocks first, for a new one may take the place of one."""
        for row in self._marked.values():
            row.save(update_fields=["events", "due_at", "complete", "state"])
        if self._ended:
            ended = self._ended.values()
            told = ([r.pk for r in ended], [r.state for r in ended], [r.ended_at for r in ended])
            with connection.cursor() as cursor:
                cursor.execute(_END, told)
        Deadline.objects.bulk_create(self._new, batch_size=2000)


_END = """
UPDATE kernel_deadline AS known SET state = ended.state, ended_at = ended.at
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS ended (id, state, at)
WHERE known.id = ended.id
"""


def _applies(kind: str, row: Deadline, at: datetime) -> bool:
    """A clock that has run out is late and cannot be paused: the step is taken, the clock runs on.

    Nor is there anything to resume then.
    """
    if kind == "pause":
        return row.state == "running" and (row.due_at is None or at <= row.due_at)
    return kind != "resume" or row.state == "paused"


def refresh(matter: Matter) -> None:
    """Copy the earliest running deadline to the matter, for worklists."""
    earliest = Deadline.objects.filter(matter=matter, state="running").aggregate(at=Min("due_at"))
    matter.due_at = earliest["at"]
    Matter.objects.filter(pk=matter.pk).update(due_at=matter.due_at)


def would_be_due(deadline: Deadline, event: limits.Event) -> str | None:
    """When the clock would end after this event, ISO; Refusal where `law` does not allow it."""
    after = limits.due(deadline.rule, deadline.started_at, events=[*_events(deadline), event])
    return after.at.isoformat() if after.at else None


def extend(deadline: Deadline, event: limits.Event) -> None:
    """Add an extension that somebody approved; `law` refuses one the ladder does not allow."""
    _settle(deadline, event)
    deadline.raised_at = None if deadline.due_at and deadline.due_at > now() else deadline.raised_at
    deadline.save()
    refresh(deadline.matter)


def claim_overdue(limit: int = 200) -> list[Deadline]:
    """Claim deadlines that are due and not yet raised; each is claimed by one sweep only."""
    with transaction.atomic():
        rows = list(
            Deadline.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state="running", raised_at=None, due_at__lte=now())
            .select_related("matter")
            .order_by("due_at")[:limit]
        )
        Deadline.objects.filter(pk__in=[r.pk for r in rows]).update(raised_at=now())
        return rows


def recompute_incomplete() -> int:
    """Compute again the deadlines whose calendar year was missing; returns how many settled."""
    settled = 0
    for row in Deadline.objects.filter(state__in=OPEN, complete=False).select_related("matter"):
        _settle(row)
        row.save()
        refresh(row.matter)
        settled += row.complete
    return settled
