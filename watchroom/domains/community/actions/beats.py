"""The beat: its card, who of other agencies works there, deputies, contacts."""

from collections.abc import Sequence

from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor

from .. import queries
from ..flow import APPROVE, RESPOND
from ..models import Card, Contact, Household


@transaction.atomic
def set_card(actor: Actor, beat_code: str, *, phone: str, hours: str, hours_en: str) -> Card:
    """What anybody may know of the beat: the duty number and the hours."""
    beat = queries.beat_of(actor, beat_code, RESPOND)
    if not phone.strip():
        raise Refusal(Text("请填写值班电话", "Give the duty number"))
    values = {"phone": phone.strip(), "hours": hours.strip(), "hours_en": hours_en.strip()}
    card, _ = Card.objects.update_or_create(beat=beat, defaults=values)
    acts.happened(actor, "community.beat.card", beat.agency_id, data={"beat": beat.code, **values})
    return card


@transaction.atomic
def add_contact(actor: Actor, beat_code: str, *, name: str, organ: str, phone: str) -> Contact:
    """Somebody of another agency who works in the beat."""
    beat = queries.beat_of(actor, beat_code, RESPOND)
    if not name.strip() or not organ.strip():
        raise Refusal(Text("请填写姓名和单位", "Give the name and the agency"))
    row = Contact.objects.create(
        beat=beat, name=name.strip()[:40], organ=organ.strip()[:80], phone=phone.strip()[:32]
    )
    said = {"beat": beat.code, "contact": row.pk}
    acts.happened(actor, "community.beat.contact_added", beat.agency_id, data=said)
    return row


@transaction.atomic
def end_contact(actor: Actor, beat_code: str, contact_id: int) -> None:
    """They no longer work there."""
    beat = queries.beat_of(actor, beat_code, RESPOND)
    rows = Contact.objects.filter(pk=contact_id, beat=beat, ended_at=None)
    if rows.update(ended_at=now()):
        said = {"beat": beat.code, "contact": contact_id}
        acts.happened(actor, "community.beat.contact_ended", beat.agency_id, data=said)


@transaction.atomic
def name_deputies(actor: Actor, beat_code: str, staff_ids: Sequence[int]) -> None:
    """Who stands in for the beat's officer; a leader says so."""
    beat = queries.beat_of(actor, beat_code)
    access.require_in(actor, APPROVE, beat.agency_id)
    known = {person.pk for person in queries.may_be_deputy(beat)}
    if not set(staff_ids) <= known:
        raise Refusal(Text("请从名单里选择副手", "Choose deputies from the list"))
    beat.deputies.set(staff_ids)
    said = {"beat": beat.code, "deputies": sorted(staff_ids)}
    acts.happened(actor, "community.beat.deputies", beat.agency_id, data=said)


@transaction.atomic
def set_contact(actor: Actor, household_id: int, *, name: str, phone: str) -> None:
    """Whom to arrange visits with, where they want it so; leaving it empty takes it away."""
    household = queries.household_of(actor, household_id, RESPOND)
    Household.objects.filter(pk=household.pk).update(
        contact_name=name.strip()[:64], contact_phone=phone.strip()[:32], contact_at=now()
    )
    said = {"household": household.pk, "kept": bool(name.strip() or phone.strip())}
    acts.happened(actor, "community.household.contact", household.beat.agency_id, data=said)
