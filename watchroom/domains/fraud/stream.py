"""Warnings from a stream: NATS JetStream, acknowledged after the commit, delivered again otherwise.

A durable pull consumer: what nobody acknowledged comes again, to this process or to the next. Since
a repeated warning changes nothing, at least once is as good as once.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import nats
from asgiref.sync import async_to_sync, sync_to_async
from django.db import Error, close_old_connections
from nats.js import JetStreamContext

from watchroom.base.refusal import Refusal
from watchroom.kernel.access import Actor, system

from . import actions, queries
from .actions import merging
from .rules import flink

log = logging.getLogger(__name__)
AT_ONCE, WAIT_S, AGAIN_S = 500, 1.0, 5.0
Going = Callable[[int], bool]
"""How many messages were taken so far → whether to go on."""


def follow(
    server: str, stream: str, subject: str, feed: str, *, going: Going = lambda _taken: True
) -> int:
    """Take warnings of one source from a stream until stopped; returns how many messages came.

    `subject` says which of the stream's messages are this source's ("warnings.bank-a").
    """
    actor = system()
    queries.feed(actor, feed)
    taken: int = async_to_sync(_follow)(server, stream, subject, actor, feed, going)
    return taken


async def _follow(
    server: str, stream: str, subject: str, actor: Actor, feed: str, going: Going
) -> int:
    line = await nats.connect(server, max_reconnect_attempts=-1)
    taken = 0
    try:
        name = f"watchroom-{feed}"
        source = await line.jetstream().pull_subscribe(subject, durable=name, stream=stream)
        while going(taken):
            taken += await _batch(source, actor, feed)
    finally:
        await line.close()
    return taken


async def _batch(source: JetStreamContext.PullSubscription, actor: Actor, feed: str) -> int:
    try:
        messages = await source.fetch(AT_ONCE, timeout=WAIT_S)
    except TimeoutError:  # nothing came: the library says it with its own and with Python's
        return 0
    rows = [row_of(message.data) for message in messages]
    try:
        await sync_to_async(_take)(actor, feed, rows)
    except (Error, Refusal) as trouble:
        log.warning("warnings wait for the database: %s", type(trouble).__name__)
        await sync_to_async(close_old_connections)()  # one that broke would fail for ever
        for message in messages:
            await message.nak(delay=AGAIN_S)
        await asyncio.sleep(WAIT_S)
        return 0
    for message in messages:
        await message.ack()
    return len(messages)


def _take(actor: Actor, feed: str, rows: Sequence[dict[str, Any]]) -> None:
    done = actions.receive(actor, feed, rows)
    log.info("%d new, %d known, %d refused", done.accepted, done.repeated, len(done.refused))


def flink_statements(feed_key: str, connector: str, late: timedelta) -> tuple[str, ...]:
    """The rules in force and the window as Flink SQL for one source; see `rules.flink.job`."""
    said = queries.standing(system(), feed_key)
    return flink.job(
        said.grading.rules, said.feed.kind, gap=merging.WINDOW, late=late, connector=connector
    )


def row_of(data: bytes) -> dict[str, Any]:
    """The warning in a message; one that is none is kept as what it said, for intake to refuse."""
    try:
        row = json.loads(data)
    except ValueError:
        row = None
    return row if isinstance(row, dict) else {"words": data[:400].decode(errors="replace")}
