"""Rows of a list of codes as they come in a file: read one by one, bad ones left out with a reason.

Pure: what a row holds is the domain's own; what all lists share is here.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .text import Text

Row = Mapping[str, str | None]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was left out: its line in the file and why."""

    line: int
    why: Text


def cells(row: Row) -> dict[str, str]:
    """The named cells of a row, without blanks around them."""
    return {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}


def fault(line: int, text: Mapping[str, str], needed: Iterable[str], seen: set[str]) -> Bad | None:
    """What is wrong with any row: a cell that is missing, a code that was there before."""
    if missing := [name for name in needed if not text.get(name)]:
        names = ", ".join(missing)
        return Bad(line, Text(f"缺少：{names}", f"missing: {names}"))
    if text["code"] in seen:
        return Bad(line, Text(f"编号重复：{text['code']}", f"code twice: {text['code']}"))
    return None


def read_rows(
    lines: Iterable[str], read_row: Callable[[int, Row, set[str]], Fields | Bad]
) -> tuple[list[Fields], list[Bad]]:
    """The rows of a CSV file that can be used, and those that were left out. Line 1 is the head."""
    good: list[Fields] = []
    bad: list[Bad] = []
    seen: set[str] = set()
    for number, row in enumerate(csv.DictReader(lines), 2):
        found = read_row(number, row, seen)
        if isinstance(found, Bad):
            bad.append(found)
        else:
            seen.add(found["code"])
            good.append(found)
    return good, bad
