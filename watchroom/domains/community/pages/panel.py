"""What the page of a matter adds: a visit, a meeting or a hazard."""

from typing import Any

from watchroom.base.ids import uuid7
from watchroom.base.text import Text
from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import HAZARD, MEETING, RESPOND, VISIT
from ..models import Visit

PEOPLE = {"contact_name": "name", "contact_phone": "phone"}


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds: a visit, a meeting or a hazard."""
    if matter.kind == VISIT.kind:
        visit = queries.visit_of(actor, matter.pk)
        return {
            "visit": visit,
            "purpose_": rules.PURPOSES[visit.purpose],
            "asker": rules.ASKERS.get(visit.asked_by),
            "service": rules.SERVICES.get(visit.service),
            "people": _people(actor, visit),
            "needs": rules.NEEDS if access.may(actor, RESPOND, matter) else {},
            "need_id": uuid7(),
        }
    if matter.kind == MEETING.kind:
        return {"meeting": queries.meeting_of(actor, matter.pk)}
    assert matter.kind == HAZARD.kind  # noqa: S101 - the domain has no other
    hazard = queries.hazard_of(actor, matter.pk)
    return {
        "hazard": hazard,
        "hazard_kind": rules.HAZARDS[hazard.kind],
        "grade": rules.GRADES.get(hazard.grade or 0),
        "because": [Text(zh, en) for zh, en in hazard.because],
        "notices": queries.notices(hazard),
    }


def _people(actor: Actor, visit: Visit) -> dict[str, str]:
    """Masked until the reader has said what for; then every reading is an entry of the trail."""
    known = {name: getattr(visit.household, name) for name in PEOPLE}
    known = {name: value for name, value in known.items() if value}
    if not actor.purpose or not known:
        return {name: personal.mask(PEOPLE[name], value) for name, value in known.items()}
    personal.reveal(actor, visit.matter, known)
    return known
