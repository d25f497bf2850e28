"""What is simulated: the calls, the units with their roster, the roads and the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.plan.simulation import moves, policies
from watchroom.plan.simulation.board import (
    AT_ONCE,
    BEGINS,
    BLOCKED,
    DUTY,
    ENDS,
    F32,
    F64,
    I32,
    I64,
    ON_THE_ROAD,
    RESTS,
    Records,
)
from watchroom.plan.simulation.journeys import onward
from watchroom.plan.simulation.moves import Relocation
from watchroom.plan.simulation.policies import Policy

WEEK_HOURS = 168
RETURNS = {"on the road": ON_THE_ROAD, "at once": AT_ONCE, "blocked": BLOCKED}
UNLIMITED = 2**62


@dataclass(frozen=True, kw_only=True)
class Calls:
    """c calls in order of time, drawn or from a record."""

    at: F64
    """(c) seconds since Monday 00:00 of the first week, when each may be dispatched; ascending."""
    place: I32
    """(c) index into the scenario's places."""
    service: F64
    """(c, s) seconds at the scene for the unit in each slot; (c) where there is one slot."""
    kind: I32 | None = None
    """(c) index into the scenario's kinds; 0 unless told."""
    orders: I32 | None = None
    """(c, s) the unit that the record sent, -1 for none."""
    order_seconds: F64 | None = None
    """(c, s) the recorded seconds from sending to arriving, nan to take the matrix."""

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Calls as independent Poisson processes, one for each kind and place, by hour of the week."""

    rates: F64
    """(periods, kinds, places) calls a second; (places) for one period and kind."""
    period_of_hour: npt.ArrayLike | None = None
    """(168) the period each hour of the week belongs to; all 0 unless told."""
    service: npt.ArrayLike = 1800.0
    """(kinds, slots), (kinds) or one number: mean seconds at the scene."""
    spread: npt.ArrayLike = 1.0
    """(kinds) or one number: standard deviation / mean of the gamma-distributed times at the scene;
    1 is the exponential law, 0 a constant."""


@dataclass(frozen=True, kw_only=True)
class Units:
    """u units, where they stand, and when they are on duty."""

    post: npt.ArrayLike
    """(u) place of each unit's post."""
    kind: npt.ArrayLike = 0
    """(u) or one number, 0-62: car, foot patrol, ... as the scenario numbers them."""
    area: npt.ArrayLike | None = None
    """(u) area each belongs to; its post's unless told."""
    turnout: npt.ArrayLike = 0.0
    """(u) or one number: seconds from being told to rolling, for a unit that stands at its post."""
    shifts: npt.ArrayLike | None = None
    """(k, 3) unit, from, until in seconds; without it all are always on duty."""
    breaks: npt.ArrayLike | None = None
    """(k, 4) unit, due from, must begin by, length in seconds; taken when nobody waits."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Everything that decides what happens, except chance.

    travel: (n, n) or (slices, n, n) seconds from place to place, inf where there is no way (as
    `View.matrix` gives them); with several, `slice_of_hour` (168) says which holds in which hour
    of the week. area: (n) the area each place lies in.
    needs: (kinds, slots) for each kind of call and slot the bits of the unit kinds that may fill
    it, 0 for no slot; one slot for anybody unless told. priority: (kinds) 0 is the most urgent.
    may_take: (p, p) whether a call of the row's priority may take a unit from one of the column's:
    1 from the road, 2 also from the scene; only from less urgent ones, and only at the moment the
    call comes in. take_saves: seconds that this must save against the free unit the policy chose;
    inf: units are taken only where nobody free was chosen.
    relocation: where free units stand whenever it changes who is free; none: each at its post.
    returns: "on the road", "at once" or "blocked". room: calls that may wait; 0 loses every call
    that nobody is sent to at once.
    warm_up, seconds: figures count calls received, and work done, from `warm_up` to `seconds`.
    """

    calls: Calls | Demand
    units: Units
    travel: npt.ArrayLike
    seconds: float
    warm_up: float = 0.0
    slice_of_hour: npt.ArrayLike | None = None
    area: npt.ArrayLike | None = None
    needs: npt.ArrayLike | None = None
    priority: npt.ArrayLike = 0
    may_take: npt.ArrayLike | None = None
    take_saves: float = np.inf
    policy: Policy = field(default_factory=policies.nearest)
    relocation: Relocation | None = None
    returns: str = "on the road"
    room: int = UNLIMITED
    limits: tuple[float, ...] = (60.0, 180.0, 300.0)
    """Seconds of response whose shares are reported."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A scenario checked and laid out as the loop reads it; shared by all its replications."""

    travel: F32
    onward: I32
    slice_of_hour: I32
    area: I32
    needs: I64
    priority: I32
    may_take: I32
    post: I32
    unit_kind: I32
    unit_area: I32
    turnout: F64
    roster: Records
    relocation: Relocation


