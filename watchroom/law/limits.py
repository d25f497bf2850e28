"""Time limits: which there are, and when one that has started is due.

    due("C02", filed_at).at                       30 days, to 24:00 of the last one
    due("C02", filed_at, events=[...]).explain("zh")

Pure: the same rule, start and events give the same answer, except that a year whose holidays
were missing is recomputed once they are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from watchroom.base import clock
from watchroom.base.text import Text
from watchroom.law import explain
from watchroom.law.arithmetic import Finish
from watchroom.law.event import Event
from watchroom.law.replay import Run
from watchroom.law.rule import Extension, Rule, Unit
from watchroom.law.rulebook import RuleBook, shipped

State = Literal["running", "paused", "stopped"]


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends, and everything needed to say why.

    `at`: the first moment (aware, UTC) that is too late; None while the clock stands still
    (`state` "paused") and where the law sets no number.
    `last_day`: for limits in days, the local day at whose 24:00 it ends.
    `complete`: False where the holidays of a year in `missing` are not known: `at` then counts
    that year's Mondays to Fridays as working days and must be computed again.
    `next_rungs`: extensions that could be granted now, each with the last local day to ask.
    """

    rule: Rule
    started_at: datetime
    counted_from: datetime
    at: datetime | None
    last_day: date | None
    complete: bool
    missing: tuple[int, ...]
    state: State
    events: tuple[Event, ...]
    finish: Finish | None
    next_rungs: tuple[tuple[Extension, date | None], ...]
    warnings: tuple[Text, ...]
    run: Run = field(repr=False, compare=False)

    def lines(self) -> list[Text]:
        """The whole reckoning, one sentence a line."""
        return explain.lines(self.run, self.finish)

    def explain(self, lang: str) -> str:
        """The whole reckoning in Chinese or English."""
        return "\n".join(line.say(lang) for line in self.lines())

    def overdue(self, now: datetime) -> bool:
        """Whether the clock runs and its end has come."""
        return self.state == "running" and self.at is not None and clock.utc(now) >= self.at

    @property
    def stopped_at(self) -> datetime | None:
        """When it was done, if it was."""
        return self.run.stopped.at if self.run.stopped else None

    @property
    def kept(self) -> bool | None:
        """Whether it was done in time; None while it is not done, or where there is no number."""
        if self.stopped_at is None or self.at is None:
            return None
        return self.stopped_at <= self.at

    def if_resumed(self, at: datetime) -> Due:
        """For a paused clock: the answer if it went on at `at`."""
        return _reckon(self.rule, self.started_at, (*self.events, Event("resume", at)))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the answer and what it was computed from."""
        return {
            "rule": self.rule.id,
            "started_at": self.started_at.isoformat(),
            "at": self.at.isoformat() if self.at else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "complete": self.complete,
            "state": self.state,
            "events": [event.as_dict() for event in self.events],
            "warnings": [warning.as_dict() for warning in self.warnings],
        }


_registered: RuleBook | None = None


def _book() -> RuleBook:
    return _registered or shipped()


def rules() -> tuple[Rule, ...]:
    """Every rule in every version, by id."""
    return _book().rules()


def rule(rule_id: str, on: date | None = None) -> Rule:
    """The version of a rule in force on a local day (default: today).

    Raises Refusal where there is no such rule, or none in force on that day.
    """
    return _book().rule(rule_id, on or clock.local_date(clock.now()))


def days(rule_id: str) -> timedelta:
    """How long a limit is that is said in calendar days, as times of keeping are.

    Raises Refusal where there is no such rule, ValueError where it is said otherwise.
    """
    found = rule(rule_id)
    if found.unit is not Unit.CALENDAR_DAYS or not found.length:
        raise ValueError(f"{rule_id}: how long records stay is said in calendar_days")
    return timedelta(days=found.length)


def register(path: str | Path) -> None:
    """Lay an agency's policy file over the shipped rules. Raises Refusal; nothing changes then.

    Rules of law cannot be overridden. See `docs/reference/limits.md` for the file's shape.
    """
    global _registered  # noqa: PLW0603  one rule book per process is the point
    _registered = _book().overlaid(Path(path))


def reset() -> None:
    """Back to the rules as shipped."""
    global _registered  # noqa: PLW0603
    _registered = None


def due(
    rule_id: str,
    started_at: datetime,
    *,
    on: date | None = None,
    events: Iterable[Event] = (),
) -> Due:
    """When the limit ends that began at `started_at` (aware), after all its events.

    `on` chooses the rule's version (default: the local day of `started_at`). Events are applied in
    the order of their moments. Raises Refusal for an event the law does not allow, ValueError for
    a moment without a time zone.
    """
    start = clock.utc(started_at)
    chosen = _book().rule(rule_id, on or clock.local_date(start))
    return _reckon(chosen, start, events)


def _reckon(chosen: Rule, start: datetime, events: Iterable[Event]) -> Due:
    run = Run(chosen, start)
    for event in sorted(events, key=lambda event: event.at):
        run.apply(event)
    return _answer(run)


def _answer(run: Run) -> Due:
    end = run.finish() if run.rule.unit.counted else None
    state: State = "stopped" if run.stopped else "paused" if run.paused else "running"
    at = None if state == "paused" else end.at if end else _without_number(run)
    missing = end.missing if end else ()
    return Due(
        rule=run.rule,
        started_at=run.started_at,
        counted_from=run.start,
        at=at,
        last_day=end.last_day if end and at else None,
        complete=not missing,
        missing=missing,
        state=state,
        events=tuple(run.applied),
        finish=end,
        next_rungs=run.next_rungs(),
        warnings=explain.warnings(run, end),
        run=run,
    )


def _without_number(run: Run) -> datetime | None:
    return run.start if run.rule.unit == "at_once" else None
