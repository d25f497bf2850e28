"""The live process: an ASGI application that holds the open streams."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from http.cookies import SimpleCookie

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection
from psycopg.rows import dict_row
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from watchroom.base.clock import now
from watchroom.kernel import gauges, sessions
from watchroom.kernel.access import actor_of
from watchroom.kernel.session_store import SessionStore

from .. import operator_door
from . import positions, silence, stream
from .hub import Hub, Sight, Watcher, message

PAGE = 500
MOST_REPLAYED = 20_000
QUIET = 15.0
"""Seconds without a message after which a comment keeps the line open."""
RECHECK = 60.0
"""Seconds after which a stream asks again whether its reader is still signed in."""
PATIENCE = 10.0
"""Seconds for which a screen that connects waits for the database."""

log = logging.getLogger(__name__)
hub = Hub()
recorder = positions.Recorder()
UNKNOWN = stream.Cursor(0, 0)
replays = asyncio.Semaphore(8)
"""Connections for screens that come back: after a cut all do at once, and the database has few."""
_end = UNKNOWN


async def connect() -> stream.Connection:
    """A connection of the live process's own, with the settings Django has."""
    wanted = connection.get_connection_params() | {"autocommit": True, "row_factory": dict_row}
    for name in ("cursor_factory", "context", "prepare_threshold"):
        wanted.pop(name, None)  # Django's own, for its cursors
    return await psycopg.AsyncConnection.connect(**wanted)


async def follow_trail() -> None:
    """Read new entries whenever the database wakes us, and at least once a second."""
    global _end  # noqa: PLW0603 - the one cursor of the process
    async with await connect() as db:
        await db.execute(f"SET application_name = '{gauges.LIVE}'")  # `check` looks for it
        await db.execute("LISTEN watchroom_trail")
        # Once only: after a lost database it goes on where it was, or screens would miss what
        # came meanwhile.
        if _end == UNKNOWN:
            _end = await stream.here(db)
        while True:
            rows = await stream.after(db, _end, PAGE)
            if rows:
                _end = stream.Cursor(rows[-1]["xid"], rows[-1]["id"])
                hub.entries(rows)
            if len(rows) < PAGE:
                async for _ in db.notifies(timeout=0.2 if rows else 1.0, stop_after=1):
                    pass


async def follow_positions() -> None:
    """Once a second, the positions received since the last look."""
    async with await connect() as db:
        seen: datetime = now()
        while True:
            await asyncio.sleep(1.0)
            rows = await stream.positions(db, seen)
            if rows:
                seen = rows[-1]["received_at"]
                hub.positions(rows)


async def follow_silence() -> None:
    """Look which units have fallen silent, and which are heard again."""
    async with await connect() as db:
        while True:
            hub.look(await silence.on_duty(db))
            await asyncio.sleep(silence.EVERY)


async def record_positions() -> None:
    """Write the positions that come in."""
    async with await connect() as db:
        await recorder.run(db)


async def keep(work: object) -> None:
    """Run one of the readers for ever; a lost database is waited for, never the end."""
    while True:
        try:
            await work()  # type: ignore[operator]
        except (psycopg.Error, OSError) as error:
            log.warning("live stream lost the database, trying again: %s", type(error).__name__)
        except Exception:  # a defect must not leave screens open and silent
            log.exception("a reader of the live stream failed, trying again")
        await asyncio.sleep(1.0)


def _sight(session_key: str) -> Sight | None:
    close_old_connections()
    staff = sessions.person_of(SessionStore(session_key))
    return Sight.of(actor_of(staff)) if staff else None


async def sight(session_key: str) -> Sight | None:
    """What the holder of a session may see; None when nobody is signed in."""
    return await sync_to_async(_sight, thread_sensitive=False)(session_key)


def _session_key(request: Request) -> str:
    cookie = SimpleCookie(request.headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


def _headers(request: Request) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    origin = request.headers.get("origin", "")
    if origin and origin in settings.WATCHROOM_ORIGINS:
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Vary": "Origin",
        }
    return headers


async def _following() -> None:
    """Returns once the trail is followed: what comes before that a new screen would miss."""
    while _end == UNKNOWN:
        await asyncio.sleep(0.05)


