"""Writing, sealing and verifying the trail.

An entry's hash covers its own canonical text and the hash before it. Entries of one agency and
month form one chain: writers of other agencies never wait. The chain row is locked late.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from watchroom.base.clock import now

from . import chain
from .models import Chain, Entry

LOCAL = ZoneInfo("Asia/Shanghai")
LAST_ENTRY = 2**62
WHOLE_TO = """
SELECT coalesce(max(xid)::text::bigint, 0) AS xid FROM kernel_entry
WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
"""
"""The last transaction of the stream before which everything is in the database."""


@dataclass(slots=True)
class Record:
    """What one entry will say. Nothing here is known to the chain yet."""

    event: str
    agency_id: int
    actor_id: int | None
    actor_name: str
    occurred_at: datetime
    matter_id: int | None = None
    matter_version: int | None = None
    from_state: str = ""
    to_state: str = ""
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    act_id: UUID | None = None


def stamp(moment: datetime) -> str:
    """A moment as the chain writes it: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(entry: Entry, month: str) -> str:
    """The text that is hashed."""
    return chain.canonical(body(entry, month))


def body(entry: Entry, month: str) -> dict[str, Any]:
    """What the chain says of an entry, as plain data."""
    return {
        "agency": entry.agency_id,
        "month": month,
        "position": entry.position,
        "matter": entry.matter_id,
        "version": entry.matter_version,
        "event": entry.event,
        "from": entry.from_state,
        "to": entry.to_state,
        "actor": entry.actor_id,
        "name": entry.actor_name,
        "occurred_at": stamp(entry.occurred_at),
        "entered_at": stamp(entry.entered_at),
        "reason": entry.reason,
        "data": entry.data,
        "act": str(entry.act_id) if entry.act_id else None,
    }


def stream_position() -> str:
    """The id in the live stream up to which everything is in the database now.

    A page asks for it before it reads its rows: what commits meanwhile is then told again.
    """
    with connection.cursor() as cursor:
        cursor.execute(WHOLE_TO)
        row = cursor.fetchone()
    return f"{row[0] if row else 0}-{LAST_ENTRY}"


def append(records: Sequence[Record]) -> list[Entry]:
    """Add records to their chains, in order; must run inside a transaction.

    Chains are locked in a fixed order, so that two batches never wait for each other in a circle.
    """
    entered = now()
    month = entered.astimezone(LOCAL).strftime("%Y-%m")
    groups: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        groups[record.agency_id].append(record)
    made: dict[int, Entry] = {}
    for agency_id in sorted(groups):
        for record, entry in _extend(agency_id, month, groups[agency_id], entered):
            made[id(record)] = entry
    return [made[id(record)] for record in records]


_LOCK = """
INSERT INTO kernel_chain (agency_id, month, algorithm, length, head) VALUES (%s, %s, %s, 0, %s)
ON CONFLICT (agency_id, month) DO UPDATE SET length = kernel_chain.length
RETURNING id, algorithm, length, head
"""


def _extend(
    agency_id: int, month: str, records: Iterable[Record], entered: datetime
) -> list[tuple[Record, Entry]]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [agency_id, month, settings.WATCHROOM_CHAIN_HASH, chain.GENESIS])
        chain_id, algorithm, length, head = cursor.fetchone()
    pairs = []
    for record in records:
        length += 1
        entry = _entry(record, chain_id, length, entered)
        head = entry.hash = chain.digest(algorithm, head, canonical(entry, month))
        pairs.append((record, entry))
    Entry.objects.bulk_create([entry for _, entry in pairs], batch_size=2000)
    Chain.objects.filter(pk=chain_id).update(length=length, head=head)
    return pairs


def _entry(record: Record, chain_id: int, position: int, entered: datetime) -> Entry:
    return Entry(
        chain_id=chain_id,
        position=position,
        matter_id=record.matter_id,
        matter_version=record.matter_version,
        event=record.event,
        from_state=record.from_state,
        to_state=record.to_state,
        agency_id=record.agency_id,
        actor_id=record.actor_id,
        actor_name=record.actor_name,
        occurred_at=record.occurred_at,
        entered_at=entered,
        reason=str(_settled(record.reason)),
        data=_settled(json.loads(json.dumps(record.data, ensure_ascii=False, default=str))),
        act_id=record.act_id,
    )


def _settled(value: Any) -> Any:
    """The value as PostgreSQL's jsonb gives it back, so that the hash still holds then."""
    if isinstance(value, dict):
        return {_settled(key): _settled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_settled(item) for item in value]
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) >= 1e16 else value + 0.0
    return value


def verify(chains: QuerySet[Chain] | None = None) -> Iterator[chain.Fault]:
    """Walk chains in the database and yield every changed, removed, reordered or inserted entry."""
    for one in (chains if chains is not None else Chain.objects.all()).order_by("id"):
        lines = (
            (entry.position, entry.hash, canonical(entry, one.month))
            for entry in Entry.objects.filter(chain=one).order_by("position").iterator(2000)
        )
        yield from chain.check(str(one), one.algorithm, lines, (one.length, one.head))
