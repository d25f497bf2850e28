"""A guard against floods on the API: so many calls a minute for each caller.

Counted in the memory of one server process: a guard, not a quota, and it costs no query.
"""

import threading
import time

from django.conf import settings

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor

SENTENCE = Text(
    "请求过于频繁，请稍候再试", "Too many requests: wait a moment and send them more slowly"
)
_lock = threading.Lock()
_minute = 0
_counts: dict[tuple[int | None, int | None], int] = {}


def refuse_flood(actor: Actor) -> None:
    """Count one call; refuse it when the caller's minute is used up."""
    if _count((actor.staff_id, actor.token_id)) > settings.WATCHROOM_API_PER_MINUTE:
        raise Refusal(SENTENCE, code="too-many")


def _count(caller: tuple[int | None, int | None]) -> int:
    global _minute  # noqa: PLW0603 - one count a process is the point
    minute = int(time.monotonic() // 60)
    with _lock:
        if minute != _minute:
            _minute = minute
            _counts.clear()
        _counts[caller] = _counts.get(caller, 0) + 1
        return _counts[caller]
