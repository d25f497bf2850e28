"""How each source of warnings is doing: last heard, how much, how late, with what keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, QuerySet

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import ApiToken
from watchroom.law import limits

from ..flow import MEND, RECEIVE
from ..models import Feed, Reject, TakenBack, Warning

SILENT = "fraud.source.silent"
WEEK, SOON = timedelta(days=7), timedelta(days=14)
SHOWN = 200


@dataclass(frozen=True)
class Key:
    """A key with which a source's warnings may be sent. `state`: valid, soon, expired."""

    token: ApiToken
    state: str


@dataclass(frozen=True)
class Source:
    """One source. Counts of the last hour, day and week; `half`, `most`: seconds from when it
    happened until it was here, for half and nine in ten of the last day's warnings."""

    feed: Feed
    heard_at: datetime | None
    silent: bool
    hour: int
    day: int
    week: int
    half: float | None
    most: float | None
    refused: int
    taken_back: int
    keys: tuple[Key, ...]


_LATELY = """
SELECT feed_id, max(received_at), count(*) FILTER (WHERE received_at >= %(hour)s),
       count(*) FILTER (WHERE received_at >= %(day)s), count(*),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
           ORDER BY extract(epoch FROM received_at - occurred_at))
           FILTER (WHERE received_at >= %(day)s)
FROM fraud_warning WHERE feed_id = ANY(%(feeds)s) AND received_at >= %(week)s GROUP BY 1
"""


def sources(actor: Actor) -> list[Source]:
    """Every source whose warnings the actor puts right, those that are silent first."""
    feeds = list(_mine(actor).order_by("key"))
    lately = _lately([feed.pk for feed in feeds])
    refused = _open_by_feed(feeds)
    back = dict(
        TakenBack.objects.filter(feed__in=feeds, at__gte=now() - WEEK)
        .values_list("feed").annotate(n=Count("source_id"))
    )  # fmt: skip
    tokens = list(ApiToken.objects.filter(scopes__contains=[RECEIVE]).select_related("agency"))
    made = [
        _source(feed, lately.get(feed.pk), refused.get(feed.pk, 0), back.get(feed.pk, 0), tokens)
        for feed in feeds
    ]
    return sorted(made, key=lambda one: (not one.silent, one.feed.key))


def silence() -> Text:
    """How long a source may say nothing before it counts as silent."""
    return limits.rule(SILENT).lasts


def _mine(actor: Actor) -> QuerySet[Feed]:
    rows = Feed.objects.select_related("agency")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(MEND))


def _lately(feeds: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    at = now()
    said = {"hour": at - timedelta(hours=1), "day": at - timedelta(days=1), "week": at - WEEK}
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, {**said, "feeds": list(feeds)})
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _source(
    feed: Feed,
    lately: tuple[Any, ...] | None,
    refused: int,
    taken_back: int,
    tokens: Sequence[ApiToken],
) -> Source:
    heard, hour, day, week, lags = lately or (_last_heard(feed), 0, 0, 0, None)
    half, most = lags or (None, None)
    due = limits.due(SILENT, heard).at if heard else None
    silent = heard is None or (due is not None and due <= now())
    keys = tuple(_key(one) for one in tokens if _may_send(one, feed))
    return Source(feed, heard, silent, hour, day, week, half, most, refused, taken_back, keys)


def _last_heard(feed: Feed) -> datetime | None:
    """Of a source that said nothing for a week."""
    found: datetime | None = Warning.objects.filter(feed=feed).aggregate(at=Max("received_at"))[
        "at"
    ]
    return found


def _may_send(token: ApiToken, feed: Feed) -> bool:
    return token.revoked_at is None and feed.agency.path.startswith(token.agency.path)


def _key(token: ApiToken) -> Key:
    ends, at = token.expires_at, now()
    if ends is None or ends > at + SOON:
        return Key(token, "valid")
    return Key(token, "soon" if ends > at else "expired")


def _open_by_feed(feeds: Sequence[Feed]) -> dict[int, int]:
    rows = Reject.objects.filter(feed__in=feeds, state="open")
    return dict(rows.values_list("feed").annotate(n=Count("pk")))


def refused(actor: Actor, *, settled: bool = False, feed: str = "") -> QuerySet[Reject]:
    """Refused rows the actor may put right, the newest first."""
    rows = Reject.objects.filter(feed__in=_mine(actor)).select_related("feed", "settled_by")
    rows = rows.exclude(state="open") if settled else rows.filter(state="open")
    return (rows.filter(feed__key=feed) if feed else rows).order_by("-at", "-pk")


def reject(actor: Actor, reject_id: int) -> Reject:
    """One refused row; NotFound where it is not the actor's to put right."""
    row = Reject.objects.filter(feed__in=_mine(actor), pk=reject_id)
    found = row.select_related("feed__agency", "settled_by").first()
    if found is None:
        raise NotFound
    return found
