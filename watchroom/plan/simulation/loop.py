"""The event loop, compiled: calls, units, roster and policy, one event at a time, in time order.

A unit on a call causes one single event, the end of its job: that it has arrived, or is home
again, is worked out from the clock when somebody asks. The next event of all units stands at the
root of a tournament tree, so changing one unit's timer costs log2(units) comparisons and nothing
is ever searched or cancelled.

A unit that is sent from the road is reckoned to go on to the next known place on its way, or to
turn back to the last one, whichever is quicker. With streets that can be driven back in the same
time this is never less than it really takes, and exact where every crossing is a place.

Source of the method: Law, "Simulation Modeling and Analysis" (5th ed., 2015), ch. 1-2, next-event
time advance; Knuth, TAOCP 3, 5.4.1 (tournament trees).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numba import njit

from watchroom.plan.simulation.board import (
    ARRIVED,
    AT_ONCE,
    BACK,
    BEGINS,
    BLOCKED,
    BREAK,
    BUSY,
    CLEARED,
    COUNT_DONE,
    COUNT_FREE,
    COUNT_LOGGED,
    COUNT_RECALLED,
    COUNT_WAITING,
    ENDS,
    F32,
    F64,
    FREE,
    HOME,
    HOMEWARD,
    I32,
    LOST,
    MOVED,
    OFF,
    OFF_DUTY,
    ON_DUTY,
    RECALLED,
    RECEIVED,
    RESTING,
    RULE_MOVES,
    RULE_RETURN,
    RULE_ROOM,
    RULE_TAKES,
    SENT,
    WAIT_ALL,
    WAITS,
    Board,
)

bare: Any = partial(njit, nogil=True, _nrt=False)
"""The loop allocates nothing, so nothing of it needs to count who refers to which array: with the
board passed from function to function that counting would take two thirds of the time."""
inlined: Any = partial(bare, forceinline=True)
"""Not called but copied into the loop: handing the board over costs more than most functions do."""

INF = np.inf
TOOK, ENOUGH = 1, -1
HOUR, WEEK_HOURS = 3600.0, 168


@bare(cache=True)
def play(choose: Any, move: Any, b: Board) -> None:  # pragma: no cover
    """Play all calls to their end. `choose`: a compiled policy, `move`: a compiled relocation;
    results stand on the board."""
    call, line = 0, 0
    while True:
        unit = int(b.winner[1])
        now = b.timer[unit]
        at_call = b.calls[call].at if call < len(b.calls) else INF
        at_line = b.roster[line].at
        freed, took = -1, False
        if now <= at_line and now <= at_call:
            if now == INF:
                break
            freed = _own_event(b, unit, now)
        elif at_line <= at_call:
            now = at_line
            freed = _roster_line(b, line, now)
            line += 1
        else:
            now = at_call
            took = _received(choose, b, call, now)
            call += 1
        if (took or freed >= 0) and b.tally[COUNT_WAITING]:
            _serve_queue(choose, b, now)
        if freed >= 0 and b.units[freed].due > 0 and b.units[freed].state == FREE:
            _rest(b, freed, now)
        if b.rule[RULE_MOVES] and b.roster[line].at > now:  # once a whole shift has changed
            _move_up(move, b, now)
    for unit in range(len(b.units)):
        _note_home(b, unit, INF)


@inlined()
def set_timer(timer: F64, winner: I32, unit: int, at: float) -> None:  # pragma: no cover
    """Set one unit's next own event and play its matches anew, up to the root."""
    timer[unit] = at
    node = (len(winner) >> 1) + unit
    while node > 1:
        left, right = winner[node & ~1], winner[node | 1]
        node >>= 1
        winner[node] = right if timer[right] < timer[left] else left


@bare(cache=True)
def seed_tournament(timer: F64, winner: I32) -> None:  # pragma: no cover
    """All matches from the leaves up; leaves beyond the units are the last, endless timer."""
    half = len(winner) >> 1
    for leaf in range(half):
        winner[half + leaf] = min(leaf, len(timer) - 1)
    for node in range(half - 1, 0, -1):
        left, right = winner[2 * node], winner[2 * node + 1]
        winner[node] = right if timer[right] < timer[left] else left


@inlined()
def _write(b: Board, at: float, what: int, call: int, unit: int) -> None:  # pragma: no cover
    """One line of the log; where it is full only the count goes on, and the run is played again."""
    if len(b.log) == 0:
        return
    line = b.tally[COUNT_LOGGED]
    if line < len(b.log):
        b.log[line].at, b.log[line].what = at, what
        b.log[line].call, b.log[line].unit = call, unit
    b.tally[COUNT_LOGGED] = line + 1


