"""What is known of people ends: contacts and refused rows are erased when their time is over."""

from django.db.models import Exists, OuterRef

from watchroom.base.clock import now
from watchroom.kernel import acts
from watchroom.kernel.access import system

from ..models import Case, Contact, Reject


def erase_expired() -> tuple[int, int]:
    """Erase contacts without an open case, and refused rows; returns how many of each.

    Figures stay: cases and warnings hold a keyed hash and bands, no name and no number.
    """
    actor, at = system(), now()
    still = Case.objects.filter(person=OuterRef("person"), open=True)
    with acts.together():
        rows = Contact.objects.filter(~Exists(still), keep_until__lt=at, erased_at=None)
        contacts = rows.update(
            name="", phone="", id_number="", address="", lon=None, lat=None, erased_at=at
        )
        refused, _ = Reject.objects.filter(keep_until__lt=at).delete()
        if contacts or refused:
            data = {"contacts": contacts, "rejects": refused}
            acts.happened(actor, "fraud.people.erased", actor.agency_id, data=data)
    return contacts, refused
