"""The board that the event loop plays on: flat records that compiled code and policies read.

One call is one 64-byte record, one unit is two cache lines: what happens together lies together.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Records: TypeAlias = npt.NDArray[Any]
F64: TypeAlias = npt.NDArray[np.float64]
F32: TypeAlias = npt.NDArray[np.float32]
I64: TypeAlias = npt.NDArray[np.int64]
I32: TypeAlias = npt.NDArray[np.int32]

OFF, FREE, BUSY, HOMEWARD, BREAK = range(5)
"""States of a unit. FREE: at its post or on the way there, and may be sent. HOMEWARD: on the way
to its post and may not be sent. BUSY: on the way to a call or at its scene."""

STAY = -1
"""What a relocation answers when everybody may stay where they are."""
WAIT, WAIT_ALL = -1, -2
"""What a policy answers instead of a unit: this call waits; all waiting calls of its priority wait,
until something happens again (a policy that knows this spares the loop from asking for each)."""

CALL = np.dtype(
    [
        ("at", "f8"),  # seconds: when it may be dispatched
        ("sent", "f8"),  # seconds: when the first unit was sent; inf: never
        ("first", "f8"),  # seconds: when the first unit arrived; inf: never
        ("last", "f8"),  # seconds: when the last unit arrived; -inf: never
        ("place", "i4"),
        ("kind", "i4"),
        ("priority", "i4"),  # 0 is the most urgent
        ("area", "i4"),  # of its place: the station ground it lies in
        ("open", "i4"),  # bits: slots that no unit is on yet
        ("unit", "i4"),  # the unit that arrived first; -1: none
        ("ordered", "i4"),  # the unit that the record says was sent to the slot in hand; -1: none
        ("next", "i4"),  # in the queue; -1: the end
    ],
    align=True,
)

UNIT = np.dtype(
    [
        ("state", "i4"),
        ("kind", "i4"),
        ("area", "i4"),
        ("post", "i4"),  # place
        ("origin", "i4"),  # the place its journey started at ...
        ("goal", "i4"),  # ... and where it leads; where it stands, once it is over
        ("start", "f8"),  # when it left, or will leave, `origin`
        ("arrives", "f8"),  # at `goal`
        ("leg", "f8"),  # seconds from `origin` to `via`
        ("via", "i4"),  # the next place on the way; -1: not looked up yet
        ("hours", "i4"),  # the slice of travel times it set out under
        ("homing", "i4"),  # 1: the log does not have it home yet
        ("turnout", "f8"),  # seconds from being told to rolling, when standing at the post
        ("job", "i4"),  # call; -1: none
        ("slot", "i4"),
        ("rank", "i4"),  # priority of its call
        ("sent", "f8"),
        ("ending", "f8"),  # when the shift ended that it still works in; inf: it does not
        ("due", "f8"),  # seconds of the break that it still waits for; 0: none
        ("due_until", "f8"),  # when that break is lost
        ("busy", "f8"),  # seconds on calls inside the measured window, all the way
        ("driving", "f8"),  # of these: on the way
        ("overtime", "f8"),
        ("jobs", "i4"),
        ("recalled", "i4"),
        ("rested", "i4"),
        ("missed", "i4"),  # breaks
        ("place", "i4"),  # in the list of the free
        ("stand", "i4"),  # place where it is to stand: its post, unless it was moved up
        ("moved", "i4"),  # times
    ],
    align=True,
)

DUTY = np.dtype(
    [("at", "f8"), ("until", "f8"), ("seconds", "f8"), ("unit", "i4"), ("what", "i4")], align=True
)
ENDS, BEGINS, RESTS = range(3)
"""What a line of the roster says: the shift ends, it begins, a break is due."""

EVENT = np.dtype([("at", "f8"), ("what", "i4"), ("call", "i4"), ("unit", "i4")], align=True)
EVENTS = (
    "received", "sent", "arrived", "cleared", "home", "recalled", "waits", "lost",
    "on_duty", "off_duty", "break", "back", "moved",
)  # fmt: skip
"""`what` of an event is its index here."""
(
    RECEIVED, SENT, ARRIVED, CLEARED, HOME, RECALLED, WAITS, LOST, ON_DUTY, OFF_DUTY, RESTING, BACK,
    MOVED,
) = range(len(EVENTS))  # fmt: skip

ON_THE_ROAD, AT_ONCE, BLOCKED = range(3)
"""How a unit comes back: it may be sent again from the road; it is back at its post at once (the
queueing models' world); it may be sent again only once it is home."""


class Board(NamedTuple):
    """Everything the loop reads and writes. c calls, s slots, u units, n places, p priorities."""

    calls: Records  # (c) CALL
    service: F64  # (c, s) seconds at the scene
    orders: I32  # (c, s) the unit the record sent, -1: none; (0, s) without a record
    order_seconds: F64  # (c, s) its recorded seconds to the scene, nan: by the matrix
    accepts: I64  # (kinds, s) bits of the unit kinds that may fill the slot; 0: no such slot
    travel: F32  # (slices, n to, n from) seconds
    onward: I32  # (slices, n to, n from) the next place on the way; (0, 0, 0): nobody asks
    slice_of_hour: I32  # (168)
    units: Records  # (u) UNIT
    timer: F64  # (u + 1) when something of the unit's own happens next; the last is inf
    winner: I32  # tournament over the timers; [1] is the unit whose timer is next
    roster: Records  # (d + 1) DUTY by time; the last is at inf
    may_take: I32  # (p, p) 1: p takes units on the way to q; 2: also from q's scene
    head: I32  # (p) first waiting call
    tail: I32  # (p) last waiting call
    free: I32  # (u) the units that may be sent, in no order; COUNT_FREE of them
    seconds: F64  # (u) what the policy reads; inf for whoever is not free
    settings: F64  # the policy's
    move_settings: F64  # the relocation's
    limits: F64  # (3) measured window; seconds that taking a unit must save
    log: Records  # EVENT, (0) when nothing is written
    tally: I64  # see the names below
    rule: I64  # see the names below


COUNT_FREE, COUNT_WAITING, COUNT_LOGGED, COUNT_DONE, COUNT_RECALLED = range(5)
RULE_RETURN, RULE_ROOM, RULE_TAKES, RULE_MOVES = range(4)
