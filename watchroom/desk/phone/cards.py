"""Every domain's cards and forms for one person, ready to be drawn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from watchroom.base.text import Text
from watchroom.kernel import fields, personal
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.fields import Field
from watchroom.kernel.models import Matter
from watchroom.kernel.phone import Ask, Card, Form
from watchroom.kernel.registry import Domain, registry

Options = dict[str, list[tuple[str, Text | str]]]


@dataclass(frozen=True)
class Shown:
    """An ask as the page draws it. `stays`: it can be pressed again and again."""

    id: str
    ask: Ask
    title: Text
    fields: tuple[Field, ...]
    options: Options
    reason: bool
    stays: bool
    matter: Matter | None
    domain: str
    follows: str

    @property
    def bare(self) -> bool:
        """A press is enough."""
        return not (self.fields or self.reason or self.ask.files)


@dataclass(frozen=True)
class Drawn:
    """A card with its domain and its asks, and whom it is about as this session may read it."""

    key: str
    card: Card
    domain: Domain
    asks: tuple[Shown, ...]
    who: personal.Shown | None


def today(actor: Actor, session: SessionBase | None = None) -> list[Drawn]:
    """What the person has to do, by time: first what stands before everything, then what is due.

    Without a session nothing personal is in it.
    """
    found = [card for domain in registry.domains.values() for card in _of(domain, actor, session)]
    return sorted(found, key=_order)


def _of(domain: Domain, actor: Actor, session: SessionBase | None) -> Iterator[Drawn]:
    make = domain.part("phone", "cards")
    for number, card in enumerate(make(actor) if make else ()):
        key = str(card.matter.pk) if card.matter else f"{domain.key}-{number}"
        asks = tuple(_shown(actor, domain, key, card))
        yield Drawn(key, card, domain, asks, _who(actor, session, card))


def _who(actor: Actor, session: SessionBase | None, card: Card) -> personal.Shown | None:
    if session is None or card.matter is None or not card.personal:
        return None
    return personal.shown(actor, session, card.matter, card.personal)


def _order(drawn: Drawn) -> tuple[bool, bool, float]:
    card = drawn.card
    moment: datetime | None = card.due or card.starts
    return (not card.first, moment is None, moment.timestamp() if moment else 0.0)


def _shown(actor: Actor, domain: Domain, key: str, card: Card) -> Iterator[Shown]:
    next_of = {ask.after: f"ask-{key}-{ask.name}" for ask in card.asks if ask.after}
    for ask in card.asks:
        yield _one(actor, domain, f"ask-{key}-{ask.name}", card, ask, next_of.get(ask.name, ""))


def _one(actor: Actor, domain: Domain, id: str, card: Card, ask: Ask, follows: str) -> Shown:
    if ask.form:
        form = find_form(actor, domain.key, ask.form)
        asked = form.fields if ask.fields is None else ask.fields
        choices = options(actor, asked, None)
        title = ask.title or form.title
        return Shown(id, ask, title, asked, choices, False, True, None, domain.key, follows)
    matter = ask.matter or card.matter
    assert matter is not None  # noqa: S101 - a card that asks for a step has a matter
    step = matter.flow.by_name[ask.name]
    asked = fields.of(matter.flow, step) if ask.fields is None else ask.fields
    return Shown(
        id,
        ask,
        ask.title or step.title,
        asked,
        options(actor, asked, matter),
        step.reason,
        step.again,
        matter,
        domain.key,
        follows,
    )


def options(actor: Actor, asked: Iterable[Field], matter: Matter | None) -> Options:
    """The choices of the fields that have any."""
    about: Any = matter
    return {f.name: f.options(actor, about) for f in asked if f.kind in ("choice", "several")}


def forms(actor: Actor) -> list[Shown]:
    """What the person can newly record, of every domain."""
    return [
        _offered(actor, domain, form)
        for domain in registry.domains.values()
        for form in _new(domain)
        if not form.on_cards and actor.holds(form.permission)
    ]


def _offered(actor: Actor, domain: Domain, form: Form) -> Shown:
    ask = Ask(form.name, form.title, form.hint, here=form.here, files=form.files, form=form.name)
    choices = options(actor, form.fields, None)
    id = f"new-{domain.key}-{form.name}"
    return Shown(id, ask, form.title, form.fields, choices, False, True, None, domain.key, "")


def find_form(actor: Actor, domain: str, name: str) -> Form:
    """A form by its name; NotFound for what is absent or not this person's."""
    known = registry.domains.get(domain)
    found = next((f for f in _new(known) if f.name == name), None) if known else None
    if found is None or not actor.holds(found.permission):
        raise NotFound
    return found


def _new(domain: Domain) -> Sequence[Form]:
    declared: Sequence[Form] = domain.part("phone", "NEW", ())
    return declared
