"""How often an address has failed lately, counted in PostgreSQL so that all servers agree."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import connection

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .models import Attempts

WINDOW = timedelta(minutes=15)
LIMIT = 60  # a whole station may sit behind one address, and only failures count

_COUNT = """
INSERT INTO kernel_attempts AS a (key, since, count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN a.since < %(cutoff)s THEN 1 ELSE a.count + 1 END,
    since = CASE WHEN a.since < %(cutoff)s THEN %(now)s ELSE a.since END
RETURNING count
"""


def failed(what: str, address: str) -> int:
    """Count one failure, or one sending where sendings are limited; returns how many there were in
    this window."""
    at = now()
    values: dict[str, Any] = {"key": _key(what, address), "now": at, "cutoff": at - WINDOW}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        count: int = cursor.fetchone()[0]
    if count == 1:
        Attempts.objects.filter(since__lt=at - WINDOW).delete()
    return count


def refuse_flood(what: str, address: str, limit: int | None = None) -> None:
    """Refuse an address that has failed too often in the last quarter of an hour."""
    row = Attempts.objects.filter(key=_key(what, address), since__gte=now() - WINDOW).first()
    if row is not None and row.count >= (limit or LIMIT):
        raise Refusal(
            Text(
                "这个网络地址提交次数过多，请 15 分钟后再试",
                "Too many attempts from this network address: try again in 15 minutes",
            ),
            code="too-many",
        )


def _key(what: str, address: str) -> str:
    return sha256(f"{what}:{address}".encode()).hexdigest()
