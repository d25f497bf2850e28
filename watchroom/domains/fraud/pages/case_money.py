"""What the page of a case says of its money and of the messages that were sent."""

from typing import Any

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow import ASK
from ..queries import measures as queries
from ..rules import money

STATES = {
    "waiting": ("待发送", "waiting to be sent"),
    "sending": ("发送中", "being sent"),
    "accepted": ("已提交，未送达", "taken by the gateway"),
    "delivered": ("已送达", "delivered"),
    "failed": ("未送达", "not delivered"),
    "unknown": ("去向不明", "not known"),
}


def money_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """The ledger of the case, its measures and messages, and whether one may ask for a measure."""
    return {
        "case_number": matter.number,
        "case_ledger": queries.ledger(matter.pk),
        "case_measures": list(queries.measures_of(actor, matter.pk)),
        "case_messages": list(queries.messages_of(matter.pk)),
        "money_classes": money.CLASSES,
        "message_states": STATES,
        "yuan": money.yuan,
        "may_stop": access.may(actor, ASK, matter),
    }
