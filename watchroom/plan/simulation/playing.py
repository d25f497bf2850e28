"""One replication: calls laid on the board, played to their end, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.plan.simulation import loop
from watchroom.plan.simulation.board import (
    CALL,
    COUNT_LOGGED,
    EVENT,
    F64,
    I32,
    I64,
    OFF,
    UNIT,
    Board,
    Records,
)
from watchroom.plan.simulation.scenario import RETURNS, Calls, Ground, Scenario, laid_out, refusal

COUNTS = 5


@dataclass(frozen=True, kw_only=True)
class Play:
    """What happened: every call, every unit and, if asked for, every event."""

    calls: Records
    """(c) CALL: when each was sent to, reached first, reached last."""
    units: Records
    """(u) UNIT: seconds on calls and on the way, jobs, recalls, breaks, overtime."""
    events: Records
    """(e) EVENT in order of time; empty unless recorded."""


def play(
    scenario: Scenario, calls: Calls, *, record: bool = False, ground: Ground | None = None
) -> Play:
    """Play these calls. `ground` saves checking the scenario again for every replication.

    Raises Refusal where calls and scenario do not fit.
    """
    ground = laid_out(scenario) if ground is None else ground
    room = 8 * (len(calls) + len(ground.roster)) if record else 0
    while True:
        board = _board(scenario, ground, calls, room)
        loop.seed_tournament(board.timer, board.winner)
        loop.play(scenario.policy.compiled, ground.relocation.compiled, board)
        logged = int(board.tally[COUNT_LOGGED])
        if not record or logged <= room:
            break
        room = logged  # the same calls again, with room for every line
    events = board.log[:logged]
    return Play(
        calls=board.calls,
        units=board.units,
        events=events[np.argsort(events["at"], kind="stable")],
    )


def _board(scenario: Scenario, ground: Ground, calls: Calls, room: int) -> Board:
    records = _call_records(ground, calls)
    service = np.asarray(calls.service, np.float64)
    service = service[:, None] if service.ndim == 1 else service
    slots = ground.needs.shape[1]
    if service.shape != (len(calls), slots):
        raise refusal(
            f"处置时间应为 {(len(calls), slots)}，收到 {service.shape}。",
            f"Service times should be {(len(calls), slots)} but are {service.shape}.",
        )
    units = _unit_records(ground)
    ranks = len(ground.may_take)
    leaves = 1 << max(1, int(np.ceil(np.log2(len(units) + 1))))
    orders, order_seconds = _orders(calls, slots)
    return Board(
        calls=records,
        service=service.copy() if ground.may_take.any() else np.ascontiguousarray(service),
        orders=orders,
        order_seconds=order_seconds,
        accepts=ground.needs,
        travel=ground.travel,
        onward=ground.onward,
        slice_of_hour=ground.slice_of_hour,
        units=units,
        timer=np.full(len(units) + 1, np.inf),
        winner=np.zeros(2 * leaves, np.int32),
        roster=ground.roster,
        may_take=ground.may_take,
        head=np.full(ranks, -1, np.int32),
        tail=np.full(ranks, -1, np.int32),
        free=np.zeros(len(units), np.int32),
        seconds=np.full(len(units), np.inf),
        settings=scenario.policy.numbers,
        move_settings=ground.relocation.numbers,
        limits=np.array([scenario.warm_up, scenario.seconds, scenario.take_saves]),
        log=np.zeros(room, EVENT),
        tally=np.zeros(COUNTS, np.int64),
        rule=_rules(scenario, ground),
    )


def _rules(scenario: Scenario, ground: Ground) -> I64:
    takes = int(ground.may_take.any())
    moves = int(scenario.relocation is not None)
    return np.array([RETURNS[scenario.returns], scenario.room, takes, moves], np.int64)


def _call_records(ground: Ground, calls: Calls) -> Records:
    kind = np.zeros(len(calls)) if calls.kind is None else calls.kind
    at, kind = np.ascontiguousarray(calls.at, np.float64), np.ascontiguousarray(kind, np.int32)
    place = np.ascontiguousarray(calls.place, np.int32)
    _check(ground, at, kind, place)
    slots = ((ground.needs != 0) << np.arange(ground.needs.shape[1])).sum(1).astype(np.int32)
    records = np.empty(len(at), CALL)
    loop.lay_calls(records, at, place, kind, ground.area, ground.priority, slots)
    return records


def _check(ground: Ground, at: F64, kind: I32, place: I32) -> None:
    fits = kind.shape == place.shape == at.shape
    if not fits or (len(at) and not (np.all(np.diff(at) >= 0) and np.isfinite(at[[0, -1]]).all())):
        raise refusal(
            "警情须按时间排列，且每一起都有时间、地点与类别。",
            "Calls must be in order of time, each with a time, a place and a kind.",
        )
    for numbers, count in ((place, ground.travel.shape[1]), (kind, len(ground.needs))):
        if len(numbers) and not (numbers.min() >= 0 and numbers.max() < count):
            raise refusal(
                "有警情的地点或类别不在方案之中。",
                "A call names a place or a kind that the scenario does not have.",
            )


def _unit_records(ground: Ground) -> Records:
    units = np.zeros(len(ground.post), UNIT)
    units["state"] = OFF
    units["kind"], units["area"] = ground.unit_kind, ground.unit_area
    units["post"] = units["stand"] = units["origin"] = units["goal"] = ground.post
    units["start"] = units["arrives"] = -np.inf
    units["via"] = -1
    units["turnout"] = ground.turnout
    units["job"] = -1
    units["ending"] = np.inf
    return units


def _orders(calls: Calls, slots: int) -> tuple[np.ndarray, F64]:
    if calls.orders is None:
        return np.zeros((0, slots), np.int32), np.zeros((0, slots))
    orders = np.ascontiguousarray(calls.orders, np.int32).reshape(len(calls), slots)
    if calls.order_seconds is None:
        return orders, np.full(orders.shape, np.nan)
    return orders, np.ascontiguousarray(calls.order_seconds, np.float64).reshape(orders.shape)
