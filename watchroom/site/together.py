"""Pages and live stream at one address, for the demo and a small station without a reverse proxy.

Large installations run `serve` and `live` apart. Why it is so, with measurements:
docs/decisions/0005-one-address-for-pages-and-stream.md.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from watchroom.site.asgi import application as live
from watchroom.site.wsgi import application as wsgi

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

pages: Any = WSGIMiddleware(
    cast("Any", wsgi), workers=int(os.environ.get("WATCHROOM_THREADS", "8"))
)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """/live/… and the life of the process go to the live app, everything else to the pages."""
    if scope["type"] == "lifespan" or scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    else:

        async def asked() -> Message:
            # The server's own `receive` gives a future; the adapter wants a coroutine.
            return await receive()

        await pages(scope, asked, send)
