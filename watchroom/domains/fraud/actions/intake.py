"""Warnings come in: read, graded, kept and grouped in one transaction; bad ones are kept apart."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections

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
ABREAST = 3
"""Batches of one source on their way at once: one is merged, one laid down, one read."""
CONTACT_KEPT = timedelta(days=180)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a batch: accepted + repeated + refused is how many were sent.

    `known`: the numbers of those that were there already, each once; of small batches only.
    """

    accepted: int
    repeated: int
    refused: tuple[Bad, ...]
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a batch is read by, looked up once."""

    feed: Feed
    types: Mapping[str, Any]
    grading: queries.Grading
    agencies: Mapping[str, int]
    secret: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch, read and graded, as COPY takes it."""

    lines: list[str]
    refused: list[tuple[Row, Bad]]
    replaced: list[str]


def receive(actor: Actor, feed_key: str, rows: Sequence[Row]) -> Receipt:
    """Take warnings of one source in. Committed when this returns; the same again does nothing.

    A row that cannot be read is kept with its sentence and the others go on.
    """
    ground = _ground(actor, feed_key, rows)
    return _commit(ground, _prepare(ground, rows))


def receive_many(
    actor: Actor, feed_key: str, batches: Iterable[Sequence[Row]]
) -> Iterator[Receipt]:
    """Batch after batch, each committed by itself and in their order.

    While PostgreSQL merges one, the next is read and laid down beside it on a connection of its
    own. After one that fails none is committed. Inside a transaction of the caller's they are part
    of that.
    """
    if connection.in_atomic_block:
        yield from (receive(actor, feed_key, rows) for rows in batches)
        return
    with ThreadPoolExecutor(ABREAST) as hands:
        waiting = deque[Future[Receipt]]()
        for rows in batches:
            ground, before = _ground(actor, feed_key, rows), waiting[-1] if waiting else None
            waiting.append(hands.submit(_after, before, ground, rows))
            if len(waiting) == ABREAST:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _after(before: Future[Receipt] | None, ground: Ground, rows: Sequence[Row]) -> Receipt:
    """One batch in its turn, which comes when the one before is committed."""
    try:
        turn = before.result if before else _at_once
        return _commit(ground, _prepare(ground, rows), turn)
    finally:
        connections.close_all()


def _at_once() -> None:
    """Nobody is waited for."""


def _ground(actor: Actor, feed_key: str, rows: Sequence[Row]) -> Ground:
    said = queries.standing(actor, feed_key)
    access.require_in(actor, RECEIVE, said.feed.agency_id)
    if len(rows) > MOST:
        raise Refusal(
            Text(f"一次最多 {MOST} 条，请分批发送", f"At most {MOST} at once: send them in parts")
        )
    codes = {str(row["agency"]).strip() for row in rows if row.get("agency")}
    return Ground(
        said.feed,
        said.types,
        said.grading,
        queries.agencies_of(codes, said.feed.agency) if codes else {},
        person_secret(),
        now(),
    )


def _prepare(ground: Ground, rows: Sequence[Row]) -> Prepared:
    """Pure: no database, so that it may run beside it."""
    done, line = Prepared([], [], []), _writer(ground)
    for row in rows:
        one = rules.read(row, ground.types, ground.at)
        if isinstance(one, Bad):
            done.refused.append((row, one))
        else:
            done.lines.append(line(one))
            if one.corrects:
                done.replaced.append(one.corrects)
    return done


def _writer(ground: Ground) -> Callable[[Given], str]:
    """merging.COLUMNS and CONTACT as COPY reads them; written out and looked up once, for there are
    many, and most are about somebody of whom the batch has told already."""
    feed, text, number = ground.feed, merging.text, merging.number
    grade, kind, people = ground.grading.grade, feed.kind, dict[str, str]()
    stamp, rule_set = str(ground.at), number(ground.grading.rule_set_id)

    def line(one: Given) -> str:
        level, bits = grade(
            kind, one.type_code, one.amount_fen, one.score, one.age, one.minutes_on_call,
            one.transferred, one.screen_shared, one.words,
        )  # fmt: skip
        if (person := people.get(one.who)) is None:
            person = people[one.who] = rules.person_hex(ground.secret, one.who)
        agency = ground.agencies.get(one.agency, feed.agency_id) if one.agency else feed.agency_id
        return (
            f"{feed.pk}\t{text(one.source_id)}\t{person}\t{one.type_code}\t{one.occurred_at}"
            f"\t{stamp}\t{level}\t{bits}\t{rule_set}\t{agency}\t{number(one.amount_fen)}"
            f"\t{number(one.score)}\t{number(one.age)}\t{one.sex}\t{number(one.minutes_on_call)}"
            f"\t{one.transferred}\t{one.screen_shared}\t{text(one.words)}\t{text(one.corrects)}"
            f"\t{text(one.name)}\t{text(one.phone)}\t{text(one.id_number)}\t{text(one.address)}"
            f"\t{number(one.lon)}\t{number(one.lat)}\n"
        )

    return line


def _commit(ground: Ground, batch: Prepared, turn: Callable[[], object] = _at_once) -> Receipt:
    """`turn` returns when it is this batch's; what needs no turn is done before."""
    with acts.together():
        merging.lay_down(batch.lines)
        turn()
        taken = merging.Taken(0, 0, ())
        if batch.lines:
            taken = merging.take_in(ground.at + CONTACT_KEPT)
        if batch.replaced:
            taking_back.taken_back(ground.feed, sorted(set(batch.replaced)), "corrected", ground.at)
        _refuse(ground, batch.refused)
        if taken.new:
            opening.ask()
    bad = tuple(one for _, one in batch.refused)
    return Receipt(taken.new, len(batch.lines) - taken.new, bad, taken.known)


def _refuse(ground: Ground, refused: Iterable[tuple[Row, Bad]]) -> None:
    Reject.objects.bulk_create(
        Reject(
            feed=ground.feed,
            source_id=one.source_id,
            why_zh=one.why.zh[:200],
            why_en=one.why.en[:240],
            row={str(k): _kept(v) for k, v in row.items()},
            at=ground.at,
        )
        for row, one in refused
    )


def _kept(value: Any) -> str:
    """A value of a refused row, so that it can be read again."""
    return "" if value is None else str(value)[:400].replace("\x00", "")
