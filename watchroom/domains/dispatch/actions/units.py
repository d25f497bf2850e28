"""Units on duty, resting and off duty; roads shut and opened."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Closure, Entry, Unit

from ..models import Assignment
from .locking import held

DUTY, CLOSE_ROADS = "dispatch.duty", "map.close"


def unit_on_duty(
    actor: Actor, unit_id: int, *, occurred_at: datetime | None = None, act_id: UUID | None = None
) -> Unit:
    """The unit can be sent from now on."""
    return _stand(actor, unit_id, "on_duty", "free", occurred_at, act_id)


def unit_off_duty(
    actor: Actor, unit_id: int, *, occurred_at: datetime | None = None, act_id: UUID | None = None
) -> Unit:
    """The unit goes home; refused while it has anything in hand or lined up."""
    return _stand(actor, unit_id, "off_duty", "off", occurred_at, act_id)


def unit_rest(
    actor: Actor, unit_id: int, *, occurred_at: datetime | None = None, act_id: UUID | None = None
) -> Unit:
    """The crew rests; it can still be sent, and the ranking says what that costs."""
    return _stand(actor, unit_id, "rest", "rest", occurred_at, act_id)


def _stand(
    actor: Actor, unit_id: int, event: str, status: str, at: datetime | None, act_id: UUID | None
) -> Unit:
    with held([], [unit_id]) as rows:
        unit = rows.units[unit_id]
        _may_move(actor, unit)
        if _done(act_id):
            return unit
        if Assignment.objects.filter(unit=unit, ended_at=None).exists():
            raise Conflict(
                Text(
                    f"{unit.code} 还有未办结的派警单",
                    f"{unit.code} still has an assignment",
                )
            )
        moment = at or now()
        data = {"unit": unit.code, "unit_id": unit.pk, "from": unit.status, "to": status}
        unit.status, unit.status_since = status, moment
        unit.save(update_fields=["status", "status_since"])
        acts.happened(
            actor,
            f"dispatch.unit.{event}",
            unit.agency_id,
            data=data,
            occurred_at=moment,
            act_id=act_id,
        )
    return unit


def _may_move(actor: Actor, unit: Unit) -> None:
    """The crew itself, or who leads duty in its agency."""
    if actor.staff_id and unit.crew.filter(pk=actor.staff_id).exists():
        return
    access.require_in(actor, DUTY, unit.agency_id)


def _done(act_id: UUID | None) -> bool:
    return act_id is not None and Entry.objects.filter(act_id=act_id).exists()


def close_road(
    actor: Actor,
    title: str,
    line: Sequence[Sequence[float]],
    *,
    width_m: float = 15.0,
    starts: datetime | None = None,
    ends: datetime | None = None,
    act_id: UUID | None = None,
) -> Closure:
    """Shut the streets under a drawn line ([[lon, lat], …], one point or more)."""
    access.require_in(actor, CLOSE_ROADS, actor.agency_id)
    if not line or not title.strip():
        raise Refusal(Text("请画出封闭路段并写明原因", "Draw the closed stretch and say why"))
    points = [[float(lon), float(lat)] for lon, lat in line]
    with acts.together():
        row = Closure.objects.create(
            title=title[:120],
            agency_id=actor.agency_id,
            line=points,
            width_m=width_m,
            starts=starts or now(),
            ends=ends,
            closed_by_id=actor.staff_id,
        )
        data = {"closure": row.pk, "title": row.title, "line": points}
        acts.happened(actor, "dispatch.road.closed", actor.agency_id, data=data, act_id=act_id)
    return row


def open_road(actor: Actor, closure_id: int, *, act_id: UUID | None = None) -> Closure:
    """Open a road again that an agency of the actor's shut; pressing twice does no harm."""
    access.require(actor, CLOSE_ROADS)
    with acts.together():
        row = Closure.objects.select_for_update().filter(pk=closure_id).first()
        if row is None:
            raise access.NotFound
        access.require_in(actor, CLOSE_ROADS, row.agency_id)
        if row.opened_at is None:
            row.opened_at = now()
            row.save(update_fields=["opened_at"])
            data = {"closure": row.pk, "title": row.title}
            acts.happened(actor, "dispatch.road.opened", row.agency_id, data=data, act_id=act_id)
    return row
