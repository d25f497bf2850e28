"""Somebody is to be called back, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow import INCIDENT
from ..models import FollowUp


def ask_callback(
    actor: Actor,
    incident_id: int,
    *,
    why: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Somebody is to be called back; the clock runs."""
    acts.find(actor, incident_id, INCIDENT.kind)

    def change(matter: Matter) -> dict[str, Any]:
        if FollowUp.objects.filter(incident_id=matter.pk, done_at=None).exists():
            raise Conflict(Text("已登记回访", "A call back is already asked for"))
        FollowUp.objects.create(
            incident_id=matter.pk,
            why=why[:120],
            asked_at=occurred_at or now(),
            asked_by_id=actor.staff_id,
        )
        return {"why": why}

    return acts.take(
        actor,
        incident_id,
        "ask_callback",
        version=version,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def callback_done(
    actor: Actor,
    incident_id: int,
    *,
    result: str,
    words: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """The caller was called back; `result` is reached, no_answer or declined."""
    acts.find(actor, incident_id, INCIDENT.kind)

    def change(matter: Matter) -> dict[str, Any]:
        done = FollowUp.objects.filter(incident_id=matter.pk, done_at=None).update(
            done_at=occurred_at or now(), done_by=actor.staff_id, result=result, words=words
        )
        if not done:
            raise Conflict(Text("没有待回访的来电", "No call back is waiting"))
        return {"words": words}

    return acts.take(
        actor,
        incident_id,
        "callback_done",
        version=version,
        data={"result": result},
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )
