"""Taking warnings in: one COPY and one function of PostgreSQL, which keeps and groups them.

What it does is in `migrations/taking_in.sql`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

WINDOW = timedelta(minutes=30)
"""How far one warning may be from the next and still be about the same danger. Ours."""

COLUMNS = (
    "feed_id", "source_id", "person", "type_code", "occurred_at", "received_at", "level", "matched",
    "rule_set_id", "agency_id", "amount_fen", "score", "age", "sex", "minutes_on_call",
    "transferred", "screen_shared", "words", "corrects",
)  # fmt: skip
CONTACT = ("name", "phone", "id_number", "address", "lon", "lat")

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4713001)"
"""For whoever changes windows outside an intake: `fraud_take_in` takes the same lock."""

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS fraud_staged (
    feed_id bigint, source_id text COLLATE "C", person uuid, type_code text COLLATE "C",
    occurred_at timestamptz,
    received_at timestamptz, level smallint, matched bigint, rule_set_id bigint, agency_id bigint,
    amount_fen bigint, score smallint, age smallint, sex text, minutes_on_call smallint,
    transferred boolean, screen_shared boolean, words text, corrects text,
    name text, phone text, id_number text, address text, lon float8, lat float8
) ON COMMIT DELETE ROWS;
DELETE FROM fraud_staged
"""
"""Deleted: what an earlier intake in this transaction left."""
TAKE_IN = "SELECT fresh_ones, opened, before FROM fraud_take_in(%s::interval, %s, %s)"

FEW = 500
COPY = f"COPY fraud_staged ({', '.join((*COLUMNS, *CONTACT))}) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one statement did: warnings that were new, windows that were opened.

    `known`: source numbers that were there before; told for FEW rows at most.
    """

    new: int
    windows: int
    known: tuple[str, ...]


ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value: str) -> str:
    """A text as COPY reads it."""
    if value.isprintable() and "\\" not in value:  # nearly every one
        return value
    return value.translate(ESCAPED)


def number(value: float | None) -> str:
    """A number, or nothing, as COPY reads it."""
    return "\\N" if value is None else str(value)


def lay_down(lines: Sequence[str]) -> None:
    """Lay lines of COLUMNS, then CONTACT, before `take_in`. Call inside the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            copy.write("".join(lines).encode())


def take_in(keep_until: Any) -> Taken:
    """Take in what was laid down. Call inside a transaction: it commits, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_IN, [str(WINDOW), keep_until, FEW])
        new, windows, known = cursor.fetchone()
    return Taken(new, windows, tuple(known or ()))
