"""What is known of callers ends first, then what was said; places, times and figures stay.

Each class says what is due before a moment, and ends those with the keys it is given.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Call, FollowUp, Handover, Incident, PlaceSuggestion, PremiseNote


def callers(before: datetime) -> QuerySet[Incident]:
    """Incidents that ended before and still say who called."""
    named = Call.objects.filter(incident=OuterRef("pk")).exclude(caller="")
    known = ~Q(callback="") | ~Q(caller_name="") | Exists(named)
    return Incident.objects.filter(known, matter__closed_at__lt=before)


def erase_callers(keys: Sequence[Any]) -> int:
    """Names and numbers; how many called, and when, stays."""
    Call.objects.filter(incident__in=keys).update(caller="")
    return Incident.objects.filter(pk__in=keys).update(callback="", caller_name="")


SPOKEN = {"place_typed": "", "disposition_words": "", "feedback": ""}
CALLED = {"words": "", "place_typed": ""}
FOLLOWED = {"why": "", "words": ""}


def words(before: datetime) -> QuerySet[Incident]:
    """Incidents that ended before, with anything still kept of what was said about them."""
    beside = (
        Call.objects.exclude(**CALLED),
        FollowUp.objects.exclude(**FOLLOWED),
        Handover.objects.exclude(record={}, reason=""),
        PlaceSuggestion.objects.exclude(label=""),
    )
    said: Any = ~Q(**SPOKEN)
    for rows in beside:
        said |= Exists(rows.filter(incident=OuterRef("pk")))
    return Incident.objects.filter(said, matter__closed_at__lt=before)


def erase_words(keys: Sequence[Any]) -> int:
    """What was said by callers and officers, and what other organs were handed."""
    Call.objects.filter(incident__in=keys).update(**CALLED)
    FollowUp.objects.filter(incident__in=keys).update(**FOLLOWED)
    Handover.objects.filter(incident__in=keys).update(record={}, reason="")
    PlaceSuggestion.objects.filter(incident__in=keys).update(label="")
    return Incident.objects.filter(pk__in=keys).update(**SPOKEN)


def premises(before: datetime) -> QuerySet[PremiseNote]:
    """Notes about places that were taken back, or ran out, before."""
    over = Q(ended_at__lt=before) | Q(valid_until__lt=before)
    return PremiseNote.objects.filter(over).exclude(words="")


def erase_premises(keys: Sequence[Any]) -> int:
    """What they said."""
    return PremiseNote.objects.filter(pk__in=keys).update(words="")
