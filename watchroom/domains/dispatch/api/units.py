"""Units: where they are, and when they are on duty."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from watchroom.kernel.machines import actor_of, past

from .. import actions, queries
from .schemas import DeviceIn, DeviceKey, DutyChange, Made, UnitOut

router = Router()
STAND = {
    "on": actions.unit_on_duty,
    "off": actions.unit_off_duty,
    "rest": actions.unit_rest,
}


@router.get("/units", response=list[UnitOut], summary="Units on duty")
def units(request: HttpRequest) -> Any:
    """With status, position and whether the position is stale."""
    return queries.units(actor_of(request))


@router.post("/units/{int:unit_id}/duty", response=dict[str, Any], summary="On or off duty")
def duty(request: HttpRequest, unit_id: int, change: DutyChange) -> dict[str, Any]:
    """By the crew itself or with dispatch.duty. Refused while the unit has anything in hand."""
    actor = actor_of(request)
    queries.seen_unit(actor, unit_id)
    act = STAND[change.status]
    unit = act(actor, unit_id, occurred_at=past(change.occurred_at), act_id=change.act_id)
    return {"id": unit.pk, "code": unit.code, "status": unit.status, "since": unit.status_since}


@router.post("/units/{int:unit_id}/devices", response=DeviceKey, summary="Enrol a phone or tracker")
def enrol(request: HttpRequest, unit_id: int, device: DeviceIn) -> dict[str, Any]:
    """Answers the key it reports positions with (`id` at /live/position), this once. The same name
    again gives a new key and ends the old one. Needs dispatch.duty."""
    actor = actor_of(request)
    queries.seen_unit(actor, unit_id)
    row, key = actions.enrol_device(actor, unit_id, device.name)
    return {"id": row.pk, "unit_id": row.unit_id, "name": row.name, "key": key}


@router.post("/devices/{int:device_id}/revoke", response=Made, summary="Revoke a device")
def revoke(request: HttpRequest, device_id: int) -> dict[str, int]:
    """Its positions are refused from now on. Needs dispatch.duty."""
    actor = actor_of(request)
    queries.managed_device(actor, device_id)
    return {"id": actions.revoke_device(actor, device_id).pk}
