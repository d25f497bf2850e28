"""When there is more to do than a process can, calls and dispatch go first and the rest waits.

Requests of domains that say `first`, the map, the phone's door and signing in always get through.
Everything else shares half of the process's threads; a quarter more may wait; whoever comes then is
asked to come again in some seconds, which a browser does by itself. Nothing is taken and then
dropped.
"""

import os
import threading
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from watchroom.base.text import Text
from watchroom.kernel.registry import registry

from . import errors

ALWAYS = (
    "/phone/",
    "/live/",
    "/map/",
    "/static/",
    "/sign-in/",
    "/sign-out/",
    "/healthz",
    "/readyz",
)
WAIT_S = 8.0
SHOWN_S = 20.0
"""Seconds for which screens go on saying it after somebody had to wait."""
AGAIN_S = 3
BUSY = Text(
    "系统繁忙：接警、派警优先，查询、统计与导出稍候",
    "Very busy: calls and dispatch go first; searching, figures and exports wait",
)


class Gate:
    """Of so many threads, half are let through together and a quarter may wait."""

    def __init__(self, threads: int) -> None:
        self.at_once, self.most_waiting = max(1, threads // 2), max(1, threads // 4)
        self.running = self.waiting = 0
        self._full_at = float("-inf")
        self._free = threading.Condition()

    def enter(self) -> bool:
        """Whether the caller may go on, perhaps after a while."""
        with self._free:
            if self.running < self.at_once:
                self.running += 1
                return True
            self._full_at = time.monotonic()
            if self.waiting >= self.most_waiting:
                return False
            self.waiting += 1
            let_in = self._free.wait_for(lambda: self.running < self.at_once, WAIT_S)
            self.waiting -= 1
            self.running += let_in
            return let_in

    def leave(self) -> None:
        """The caller is through."""
        with self._free:
            self.running -= 1
            self._free.notify()

    def busy(self) -> bool:
        """Whether somebody had to wait a moment ago."""
        return time.monotonic() - self._full_at < SHOWN_S


gate = Gate(int(os.environ.get("WATCHROOM_THREADS", "8")))


def goes_first(path: str) -> bool:
    """Whether a request is of what cannot wait."""
    return path == "/" or path.startswith((*ALWAYS, *_first()))


def _first() -> tuple[str, ...]:
    keys = [domain.key for domain in registry.domains.values() if domain.first]
    return tuple(f"{above}/{key}/" for key in keys for above in ("", "/api/v1"))


class FirstThings:
    """The middleware: urgent requests pass, the others share what is left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if goes_first(request.path):
            return self.get_response(request)
        if not gate.enter():
            return errors.come_again(request, BUSY, AGAIN_S)
        try:
            return self.get_response(request)
        finally:
            gate.leave()