async def open_stream(request: Request) -> Response:
    """GET /live/stream: entries and positions as they come, from the last id on."""
    key = _session_key(request)
    allowed = await sight(key) if key else None
    headers = _headers(request)
    if allowed is None:
        return PlainTextResponse("sign in first", 401, headers)
    try:
        await asyncio.wait_for(_following(), PATIENCE)
    except TimeoutError:
        return PlainTextResponse("the database does not answer; ask again", 503, headers)
    said = request.headers.get("last-event-id") or request.query_params.get("after", "")
    lines = _lines(key, allowed, stream.Cursor.parse(said))
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)


async def _lines(key: str, allowed: Sight, start: stream.Cursor | None) -> AsyncIterator[str]:
    # Join first, then replay: what arrives meanwhile waits in the queue, and the cursor
    # where the two meet is the same, so nothing falls between and nothing comes twice.
    watcher = Watcher(allowed, _end)
    hub.watchers.add(watcher)
    try:
        yield f"retry: 1000\nid: {start or watcher.cursor}\nevent: hello\ndata: {{}}\n\n"
        yield silence.everything(hub.silence.units, allowed.units)
        if start is not None and start < watcher.cursor:
            async for text in _missed(allowed, start, watcher.cursor):
                yield text
        async for text in _live(key, watcher):
            yield text
    finally:
        hub.watchers.discard(watcher)


async def _missed(allowed: Sight, start: stream.Cursor, end: stream.Cursor) -> AsyncIterator[str]:
    count = 0
    async with replays, await connect() as db:
        while start < end:
            rows = await stream.after(db, start, PAGE)
            rows = [row for row in rows if stream.Cursor(row["xid"], row["id"]) <= end]
            count += len(rows)
            if count > MOST_REPLAYED:
                yield f"id: {end}\nevent: reset\ndata: {{}}\n\n"
                return
            for row in rows:
                if allowed.sees(row):
                    yield message(row)
            if not rows:
                return
            start = stream.Cursor(rows[-1]["xid"], rows[-1]["id"])


async def _live(key: str, watcher: Watcher) -> AsyncIterator[str]:
    checked = asyncio.get_running_loop().time()
    while not watcher.overrun:
        try:
            yield await asyncio.wait_for(watcher.queue.get(), QUIET)
        except TimeoutError:
            yield ": quiet\n\n"
        if asyncio.get_running_loop().time() - checked > RECHECK:
            checked = asyncio.get_running_loop().time()
            again = await sight(key)
            if again is None:
                yield "event: signed-out\ndata: {}\n\n"
                return
            watcher.sight = again


async def take_position(request: Request) -> Response:
    """GET or POST /live/position: one report of one device (OsmAnd protocol)."""
    fields = dict(request.query_params)
    if request.method == "POST":
        fields |= {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
    try:
        followed = await recorder.keep(positions.read(fields))
    except positions.Unreadable as error:
        return PlainTextResponse(f"{error}: cannot be read\n", 400)
    except positions.Busy:
        return PlainTextResponse("busy, try again\n", 503, {"Retry-After": "5"})
    # An unknown device and a unit off duty get the same answer: devices cannot be guessed.
    return PlainTextResponse("ok\n" if followed else "not on duty\n", 200 if followed else 403)


async def ready(request: Request) -> Response:
    """GET /live/ready: how many streams are open."""
    return PlainTextResponse(f"{len(hub.watchers)}\n")


SERIES = """# TYPE watchroom_stream_watchers gauge
watchroom_stream_watchers {watchers}
# TYPE watchroom_stream_lag_seconds gauge
watchroom_stream_lag_seconds {lag:.3f}
"""


async def metrics(request: Request) -> Response:
    """GET /live/metrics: how many watch, and how far the stream is behind; for the operator."""
    if not operator_door.opens(request.headers, request.client.host if request.client else ""):
        return PlainTextResponse("", 404)
    async with await connect() as db:
        lag = 0.0 if _end == UNKNOWN else await stream.behind(db, _end)
    said = SERIES.format(watchers=len(hub.watchers), lag=lag)
    return PlainTextResponse(said, headers={"Content-Type": "text/plain; version=0.0.4"})


WORK = (follow_trail, follow_positions, follow_silence, record_positions)


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """The readers and the recorder live as long as the process."""
    tasks = [asyncio.create_task(keep(work)) for work in WORK]
    yield
    for task in tasks:
        task.cancel()


app = Starlette(
    routes=[
        Route("/live/stream", open_stream),
        Route("/live/position", take_position, methods=["GET", "POST"]),
        Route("/live/ready", ready),
        Route("/live/metrics", metrics),
    ],
    lifespan=lifespan,
)
