"""What the worker does every second: raise clocks that have run out."""

from . import acts, clocks
from .access import system


def raise_overdue(limit: int = 200) -> int:
    """Write an `overdue` entry for every deadline that has run out; returns how many.

    Claim and entry are one transaction: a crash between them raises the clock again later.
    """
    with acts.together():
        rows = clocks.claim_overdue(limit)
        if rows:
            actor = system()
        for row in rows:
            acts.record(
                actor,
                row.matter,
                "overdue",
                data={"clock": row.clock, "rule": row.rule, "due_at": str(row.due_at)},
                occurred_at=row.due_at,
            )
    return len(rows)
