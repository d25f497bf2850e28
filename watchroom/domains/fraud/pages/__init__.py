"""The pages of the fraud centre: the desk, and the panel of a matter."""

from typing import Any

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow import CASE, MEASURE, RETURN
from .matter import matter_context as case_context
from .measures import measure_context
from .restitution import return_context

PANELS = {
    CASE.kind: case_context,
    MEASURE.kind: measure_context,
    RETURN.kind: return_context,
}


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds, by its kind."""
    return PANELS[matter.kind](actor, matter)


__all__ = ["matter_context"]
