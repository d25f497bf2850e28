"""What may stand in a cell of a table that a spreadsheet opens."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

Cell = str | int | float | Decimal | datetime | None

BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, also after blanks (OWASP, "CSV
injection"), and the full-width forms that some turn into the plain ones."""


def guarded(value: Cell) -> Cell:
    """The value as a cell that no spreadsheet runs: words that begin like a formula get a "'".

    Numbers and moments stay what they are; words that are a plain number ("-3.5",
    "+8613800000000") do too.
    """
    if not isinstance(value, str) or not value.lstrip(" \u00a0\u3000\ufeff").startswith(BEGINS):
        return value
    return value if _is_number(value) else f"'{value}"


def _is_number(text: str) -> bool:
    bare = (text[1:] if text[:1] in ("+", "-") else text).replace(".", "", 1)
    return bare.isascii() and bare.isdigit()
