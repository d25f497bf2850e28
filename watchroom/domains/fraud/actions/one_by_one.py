"""One warning a call, answered after its commit: who waits together is committed together.

Whoever comes first takes in everything that waits, in one transaction, for all; those who come
while it commits are the next batch. No thread of its own, and no waiting for a batch to fill.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from watchroom.kernel.access import Actor

from .intake import Receipt, receive

MOST_TOGETHER = 500


@dataclass(slots=True, eq=False)
class _Waiting:
    actor: Actor
    feed: str
    row: Mapping[str, Any]
    answer: Receipt | None = None
    failure: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)


class _Queue:
    def __init__(self) -> None:
        self.rows: list[_Waiting] = []
        self.adding, self.leading = threading.Lock(), threading.Lock()

    def taken(self) -> list[_Waiting]:
        """What waits now, of one caller and source: the first one's."""
        with self.adding:
            if not self.rows:
                return []
            first = self.rows[0]
            alike = [w for w in self.rows if (w.actor, w.feed) == (first.actor, first.feed)]
            together = set(map(id, alike[:MOST_TOGETHER]))
            self.rows = [w for w in self.rows if id(w) not in together]
            return alike[:MOST_TOGETHER]


_queue = _Queue()


def receive_one(actor: Actor, feed: str, row: Mapping[str, Any]) -> Receipt:
    """Take one warning in. Committed when this returns, together with whoever called meanwhile.

    Inside a transaction of the caller's it is part of that, alone.
    """
    if connection.in_atomic_block:
        return receive(actor, feed, [row])
    mine = _Waiting(actor, feed, row)
    with _queue.adding:
        _queue.rows.append(mine)
    while not mine.done.is_set():
        with _queue.leading:
            if not mine.done.is_set():
                _lead(_queue.taken())
    if mine.failure is not None:
        raise mine.failure
    assert mine.answer is not None  # noqa: S101 - an answer or a failure
    return mine.answer


def _lead(waiting: list[_Waiting]) -> None:
    try:
        receipt = receive(waiting[0].actor, waiting[0].feed, [one.row for one in waiting])
        _answer(waiting, receipt)
    except BaseException as failure:  # noqa: BLE001 - each of those who wait hears of it
        for one in waiting:
            one.failure = failure
    finally:
        for one in waiting:
            one.done.set()


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
