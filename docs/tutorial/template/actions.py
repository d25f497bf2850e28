"""Every write of lost property, by name. Others call these functions and nothing beneath them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

from . import queries, rules
from .flow import ITEM
from .models import CATEGORIES, Item

KEEPER = "keeper"


def hand_in(
    actor: Actor,
    what: str,
    *,
    category: str = "other",
    words: str = "",
    place: str = "",
    shelf: str = "",
    finder: str = "",
    finder_phone: str = "",
    keeper_id: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Take a thing in. The keeper (whoever takes it in, if nobody else) answers for it."""
    if not what.strip():
        raise Refusal(Text("请写明是什么东西", "Say what it is"))
    if category not in CATEGORIES:
        raise Refusal(Text(f"没有类别“{category}”", f"There is no category “{category}”"))
    keeper = keeper_id or actor.staff_id

    def change(matter: Matter) -> Mapping[str, Any]:
        Item.objects.create(
            matter=matter, category=category, shelf=shelf, finder=finder, finder_phone=finder_phone
        )
        if keeper:
            acts.involve(matter, [keeper], KEEPER)
        return {"category": category, "shelf": shelf}

    return acts.open_matter(
        actor,
        ITEM.kind,
        title=what.strip(),
        agency_id=actor.agency_id,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
        owner_id=keeper,
        place=place,
        words=words,
    )


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    access.find(actor, pk=matter_id, kind=ITEM.kind)
    said = dict(data or {})
    given = {name: str(said.pop(name, "")) for name in PRIVATE.get(step, ())}

    def change(matter: Matter) -> None:
        if given:
            Item.objects.filter(pk=matter.pk).update(**given)
        if ITEM.states[matter.state].final:
            acts.release(matter, KEEPER)

    return acts.take(
        actor,
        matter_id,
        step,
        data=said | {name: True for name, value in given.items() if value},
        guards=(_year_is_over,) if step == "forfeit" else (),
        change=change,
        **told,
    )


PRIVATE: Mapping[str, tuple[str, ...]] = {"claim": ("claimant", "proof")}
"""What a step is told about people: kept in the item, which is masked; the trail says only that
it was told, because nothing can ever be taken out of the trail again."""


def _year_is_over(matter: Matter) -> None:
    if why_not := rules.why_not_forfeit(queries.year_ends(matter), now()):
        raise Refusal(why_not)
