"""A household's contact ends: it is there to arrange visits by, and nothing else."""

from datetime import datetime

from django.db.models import Q

from ..models import Household, Visit

AT_ONCE = 2_000


def contacts(before: datetime) -> int:
    """Empty names and numbers that arranged no visit since; returns of how many doors.

    A door with a visit to be made keeps its contact until then. Doors, visits and figures stay.
    """
    with_contact = Household.objects.exclude(contact_name="", contact_phone="")
    unused = Q(last_visit_at=None) | Q(last_visit_at__lt=before)
    to_make = Visit.objects.filter(matter__closed_at=None).values("household")
    rows = with_contact.filter(unused, contact_at__lt=before, asked_at=None)
    rows = rows.exclude(pk__in=to_make)
    return Household.objects.filter(
        pk__in=list(rows.values_list("pk", flat=True)[:AT_ONCE])
    ).update(contact_name="", contact_phone="", contact_at=None)
