"""What is known of people ends: first what they are compared by, then who they were.

Each class says what is due before a moment, and ends those with the keys it is given. Nothing of
an open dispute is erased but keys nobody would compare any more. Figures stay: they count matters
and entries. So does a signed agreement, as it was signed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from watchroom.base.clock import now

from ..models import Party, Session, Visit


def keys(before: datetime) -> QuerySet[Party]:
    """Parties, still compared, to disputes that happened before."""
    rows = Party.objects.filter(dispute__matter__occurred_at__lt=before)
    return rows.exclude(name_key="", phone_key="")


def erase_keys(keys: Sequence[Any]) -> int:
    """What they are compared by."""
    return Party.objects.filter(pk__in=keys).update(name_key="", phone_key="")


def parties(before: datetime) -> QuerySet[Party]:
    """Parties to disputes that ended before."""
    return Party.objects.filter(dispute__matter__closed_at__lt=before, erased_at=None)


def erase_parties(keys: Sequence[Any]) -> int:
    """Who they were, and what was noted of what was said."""
    rows = Party.objects.filter(pk__in=keys)
    of = set(rows.values_list("dispute_id", flat=True))
    Session.objects.filter(dispute__in=of).update(summary="")
    Visit.objects.filter(dispute__in=of).update(words="")
    return rows.update(name="", phone="", name_key="", phone_key="", erased_at=now())
