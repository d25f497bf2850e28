"""What a domain has to say in a work report: declared data, read by whoever writes the report.

A domain's own module `report` holds one CHAPTER: sentences about its indicators, and charts. The
sentences say what was counted; how it compares (risen, fallen, unchanged, a record, no base, too
few to say) is said by the writer, in the same words for every domain.
"""

from dataclasses import dataclass
from typing import Literal

from watchroom.base.text import Text

from .registry import registry

Way = Literal["months", "agencies", "beats", "hours"]


@dataclass(frozen=True)
class Told:
    """One sentence about a figure, without its full stop.

    `indicator`: the key of one of the domain's own. `said` names the numbers it wants: `{n}` the
    count, `{share}`, `{yuan}`, `{median}`, `{p90}`. `compared`: how it changed is told after it.
    """

    indicator: str
    said: Text
    compared: bool = True


@dataclass(frozen=True)
class Shown:
    """A chart of an indicator: over the months, by agency, on the map of beats, or by hour."""

    indicator: str
    way: Way


@dataclass(frozen=True)
class Outcomes:
    """A chart of how matters of a kind went from state to state."""

    kind: str


@dataclass(frozen=True)
class Chapter:
    """A domain's part of a report: paragraphs of sentences, then charts. Chapters go by `order`."""

    title: Text
    paragraphs: tuple[tuple[Told, ...], ...]
    charts: tuple[Shown | Outcomes, ...] = ()
    order: int = 50


def all_chapters() -> dict[str, Chapter]:
    """Every chapter that a domain declares, by the domain's key, in their order."""
    found = {d.key: m.CHAPTER for d, m in registry.modules("report") if hasattr(m, "CHAPTER")}
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
