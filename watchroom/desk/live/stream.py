"""Reading the trail in an order that has no gaps.

Ids are given before commit, so a lower id may appear after a higher one. Entries are therefore read
in order of (transaction, id), and only those of transactions below the oldest one still running:
what is read is complete up to the cursor, for ever.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from watchroom.kernel import trail

Connection = AsyncConnection[DictRow]


@dataclass(frozen=True, order=True, slots=True)
class Cursor:
    """A place in the stream; `str()` is the event id a browser sends back."""

    xid: int
    entry: int

    def __str__(self) -> str:
        return f"{self.xid}-{self.entry}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """The cursor a browser sent; None for anything else."""
        left, dash, right = text.partition("-")
        if not (dash and left.isdecimal() and right.isdecimal() and len(text) < 42):
            return None
        return cls(int(left), int(right))


_AFTER = """
SELECT e.id, e.xid::text::bigint AS xid, e.event, e.to_state AS state, e.agency_id AS agency,
       e.actor_name AS actor, e.occurred_at, e.entered_at, e.data->>'clock' AS clock,
       m.id AS matter, m.number, m.kind, m.title, m.version, m.priority, m.lon, m.lat, m.due_at,
       m.sealed, m.parent_id AS parent
FROM kernel_entry e LEFT JOIN kernel_matter m ON m.id = e.matter_id
WHERE (e.xid, e.id) > (%s::text::xid8, %s) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY e.xid, e.id LIMIT %s
"""

_INVOLVED = """
SELECT matter_id, array_agg(staff_id) AS staff FROM kernel_involvement
WHERE matter_id = ANY(%s) AND until IS NULL GROUP BY matter_id
"""

_POSITIONS = """
SELECT u.id, u.code, u.kind, u.status, u.agency_id AS agency, p.lon, p.lat, p.at, p.received_at
FROM kernel_unitposition p JOIN kernel_unit u ON u.id = p.unit_id
WHERE p.received_at > %s ORDER BY p.received_at
"""


async def here(connection: Connection) -> Cursor:
    """The end of what is complete now: everything of the last whole transaction is behind it."""
    row = await (await connection.execute(trail.WHOLE_TO)).fetchone()
    return Cursor(row["xid"], trail.LAST_ENTRY) if row else Cursor(0, 0)


async def after(connection: Connection, cursor: Cursor, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` entries behind the cursor, in stream order, with who is involved."""
    found = await connection.execute(_AFTER, [str(cursor.xid), cursor.entry, limit])
    rows = await found.fetchall()
    matters = list({row["matter"] for row in rows if row["matter"]})
    people = await (await connection.execute(_INVOLVED, [matters])).fetchall() if matters else []
    involved = {row["matter_id"]: frozenset(row["staff"]) for row in people}
    for row in rows:
        row["involved"] = involved.get(row["matter"], frozenset())
    return rows


_BEHIND = """
SELECT extract(epoch FROM clock_timestamp() - min(entered_at))::float AS behind FROM kernel_entry
WHERE (xid, id) > (%s::text::xid8, %s)
"""


async def behind(connection: Connection, cursor: Cursor) -> float:
    """Seconds since the oldest entry not yet told was made; 0 where there is none."""
    found = await connection.execute(_BEHIND, [str(cursor.xid), cursor.entry])
    row = await found.fetchone()
    return max(0.0, row["behind"] or 0.0) if row else 0.0


async def positions(connection: Connection, since: Any) -> list[dict[str, Any]]:
    """Positions received after a moment, oldest first."""
    return await (await connection.execute(_POSITIONS, [since])).fetchall()
