"""A past that is already served: calls with the units that went, for a demo that opens mid-evening.

Nearest free unit of the planned kinds, one event after the other. Driving is air distance times a
detour at a mean speed (not a road search: a month must be made in seconds), so use it as history to
look at, never as a benchmark of dispatching.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchroom.city import projection
from watchroom.city.classes import CallClass, call_classes
from watchroom.city.demand import Call, calls
from watchroom.city.model import City
from watchroom.city.officers import delays, feedback
from watchroom.city.seeds import rng

DETOUR, METRES_PER_SECOND = 1.35, 9.0


@dataclass(frozen=True, slots=True)
class Turnout:
    """One unit sent to one event; all moments are in order and in local time."""

    unit: str
    sent_at: dt.datetime
    signed_at: dt.datetime
    set_out_at: dt.datetime
    arrived_at: dt.datetime
    cleared_at: dt.datetime
    feedback: str

    def marks(self) -> tuple[tuple[str, dt.datetime], ...]:
        """(step, when), in order."""
        return (
            ("dispatch", self.sent_at),
            ("sign", self.signed_at),
            ("set_out", self.set_out_at),
            ("arrive", self.arrived_at),
            ("clear", self.cleared_at),
        )

    def state(self, at: dt.datetime) -> str:
        """Its state at a moment: '' before it was sent, then sent … cleared."""
        marks = (self.sent_at, self.signed_at, self.set_out_at, self.arrived_at, self.cleared_at)
        names = ("", "sent", "signed", "set_out", "arrived", "cleared")
        return names[sum(mark <= at for mark in marks)]


@dataclass(frozen=True, slots=True)
class Served:
    """An event: its first call, further callers, and who went."""

    call: Call
    further: tuple[Call, ...]
    turnouts: tuple[Turnout, ...]


class Board:
    """Where every unit is and from when it is free."""

    def __init__(self, city: City) -> None:
        self.units = city.units
        self.x = np.array([float(projection.to_x(u.lon)) for u in city.units])
        self.y = np.array([float(projection.to_y(u.lat)) for u in city.units])
        self.free = np.full(len(city.units), -np.inf)
        kinds = np.array([u.kind for u in city.units])
        self.of_kind: dict[str, NDArray[np.bool_]] = {k: kinds == k for k in set(kinds.tolist())}

    def best(self, kind: str, x: float, y: float, at: float, taken: list[int]) -> tuple[int, float]:
        """(unit, driving seconds) of the unit of a kind that would be there first."""
        drive = np.hypot(self.x - x, self.y - y) * DETOUR / METRES_PER_SECOND
        cost = np.where(self.of_kind[kind], np.maximum(self.free - at, 0) + drive, np.inf)
        cost[taken] = np.inf
        k = int(np.argmin(cost))
        return k, float(drive[k])

    def occupy(self, k: int, x: float, y: float, until: float) -> None:
        self.x[k], self.y[k], self.free[k] = x, y, until


def turnouts(board: Board, r: np.random.Generator, call: Call, klass: CallClass) -> list[Turnout]:
    """Send what the plan of the class asks for; a busy unit is sent when it is free."""
    x, y = float(projection.to_x(call.lon)), float(projection.to_y(call.lat))
    ready = call.received_at.timestamp() + float(r.uniform(15, 75))
    out: list[Turnout] = []
    taken: list[int] = []
    for kind, number in klass.response_plan.items():
        for _ in range(min(number, int(board.of_kind[kind].sum()))):
            k, drive = board.best(kind, x, y, ready, taken)
            taken.append(k)
            times = delays(r, call.scene_seconds if not out else call.scene_seconds * 0.7)
            sent = max(ready, float(board.free[k]) + 1)
            marks = np.cumsum([sent, times.sign, times.set_out, drive, times.scene])
            board.occupy(k, x, y, float(marks[-1]))
            zone = call.received_at.tzinfo
            at = [dt.datetime.fromtimestamp(round(float(m)), zone) for m in marks]
            said = feedback(r, klass.group)
            out.append(Turnout(board.units[k].code, at[0], at[1], at[2], at[3], at[4], said))
    return out


def served(
    city: City, start: dt.date, days: int, per_day: float = 1_200, seed: int | None = None
) -> Iterator[Served]:
    """Events in the order of their first calls, with the units that went to them."""
    own = city.seed if seed is None else seed
    r = rng(own, "served", start.isoformat(), days, per_day)
    classes = {c.code: c for c in call_classes()}
    board = Board(city)
    every = list(calls(city, start, days, per_day, own))
    further: dict[str, list[Call]] = {}
    for call in every:
        if not call.first:
            further.setdefault(call.event, []).append(call)
    for call in every:
        if call.first:
            goes = call.outcome in ("real", "false")
            sent = turnouts(board, r, call, classes[call.class_code]) if goes else []
            yield Served(call, tuple(further.get(call.event, ())), tuple(sent))
