"""One warning a call, answered after its commit: who waits together is committed together.

Whoever comes first takes in everything that waits, in one transaction, for all; those who come
while it commits are the next batch. No thread of its own, and no waiting for a batch to fill.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from watchroom.kernel.access import Actor

from .intake import Receipt, receive
from .merging import FEW

MOST_TOGETHER = FEW


@dataclass(slots=True, eq=False)
class _Waiting:
    actor: Actor
    feed: str
    row: Mapping[str, Any]
    answer: Receipt | None = None
    failure: BaseException | None = None
    done: bool = False


class _Queue:
    """What waits, and whether somebody is committing: guarded by `changed`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.rows: list[_Waiting] = []
        self.led = False

    def lead_or_wait(self, mine: _Waiting) -> list[_Waiting]:
        """The rows to commit now, mine among them; none where somebody else has seen to mine."""
        with self.changed:
            while self.led and not mine.done:
                self.changed.wait()
            if mine.done:
                return []
            self.led = True
            return self._alike(mine)

    def _alike(self, mine: _Waiting) -> list[_Waiting]:
        """Mine, and what waits from the same caller and source."""
        same = [w for w in self.rows if (w.actor, w.feed) == (mine.actor, mine.feed)]
        taken = [mine, *[w for w in same if w is not mine][: MOST_TOGETHER - 1]]
        gone = set(map(id, taken))
        self.rows = [w for w in self.rows if id(w) not in gone]
        return taken

    def over(self, taken: list[_Waiting]) -> None:
        with self.changed:
            self.led = False
            for one in taken:
                one.done = True
            self.changed.notify_all()


_queue = _Queue()


def receive_one(actor: Actor, feed: str, row: Mapping[str, Any]) -> Receipt:
    """Take one warning in. Committed when this returns, together with whoever called meanwhile.

    Inside a transaction of the caller's it is part of that, alone.
    """
    if connection.in_atomic_block:
        return receive(actor, feed, [row])
    mine = _Waiting(actor, feed, row)
    with _queue.changed:
        _queue.rows.append(mine)
    if taken := _queue.lead_or_wait(mine):
        _lead(taken)
    if mine.failure is not None:
        raise mine.failure
    assert mine.answer is not None  # noqa: S101 - an answer or a failure
    return mine.answer


def _lead(waiting: list[_Waiting]) -> None:
    try:
        receipt = receive(waiting[0].actor, waiting[0].feed, [one.row for one in waiting])
        _answer(waiting, receipt)
    except BaseException as failure:
        for one in waiting:
            one.failure = failure
    finally:
        _queue.over(waiting)


def _answer(waiting: list[_Waiting], receipt: Receipt) -> None:
    """Each its own: refused with the sentence, new, or there already."""
    bad = {one.source_id: one for one in receipt.refused}
    known = set(receipt.known)
    for one in waiting:
        source_id = str(one.row.get("source_id") or "").strip()
        if (refused := bad.get(source_id[:80])) is not None:
            one.answer = Receipt(0, 0, (refused,))
        else:
            new = source_id not in known
            known.add(source_id)  # the same twice in one batch: one of them is new
            one.answer = Receipt(int(new), int(not new), ())
