"""The one door for taking a step by its name: generic pages, API, phone and commands use it."""

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

from ..flow import CASE, MEASURE, RETURN
from . import measures, restitution
from .case import take_case

Performing = Callable[..., Matter]
PERFORM: Mapping[str, Performing] = {
    CASE.kind: take_case,
    MEASURE.kind: measures.take,
    RETURN.kind: restitution.take,
}
"""Kind of matter → what takes its steps."""


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step of any matter of the fraud centre."""
    matter = access.find(actor, pk=matter_id, kind__in=list(PERFORM))
    return PERFORM[matter.kind](actor, matter, step, dict(data or {}), told)
