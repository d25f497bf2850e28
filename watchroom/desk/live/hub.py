"""Everybody who is watching, and what each may see."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from watchroom.kernel.access import Actor
from watchroom.kernel.registry import registry

from . import silence
from .stream import Cursor

FULL = 2000
"""Messages a slow screen may be behind before its stream is closed; it resumes by its last id."""


@dataclass(frozen=True)
class Sight:
    """What one person may see, worked out once when the stream opens."""

    staff_id: int | None
    agencies: dict[str, frozenset[int]]
    needed: frozenset[str]
    units: frozenset[int]
    told: tuple[tuple[str, frozenset[int] | None], ...] = ()
    """Patterns of entries without a matter, and where they may be told; None: wherever."""

    @classmethod
    def of(cls, actor: Actor) -> "Sight":
        """The sight of an actor: agencies per kind of matter, kinds seen where involved."""
        flows = registry.flows.values()
        return cls(
            staff_id=actor.staff_id,
            agencies={f.kind: actor.reach(f.view_permission) for f in flows},
            needed=frozenset(f.kind for f in flows if actor.holds(f.view_permission)),
            units=actor.reach("unit.view"),
            told=tuple(
                (one.event, None if one.anywhere else actor.reach(one.permission))
                for domain in registry.domains.values()
                for one in domain.tells
                if actor.holds(one.permission)
            ),
        )

    def sees(self, row: dict[str, Any]) -> bool:
        """The same rule as `access.visible`, for one row of the stream."""
        kind = row["kind"]
        if kind is None:
            return self._told(row)
        if self.staff_id in row["involved"] and kind in self.needed:
            return True
        return not row["sealed"] and row["agency"] in self.agencies.get(kind, frozenset())

    def _told(self, row: dict[str, Any]) -> bool:
        return any(
            fnmatchcase(row["event"], event) and (where is None or row["agency"] in where)
            for event, where in self.told
        )


@dataclass(eq=False)
class Watcher:
    """One open stream. `overrun` asks its writer to close it."""

    sight: Sight
    cursor: Cursor
    queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(FULL))
    overrun: bool = False

    def put(self, message: str) -> None:
        """Queue a message, or mark the stream as overrun."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.overrun = True


def message(row: dict[str, Any]) -> str:
    """An entry as a server-sent event."""
    body = {
        "id": row["id"],
        "event": row["event"],
        "domain": (row["kind"] or row["event"]).split(".")[0],
        **{key: row[key] for key in ("kind", "matter", "number", "title", "state", "version")},
        **{
            key: row[key]
            for key in ("priority", "lon", "lat", "agency", "actor", "clock", "parent")
        },
        "at": _stamp(row["occurred_at"]),
        "entered": _stamp(row["entered_at"]),
        "due": _stamp(row["due_at"]),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return f"id: {row['xid']}-{row['id']}\nevent: entry\ndata: {text}\n\n"


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


class Hub:
    """The open streams."""

    def __init__(self) -> None:
        self.watchers: set[Watcher] = set()
        self.silence = silence.Silence()

    def entries(self, rows: Iterable[dict[str, Any]]) -> None:
        """Give each watcher the entries they may see. Each event is written once for all."""
        for row in rows:
            cursor, text = Cursor(row["xid"], row["id"]), message(row)
            for watcher in self.watchers:
                if cursor > watcher.cursor and watcher.sight.sees(row):
                    watcher.put(text)

    def positions(self, rows: list[dict[str, Any]]) -> None:
        """Give each watcher the positions of the units they may see."""
        keys = ("id", "code", "kind", "status", "lon", "lat")
        shapes = [
            (row["agency"], {**{key: row[key] for key in keys}, "at": _stamp(row["at"])})
            for row in rows
        ]
        self._by_reach(
            lambda reach: _positions([shape for agency, shape in shapes if agency in reach])
        )

    def look(self, rows: list[dict[str, Any]]) -> None:
        """Give each watcher the units they may see that fell silent or were heard again."""
        if change := self.silence.look(rows):
            self._by_reach(lambda reach: silence.changed(change, reach))

    def _by_reach(self, write: Callable[[frozenset[int]], str]) -> None:
        """Put what is written for each reach of units, once for all who share it."""
        texts: dict[frozenset[int], str] = {}
        for watcher in self.watchers:
            reach = watcher.sight.units
            if reach not in texts:
                texts[reach] = write(reach)
            if texts[reach]:
                watcher.put(texts[reach])


def _positions(units: list[dict[str, Any]]) -> str:
    if not units:
        return ""
    text = json.dumps({"units": units}, ensure_ascii=False, separators=(",", ":"))
    return f"event: positions\ndata: {text}\n\n"
