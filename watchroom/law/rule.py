"""What a time limit is: the shape that the rule files fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from watchroom.base.text import Text


class Unit(StrEnum):
    """How a length is counted. Hard units never roll over a holiday."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    HOURS_HARD = "hours_hard"
    CALENDAR_DAYS = "calendar_days"
    CALENDAR_DAYS_HARD = "calendar_days_hard"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    MONTHS_HARD = "months_hard"
    AT_ONCE = "at_once"
    NO_NUMBER = "no_number"

    @property
    def by_the_clock(self) -> bool:
        """Counted from moment to moment, not in days."""
        return self in (Unit.SECONDS, Unit.MINUTES, Unit.HOURS, Unit.HOURS_HARD)

    @property
    def hard(self) -> bool:
        """Someone's liberty hangs on it: it ends when it ends."""
        return self.endswith("_hard")

    @property
    def counted(self) -> bool:
        """Whether the limit has a number at all."""
        return self not in (Unit.AT_ONCE, Unit.NO_NUMBER)

    @property
    def working(self) -> bool:
        """Counted in working days."""
        return self is Unit.WORKING_DAYS

    @property
    def monthly(self) -> bool:
        """Counted in months."""
        return self in (Unit.MONTHS, Unit.MONTHS_HARD)


_NAMES = {
    Unit.SECONDS: ("{n}秒", "second"),
    Unit.MINUTES: ("{n}分钟", "minute"),
    Unit.HOURS: ("{n}小时", "hour"),
    Unit.HOURS_HARD: ("{n}小时", "hour"),
    Unit.CALENDAR_DAYS: ("{n}日", "day"),
    Unit.CALENDAR_DAYS_HARD: ("{n}日", "day"),
    Unit.WORKING_DAYS: ("{n}个工作日", "working day"),
    Unit.MONTHS: ("{n}个月", "month"),
    Unit.MONTHS_HARD: ("{n}个月", "month"),
}


def amount(number: int, unit: Unit) -> Text:
    """A length in words: 30日 / 30 days."""
    if unit is Unit.AT_ONCE:
        return Text("当即", "at once")
    if unit is Unit.NO_NUMBER:
        return Text("未规定具体数字", "no number set")
    zh, en = _NAMES[unit]
    return Text(zh.format(n=number), f"{number} {en}{'' if number == 1 else 's'}")


@dataclass(frozen=True, slots=True)
class Counting:
    """How days are counted under one body of law: the first day, and a holiday at the end."""

    key: str
    first_day_counts: bool
    rolls: bool
    basis: Text
    seen: str


SEATS = ("here", "county", "city", "upper", "outside")
"""From where an extension is approved: see `[approvers]` in `rules/terms.toml`."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One rung of the ladder: what it gives, who approves it (`seat`: from where), on what
    condition."""

    key: str
    approver: Text
    condition: Text
    unit: Unit
    adds: int | None = None
    to: int | None = None
    at_least: int | None = None
    after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    times: int | None = 1
    ask_before_days: int | None = None
    seat: str = "outside"

    @property
    def gives(self) -> Text:
        """In words: +30日 / up to 24 hours in all."""
        if self.to is not None:
            return Text("延至共{n}", "to {n} in all").format(n=amount(self.to, self.unit))
        longest = amount(self.adds or 0, self.unit)
        if self.at_least is not None:
            span = Text("延长{a}至{b}", "{a} to {b} more")
            return span.format(a=self.at_least, b=longest)
        return Text("延长{n}", "{n} more").format(n=longest)


@dataclass(frozen=True, slots=True)
class Deduction:
    """A span of time the law does not count, named."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Restart:
    """An event from which the whole limit is counted afresh."""

    key: str
    title: Text
    times: int | None = None
    after_expiry: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock of one provision, in one version."""

    id: str
    row: str
    group: Text
    title: Text
    starts: Text
    unit: Unit
    length: int
    counting: Counting
    source: Text
    seen: str
    kind: str = "law"
    issuer: Text = field(default_factory=lambda: Text("本系统默认", "ours"))
    at_least: int | None = None
    backward: bool = False
    soft: bool = False
    extensions: tuple[Extension, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    restarts: tuple[Restart, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str | None = None
    note: Text | None = None

    @property
    def lasts(self) -> Text:
        """The length in words."""
        if self.at_least is None:
            return amount(self.length, self.unit)
        span = Text("{a}至{b}", "{a} to {b}")
        return span.format(a=self.at_least, b=amount(self.length, self.unit))

    @property
    def rolls(self) -> bool:
        """Whether a last day that is a holiday moves to the next working day."""
        clock = self.unit.by_the_clock or self.unit.hard or self.unit.working
        return self.counting.rolls and self.unit.counted and not clock and not self.backward

    @property
    def version(self) -> Text:
        """Which version this is, by the days it is in force."""
        if self.valid_from and self.valid_until:
            return Text(
                f"{self.valid_from}至{self.valid_until}有效",
                f"in force {self.valid_from} to {self.valid_until}",
            )
        if self.valid_from:
            return Text(f"{self.valid_from}起施行", f"in force from {self.valid_from}")
        if self.valid_until:
            return Text(f"有效至{self.valid_until}", f"in force until {self.valid_until}")
        return Text("现行", "in force")

    def in_force(self, day: date) -> bool:
        """Whether this version applies to a clock that starts on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )
