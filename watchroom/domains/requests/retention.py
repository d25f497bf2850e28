"""How long requests keep what tells who asked, by class, and why the rest stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from watchroom.kernel.kept import Kept

from .models import Answer, Request

NOBODY = {"asker_name": "", "asker_phone": "", "firm": ""}


def askers(before: datetime) -> QuerySet[Request]:
    """Requests that ended before and still say who asked."""
    return Request.objects.filter(matter__closed_at__lt=before).exclude(**NOBODY)


def erase_askers(keys: Sequence[Any]) -> int:
    """Who asked, and for which firm; an officer who asked for themselves stays the asker."""
    return Request.objects.filter(pk__in=keys).update(**NOBODY)


def answers(before: datetime) -> QuerySet[Answer]:
    """What was answered to requests that ended before."""
    return Answer.objects.filter(request__matter__closed_at__lt=before).exclude(words="")


def erase_answers(keys: Sequence[Any]) -> int:
    """The words; that and when it was answered stays."""
    return Answer.objects.filter(pk__in=keys).update(words="")


KEPT = (
    Kept(
        "requests.keep.asker",
        askers,
        erase_askers,
        {"Request.asker_name": "name", "Request.asker_phone": "phone", "Request.firm": "name"},
    ),
    Kept(
        "requests.keep.answer",
        answers,
        erase_answers,
        {"Answer.words": "words"},
        matter="request__matter",
        agency="request__matter__agency",
    ),
)
