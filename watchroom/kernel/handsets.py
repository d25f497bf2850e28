"""Phones people work with: known again, given their key, cut off when lost.

What lies on a phone is encrypted with a key that follows from the server's secret, the phone and
the person. The phone asks for it after signing in and forgets it at sign-out; so what one person
left waiting there can be read and sent by nobody else, and by them again after signing in.
"""

import secrets
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import audit
from .access import Actor, NotFound
from .models import Device, Handset, Session, Staff
from .own_sessions import device

PERMISSION = "phone.cut_off"
GONE = Text(
    "这部手机已被停用，上面的内容须清除",
    "This phone has been cut off: what is on it must be wiped",
)


def known(secret: str) -> Handset | None:
    """The phone that holds this secret."""
    return Handset.objects.filter(digest=_digest(secret)).first() if secret else None


def introduce(agent: str) -> tuple[Handset, str]:
    """A phone seen for the first time, and the secret it is known by from now on."""
    secret, at = secrets.token_urlsafe(32), now()
    row = Handset.objects.create(digest=_digest(secret), agent=agent[:300], first_at=at, seen_at=at)
    return row, secret


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def in_hand(handset: Handset, staff: Staff, device_key: str = "") -> None:
    """This person works with it; `device_key`: its positions come under this enrolment."""
    if handset.cut_off_at is not None:
        raise Refusal(GONE, code="cut-off")
    handset.holders.add(staff)
    Handset.objects.filter(pk=handset.pk).update(seen_at=now())
    if device_key:
        Device.objects.filter(digest=_digest(device_key)).update(handset=handset)


def owner(handset: Handset, staff_id: int) -> str:
    """Whose a thing on the phone is, in a word that tells nothing about them."""
    return salted_hmac("watchroom.handset.owner", _whose(handset, staff_id)).hexdigest()[:20]


def key(handset: Handset, staff_id: int) -> bytes:
    """The 256-bit key of this person's things on this phone: the same whenever it is asked for."""
    said = salted_hmac("watchroom.handset.key", _whose(handset, staff_id), algorithm="sha256")
    return said.digest()


def _whose(handset: Handset, staff_id: int) -> str:
    return f"{handset.pk}.{handset.digest}.{staff_id}"


def name(handset: Handset) -> Text:
    """What kind of phone it is, as far as its browser says."""
    return device(handset.agent)


def managed(actor: Actor) -> QuerySet[Handset]:
    """Phones of the people in whose agencies the actor may cut phones off, last used first."""
    rows = Handset.objects.prefetch_related("holders").order_by("-seen_at", "-pk")
    if actor.everywhere:
        return rows
    people = Staff.objects.filter(agency_id__in=actor.reach(PERMISSION))
    return rows.filter(
        pk__in=Handset.holders.through.objects.filter(staff__in=people).values("handset")
    )


def of(staff: Staff) -> QuerySet[Handset]:
    """A person's own phones, last used first."""
    return staff.handsets.prefetch_related("holders").order_by("-seen_at", "-pk")


def cut_off(actor: Actor, handset_id: int) -> Handset:
    """A lost phone: nobody is signed in on it any more, its positions are refused, its keys gone.

    It is told to wipe itself as soon as it asks for anything. Pressing twice does no harm.
    """
    return _cut_off(managed(actor), handset_id, actor=actor)


def cut_off_own(staff: Staff, handset_id: int) -> Handset:
    """The same for a phone of one's own."""
    return _cut_off(of(staff), handset_id, staff=staff)


@transaction.atomic
def _cut_off(
    rows: QuerySet[Handset],
    handset_id: int,
    *,
    actor: Actor | None = None,
    staff: Staff | None = None,
) -> Handset:
    if not rows.filter(pk=handset_id).exists():
        raise NotFound
    row = Handset.objects.select_for_update(no_key=True).get(pk=handset_id)
    if row.cut_off_at is not None:
        return row
    row.cut_off_at = now()
    row.cut_off_by_id = staff.pk if staff else actor.staff_id if actor else None
    row.save(update_fields=["cut_off_at", "cut_off_by"])
    audit.note("phone.cut_off", actor=actor, staff=staff, data=_ended(row))
    return row


def _ended(row: Handset) -> dict[str, Any]:
    """End what the phone could do; says what that was."""
    devices = Device.objects.filter(handset=row, revoked_at=None)
    names = sorted(devices.values_list("name", flat=True))
    devices.update(revoked_at=row.cut_off_at)
    sessions, _ = Session.objects.filter(handset=row).delete()
    holders = sorted(row.holders.values_list("pk", flat=True))
    return {"phone": row.pk, "holders": holders, "sessions": sessions, "devices": names}


def wiped(handset: Handset) -> None:
    """The lost phone says that nothing is left on it."""
    if handset.cut_off_at is None or handset.wiped_at is not None:
        return
    Handset.objects.filter(pk=handset.pk).update(wiped_at=now())
    holder = handset.holders.order_by("pk").first()
    agency = holder.agency_id if holder else None
    audit.note("phone.wiped", agency_id=agency, data={"phone": handset.pk})
