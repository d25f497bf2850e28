"""What the domains bring to the daily picture (每日研判).

A domain's `picture.py` may hold two names: `WATCHED`, kinds of matter that are counted by place and
class and looked at for what is unusual; `PARTS`, (actor, day) → `Part`: what the morning meeting
should hear of besides. Places and days; a part never lists persons.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from watchroom.base.text import Text

from .access import Actor
from .models import Matter
from .registry import registry


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there were of one class in one place on one day."""

    agency_id: int
    beat_id: int | None
    what: str
    count: int


@dataclass(frozen=True)
class Watched:
    """A kind of matter to look at. `tally`: from a moment up to another, by the time it happened;
    `titles`: what the classes are called; `of`: narrows matters of the kind to one class."""

    kind: str
    title: Text
    tally: Callable[[datetime, datetime], Iterable[Tally]]
    titles: Callable[[], Mapping[str, Text]]
    of: Callable[[QuerySet[Matter], str], QuerySet[Matter]]


@dataclass(frozen=True)
class Line:
    """One thing to be heard of; `number` of the matter it opens, where there is one."""

    text: Text
    number: str = ""
    late: bool = False


@dataclass(frozen=True)
class Part:
    """A piece of the picture. `more`: how many further lines there are."""

    title: Text
    lines: Sequence[Line]
    more: int = 0


Bring = Callable[[Actor, date], Part]


def watched() -> dict[str, Watched]:
    """Everything that is looked at, by kind."""
    found: Iterable[Watched] = (
        one for _, module in registry.modules("picture") for one in getattr(module, "WATCHED", ())
    )
    return {one.kind: one for one in found}


def parts(actor: Actor, day: date) -> list[Part]:
    """What the domains bring, as far as the reader may see; without the empty ones."""
    bring: Iterable[Bring] = (
        one for _, module in registry.modules("picture") for one in getattr(module, "PARTS", ())
    )
    return [part for one in bring if (part := one(actor, day)).lines]
