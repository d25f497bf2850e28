"""Warnings come in: read, graded, kept and grouped in one transaction; bad ones are kept apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor

from .. import queries, rules
from ..flow import RECEIVE
from ..models import Feed, Reject
from ..rules import Bad, Given
from . import merging, opening, taking_back
from .people import person_secret

MOST = 20_000
"""Warnings in one call."""
CONTACT_KEPT = timedelta(days=180)
REJECT_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a batch: accepted + repeated + refused is how many were sent.

    `known`: the numbers of those that were there already, each once; of small batches only.
    """

    accepted: int
    repeated: int
    refused: tuple[Bad, ...]
    known: tuple[str, ...] = ()


def receive(actor: Actor, feed_key: str, rows: Sequence[Mapping[str, Any]]) -> Receipt:
    """Take warnings of one source in. Committed when this returns; the same again does nothing.

    A row that cannot be read is kept with its sentence and the others go on.
    """
    feed = queries.feed(actor, feed_key)
    access.require_in(actor, RECEIVE, feed.agency_id)
    if len(rows) > MOST:
        raise Refusal(
            Text(f"一次最多 {MOST} 条，请分批发送", f"At most {MOST} at once: send them in parts")
        )
    at = now()
    types = queries.type_codes()
    read = [rules.read(row, types, at) for row in rows]
    good = [one for one in read if isinstance(one, Given)]
    bad = [one for one in read if isinstance(one, Bad)]
    with acts.together():
        taken = _keep(feed, good, at)
        _refuse(feed, zip(rows, read, strict=True), at)
        if taken.new:
            opening.ask()
    return Receipt(taken.new, len(good) - taken.new, tuple(bad), taken.known)


def _keep(feed: Feed, given: Sequence[Given], at: datetime) -> merging.Taken:
    if not given:
        return merging.Taken(0, 0, ())
    grading = queries.grading()
    agencies = queries.agencies_of({one.agency for one in given} - {""}, feed.agency)
    secret = person_secret()
    rows = [_row(one, feed, grading, agencies, secret, at) for one in given]
    taken = merging.take_in(rows, at + CONTACT_KEPT)
    if replaced := sorted({one.corrects for one in given} - {""}):
        taking_back.taken_back(feed, replaced, "corrected", at)
    return taken


def _row(
    one: Given,
    feed: Feed,
    grading: queries.Grading,
    agencies: Mapping[str, int],
    secret: bytes,
    at: datetime,
) -> tuple[Any, ...]:
    level, bits = grading.grade(
        feed.kind, one.type_code, one.amount_fen, one.score, one.age, one.minutes_on_call,
        one.transferred, one.screen_shared, one.words,
    )  # fmt: skip
    return (
        feed.pk, one.source_id, rules.person_key(secret, one.who), one.type_code, one.occurred_at,
        at, level, bits, grading.rule_set_id, agencies.get(one.agency, feed.agency_id),
        one.amount_fen, one.score, one.age, one.sex, one.minutes_on_call, one.transferred,
        one.screen_shared, one.words, one.corrects, one.name, one.phone, one.id_number,
        one.address, one.lon, one.lat,
    )  # fmt: skip


def _refuse(
    feed: Feed, pairs: Iterable[tuple[Mapping[str, Any], Given | Bad]], at: datetime
) -> None:
    Reject.objects.bulk_create(
        Reject(
            feed=feed,
            source_id=one.source_id,
            why_zh=one.why.zh[:200],
            why_en=one.why.en[:240],
            row={str(k): str(v)[:400].replace("\x00", "") for k, v in row.items()},
            at=at,
            keep_until=at + REJECT_KEPT,
        )
        for row, one in pairs
        if isinstance(one, Bad)
    )
