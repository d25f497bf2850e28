"""What is found on a visit."""

from datetime import datetime
from uuid import UUID

from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import NEED_FOUND, RESPOND
from ..models import Visit
from .hazards import find_hazard
from .refusing import refuse
from .visits import plan_visit


def need_found(
    actor: Actor,
    visit_id: int,
    *,
    kind: str,
    title: str,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Say what is needed there. A hazard and a lesson begin at once; other domains may react."""
    visit = queries.visit_of(actor, visit_id)
    access.require(actor, RESPOND, visit.matter)
    refuse(rules.why_not_need(kind, title))
    if known := acts.seen(act_id):
        return known
    said = title.strip()[:120]
    with acts.together():
        acts.record(
            actor,
            visit.matter,
            NEED_FOUND,
            data={"kind": kind, "title": said},
            occurred_at=occurred_at,
            act_id=act_id,
        )
        begun = _begin(actor, visit, kind, said, occurred_at)
        if begun:
            acts.link(actor, visit.matter, begun, "need")
    return begun or visit.matter


def _begin(
    actor: Actor, visit: Visit, kind: str, title: str, occurred_at: datetime | None
) -> Matter | None:
    """What this domain itself takes up."""
    household = visit.household
    if kind == "hazard":
        return find_hazard(
            actor,
            title,
            kind="other",
            beat_id=household.beat_id,
            place=str(household),
            lon=household.lon,
            lat=household.lat,
            occurred_at=occurred_at,
        )
    if kind == "lesson" and queries.open_visit(household) is None:
        return plan_visit(
            actor, household.pk, purpose=rules.LESSON, words=title, occurred_at=occurred_at
        )
    return None
