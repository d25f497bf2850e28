"""The event loop, compiled: calls, units, roster and policy, one event at a time, in time order.

A unit on a call causes one single event, the end of its job: that it has arrived, or is home
again, is worked out from the clock when somebody asks. The next event of all units stands at the
root of a tournament tree, so changing one unit's timer costs log2(units) comparisons and nothing
is ever searched or cancelled.

A unit on the road between two places is reckoned to reach a third by turning back or by going on,
whichever is quicker. With a matrix that obeys the triangle inequality and streets that can be
driven back in the same time, this is never less than it really takes.

Source of the method: Law, "Simulation Modeling and Analysis" (5th ed., 2015), ch. 1-2, next-event
time advance; Knuth, TAOCP 3, 5.4.1 (tournament trees).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.plan.simulation.board import (
    ARRIVED, AT_ONCE, BACK, BEGINS, BLOCKED, BREAK, BUSY, CLEARED, COUNT_DONE, COUNT_FREE,
    COUNT_LOGGED, COUNT_RECALLED, COUNT_WAITING, ENDS, FREE, HOME, HOMEWARD, LOST, OFF, OFF_DUTY,
    ON_DUTY, RECALLED, RECEIVED, RESTING, RULE_RETURN, RULE_ROOM, RULE_TAKES, SENT, WAITS, F32,
    F64, I32, Board,
)  # fmt: skip

INF = np.inf
HOUR, WEEK_HOURS = 3600.0, 168


@njit(cache=True, nogil=True)
def play(choose: Any, b: Board) -> None:  # pragma: no cover
    """Play all calls to their end. `choose` is a compiled policy; results stand on the board."""
    call, line = 0, 0
    calls = len(b.calls)
    while True:
        unit = b.winner[1]
        now = b.timer[unit]
        at_call = b.calls[call].at if call < calls else INF
        at_line = b.roster[line].at
        if now <= at_line and now <= at_call:
            if now == INF:
                break
            _own_event(choose, b, unit, now)
        elif at_line <= at_call:
            _roster_line(choose, b, line, at_line)
            line += 1
        else:
            _received(choose, b, call, at_call)
            call += 1
    for unit in range(len(b.units)):
        _note_home(b, unit, INF)


@njit(cache=True, nogil=True)
def set_timer(timer: F64, winner: I32, unit: int, at: float) -> None:  # pragma: no cover
    """Set one unit's next own event and play its matches anew, up to the root."""
    timer[unit] = at
    node = (len(winner) >> 1) + unit
    while node > 1:
        left, right = winner[node & ~1], winner[node | 1]
        node >>= 1
        winner[node] = right if timer[right] < timer[left] else left


@njit(cache=True, nogil=True)
def seed_tournament(timer: F64, winner: I32) -> None:  # pragma: no cover
    """All matches from the leaves up; leaves beyond the units are the last, endless timer."""
    half = len(winner) >> 1
    for leaf in range(half):
        winner[half + leaf] = min(leaf, len(timer) - 1)
    for node in range(half - 1, 0, -1):
        left, right = winner[2 * node], winner[2 * node + 1]
        winner[node] = right if timer[right] < timer[left] else left


@njit(cache=True, nogil=True)
def _write(b: Board, at: float, what: int, call: int, unit: int) -> None:  # pragma: no cover
    """One line of the log; where it is full only the count goes on, and the run is played again."""
    if len(b.log) == 0:
        return
    line = b.count[COUNT_LOGGED]
    if line < len(b.log):
        b.log[line].at, b.log[line].what = at, what
        b.log[line].call, b.log[line].unit = call, unit
    b.count[COUNT_LOGGED] = line + 1


