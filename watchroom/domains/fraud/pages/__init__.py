"""The pages of the fraud centre: the desk, and the panel of a matter."""

from typing import Any

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow import CASE, MEASURE, RETURN
from .case_money import money_context
from .matter import matter_context as card_context
from .measures import measure_context
from .restitution import return_context


def case_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """The card of a case, and its money."""
    return card_context(actor, matter) | money_context(actor, matter)


PANELS = {
    CASE.kind: case_context,
    MEASURE.kind: measure_context,
    RETURN.kind: return_context,
}


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds, by its kind."""
    return PANELS[matter.kind](actor, matter)


__all__ = ["matter_context"]
