"""What a domain brings to the officer's phone, as data; the shell draws, keeps and sends it.

A domain says it in its module `phone`: `cards(actor)` → what this person has to do now, and `NEW`,
what can be newly recorded from the phone. Both work with no network for days: what was pressed is
kept on the phone with the time it happened and goes out when there is one, once and in order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from watchroom.base.text import Text

from . import access
from .access import Actor
from .fields import Field
from .flow import Step
from .models import Involvement, Matter


@dataclass(frozen=True)
class Ask:
    """One thing that can be pressed: a step of the card's matter or, with `form`, a form of `NEW`.

    `after`: offered as soon as that other step of the card is pressed, network or not.
    `here`: the position of the press goes with it. `files`: photos and a voice note may.
    `fields`: None asks what the step declares; `typed` stands in them. `values` go unseen.
    `quiet`: folded away until it is wanted. `big`: the one thing to do next, under the thumb.
    """

    name: str
    title: Text | None = None
    hint: Text | None = None
    big: bool = False
    quiet: bool = False
    after: str = ""
    here: bool = False
    files: bool = False
    fields: tuple[Field, ...] | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    matter: Matter | None = None
    form: str = ""


@dataclass(frozen=True)
class Card:
    """One piece of today's work. Without a matter its `asks` may only name forms.

    `template` is a piece of the domain's own, drawn above the asks with `card.values`. `first`
    stands before everything that has a time. `personal` says whom to see, as {field: (kind, value)}
    (see `personal.shown`): the shell masks it until the person has said what for.
    """

    title: Text
    matter: Matter | None = None
    place: str = ""
    lines: tuple[Text, ...] = ()
    starts: datetime | None = None
    due: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    first: bool = False
    asks: tuple[Ask, ...] = ()
    template: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What came from the phone. `occurred_at` is when it was pressed, by the server's clock."""

    data: Mapping[str, Any]
    reason: str
    occurred_at: datetime | None
    act_id: UUID | None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Done:
    """What came of a form: the sentence for the person, and the matter the files belong to."""

    text: Text
    matter: Matter | None = None


@dataclass(frozen=True)
class Form:
    """Something that can be newly recorded. `record` must do the same act_id once.

    Choices of its fields are asked for without a matter. `on_cards`: only a card's ask leads there.
    """

    name: str
    title: Text
    permission: str
    record: Callable[[Actor, Said], Done]
    fields: tuple[Field, ...] = ()
    hint: Text | None = None
    here: bool = False
    files: bool = False
    on_cards: bool = False


def own(actor: Actor, *kinds: str, most: int = 30) -> list[Card]:
    """Open matters of these kinds that the person owns or is involved in, as plain cards.

    Enough for most domains: each step they may take now is offered, the main ones first.
    """
    if actor.staff_id is None:
        return []
    involved = Involvement.objects.filter(staff_id=actor.staff_id, until=None)
    theirs = Q(owner_id=actor.staff_id) | Q(pk__in=involved.values("matter"))
    rows = access.visible(actor).filter(theirs, kind__in=kinds, closed_at=None)
    return [_plain(actor, row) for row in rows.order_by("due_at", "pk")[:most]]


def _plain(actor: Actor, matter: Matter) -> Card:
    steps = [step for step in matter.flow.after(matter.state) if not step.hidden]
    may = access.allowed(actor, matter, {step.permission for step in steps})
    offered = [step for step in steps if step.permission in may]
    return Card(
        title=Text(matter.title, matter.title),
        matter=matter,
        place=matter.place,
        due=matter.due_at,
        lon=matter.lon,
        lat=matter.lat,
        asks=tuple(ask_of(s, quiet=not s.main) for s in sorted(offered, key=lambda s: not s.main)),
    )


def ask_of(step: Step, **more: Any) -> Ask:
    """A step of the flow as it is declared there; more of an `Ask` by name."""
    return Ask(step.name, **{"title": step.title, **more})


def chain(steps: Sequence[Step], **more: Any) -> tuple[Ask, ...]:
    """Steps that follow each other: each is offered when the one before is pressed."""
    before = ("", *(step.name for step in steps))
    pairs = zip(steps, before, strict=False)
    return tuple(ask_of(step, after=earlier, **more) for step, earlier in pairs)