@inlined()
def _note_home(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Nobody waits for a unit to come home; when it is asked for next, the log learns of it."""
    me = b.units[unit]
    if me.homing and me.arrives <= now:
        _write(b, me.arrives, HOME, -1, unit)
    me.homing = 0


@inlined()
def _slice(b: Board, now: float) -> int:  # pragma: no cover
    """Which table of travel times holds in this hour of the week."""
    if len(b.travel) == 1:
        return 0
    return int(b.slice_of_hour[int(now / HOUR) % WEEK_HOURS])


@inlined()
def _advance(b: Board, me: Any, now: float) -> None:  # pragma: no cover
    """Count a journey from the last place that it has passed, and know the next."""
    while me.via < 0 or (now - me.start >= me.leg and me.via != me.goal):
        if me.via >= 0:
            me.start += me.leg
            me.origin = me.via
        me.via = b.onward[me.hours, me.goal, me.origin]
        if me.via == me.goal:
            me.leg = me.arrives - me.start
        else:
            me.leg = b.travel[me.hours, me.via, me.origin]


@inlined()
def _way(b: Board, me: Any, row: F32, now: float) -> Any:  # pragma: no cover
    """Seconds for a unit from wherever it is."""
    if now >= me.arrives:
        return row[me.goal] + (me.turnout if me.state == FREE else 0.0)
    if now >= me.start:
        _advance(b, me, now)
    gone = now - me.start
    if gone < 0:
        return row[me.origin] - gone
    return min(gone + row[me.origin], me.leg - gone + row[me.via])


@inlined()
def _set_out(b: Board, me: Any, place: int, now: float) -> None:  # pragma: no cover
    """Turn a unit towards a place."""
    hours = _slice(b, now)
    row = b.travel[hours, place]
    if now >= me.arrives:
        me.origin, me.start = me.goal, now + (me.turnout if me.state == FREE else 0.0)
    elif now >= me.start:
        _advance(b, me, now)
        gone = now - me.start
        if gone + row[me.origin] <= me.leg - gone + row[me.via]:
            me.start = now + gone
        else:
            me.origin, me.start = me.via, me.start + me.leg
    me.goal, me.via, me.hours = place, -1, hours
    me.arrives = me.start + row[me.origin]


@inlined()
def _weigh_up(b: Board, call: int, slot: int, now: float) -> bool:  # pragma: no cover
    """Fill `b.seconds`; is there anybody at all who could be sent?"""
    it = b.calls[call]
    row = b.travel[_slice(b, now), it.place]
    accepts = int(b.accepts[it.kind, slot])
    anybody = False
    for place in range(b.tally[COUNT_FREE]):
        unit = int(b.free[place])
        me = b.units[unit]
        if (accepts >> me.kind) & 1:
            b.seconds[unit] = _way(b, me, row, now)
            anybody = True
        else:
            b.seconds[unit] = INF
    return anybody


@bare()
def _whom_to_take(
    choose: Any, b: Board, call: int, slot: int, now: float, reach: float
) -> int:  # pragma: no cover
    """The unit to take from a less urgent call, if nobody free was chosen or if that saves enough;
    -1 otherwise. `reach`: seconds of the free unit chosen, inf for none."""
    it = b.calls[call]
    row = b.travel[_slice(b, now), it.place]
    accepts = int(b.accepts[it.kind, slot])
    for unit in range(len(b.units)):
        me = b.units[unit]
        if me.state != BUSY or me.job == call or not (accepts >> me.kind) & 1:
            continue
        may = b.may_take[it.priority, me.rank]
        if may == 2 or (may == 1 and now < me.arrives):
            b.seconds[unit] = _way(b, me, row, now)
    unit = choose(it, b.seconds, b.units, b.settings)
    if unit >= 0 and (b.units[unit].state != BUSY or b.seconds[unit] == INF):
        unit = -1
    if unit >= 0 and reach < INF and reach - b.seconds[unit] < b.limits[2]:
        unit = -1
    for other in range(len(b.units)):
        if b.units[other].state != FREE:
            b.seconds[other] = INF
    return int(unit)


@inlined()
def _release(b: Board, unit: int) -> None:  # pragma: no cover
    """It may be sent from now on."""
    b.units[unit].state = FREE
    place = b.tally[COUNT_FREE]
    b.free[place], b.units[unit].place = unit, place
    b.tally[COUNT_FREE] = place + 1


@inlined()
def _engage(b: Board, unit: int, state: int) -> None:  # pragma: no cover
    """It may not be sent any more: the last of the free takes its place in the list."""
    last = int(b.free[b.tally[COUNT_FREE] - 1])
    place = b.units[unit].place
    b.free[place], b.units[last].place = last, place
    b.tally[COUNT_FREE] -= 1
    b.seconds[unit] = INF
    b.units[unit].state = state


@inlined()
def _dispatch(choose: Any, b: Board, call: int, now: float, takes: bool) -> int:  # pragma: no cover
    """Fill as many slots of a call as the policy will. TOOK: it took a unit from another call;
    ENOUGH: the policy will send nobody to any call of this priority now; else 0."""
    it = b.calls[call]
    result = 0
    for slot in range(b.accepts.shape[1]):
        if not (it.open >> slot) & 1:
            continue
        it.ordered = b.orders[call, slot] if len(b.orders) else -1
        unit, reach = -1, INF
        if _weigh_up(b, call, slot, now):
            unit = choose(it, b.seconds, b.units, b.settings)
            if unit == WAIT_ALL and not takes:
                return ENOUGH
            if unit < 0 or unit >= len(b.units) or b.seconds[unit] == INF:
                unit = -1
            else:
                reach = b.seconds[unit]
        if takes and (unit < 0 or reach > b.limits[2]):
            taken = _whom_to_take(choose, b, call, slot, now, reach)
            if taken >= 0:
                _recall(b, taken, now)
                result = TOOK
                unit = taken
        if unit >= 0:
            _send(b, call, slot, unit, now)
    return result


@inlined()
def _send(b: Board, call: int, slot: int, unit: int, now: float) -> None:  # pragma: no cover
    it, me = b.calls[call], b.units[unit]
    _note_home(b, unit, now)
    _set_out(b, me, it.place, now)
    if len(b.orders) and b.orders[call, slot] == unit:
        recorded = b.order_seconds[call, slot]
        if not np.isnan(recorded):
            me.origin, me.start, me.arrives = it.place, now, now + recorded
    if me.state == FREE:
        _engage(b, unit, BUSY)
    me.job, me.slot, me.sent, me.rank = call, slot, now, it.priority
    it.open &= ~(1 << slot)
    it.sent = min(it.sent, now)
    set_timer(b.timer, b.winner, unit, me.arrives + b.service[call, slot])
    _write(b, now, SENT, call, unit)


@inlined()
def _leave(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Book what a unit did for the call it leaves, at the end of its job or before."""
    me = b.units[unit]
    it = b.calls[me.job]
    arrived = me.arrives
    since, until = max(me.sent, b.limits[0]), min(now, b.limits[1])
    me.busy += max(0.0, until - since)
    me.driving += max(0.0, min(until, arrived) - since)
    if arrived <= now:
        if arrived < it.first:
            it.first, it.unit = arrived, unit
        it.last = max(it.last, arrived)
        _write(b, arrived, ARRIVED, int(me.job), unit)


@inlined()
def _recall(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Take a unit from its call; the call waits again, with what is left to do at its scene."""
    me = b.units[unit]
    call, slot = int(me.job), int(me.slot)
    _leave(b, unit, now)
    _write(b, now, RECALLED, call, unit)
    if me.arrives <= now:
        b.service[call, slot] = b.timer[unit] - now
    me.recalled += 1
    b.tally[COUNT_RECALLED] += 1
    it = b.calls[call]
    if it.open == 0:
        _queue(b, call)
    it.open |= 1 << slot


@inlined()
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
    b.tally[COUNT_WAITING] += 1


@inlined()
def _serve_queue(choose: Any, b: Board, now: float) -> None:  # pragma: no cover
    """Whoever waits, by priority and then by age, is offered who is free."""
    for priority in range(len(b.head)):
        before, call = -1, int(b.head[priority])
        while call >= 0:
            if b.tally[COUNT_FREE] == 0:
                return
            if _dispatch(choose, b, call, now, False) == ENOUGH:
                break
            after = int(b.calls[call].next)
            if b.calls[call].open:
                before = call
            else:
                b.tally[COUNT_WAITING] -= 1
                if before < 0:
                    b.head[priority] = after
                else:
                    b.calls[before].next = after
                if after < 0:
                    b.tail[priority] = before
            call = after


@inlined()
def _received(choose: Any, b: Board, call: int, now: float) -> bool:  # pragma: no cover
    """A call comes in; did it take a unit from another?"""
    _write(b, now, RECEIVED, call, -1)
    it = b.calls[call]
    took, takes = False, False
    if b.rule[RULE_TAKES]:
        for other in range(len(b.head)):
            takes |= b.may_take[it.priority, other] != 0
    if b.tally[COUNT_FREE] > 0 or takes:
        took = _dispatch(choose, b, call, now, takes) == TOOK
    if it.open:
        if b.tally[COUNT_WAITING] < b.rule[RULE_ROOM]:
            _queue(b, call)
            _write(b, now, WAITS, call, -1)
        else:
            it.open = 0
            _write(b, now, LOST, call, -1)
    return took


@inlined()
def _own_event(b: Board, unit: int, now: float) -> int:  # pragma: no cover
    """The end of a job, of the way home, or of a break; the unit, if it is free by that."""
    me = b.units[unit]
    if me.state == BUSY:
        _leave(b, unit, now)
        _write(b, now, CLEARED, int(me.job), unit)
        b.tally[COUNT_DONE] += 1
        me.jobs += 1
        me.job = -1
        _go_home(b, unit, now)
        if b.rule[RULE_RETURN] == BLOCKED and me.arrives > now and me.ending == INF:
            me.state = HOMEWARD
            set_timer(b.timer, b.winner, unit, me.arrives)
            return -1
    elif me.state == BREAK:
        me.rested += 1
        _write(b, now, BACK, -1, unit)
    set_timer(b.timer, b.winner, unit, INF)
    if me.ending < INF:
        _end_shift(b, unit, now)
        return -1
    _release(b, unit)
    return unit


@inlined()
def _go_home(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    me = b.units[unit]
    me.origin, me.start, me.goal, me.arrives = me.goal, now, me.stand, now
    if b.rule[RULE_RETURN] != AT_ONCE:
        me.via, me.hours = -1, _slice(b, now)
        me.arrives = now + b.travel[me.hours, me.stand, me.origin]
        me.homing = me.arrives > now


@bare()
def _move_up(move: Any, b: Board, now: float) -> None:  # pragma: no cover
    """Let free units take other places to stand, one at a time, until all may stay."""
    table = b.travel[_slice(b, now)]
    for _ in range(len(b.units)):
        answer = move(b.units, table, b.move_settings)
        unit, place = answer // len(table), answer % len(table)
        if answer < 0 or unit >= len(b.units):
            return
        me = b.units[unit]
        if me.state != FREE or me.stand == place:
            return
        _note_home(b, unit, now)
        me.stand = place
        me.moved += 1
        _write(b, now, MOVED, -1, unit)
        if b.rule[RULE_RETURN] == AT_ONCE:
            me.goal, me.arrives = place, now
        else:
            _set_out(b, me, place, now)
            me.homing = 1


@inlined()
def _rest(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """A break begins at the post; one that could not begin in time is lost."""
    me = b.units[unit]
    length, me.due = me.due, 0.0
    begins = max(now, me.arrives)
    if begins > me.due_until:
        me.missed += 1
        return
    _note_home(b, unit, INF)
    _engage(b, unit, BREAK)
    set_timer(b.timer, b.winner, unit, begins + length)
    _write(b, begins, RESTING, -1, unit)


@bare()
def _end_shift(b: Board, unit: int, now: float) -> None:  # pragma: no cover
    """Off duty; what the way home takes beyond the end of the shift is overtime too."""
    me = b.units[unit]
    gone = max(now, me.arrives)
    me.overtime += max(0.0, gone - min(me.ending, now))
    if me.due > 0:
        me.missed += 1
    _note_home(b, unit, INF)
    me.state, me.ending, me.due = OFF, INF, 0.0
    set_timer(b.timer, b.winner, unit, INF)
    _write(b, gone, OFF_DUTY, -1, unit)


@bare()
def _roster_line(b: Board, line: int, now: float) -> int:  # pragma: no cover
    """A shift begins or ends, or a break is due; the unit, if it is free after it."""
    duty = b.roster[line]
    unit = int(duty.unit)
    me = b.units[unit]
    if duty.what == BEGINS:
        me.ending = INF
        if me.state == OFF:
            _write(b, now, ON_DUTY, -1, unit)
            me.goal = me.stand = me.post
            me.arrives = now
            _release(b, unit)
    elif duty.what == ENDS:
        me.ending = now
        if me.state == FREE:
            _engage(b, unit, OFF)
            _end_shift(b, unit, now)
        elif me.state == BREAK:
            _end_shift(b, unit, now)
    elif me.state != OFF:
        me.due, me.due_until = duty.seconds, duty.until
    return unit if me.state == FREE else -1


@njit(cache=True, nogil=True)
def lay_calls(
    calls: Any, at: Any, place: Any, kind: Any, area: I32, priority: I32, slots: I32
) -> None:  # pragma: no cover
    """Fill (c) CALL records that nobody has been sent to."""
    for call in range(len(calls)):
        it = calls[call]
        it.at, it.place, it.kind = at[call], place[call], kind[call]
        it.area, it.priority = area[place[call]], priority[kind[call]]
        it.sent, it.first, it.last = INF, INF, -INF
        it.open = slots[kind[call]]
        it.unit, it.ordered, it.next = -1, -1, -1
