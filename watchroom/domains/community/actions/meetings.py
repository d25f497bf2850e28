"""Meetings: planned and held."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import MEETING, RESPOND
from ..models import Meeting
from .preparing import Prepared
from .refusing import refuse


def plan_meeting(
    actor: Actor,
    title: str,
    *,
    beat_id: int,
    planned_at: datetime,
    attended: int | None = None,
    words: str = "",
    place: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """A meeting to be held; with `attended` one that was held, at the time it was planned for."""
    beat = queries.beats(actor, RESPOND).filter(pk=beat_id).first()
    if beat is None or not title.strip():
        raise Refusal(Text("请写明议题并选择警格", "Say what it is about and choose the beat"))
    refuse(rules.why_not_told(title, words))

    def change(matter: Matter) -> Mapping[str, Any]:
        Meeting.objects.create(matter=matter, planned_at=planned_at, attended=attended)
        return {} if attended is None else {"attended": attended}

    return acts.open_matter(
        access.on_account_of(actor, RESPOND),
        MEETING.kind,
        title=title.strip()[:200],
        agency_id=beat.agency_id,
        beat_id=beat.pk,
        owner_id=actor.staff_id,
        words=words.strip(),
        place=place.strip(),
        opening="plan" if attended is None else "record",
        occurred_at=occurred_at if attended is None else planned_at,
        change=change,
        act_id=act_id,
    )


def held(_actor: Actor, matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    """How many came."""
    if not said.get("attended"):
        return None, None
    attended = int(said["attended"])
    if not 0 < attended <= 99_999:
        raise Refusal(Text("请填写到会人数", "Say how many came"))

    def change(_held: Matter) -> None:
        Meeting.objects.filter(pk=matter.pk).update(attended=attended)

    return change, None
