"""What proves a figure: hashes of its definition and of the records behind it, and its short id."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
from ibis.expr.operations import Literal, UnboundTable

from .indicator import ENTRIES, MATTERS, Indicator

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: nothing that is taken for something else when it is read aloud."""
SHORTEST = 6


def query(indicator: Indicator) -> str:
    """The indicator's expression as SQL of PostgreSQL, laid out to be read."""
    samples = indicator.samples(ENTRIES, MATTERS)
    return str(ibis.to_sql(samples, dialect="postgres"))


def sources(indicator: Indicator) -> list[str]:
    """The tables an indicator reads, from its expression itself."""
    tables = indicator.samples(ENTRIES, MATTERS).op().find(UnboundTable)
    return sorted({table.name for table in tables})


def events(indicator: Indicator) -> list[str]:
    """The events and kinds of matter it names ("dispatch.incident.report"), likewise."""
    named = indicator.samples(ENTRIES, MATTERS).op().find(Literal)
    words = {word for one in named for word in _words(one.value)}
    return sorted(word for word in words if "." in word)


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()


def definition(indicator: Indicator) -> dict[str, Any]:
    """Everything that decides what the figure is, as plain data."""
    return {
        "key": indicator.key,
        "title": indicator.title.as_dict(),
        "definition": indicator.definition.as_dict(),
        "of": indicator.of and indicator.of.as_dict(),
        "unit": indicator.unit,
        "places": indicator.places,
        "by": indicator.by,
        "better": indicator.better,
        "floor": indicator.floor,
        "query": query(indicator),
    }


def version(told: Mapping[str, Any]) -> str:
    """SHA-256 of a definition: a word or a join that changes makes it another one."""
    return _digest(json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def snapshot(pairs: Iterable[tuple[int, float]]) -> str:
    """SHA-256 of the records behind a figure: lines "<matter> <value>", sorted, whatever engine."""
    lines = (f"{matter} {float(value)!r}" for matter, value in sorted(pairs))
    return _digest("\n".join(lines))


def short_id(content: str, length: int = SHORTEST) -> str:
    """ "F-7K3Q9A": the same content has the same id; longer where two would share one."""
    number = int(_digest(content), 16)
    return "F-" + "".join(LETTERS[number >> 5 * place & 31] for place in range(length))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
