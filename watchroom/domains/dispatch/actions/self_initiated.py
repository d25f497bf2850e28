"""A crew that stands in front of it is sent, signed, under way and there in one breath."""

from datetime import datetime

from watchroom.base.refusal import Conflict
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, Unit

from ..models import Assignment
from .following import incident_follows, send
from .sending import Promise, line_up


def on_scene_at_once(actor: Actor, incident: Matter, unit: Unit, at: datetime) -> None:
    """The caller holds the unit. Signing and setting out stand as not recorded."""
    unit.refresh_from_db()
    if unit.status not in ("free", "rest"):
        raise Conflict(Text(f"{unit.code} 不是待命状态", f"{unit.code} is not free"))
    matter = line_up(actor, incident, unit, Promise(seconds=0.0), at, None)
    send(actor, matter.pk, incident, unit, at)

    def change(_matter: Matter) -> dict[str, object]:
        Assignment.objects.filter(pk=matter.pk).update(
            signed_at=at, set_out_at=at, arrived_at=at, not_recorded=["sign", "set_out"]
        )
        return {"unit": unit.code, "not_recorded": ["sign", "set_out"]}

    acts.take(actor, matter.pk, "arrive", occurred_at=at, change=change)
    incident_follows(actor, incident.pk, at)
