"""Identifiers: time-ordered for machines, short with a check digit for people."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562 §5.7), strictly increasing within one process.

    48 bits of milliseconds, then 12 bits of the millisecond's fraction (§6.2, method 3), then
    62 random bits. Two calls in one tick step the fraction, so order is never lost.
    """
    global _last  # noqa: PLW0603  one counter per process is the point
    with _lock:
        tick = (time.time_ns() << 12) // 1_000_000
        _last = tick = max(tick, _last + 1)
    high = (tick >> 12) << 16 | 0x7000 | (tick & 0xFFF)
    return UUID(int=(high & (1 << 64) - 1) << 64 | 0b10 << 62 | secrets.randbits(62))


def moment_of(identifier: UUID) -> datetime:
    """The millisecond (UTC) a `uuid7` was made. Raises ValueError for another version."""
    if identifier.version != 7:
        raise ValueError(f"not a time-ordered id: {identifier}")
    return _EPOCH + timedelta(milliseconds=identifier.int >> 80)


# The order-10 totally anti-symmetric quasigroup of H. M. Damm's thesis (Marburg, 2004): finds
# every single wrong digit and every swap of two neighbours, which is how numbers are misheard.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> str:
    """Damm's check digit of a string of ASCII digits. Raises ValueError for anything else."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"only digits have a check digit: {digits!r}")
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


def with_check_digit(digits: str) -> str:
    """`digits` followed by their check digit: what is printed on a card and read out by radio."""
    return digits + check_digit(digits)


def checks(digits: str) -> bool:
    """Whether the last digit is the right check digit of those before it."""
    return len(digits) > 1 and digits.isascii() and digits.isdigit() and check_digit(digits) == "0"
