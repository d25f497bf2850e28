"""The arithmetic of a hash chain. Pure: no Django, no database, so that it runs anywhere."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from watchroom.base.text import Text

GENESIS = "0" * 64
"""The hash before the first entry of every chain."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold."""

    chain: str
    position: int
    what: Text

    def __str__(self) -> str:
        return f"{self.chain} #{self.position}: {self.what}"


def canonical(body: Mapping[str, Any]) -> str:
    """The text that is hashed: JSON with sorted keys and no spaces."""
    return json.dumps(
        body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest(algorithm: str, before: str, text: str) -> str:
    """The hash of an entry (hex): over the hash before it and its own text.

    `algorithm`: a name known to hashlib, "sha256" or "sm3" (GB/T 32905).
    """
    return hashlib.new(algorithm, f"{before}\n{text}".encode()).hexdigest()


def check(
    name: str, algorithm: str, lines: Iterable[tuple[int, str, str]], end: tuple[int, str]
) -> Iterator[Fault]:
    """Check one chain given as (position, hash, canonical text) against its stated end."""
    head, place = GENESIS, 0
    for position, kept, text in lines:
        place += 1
        if position != place:
            yield Fault(name, place, _missing(place, position))
            place = position
        elif digest(algorithm, head, text) != kept:
            yield Fault(name, position, CHANGED)
        head = kept
    if (place, head) != end:
        yield Fault(name, place, _ends(place, end[0]))


CHANGED = Text("本条或上一条被改动", "this entry or the one before it was changed")


def _missing(place: int, found: int) -> Text:
    return Text("应为第 {a} 条，实为第 {b} 条", "entry {a} expected, entry {b} found").format(
        a=place, b=found
    )


def _ends(place: int, stated: int) -> Text:
    return Text(
        "链止于第 {a} 条，与链头（第 {b} 条）不符",
        "the chain ends at entry {a} and does not match its head (entry {b})",
    ).format(a=place, b=stated)
