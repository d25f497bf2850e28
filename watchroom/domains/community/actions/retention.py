"""A household's contact ends: it is there to arrange visits by, and nothing else.

So does what organs were told of a hazard, and who works in a beat no more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from ..models import Contact, Household, Notice, Visit


def contacts(before: datetime) -> QuerySet[Household]:
    """Doors whose contact arranged no visit since; one with a visit to be made keeps it."""
    with_contact = Household.objects.exclude(contact_name="", contact_phone="")
    unused = Q(last_visit_at=None) | Q(last_visit_at__lt=before)
    to_make = Visit.objects.filter(matter__closed_at=None).values("household")
    rows = with_contact.filter(unused, contact_at__lt=before, asked_at=None)
    return rows.exclude(pk__in=to_make)


def erase_contacts(keys: Sequence[Any]) -> int:
    """Names and numbers. Doors, visits and figures stay."""
    return Household.objects.filter(pk__in=keys).update(
        contact_name="", contact_phone="", contact_at=None
    )


def notices(before: datetime) -> QuerySet[Notice]:
    """What organs were told of hazards that ended before, and answered."""
    rows = Notice.objects.filter(hazard__matter__closed_at__lt=before)
    return rows.exclude(record={}, answer="")


def erase_notices(keys: Sequence[Any]) -> int:
    """The words; to whom it went, and when it was answered, stays."""
    return Notice.objects.filter(pk__in=keys).update(record={}, answer="")


def workers(before: datetime) -> QuerySet[Contact]:
    """Grid workers of other agencies who left before."""
    return Contact.objects.filter(ended_at__lt=before).exclude(name="", phone="")


def erase_workers(keys: Sequence[Any]) -> int:
    """Their names and numbers."""
    return Contact.objects.filter(pk__in=keys).update(name="", phone="")
