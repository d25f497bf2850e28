"""Steps by their name: the one door for pages, API, phone and commands."""

from collections.abc import Mapping
from typing import Any, Unpack

from watchroom.base.clock import now
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

from ..flow import HAZARD, MEETING, VISIT
from . import hazards, meetings, visits
from .preparing import Preparing

CHANGES: Mapping[tuple[str, str], Preparing] = {
    (VISIT.kind, "make"): visits.made,
    (VISIT.kind, "not_meet"): visits.not_met,
    (VISIT.kind, "cancel"): visits.cancelled,
    (MEETING.kind, "hold"): meetings.held,
    (HAZARD.kind, "grade"): hazards.grade,
    (HAZARD.kind, "send"): hazards.send,
    (HAZARD.kind, "answer"): hazards.answer,
    (HAZARD.kind, "put_right"): hazards.put_right,
}


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    at = told["occurred_at"] = told.get("occurred_at") or now()
    said = dict(data or {})
    matter = access.find(actor, pk=matter_id, kind__in=[VISIT.kind, MEETING.kind, HAZARD.kind])
    prepare = CHANGES.get((matter.kind, step))
    change, facts = prepare(actor, matter, said, at) if prepare else (None, None)
    facts = facts or _known(matter)
    return acts.take(actor, matter_id, step, data=said, change=change, facts=facts, **told)


def _known(matter: Matter) -> Mapping[str, Any]:
    """What the clocks of a hazard ask for."""
    if matter.kind != HAZARD.kind:
        return {}
    return {"grade": matter.community_hazard.grade}