def laid_out(scenario: Scenario) -> Ground:
    """Check everything once. Raises Refusal with a sentence about what is wrong."""
    travel = _travel(scenario.travel)
    places = travel.shape[1]
    area = _whole(0 if scenario.area is None else scenario.area, places, "area")
    needs = np.atleast_2d(np.asarray([[-1]] if scenario.needs is None else scenario.needs))
    priority = _whole(scenario.priority, len(needs), "priority")
    units = scenario.units
    post = _whole(np.atleast_1d(units.post), np.size(units.post), "post", below=places)
    count = len(post)
    ranks = int(priority.max(initial=0)) + 1
    hours = 0 if scenario.slice_of_hour is None else scenario.slice_of_hour
    if scenario.returns not in RETURNS:
        raise refusal(
            f"returns 必须是 {', '.join(RETURNS)} 之一。",
            f"`returns` must be one of {', '.join(RETURNS)}.",
        )
    may_take = _may_take(scenario.may_take, ranks)
    relocation = scenario.relocation or moves.stay()
    asks = may_take.any() or scenario.returns == "on the road" or scenario.relocation is not None
    return Ground(
        travel=travel,
        onward=onward(travel) if asks else np.zeros((0, 0, 0), np.int32),
        slice_of_hour=_whole(hours, WEEK_HOURS, "slice_of_hour", below=len(travel)),
        area=area,
        needs=np.ascontiguousarray(needs, np.int64),
        priority=priority,
        may_take=may_take,
        post=post,
        unit_kind=_whole(units.kind, count, "kind", below=63),
        unit_area=_whole(area[post] if units.area is None else units.area, count, "area"),
        turnout=np.broadcast_to(np.asarray(units.turnout, np.float64), (count,)),
        roster=_roster(units, count),
        relocation=relocation,
    )


def _travel(given: npt.ArrayLike) -> F32:
    """(slices, to, from): what one call needs lies side by side."""
    table = np.asarray(given, np.float32)
    table = table[None] if table.ndim == 2 else table
    if table.ndim != 3 or table.shape[1] != table.shape[2]:
        raise refusal(
            "行程时间表必须是 地点 × 地点（或 时段 × 地点 × 地点）。",
            "Travel times must be a table of places by places, or one such for each slice.",
        )
    if np.isnan(table).any() or (table < 0).any():
        raise refusal(
            "行程时间表中有负数或不是数的值。",
            "The travel times hold something negative or no number.",
        )
    return np.ascontiguousarray(table.transpose(0, 2, 1))


def _whole(given: npt.ArrayLike, count: int, name: str, below: int = 2**31) -> I32:
    numbers = np.asarray(given)
    if numbers.shape not in ((), (count,)):
        raise refusal(
            f"{name} 应有 {count} 个数，收到 {numbers.shape}。",
            f"`{name}` needs {count} numbers but has the shape {numbers.shape}.",
        )
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < below):
        raise refusal(
            f"{name} 的数必须在 0 与 {below - 1} 之间。",
            f"The numbers of `{name}` must lie between 0 and {below - 1}.",
        )
    return np.broadcast_to(numbers, (count,)).astype(np.int32)


def _may_take(given: npt.ArrayLike | None, ranks: int) -> I32:
    takes = np.zeros((ranks, ranks), np.int32) if given is None else np.array(given, np.int32)
    if takes.shape != (ranks, ranks) or np.tril(takes).any():
        raise refusal(
            f"may_take 必须是 {ranks} × {ranks} 的表，且只能从不太紧急的警情抽调警力。",
            f"`may_take` must be {ranks} by {ranks}, and only less urgent calls may lose a unit.",
        )
    return takes


def _roster(units: Units, count: int) -> Records:
    """All changes of duty in order of time; a shift that follows another at once changes none."""
    lines: list[tuple[float, float, float, int, int]] = []
    shifts = _table(units.shifts, 3, count)
    shifts = [(u, -np.inf, np.inf) for u in range(count)] if shifts is None else shifts
    ended: dict[int, float] = {}
    for unit, begins, ends in sorted(shifts):
        if begins < ended.get(int(unit), -np.inf) or ends <= begins:
            raise refusal(
                f"第 {int(unit)} 个警力的班次重叠或颠倒。",
                f"The shifts of unit {int(unit)} overlap or end before they begin.",
            )
        if begins == ended.get(int(unit)):
            lines.pop()
        else:
            lines.append((begins, 0.0, 0.0, int(unit), BEGINS))
        lines.append((ends, 0.0, 0.0, int(unit), ENDS))
        ended[int(unit)] = ends
    for unit, due, until, length in _table(units.breaks, 4, count) or []:
        lines.append((due, until, length, int(unit), RESTS))
    lines = [line for line in lines if line[0] < np.inf] + [(np.inf, 0.0, 0.0, 0, ENDS)]
    lines.sort(key=lambda line: (line[0], line[4], line[3]))
    return np.array(lines, DUTY)


def _table(given: npt.ArrayLike | None, columns: int, units: int) -> Any:
    if given is None:
        return None
    table = np.asarray(given, np.float64).reshape(-1, columns)
    if np.isnan(table).any() or not np.all((table[:, 0] >= 0) & (table[:, 0] < units)):
        raise refusal(
            "班次或休息表中的警力编号不存在。", "The roster names a unit that does not exist."
        )
    return [tuple(row) for row in table.tolist()]


def refusal(zh: str, en: str) -> Refusal:
    """A sentence about what a scenario lacks."""
    return Refusal(Text(zh, en), code="simulation")
