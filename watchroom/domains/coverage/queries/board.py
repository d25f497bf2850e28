"""The posts board: every post, whether it is manned now, and what comes next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watchroom.base.clock import now
from watchroom.kernel.access import Actor

from ..flow import NOT_BEGUN, ON_POST
from ..models import DutyPost, Posting, Presence
from .postings import postings
from .posts import posts

NEXT = timedelta(hours=24)
ORDER = ("late", "due", "short", "leaving", "manned", "off")
"""How a post stands, the worst first. late: a clock has run out; off: nobody is expected now."""


@dataclass(frozen=True, slots=True)
class Row:
    """One post now. `posting` runs now or was not relieved; `next_at`: when the next begins."""

    post: DutyPost
    standing: str
    posting: Posting | None
    present: tuple[str, ...]
    strength: int
    due_at: datetime | None
    started_at: datetime | None
    next_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether a clock of its posting has run out."""
        return self.standing == "late"


def board(actor: Actor) -> list[Row]:
    """Every post the actor sees, the worst first; three queries however many there are."""
    at = now()
    found = list(posts(actor))
    running: dict[int, list[Posting]] = defaultdict(list)
    coming: dict[int, datetime] = {}
    rows = postings(actor, until=at + NEXT).filter(matter__closed_at=None)
    for row in rows.filter(post_id__in=[p.pk for p in found]):
        if row.starts_at <= at:
            running[row.post_id].append(row)
        else:
            coming.setdefault(row.post_id, row.starts_at)
    there = _there(row.pk for rows in running.values() for row in rows)
    made = [_row(post, running[post.pk], coming.get(post.pk), there, at) for post in found]
    return sorted(made, key=lambda r: (ORDER.index(r.standing), r.due_at or at, r.post.code))


def _there(ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    rows = Presence.objects.filter(posting_id__in=list(ids), in_at__isnull=False, out_at=None)
    for posting, name in rows.order_by("in_at", "pk").values_list("posting_id", "staff__name"):
        names[posting] = (*names[posting], name)
    return names


def _row(
    post: DutyPost,
    running: Sequence[Posting],
    next_at: datetime | None,
    there: Mapping[int, tuple[str, ...]],
    at: datetime,
) -> Row:
    """Where shifts overlap at a hand-over, the one that stands worst speaks for the post."""
    if not running:
        return Row(post, "off", None, (), 0, None, None, next_at)
    standing, row = min(((_standing(r, at), r) for r in running), key=_worst)
    return Row(
        post=post,
        standing=standing,
        posting=row,
        present=there.get(row.pk, ()),
        strength=row.strength,
        due_at=row.matter.due_at,
        started_at=row.ends_at if row.matter.state == "leaving" else row.starts_at,
        next_at=next_at,
    )


def _worst(pair: tuple[str, Posting]) -> tuple[int, datetime]:
    return ORDER.index(pair[0]), pair[1].starts_at


def _standing(row: Posting, at: datetime) -> str:
    matter = row.matter
    if matter.due_at is not None and matter.due_at <= at:
        return "late"
    if matter.state in NOT_BEGUN:
        return "due"
    return matter.state if matter.state in (*ON_POST, "leaving") else "off"


def figures_now(rows: Sequence[Row]) -> dict[str, int]:
    """How many posts stand how, and people there against people planned."""
    counts = {name: sum(r.standing == name for r in rows) for name in ORDER}
    expected = [r for r in rows if r.posting is not None]
    counts["expected"] = len(expected)
    counts["present"] = sum(len(r.present) for r in expected)
    counts["strength"] = sum(r.strength for r in expected)
    return counts


def posts_geojson(rows: Sequence[Row], lang: str = "zh") -> dict[str, Any]:
    """Posts as points with how they stand (RFC 7946, WGS-84)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": r.post.pk,
                "geometry": {"type": "Point", "coordinates": [r.post.lon, r.post.lat]},
                "properties": {
                    "id": r.post.pk,
                    "code": r.post.code,
                    "name": r.post.label(lang),
                    "kind": r.post.kind,
                    "standing": r.standing,
                    "present": len(r.present),
                    "strength": r.strength,
                    "posting": r.posting.matter.number if r.posting else None,
                    "due_at": r.due_at.isoformat() if r.due_at else None,
                },
            }
            for r in rows
        ],
    }


def zones_geojson(rows: Sequence[Row], lang: str = "zh") -> dict[str, Any]:
    """Patrol zones as areas with how they stand."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": r.post.pk,
                "geometry": r.post.outline,
                "properties": {"id": r.post.pk, "name": r.post.label(lang), "standing": r.standing},
            }
            for r in rows
            if r.post.outline
        ],
    }
