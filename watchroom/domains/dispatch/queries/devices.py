"""The phones and trackers of the units somebody manages."""

from dataclasses import dataclass
from datetime import datetime

from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Device, Unit

DUTY = "dispatch.duty"


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device as it is listed: never its key, which nobody can read again."""

    id: int
    name: str
    enrolled_at: datetime
    enrolled_by: str


def managed_device(actor: Actor, device_id: int) -> Device:
    """A device of a unit the actor manages."""
    row = Device.objects.filter(pk=device_id, unit__agency_id__in=actor.reach(DUTY)).first()
    if row is None:
        raise NotFound
    return row


def devices(actor: Actor) -> list[tuple[Unit, tuple[DeviceView, ...]]]:
    """Units the actor manages, each with its devices that hold."""
    units = Unit.objects.filter(agency_id__in=actor.reach(DUTY)).select_related("agency")
    rows = Device.objects.filter(unit__in=units, revoked_at=None).select_related("enrolled_by")
    found: dict[int, list[DeviceView]] = {}
    for row in rows.order_by("name"):
        by = row.enrolled_by.name if row.enrolled_by else ""
        found.setdefault(row.unit_id, []).append(DeviceView(row.pk, row.name, row.enrolled_at, by))
    return [(unit, tuple(found.get(unit.pk, ()))) for unit in units.order_by("code")]
