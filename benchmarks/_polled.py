"""The peer of benchmarks/screens.py: the least a server can do for screens that ask each second.

The same rows by the same two statements as the live stream, the same rule of who sees what, worked
out once for each session: no screen asks long enough to be asked again. Only JSON is rendered.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
from collections.abc import AsyncIterator
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
django.setup()

from starlette.applications import Starlette  # noqa: E402 - models need Django first
from starlette.requests import Request  # noqa: E402
from starlette.responses import PlainTextResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from watchroom.base.clock import now  # noqa: E402
from watchroom.desk.live import app as live  # noqa: E402
from watchroom.desk.live import stream  # noqa: E402
from watchroom.desk.live.hub import Sight, message  # noqa: E402

CONNECTIONS, AGAIN_S = 4, 600.0
connections: list[stream.Connection] = []
turn = itertools.count()
known: dict[str, tuple[float, Sight]] = {}


async def sight(key: str) -> Sight | None:
    """What the holder of a session may see, asked once in ten minutes."""
    until, found = known.get(key, (0.0, None))
    if found is None or until < time.monotonic():
        found = await live.sight(key)
        if found is not None:
            known[key] = (time.monotonic() + AGAIN_S, found)
    return found


async def poll(request: Request) -> Response:
    """Entries behind `after` and positions received behind `since`."""
    allowed = await sight(live._session_key(request))
    if allowed is None:
        return PlainTextResponse("sign in first", 401)
    db = connections[next(turn) % CONNECTIONS]
    cursor = stream.Cursor.parse(request.query_params.get("after", "")) or await stream.here(db)
    rows = await stream.after(db, cursor, live.PAGE)
    end = stream.Cursor(rows[-1]["xid"], rows[-1]["id"]) if rows else cursor
    said = request.query_params.get("since", "")
    since = datetime.fromisoformat(said) if said else now()
    units = [u for u in await stream.positions(db, since) if u["agency"] in allowed.units]
    body = {
        "after": str(end),
        "since": (units[-1]["received_at"] if units else since).isoformat(),
        "entries": [
            json.loads(message(row).split("data: ", 1)[1]) for row in rows if allowed.sees(row)
        ],
        "units": [{k: u[k] for k in ("id", "code", "kind", "status", "lon", "lat")} for u in units],
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type="application/json")


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Connections live as long as the process."""
    connections.extend([await live.connect() for _ in range(CONNECTIONS)])
    yield


application = Starlette(routes=[Route("/poll", poll)], lifespan=lifespan)
