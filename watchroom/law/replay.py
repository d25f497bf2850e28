"""What the events did to one clock: the state machine of a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.law.arithmetic import Finish, Quantity, Span, finish
from watchroom.law.event import Event
from watchroom.law.rule import Extension, Restart, Rule
from watchroom.law.wording import moment


@dataclass
class Run:
    """One clock while its events are applied to it, in the order of their moments."""

    rule: Rule
    started_at: datetime
    start: datetime = field(init=False)
    quantity: Quantity = field(init=False)
    pauses: list[Span] = field(default_factory=list)
    paused: Event | None = None
    stopped: Event | None = None
    taken: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    applied: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start = self.started_at
        self.quantity = self._whole()

    def finish(self) -> Finish:
        """Where the limit ends as things stand (a pause that is still open adds nothing yet)."""
        return finish(self.rule, self.start, self.quantity, self.pauses)

    def apply(self, event: Event) -> None:
        """Let the event change the clock. Raises Refusal where the law does not allow it."""
        earliest = self.applied[-1].at if self.applied else self.start
        if event.at < earliest:
            raise _no("event-before-start", _BEFORE, at=moment(event.at), start=moment(earliest))
        if self.stopped and event.kind != "restart":
            raise _no("clock-stopped", _STOPPED, at=moment(self.stopped.at))
        _ACTS[event.kind](self, event)
        self.applied.append(event)

    def next_rungs(self) -> tuple[tuple[Extension, date | None], ...]:
        """The extensions that could be granted next, each with the last local day to ask."""
        open_rungs = [rung for rung in self.rule.extensions if self._possible(rung)]
        last = self.finish().last_day if open_rungs else None
        return tuple((rung, _ask_by(rung, last)) for rung in open_rungs)

    def _whole(self) -> Quantity:
        return ((self.rule.length, self.rule.unit),)

    def _pause(self, event: Event) -> None:
        if event.reason not in {deduction.key for deduction in self.rule.deductions}:
            allowed = [deduction.key for deduction in self.rule.deductions]
            raise _no("not-deductible", _NOT_DEDUCTIBLE, reason=event.reason, **_listed(allowed))
        if self.paused:
            raise _no("already-paused", _ALREADY_PAUSED, at=moment(self.paused.at))
        self._in_time(event)
        self.paused = event

    def _resume(self, event: Event) -> None:
        if self.paused is None:
            raise _no("not-paused", _NOT_PAUSED)
        self.pauses.append((self.paused.at, event.at))
        self.paused = None

    def _extend(self, event: Event) -> None:
        rung = self._rung(event)
        if not event.by.strip():
            raise _no("not-approved", _NOT_APPROVED, rung=rung.gives, approver=rung.approver)
        if (obstacle := self._obstacle(rung)) is not None:
            raise obstacle
        self._in_time(event)
        longer = self._longer(rung, event)
        if finish(self.rule, self.start, longer, self.pauses).at <= self.finish().at:
            raise _no("not-longer", _NOT_LONGER, rung=rung.gives)
        self.quantity = longer
        self.taken[rung.key] += 1

    def _restart(self, event: Event) -> None:
        cause = self._cause(event)
        if cause.times is not None and self.restarts[cause.key] >= cause.times:
            raise _no("restart-too-often", _RESTART_OFTEN, cause=cause.title, times=cause.times)
        if not cause.after_expiry:
            self._in_time(event)
        self.restarts[cause.key] += 1
        self.start, self.quantity = event.at, self._whole()
        self.pauses, self.paused, self.stopped = [], None, None
        self.taken.clear()

    def _stop(self, event: Event) -> None:
        if self.paused:  # a clock that ends while it stands still has ended in time
            self._resume(event)
        self.stopped = event

    def _in_time(self, event: Event) -> None:
        end = self.finish()
        # While a year's holidays are missing the end is provisional: too early to refuse anyone.
        if self.paused is None and not end.missing and event.at > end.at:
            raise _no("after-expiry", _EXPIRED, at=moment(event.at), end=moment(end.at))

    def _rung(self, event: Event) -> Extension:
        for rung in self.rule.extensions:
            if rung.key == event.rung:
                return rung
        keys = [rung.key for rung in self.rule.extensions]
        raise _no("unknown-rung", _NO_RUNG, rung=event.rung, **_listed(keys))

    def _cause(self, event: Event) -> Restart:
        for cause in self.rule.restarts:
            if cause.key == event.reason:
                return cause
        keys = [cause.key for cause in self.rule.restarts]
        raise _no("unknown-restart", _NO_RESTART, reason=event.reason, **_listed(keys))

    def _obstacle(self, rung: Extension) -> Refusal | None:
        if rung.times is not None and self.taken[rung.key] >= rung.times:
            return _no("extension-too-often", _TOO_OFTEN, rung=rung.gives, times=rung.times)
        for later in rung.not_after:
            if self.taken[later]:
                return _no("not-longer", _NOT_LONGER, rung=rung.gives)
        if rung.after and not any(self.taken[key] for key in rung.after):
            steps = [one.gives for one in self.rule.extensions if one.key in rung.after]
            return _no("rung-skipped", _SKIPPED, rung=rung.gives, first=steps[0])
        return None

    def _possible(self, rung: Extension) -> bool:
        whole = (
            rung.to is None
            or finish(self.rule, self.start, ((rung.to, rung.unit),), self.pauses).at
            > self.finish().at
        )
        return whole and self._obstacle(rung) is None

    def _longer(self, rung: Extension, event: Event) -> Quantity:
        if rung.to is not None:
            return ((rung.to, rung.unit),)
        most = rung.adds or 0
        least = most if rung.at_least is None else rung.at_least
        chosen = most if event.amount is None else event.amount
        if not least <= chosen <= most:
            raise _no("wrong-amount", _AMOUNT, rung=rung.gives, amount=chosen)
        return (*self.quantity, (chosen, rung.unit))


_ACTS: dict[str, Callable[[Run, Event], None]] = {
    "pause": Run._pause,
    "resume": Run._resume,
    "extend": Run._extend,
    "restart": Run._restart,
    "stop": Run._stop,
}

_BEFORE = Text(
    "{at}的事件早于{start}，不能记入；请核对时间。",
    "The event of {at} lies before {start}; check its time.",
)
_STOPPED = Text(
    "该时限已于{at}办结，不能再变动。", "This clock ended at {at} and cannot be changed."
)
_NOT_DEDUCTIBLE = Text(
    "“{reason}”的时间不能从本期限中扣除；可扣除的有：{zh_keys}。",
    'The time of "{reason}" is not excluded from this limit; what is: {en_keys}.',
)
_ALREADY_PAUSED = Text("该时限自{at}起已停止计算。", "This clock already stands still since {at}.")
_NOT_PAUSED = Text("该时限没有停止计算，无从恢复。", "This clock does not stand still.")
_NOT_APPROVED = Text(
    "{rung}须经{approver}批准；请写明批准人。",
    "For {rung}, {approver} must approve: name who did.",
)
_NOT_LONGER = Text(
    "{rung}不比现有期限更长，没有意义。", "{rung} is not longer than the limit already is."
)
_RESTART_OFTEN = Text(
    "“{cause}”最多重新计算{times}次。", "{cause} restarts the clock {times} time(s) at most."
)
_EXPIRED = Text(
    "期限已于{end}届满，{at}再行办理已经晚了。",
    "The limit expired at {end}; {at} is too late.",
)
_NO_RUNG = Text(
    "本期限没有“{rung}”这一延长档次；可用：{zh_keys}。",
    'This limit has no extension "{rung}"; it has: {en_keys}.',
)
_NO_RESTART = Text(
    "“{reason}”不使本期限重新计算；可用：{zh_keys}。",
    '"{reason}" does not restart this limit; what does: {en_keys}.',
)
_TOO_OFTEN = Text(
    "{rung}最多用{times}次，已用完。", "{rung}: allowed {times} time(s), already used."
)
_SKIPPED = Text(
    "不能直接{rung}，须先经批准{first}。", "{rung} cannot come directly: {first} comes before it."
)
_AMOUNT = Text("{rung}，不能是{amount}。", "{rung}: {amount} is outside that.")


def _ask_by(rung: Extension, last: date | None) -> date | None:
    if rung.ask_before_days is None or last is None:
        return None
    return last - timedelta(days=rung.ask_before_days)


def _listed(keys: list[str]) -> dict[str, str]:
    return {"zh_keys": "、".join(keys) or "无", "en_keys": ", ".join(keys) or "nothing"}


def _no(code: str, text: Text, **values: object) -> Refusal:
    return Refusal(text.format(**values), code=code)