@njit(cache=True, nogil=True)
def _note_home(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Nobody waits for a unit to come home; when it is asked for next, the log learns of it."""
    me = b.units[unit]
    if len(b.log) and me.job < 0 and me.total > 0 and me.start + me.total <= now:
        _write(b, me.start + me.total, HOME, -1, unit)
        me.total = 0.0


@njit(cache=True, nogil=True)
def _row(b: Board, place: int, now: float) -> F32:  # pragma: no cover
    """Seconds to a place from everywhere, in this hour of the week."""
    if len(b.travel) == 1:
        return b.travel[0, place]
    return b.travel[b.slice_of_hour[int(now / HOUR) % WEEK_HOURS], place]


@njit(cache=True, nogil=True)
def _way(me: Any, row: F32, now: float) -> float:  # pragma: no cover
    """Seconds for a unit from wherever it is."""
    gone = now - me.start
    if gone >= me.total:
        return row[me.goal] + (me.turnout if me.state == FREE else 0.0)
    if gone < 0:
        return row[me.origin] - gone
    return min(gone + row[me.origin], me.total - gone + row[me.goal])


@njit(cache=True, nogil=True)
def _set_out(me: Any, row: F32, place: int, now: float) -> float:  # pragma: no cover
    """Turn a unit towards a place; when it will be there."""
    gone = now - me.start
    if gone >= me.total:
        me.origin, me.start = me.goal, now + (me.turnout if me.state == FREE else 0.0)
    elif gone >= 0:
        if gone + row[me.origin] <= me.total - gone + row[me.goal]:
            me.start = now + gone
        else:
            me.origin, me.start = me.goal, me.start + me.total
    me.goal = place
    me.total = row[me.origin]
    return me.start + me.total


@njit(cache=True, nogil=True)
def _weigh_up(b: Board, call: int, slot: int, now: float) -> bool:  # pragma: no cover
    """Fill `b.seconds`; is there anybody at all who could be sent?"""
    it = b.calls[call]
    row = _row(b, it.place, now)
    accepts = b.accepts[it.kind, slot]
    takes = b.rule[RULE_TAKES] != 0
    anybody = False
    for unit in range(len(b.units)):
        me = b.units[unit]
        able = me.state == FREE
        if takes and me.state == BUSY and me.job != call:
            may = b.may_take[it.priority, b.calls[me.job].priority]
            able = may == 2 or (may == 1 and now < me.start + me.total)
        if able and (accepts >> me.kind) & 1:
            b.seconds[unit] = _way(me, row, now)
            anybody = True
        else:
            b.seconds[unit] = INF
    return anybody


@njit(cache=True, nogil=True)
def _dispatch(choose: Any, b: Board, call: int, now: float) -> bool:  # pragma: no cover
    """Fill as many slots of a call as the policy will; did it take a unit from another call?"""
    it = b.calls[call]
    took = False
    for slot in range(b.accepts.shape[1]):
        if not (it.open >> slot) & 1:
            continue
        if not _weigh_up(b, call, slot, now):
            continue
        it.ordered = b.orders[call, slot] if len(b.orders) else -1
        unit = choose(it, b.seconds, b.units, b.settings)
        if unit < 0 or unit >= len(b.units) or b.seconds[unit] == INF:
            continue
        if b.units[unit].state == BUSY:
            _recall(b, unit, now)
            took = True
        _send(b, call, slot, unit, now)
    return took


@njit(cache=True, nogil=True)
def _send(b: Board, call: int, slot: int, unit: int, now: float) -> None:  # pragma: no cover
    it, me = b.calls[call], b.units[unit]
    _note_home(b, unit, now)
    arrives = _set_out(me, _row(b, it.place, now), it.place, now)
    if len(b.orders) and b.orders[call, slot] == unit:
        recorded = b.order_seconds[call, slot]
        if not np.isnan(recorded):
            me.start, me.total, arrives = now, recorded, now + recorded
    if me.state == FREE:
        b.count[COUNT_FREE] -= 1
    me.state, me.job, me.slot, me.sent = BUSY, call, slot, now
    it.open &= ~(1 << slot)
    it.sent = min(it.sent, now)
    set_timer(b.timer, b.winner, unit, arrives + b.service[call, slot])
    _write(b, now, SENT, call, unit)


@njit(cache=True, nogil=True)
def _leave(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Book what a unit did for the call it leaves, at the end of its job or before."""
    me = b.units[unit]
    it = b.calls[me.job]
    arrived = me.start + me.total
    since, until = max(me.sent, b.limits[0]), min(now, b.limits[1])
    me.busy += max(0.0, until - since)
    me.driving += max(0.0, min(until, arrived) - since)
    if arrived <= now:
        if arrived < it.first:
            it.first, it.unit = arrived, unit
        it.last = max(it.last, arrived)
        _write(b, arrived, ARRIVED, me.job, unit)


@njit(cache=True, nogil=True)
def _recall(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Take a unit from its call; the call waits again, with what is left to do at its scene."""
    me = b.units[unit]
    call, slot = me.job, me.slot
    _leave(b, unit, now)
    _write(b, now, RECALLED, call, unit)
    if me.start + me.total <= now:
        b.service[call, slot] = b.timer[unit] - now
    me.recalled += 1
    b.count[COUNT_RECALLED] += 1
    it = b.calls[call]
    if it.open == 0:
        _queue(b, call)
    it.open |= 1 << slot


@njit(cache=True, nogil=True)
def _queue(b: Board, call: int) -> None:  # pragma: no cover
    """Into the queue of its priority, by the time it came in (its number)."""
    priority = b.calls[call].priority
    before, after = -1, b.head[priority]
    if b.tail[priority] >= 0 and b.tail[priority] < call:
        before, after = b.tail[priority], -1
    while after >= 0 and after < call:
        before, after = after, b.calls[after].next
    b.calls[call].next = after
    if before < 0:
        b.head[priority] = call
    else:
        b.calls[before].next = call
    if after < 0:
        b.tail[priority] = call
    b.count[COUNT_WAITING] += 1


@njit(cache=True, nogil=True)
def _serve_queue(choose: Any, b: Board, now: float) -> None:  # pragma: no cover
    """Whoever waits, by priority and then by age, is offered who is free."""
    for priority in range(len(b.head)):
        before, call = -1, b.head[priority]
        while call >= 0:
            if b.count[COUNT_FREE] == 0:
                return
            _dispatch(choose, b, call, now)
            after = b.calls[call].next
            if b.calls[call].open:
                before = call
            else:
                b.count[COUNT_WAITING] -= 1
                if before < 0:
                    b.head[priority] = after
                else:
                    b.calls[before].next = after
                if after < 0:
                    b.tail[priority] = before
            call = after


@njit(cache=True, nogil=True)
def _received(choose: Any, b: Board, call: int, now: float) -> None:  # pragma: no cover
    _write(b, now, RECEIVED, call, -1)
    it = b.calls[call]
    took = False
    if b.count[COUNT_FREE] > 0 or b.rule[RULE_TAKES]:
        took = _dispatch(choose, b, call, now)
    if it.open:
        if b.count[COUNT_WAITING] < b.rule[RULE_ROOM]:
            _queue(b, call)
            _write(b, now, WAITS, call, -1)
        else:
            it.open = 0
            _write(b, now, LOST, call, -1)
    if took and b.count[COUNT_FREE] > 0:
        _serve_queue(choose, b, now)


@njit(cache=True, nogil=True)
def _own_event(choose: Any, b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """The end of a job, of the way home, or of a break."""
    me = b.units[unit]
    if me.state == BUSY:
        _leave(b, unit, now)
        _write(b, now, CLEARED, me.job, unit)
        b.count[COUNT_DONE] += 1
        me.jobs += 1
        me.job = -1
        _go_home(b, unit, now)
        if b.rule[RULE_RETURN] == BLOCKED and me.total > 0 and me.ending == INF:
            me.state = HOMEWARD
            set_timer(b.timer, b.winner, unit, now + me.total)
            return
    elif me.state == BREAK:
        me.rested += 1
        _write(b, now, BACK, -1, unit)
    _available(choose, b, unit, now)


@njit(cache=True, nogil=True)
def _go_home(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    me = b.units[unit]
    me.origin, me.start, me.goal, me.total = me.goal, now, me.post, 0.0
    if b.rule[RULE_RETURN] != AT_ONCE:
        me.total = _row(b, me.post, now)[me.origin]


@njit(cache=True, nogil=True)
def _available(choose: Any, b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Free again: first the end of the shift, then whoever waits, then the break."""
    me = b.units[unit]
    if me.ending < INF:
        _end_shift(b, unit, now)
        return
    me.state = FREE
    b.count[COUNT_FREE] += 1
    set_timer(b.timer, b.winner, unit, INF)
    if b.count[COUNT_WAITING]:
        _serve_queue(choose, b, now)
    if me.due > 0 and me.state == FREE:
        _rest(b, unit, now)


@njit(cache=True, nogil=True)
def _rest(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """A break begins at the post; one that could not begin in time is lost."""
    me = b.units[unit]
    length, me.due = me.due, 0.0
    begins = max(now, me.start + me.total)
    if begins > me.due_until:
        me.missed += 1
        return
    _note_home(b, unit, INF)
    me.state = BREAK
    b.count[COUNT_FREE] -= 1
    set_timer(b.timer, b.winner, unit, begins + length)
    _write(b, begins, RESTING, -1, unit)


@njit(cache=True, nogil=True)
def _end_shift(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Off duty; what the way home takes beyond the end of the shift is overtime too."""
    me = b.units[unit]
    gone = max(now, me.start + me.total)
    me.overtime += max(0.0, gone - min(me.ending, now))
    if me.due > 0:
        me.missed += 1
    _note_home(b, unit, INF)
    me.state, me.ending, me.due, me.total = OFF, INF, 0.0, 0.0
    set_timer(b.timer, b.winner, unit, INF)
    _write(b, gone, OFF_DUTY, -1, unit)


@njit(cache=True, nogil=True)
def _roster_line(choose: Any, b: Board, line: int, now: float) -> None:  # pragma: no cover
    duty = b.roster[line]
    me = b.units[duty.unit]
    if duty.what == BEGINS:
        me.ending = INF
        if me.state == OFF:
            _write(b, now, ON_DUTY, -1, duty.unit)
            me.start, me.total, me.goal = now, 0.0, me.post
            _available(choose, b, duty.unit, now)
    elif duty.what == ENDS:
        me.ending = now
        if me.state == FREE:
            b.count[COUNT_FREE] -= 1
        if me.state in (FREE, BREAK):
            _end_shift(b, duty.unit, now)
    elif me.state != OFF:
        me.due, me.due_until = duty.seconds, duty.until
        if me.state == FREE:
            _rest(b, duty.unit, now)
