"""The appraisal guard: refuses schemes that make targets of what must stay a statistic.

What is refused, and by which rule, is data (`guard.toml`); here is only how a scheme touches it.
A figure may stand beside the others without points: it stays what it is, a statistic.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from watchroom.base.text import Text, join

DATA = Path(__file__).with_name("guard.toml")


@dataclass(frozen=True)
class Source:
    """A rule. `seen`: "P" a public copy or report was read, "M" none was, "ours" it is our own."""

    key: str
    title: Text
    words: Text
    article: Text | None
    seen: str
    note: Text | None

    @property
    def cited(self) -> Text:
        """Its name with the article, as a refusal quotes it."""
        return self.title + self.article if self.article else self.title


@dataclass(frozen=True)
class Kind:
    """Something that is counted and must not be a target."""

    key: str
    title: Text
    counts: frozenset[str]
    indicators: frozenset[str]
    words: re.Pattern[str]
    sources: tuple[Source, ...]

    def covers(self, known: Known) -> bool:
        """Whether an indicator counts this: by its own tag, by its key, or by what it says."""
        said = (known.title.zh, known.title.en, known.definition.zh, known.definition.en)
        return (
            not self.counts.isdisjoint(known.counts.split())
            or known.key in self.indicators
            or any(self.words.search(text) for text in said)
        )


@dataclass(frozen=True)
class Known:
    """What the guard knows of an indicator. `counts`: tags parted by spaces, of a ratio of both
    its halves; empty where it does not say."""

    key: str
    title: Text
    definition: Text
    counts: str = ""


@dataclass(frozen=True)
class Wanted:
    """One item of a scheme as the guard sees it: what earns or costs points, over what, and how.

    `moves`: whether the figure can change anybody's points at all. `way`: how it would.
    """

    known: Known
    moves: bool
    way: Text
    per: Known | None = None


@dataclass(frozen=True)
class Refused:
    """Why an item cannot stand: the item's place in the scheme (from 0), what it touches, the
    rules, and the sentence for whoever proposed it."""

    item: int
    kind: Kind
    because: Text

    def as_dict(self) -> dict[str, Any]:
        """For JSON: kept with the scheme for as long as the scheme is kept."""
        return {
            "item": self.item,
            "kind": self.kind.key,
            "because": self.because.as_dict(),
            "rules": [
                {
                    "title": source.cited.as_dict(),
                    "words": source.words.as_dict(),
                    "seen": source.seen,
                    "note": source.note.as_dict() if source.note else None,
                }
                for source in self.kind.sources
            ],
        }


@cache
def kinds() -> tuple[Kind, ...]:
    """Everything that must not be a target, in the order of the file.

    Raises KeyError for a source that is not there, and what tomllib raises for a broken file.
    """
    data = tomllib.loads(DATA.read_text("utf-8"))
    sources = {row["key"]: _source(row) for row in data["source"]}
    return tuple(_kind(row, sources) for row in data["kind"])


def _source(row: Mapping[str, Any]) -> Source:
    article, note = row.get("article"), row.get("note")
    return Source(
        row["key"],
        Text.from_dict(row["title"]),
        Text.from_dict(row["words"]),
        Text.from_dict(article) if article else None,
        row["seen"],
        Text.from_dict(note) if note else None,
    )


def _kind(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Kind:
    return Kind(
        row["key"],
        Text.from_dict(row["title"]),
        frozenset(row["counts"]),
        frozenset(row["indicators"]),
        re.compile("|".join(row["words"]), re.IGNORECASE),
        tuple(sources[key] for key in row["sources"]),
    )


def touched(known: Known) -> tuple[Kind, ...]:
    """What of this an indicator counts; empty for one that may carry points."""
    return tuple(kind for kind in kinds() if kind.covers(known))


def check(items: Sequence[Wanted]) -> list[Refused]:
    """Why a scheme cannot stand, item by item; empty where it can.

    It does not matter which way the points go (more, fewer, by rank, by reaching a mark, as a
    deduction for too few), nor whether the figure stands above or below the line of a ratio: each
    makes somebody want the number to be other than it is. An item that moves no points is a
    statistic and stays.
    """
    return [
        Refused(place, kind, _because(wanted, known, kind))
        for place, wanted in enumerate(items)
        if wanted.moves
        for known in ((wanted.known, wanted.per) if wanted.per else (wanted.known,))
        for kind in touched(known)
    ]


def _because(wanted: Wanted, known: Known, kind: Kind) -> Text:
    below = known is wanted.per
    said = (
        Text(
            "“{item}”以“{known}”作分母（{way}），属于{kind}：可以统计，不得作为考评指标。依据：{rule}",
            "“{item}” would be measured per “{known}” ({way}). That counts {kind}: it may be shown "
            "as a statistic, not be a target. Rule: {rule}",
        )
        if below
        else Text(
            "“{known}”{way}，属于{kind}：可以统计，不得作为考评指标。依据：{rule}",
            "“{known}” would carry {way}. It counts {kind}: it may be shown as a statistic, not be "
            "a target. Rule: {rule}",
        )
    )
    rules = join([source.cited for source in kind.sources], zh="；", en="; ")
    return said.format(
        item=wanted.known.title, known=known.title, way=wanted.way, kind=kind.title, rule=rules
    )
