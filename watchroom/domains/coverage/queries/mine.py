"""What one person has to do at posts: the posting that runs, those to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.base.clock import now
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Deadline

from ..models import DutyPost, Posting, Presence
from .postings import Detail, detail, successor

AHEAD = timedelta(days=2)
SHOWN = 6


@dataclass(frozen=True)
class Mine:
    """The posting in hand, and how I stand to it; then what comes."""

    now: Detail | None
    me: Presence | None
    clock: Deadline | None
    relieved_by: Posting | None
    later: Sequence[Posting]

    @property
    def on_post(self) -> bool:
        """Whether I am there."""
        return self.me is not None and self.me.in_at is not None


def mine(actor: Actor) -> Mine:
    """The person's own postings: where they are on post, else the next that has not ended."""
    if actor.staff_id is None:
        return Mine(None, None, None, None, ())
    at = now()
    rows = Presence.objects.filter(
        staff_id=actor.staff_id,
        out_at=None,
        posting__matter__closed_at=None,
        posting__starts_at__lte=at + AHEAD,
    )
    found = list(
        rows.select_related("posting__post", "posting__matter").order_by("posting__starts_at", "pk")
    )
    there = [p for p in found if p.in_at is not None]
    order = there or [p for p in found if p.posting.ends_at > at] or found
    me = order[0] if order else None
    later = [p.posting for p in found if me is None or p.posting_id != me.posting_id]
    return Mine(
        detail(actor, me.posting_id) if me else None,
        me,
        _clock(me.posting) if me else None,
        successor(me.posting) if me else None,
        [p for p in later if p.ends_at > at][:SHOWN],
    )


def _clock(row: Posting) -> Deadline | None:
    rows = Deadline.objects.filter(matter_id=row.pk, state="running")
    return rows.order_by("due_at").first()


def posting_here(actor: Actor, post: DutyPost, at: datetime | None = None) -> Posting | None:
    """The person's own posting at this post that can be checked in to or has been."""
    moment = at or now()
    rows = Presence.objects.filter(
        staff_id=actor.staff_id or 0,
        posting__post=post,
        posting__matter__closed_at=None,
        posting__ends_at__gt=moment,
        posting__starts_at__lte=moment + timedelta(hours=1),
        out_at=None,
    )
    first = rows.select_related("posting__matter").order_by("posting__starts_at").first()
    return first.posting if first else None
