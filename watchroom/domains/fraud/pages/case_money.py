"""What the page of a case says of its money and of the messages that were sent."""

from collections.abc import Mapping
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

WHY: Mapping[str, tuple[str, str]] = {
    "no-number": ("没有号码", "no number"),
    "no-gateway": ("没有接短信网关", "no gateway is connected"),
    "too-late": ("半小时内没有发出，已过时", "could not be sent for half an hour: too late"),
    "no-receipt": ("一小时没有回执", "no receipt for an hour"),
    "interrupted": ("发送中断", "interrupted while being sent"),
    "line-broke": ("发送时线路中断", "the line broke while it was sent"),
}
"""Why a message was not delivered; what the gateway itself says stands as it came."""


def money_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """The ledger of the case, its measures and messages, and whether one may ask for a measure."""
    return {
        "case_number": matter.number,
        "case_ledger": queries.ledger(matter.pk),
        "case_measures": list(queries.measures_of(actor, matter.pk)),
        "case_messages": list(queries.messages_of(matter.pk)),
        "money_classes": money.CLASSES,
        "message_states": STATES,
        "message_why": WHY,
        "yuan": money.yuan,
        "may_stop": access.may(actor, ASK, matter),
    }
