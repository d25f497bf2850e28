"""A source takes warnings back, or corrects them. The warning stays as it was received."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from watchroom.base.clock import now
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, system

from .. import queries
from ..flow import CASE, RECEIVE
from ..models import Case, Feed, TakenBack, Warning, Window
from . import merging


def take_back(actor: Actor, feed_key: str, source_ids: Collection[str], *, reason: str = "") -> int:
    """Take warnings back, also before they have come; returns how many were not taken back before.

    A case nobody has signed ends when its last warning is gone; one that somebody has in hand hears
    of it, and a person decides.
    """
    feed = queries.feed(actor, feed_key)
    access.require_in(actor, RECEIVE, feed.agency_id)
    with acts.together():
        with connection.cursor() as cursor:
            cursor.execute(merging.ONE_AT_A_TIME)
        return taken_back(feed, sorted(set(source_ids)), reason, now())


def taken_back(feed: Feed, source_ids: Sequence[str], reason: str, at: datetime) -> int:
    """The same inside an intake that holds the lock already."""
    known = set(
        TakenBack.objects.filter(feed=feed, source_id__in=source_ids).values_list(
            "source_id", flat=True
        )
    )
    fresh = [one[:80] for one in source_ids if one and one[:80] not in known]
    TakenBack.objects.bulk_create(
        TakenBack(feed=feed, source_id=one, reason=reason[:200], at=at) for one in fresh
    )
    for warning in Warning.objects.filter(feed=feed, source_id__in=fresh):
        _shrink(warning, reason)
    return len(fresh)


def _shrink(warning: Warning, reason: str) -> None:
    window = (
        Window.objects.select_for_update()
        .filter(
            person=warning.person,
            type_code=warning.type_code,
            first_at__lte=warning.occurred_at,
            last_at__gte=warning.occurred_at,
        )
        .first()
    )
    if window is None:
        return
    window.warnings = max(window.warnings - 1, 0)
    if window.warnings == 0 and window.matter_id is None:
        window.delete()
        return
    window.save(update_fields=["warnings"])
    if window.matter_id is not None:
        _tell(window.matter_id, reason)


def _tell(matter_id: int, reason: str) -> None:
    matter = acts.lock([matter_id])[matter_id]
    left = queries.warnings_in(matter_id)
    Case.objects.filter(pk=matter_id).update(warnings=left)
    if matter.kind == CASE.kind and matter.state == "waiting" and left == 0:
        acts.take(system(), matter_id, "withdraw", reason=reason)
        Case.objects.filter(pk=matter_id).update(open=False)
    elif matter.closed_at is None:
        acts.record(system(), matter, "upstream_withdrew", data={"left": left}, reason=reason)
