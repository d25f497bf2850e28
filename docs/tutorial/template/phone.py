"""Lost property on the officer's phone: their own items, and taking a new thing in."""

from watchroom.base.text import Text
from watchroom.kernel import phone
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.phone import Card, Done, Form, Said

from . import actions
from .flow import ITEM, TAKE_CARE


def cards(actor: Actor) -> list[Card]:
    """What this person has to do: their open items, with the steps they may take."""
    return phone.own(actor, ITEM.kind)


def _found(actor: Actor, said: Said) -> Done:
    matter = actions.hand_in(
        actor,
        said.data["what"],
        place=said.data.get("place", ""),
        occurred_at=said.occurred_at,
        act_id=said.act_id,
    )
    return Done(Text("已登记 {n}", "Recorded as {n}").format(n=matter.number), matter)


NEW = (
    Form(
        "found",
        Text("登记拾得物", "Take in a lost thing"),
        TAKE_CARE,
        _found,
        fields=(
            Field("what", Text("什么东西", "What it is")),
            Field("place", Text("在哪里捡到", "Where it was found"), optional=True),
        ),
        files=True,
    ),
)
