"""Phones and trackers that may say where a unit is."""

import secrets
from hashlib import sha256

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Device, Unit

DUTY = "dispatch.duty"


def enrol_device(actor: Actor, unit_id: int, name: str) -> tuple[Device, str]:
    """Let a phone or tracker report for a unit; returns it and its key, which is shown once.

    The same name again gives a new key, and the old one no longer holds: a phone was lost or reset.
    """
    name = name.strip()[:60]
    if not name:
        raise Refusal(Text("请写明是谁的手机或哪个设备", "Say whose phone or which tracker it is"))
    with acts.together():
        unit = Unit.objects.select_for_update(no_key=True).filter(pk=unit_id).first()
        if unit is None:
            raise access.NotFound
        access.require_in(actor, DUTY, unit.agency_id)
        moment, key = now(), secrets.token_urlsafe(24)
        unit.devices.filter(name=name, revoked_at=None).update(revoked_at=moment)
        device = Device.objects.create(
            unit=unit,
            name=name,
            digest=sha256(key.encode()).hexdigest(),
            enrolled_at=moment,
            enrolled_by_id=actor.staff_id,
        )
        data = {"unit": unit.code, "device": device.pk, "name": name}
        acts.happened(actor, "dispatch.device.enrolled", unit.agency_id, data=data)
    return device, key


def revoke_device(actor: Actor, device_id: int) -> Device:
    """Its reports are refused from now on; pressing twice does no harm."""
    with acts.together():
        rows = Device.objects.select_for_update(no_key=True, of=("self",)).select_related("unit")
        device = rows.filter(pk=device_id).first()
        if device is None:
            raise access.NotFound
        access.require_in(actor, DUTY, device.unit.agency_id)
        if device.revoked_at is None:
            device.revoked_at = now()
            device.save(update_fields=["revoked_at"])
            data = {"unit": device.unit.code, "device": device.pk, "name": device.name}
            acts.happened(actor, "dispatch.device.revoked", device.unit.agency_id, data=data)
    return device
