"""A household's contact ends: it is there to arrange visits by, and nothing else."""

from django.db.models import Q

from watchroom.base.clock import now
from watchroom.kernel import acts
from watchroom.kernel.access import system

from .. import rules
from ..models import Household, Visit


def erase_expired() -> int:
    """Erase names and numbers that arranged no visit for long; returns of how many doors.

    A door with a visit to be made keeps its contact until then. Doors, visits and figures stay.
    """
    since = now() - rules.CONTACT_KEPT
    with_contact = Household.objects.exclude(contact_name="", contact_phone="")
    unused = Q(last_visit_at=None) | Q(last_visit_at__lt=since)
    to_make = Visit.objects.filter(matter__closed_at=None).values("household")
    with acts.together():
        rows = with_contact.filter(unused, contact_at__lt=since, asked_at=None)
        erased = rows.exclude(pk__in=to_make).update(
            contact_name="", contact_phone="", contact_at=None
        )
        if erased:
            actor = system()
            data = {"households": erased}
            acts.happened(actor, "community.contacts.erased", actor.agency_id, data=data)
    return erased
