"""Who works which shift, so that every hour has the people it needs and everybody rests enough.

Each person and day takes one shift or none; missing person-hours are made as few as possible, then
hours and nights are shared as evenly as that allows. Solved by constraint programming, whose bound
is handed on.

Source of the model: Dantzig, "A comment on Edie's 'Traffic delays at toll booths'", Operations
Research 2 (1954), with one variable per person because of the rules on rest. Source of the default
rules: see `Rules`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.plan.solution import Solution

DAY = 24
WEEK = 7
FREE = -1


@dataclass(frozen=True)
class Shift:
    """A duty: `start` is the hour of the day (0-23), `hours` its length; it may end tomorrow."""

    name: str
    start: int
    hours: int

    def covers(self) -> list[tuple[int, int]]:
        """The (day, hour) pairs worked, counted from the day on which it starts."""
        return [divmod(self.start + h, DAY) for h in range(self.hours)]

    @property
    def night(self) -> bool:
        """Works at three in the morning."""
        return any(hour == 3 for _, hour in self.covers())


@dataclass(frozen=True)
class Rules:
    """What the roster must keep. A None is a rule not asked for.

    Defaults are ours, from: 44 hours a week on average and one day off a week (PRC Labour Law,
    art. 36 and 38); 11 hours between two shifts (Directive 2003/88/EC, art. 3). Civil servants may
    have other rules: give them.
    """

    rest_hours: int = 11
    """Between the end of a shift and the start of the next."""
    week_hours: int | None = 44
    """In any seven days in a row."""
    days_off: int = 1
    """Days without a shift in any seven in a row."""
    nights_in_row: int | None = 3


@dataclass(frozen=True, kw_only=True)
class Roster(Solution):
    """Who works when. `objective` and `bound` count missing person-hours."""

    assignment: npt.NDArray[np.int16]
    """(people, days) index of the shift that starts that day, -1 for none."""
    present: npt.NDArray[np.int32]
    """(days, 24) people at work."""
    missing: npt.NDArray[np.int32]
    """(days, 24) people that are lacking."""
    hours: npt.NDArray[np.int32]
    """(people) hours worked in all."""


Progress = Callable[[float, float, float], None]
"""(missing hours so far, bound, seconds)"""


def cover(
    demand: npt.ArrayLike,
    shifts: Sequence[Shift],
    people: int,
    *,
    available: npt.ArrayLike | None = None,
    rules: Rules | None = None,
    limit: float = 30.0,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Roster:
    """A roster with the fewest missing person-hours, shared as evenly as that allows.

    demand      (days, 24) people needed in each hour, whole numbers
    available   (people, days) false where somebody may not start a shift; all may where not given
    limit       seconds of computing, of which the last fifth is for sharing evenly
    stop        asked now and then; when it says yes the best roster so far is handed back

    Hours after midnight of the last day are worked but not counted; what began before the first
    day is not known. Refusal for data that cannot be meant.
    """
    needed = _needed(demand)
    able = _able(available, people, len(needed))
    _check(shifts, people)
    began = time.perf_counter()
    model = _Model(needed, tuple(shifts), able, rules or Rules())
    first = _solve(model, model.missing, limit * 0.8, seed, began, progress, stop)
    best = first.plan
    if not (stop and stop()):
        model.hold(round(first.value))
        model.hint(best)
        second = _solve(model, model.unevenness, limit * 0.2, seed, began, None, stop)
        best = second.plan
    return _roster(model, best, first.bound, time.perf_counter() - began)


def _needed(demand: npt.ArrayLike) -> npt.NDArray[np.int64]:
    given = np.asarray(demand)
    if given.ndim != 2 or given.shape[1] != DAY or not len(given):
        raise Refusal(
            Text(
                "需求应为“天数×24”的表，每格是该小时需要的人数",
                "The demand should be a table of days x 24: the people needed in each hour",
            )
        )
    whole = given.astype(np.int64)
    if (whole != given).any() or (whole < 0).any():
        raise Refusal(
            Text(
                "需要的人数应为不小于零的整数", "The people needed should be whole and not negative"
            )
        )
    return whole


def _able(given: npt.ArrayLike | None, people: int, days: int) -> npt.NDArray[np.bool_]:
    if given is None:
        return np.ones((max(people, 0), days), bool)
    able = np.asarray(given, bool)
    if able.shape != (people, days):
        raise Refusal(
            Text(
                f"可用情况应为 {people}×{days} 的表（人数×天数），现为 {able.shape}",
                f"Availability should be people x days = {people} x {days}, not {able.shape}",
            )
        )
    return able


def _check(shifts: Sequence[Shift], people: int) -> None:
    if people < 1 or not shifts:
        raise Refusal(
            Text("至少要有一个人和一个班次", "At least one person and one shift are needed")
        )
    for shift in shifts:
        if not (0 <= shift.start < DAY and 1 <= shift.hours <= DAY):
            raise Refusal(
                Text(
                    f"班次“{shift.name}”应在 0-23 时开始，长 1-24 小时",
                    f"Shift “{shift.name}” should start at 0-23 and last 1-24 hours",
                )
            )


class _Model:
    """The constraint model: takes[p, d, s] says that p starts shift s on day d."""

    def __init__(
        self,
        needed: npt.NDArray[np.int64],
        shifts: tuple[Shift, ...],
        able: npt.NDArray[np.bool_],
        rules: Rules,
    ) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - half a second, for planners only

        self.needed, self.shifts, self.able, self.rules = needed, shifts, able, rules
        self.people, self.days = able.shape
        self.cp = cp_model.CpModel()
        self.takes = {
            (p, d, s): self.cp.new_bool_var(f"{p} {d} {s}")
            for p in range(self.people)
            for d in range(self.days)
            if able[p, d]
            for s in range(len(shifts))
        }
        self.works = {
            (p, d): self._works(p, d) for p in range(self.people) for d in range(self.days)
        }
        self.missing = self._missing()
        for p in range(self.people):
            self._rest(p)
            self._weeks(p)
            self._nights(p)
        self._alike()
        self.unevenness = self._unevenness()

    def _works(self, p: int, d: int) -> Any:
        mine = [self.takes[p, d, s] for s in range(len(self.shifts)) if (p, d, s) in self.takes]
        if mine:
            self.cp.add_at_most_one(mine)
        return sum(mine)

    def _missing(self) -> Any:
        """The sum over the hours of max(0, needed - present)."""
        present: dict[tuple[int, int], list[Any]] = {}
        for (_p, d, s), taken in self.takes.items():
            for day, hour in self.shifts[s].covers():
                if d + day < self.days:
                    present.setdefault((d + day, hour), []).append(taken)
        lacking = []
        for (d, h), people in np.ndenumerate(self.needed):
            if people:
                short = self.cp.new_int_var(0, int(people), f"short {d} {h}")
                self.cp.add(short + sum(present.get((d, h), [])) >= int(people))
                lacking.append(short)
        return sum(lacking)

    def _rest(self, p: int) -> None:
        """No two shifts of one person overlap or follow too closely."""
        starts = [
            (d * DAY + shift.start, d * DAY + shift.start + shift.hours, self.takes[p, d, s])
            for d in range(self.days)
            for s, shift in enumerate(self.shifts)
            if (p, d, s) in self.takes
        ]
        intervals = [
            self.cp.new_optional_fixed_size_interval_var(
                begin, end - begin + self.rules.rest_hours, taken, f"{p} at {begin}"
            )
            for begin, end, taken in starts
        ]
        self.cp.add_no_overlap(intervals)

    def _weeks(self, p: int) -> None:
        hours = [
            sum(
                self.takes[p, d, s] * shift.hours
                for s, shift in enumerate(self.shifts)
                if (p, d, s) in self.takes
            )
            for d in range(self.days)
        ]
        for first in range(max(1, self.days - WEEK + 1)):
            days = range(first, min(first + WEEK, self.days))
            if self.rules.week_hours is not None:
                self.cp.add(sum(hours[d] for d in days) <= self.rules.week_hours)
            if self.rules.days_off and len(days) == WEEK:
                self.cp.add(sum(self.works[p, d] for d in days) <= WEEK - self.rules.days_off)

    def _nights(self, p: int) -> None:
        longest = self.rules.nights_in_row
        if longest is None:
            return
        nights = [s for s, shift in enumerate(self.shifts) if shift.night]
        for first in range(self.days - longest):
            run = [
                self.takes[p, d, s]
                for d in range(first, first + longest + 1)
                for s in nights
                if (p, d, s) in self.takes
            ]
            self.cp.add(sum(run) <= longest)

    def _alike(self) -> None:
        """Two who may work the same days change places freely: the first has no fewer hours."""
        for p in range(self.people - 1):
            if (self.able[p] == self.able[p + 1]).all():
                self.cp.add(self._hours(p) >= self._hours(p + 1))

    def _hours(self, p: int) -> Any:
        return sum(
            self.takes[p, d, s] * shift.hours
            for d in range(self.days)
            for s, shift in enumerate(self.shifts)
            if (p, d, s) in self.takes
        )

    def _unevenness(self) -> Any:
        """The span of hours between people, and of nights."""
        return self._span(self._hours, "hours") + DAY * self._span(self._night_count, "nights")

    def _night_count(self, p: int) -> Any:
        return sum(
            self.takes[p, d, s]
            for d in range(self.days)
            for s, shift in enumerate(self.shifts)
            if shift.night and (p, d, s) in self.takes
        )

    def _span(self, of: Callable[[int], Any], name: str) -> Any:
        top = self.days * DAY
        most, least = (self.cp.new_int_var(0, top, f"{side} {name}") for side in ("most", "least"))
        for p in range(self.people):
            self.cp.add(of(p) <= most)
            self.cp.add(of(p) >= least)
        return most - least

    def hold(self, missing: int) -> None:
        """From now on no more may be missing than this."""
        self.cp.add(self.missing <= missing)

    def hint(self, plan: npt.NDArray[np.int16]) -> None:
        """Start from this roster."""
        self.cp.clear_hints()
        for (p, d, s), taken in self.takes.items():
            self.cp.add_hint(taken, bool(plan[p, d] == s))


@dataclass(frozen=True)
class _Found:
    plan: npt.NDArray[np.int16]
    value: float
    bound: float


def _solve(
    model: _Model,
    objective: Any,
    limit: float,
    seed: int,
    began: float,
    progress: Progress | None,
    stop: Callable[[], bool] | None,
) -> _Found:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - as above

    class Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            if progress:
                seconds = time.perf_counter() - began
                progress(self.objective_value, self.best_objective_bound, seconds)
            if stop and stop():
                self.stop_search()

    model.cp.minimize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.random_seed = seed
    status = solver.solve(model.cp, Watch())
    plan = np.full((model.people, model.days), FREE, np.int16)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):  # nobody at work is always allowed
        return _Found(plan, float(model.needed.sum()), 0.0)
    for (p, d, s), taken in model.takes.items():
        if solver.value(taken):
            plan[p, d] = s
    return _Found(plan, solver.objective_value, solver.best_objective_bound)


def _roster(model: _Model, plan: npt.NDArray[np.int16], bound: float, seconds: float) -> Roster:
    present = np.zeros(model.needed.shape, np.int32)
    for (_p, d), s in np.ndenumerate(plan):
        for day, hour in model.shifts[s].covers() if s != FREE else ():
            if d + day < model.days:
                present[d + day, hour] += 1
    lengths = np.array([*(shift.hours for shift in model.shifts), 0])  # FREE takes the last
    missing = np.maximum(model.needed - present, 0).astype(np.int32)
    return Roster(
        objective=float(missing.sum()),
        bound=float(np.ceil(bound - 1e-6)),
        seconds=seconds,
        assignment=plan,
        present=present,
        missing=missing,
        hours=lengths[plan].sum(axis=1).astype(np.int32),
    )
