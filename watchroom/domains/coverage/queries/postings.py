"""Postings: who is expected, who is there, who comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from watchroom.base.clock import now
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow import NOT_BEGUN, ON_POST, POSTING
from ..models import Posting, Presence

NEXT_WITHIN = timedelta(hours=1)
"""A shift that begins this close to the end of another relieves it."""


@dataclass(frozen=True)
class Detail:
    """One posting in full."""

    row: Posting
    presences: Sequence[Presence]
    told: str
    """What the shift before wanted this one to know."""

    @property
    def present(self) -> int:
        """How many are there now."""
        return sum(p.in_at is not None and p.out_at is None for p in self.presences)


def detail(actor: Actor, matter_id: int) -> Detail:
    """A posting the actor sees; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=POSTING.kind)
    row = Posting.objects.select_related("matter", "post__agency", "line__shift", "line__unit").get(
        pk=matter.pk
    )
    people = row.presences.select_related("staff").order_by("in_at", "staff__name", "pk")
    return Detail(row, list(people), told_to(row))


def told_to(row: Posting) -> str:
    """What the shift before at the same post handed over to this one."""
    before = Posting.objects.filter(
        post_id=row.post_id,
        ends_at__gte=row.starts_at - NEXT_WITHIN,
        ends_at__lte=row.starts_at + NEXT_WITHIN,
        matter__state="handed_over",
    ).exclude(pk=row.pk)
    return before.order_by("-ends_at").values_list("handover", flat=True).first() or ""


def postings(
    actor: Actor, *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Posting]:
    """Postings the actor sees that overlap a time, by their beginning."""
    seen = access.visible(actor, Matter.objects.filter(kind=POSTING.kind))
    rows = Posting.objects.filter(matter__in=seen)
    if since:
        rows = rows.filter(ends_at__gt=since)
    if until:
        rows = rows.filter(starts_at__lt=until)
    return rows.select_related("matter", "post", "line__shift").order_by("starts_at", "pk")


def is_expected(post_id: int) -> bool:
    """Whether anybody is or will be at the post."""
    return Posting.objects.filter(post_id=post_id, matter__closed_at=None).exists()


def on_post_now(staff_id: int) -> Presence | None:
    """Where somebody is on post."""
    rows = Presence.objects.filter(staff_id=staff_id, in_at__isnull=False, out_at=None)
    return rows.select_related("posting__post").first()


def running_at(post_id: int, moment: datetime | None = None) -> Posting | None:
    """The posting that ran at a post at a moment (default now) and is not over."""
    at = moment or now()
    rows = Posting.objects.filter(post_id=post_id, starts_at__lte=at, ends_at__gt=at)
    running = rows.filter(matter__state__in=(*NOT_BEGUN, *ON_POST))
    return running.order_by("-starts_at").first()


def successor(row: Posting) -> Posting | None:
    """The posting at the same post that relieves this one and has somebody there."""
    rows = Posting.objects.filter(
        post_id=row.post_id,
        starts_at__gt=row.starts_at,
        starts_at__gte=row.ends_at - NEXT_WITHIN,
        starts_at__lte=row.ends_at + NEXT_WITHIN,
        matter__state__in=ON_POST,
    )
    return rows.select_related("matter").order_by("starts_at", "pk").first()
