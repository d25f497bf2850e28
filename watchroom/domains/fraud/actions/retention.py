"""What is known of people ends, class by class; what is counted about them stays.

Each class says what is due before a moment, and ends those with the keys it is given.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from watchroom.base.clock import now
from watchroom.kernel.models import Matter

from ..models import Appeal, Case, Claim, Contact, Measure, Objection, Reject, Window
from ..models.measures import Account, Restitution
from ..models.messages import Message
from .intake import CONTACT_KEPT

OPEN_MESSAGES = ("waiting", "sending", "accepted")
SAID = {"who": "", "words": "", "answer": ""}
NO_NUMBER = Concat(Value("-"), Cast("pk", CharField()))
"""Accounts stay apart when their numbers are gone."""


def refused(before: datetime) -> QuerySet[Reject]:
    """Refused rows, whether somebody dealt with them or not."""
    return Reject.objects.filter(at__lt=before)


def erase_refused(keys: Sequence[Any]) -> int:
    """The rows as they came."""
    return Reject.objects.filter(pk__in=keys).delete()[0]


def messages(before: datetime) -> QuerySet[Message]:
    """Messages that are on their way no more."""
    over = Message.objects.filter(made_at__lt=before).exclude(state__in=OPEN_MESSAGES)
    return over.exclude(phone="", text="")


def erase_messages(keys: Sequence[Any]) -> int:
    """To which number a message went, and what it said; that it was delivered stays."""
    return Message.objects.filter(pk__in=keys).update(phone="", text="")


def contacts(before: datetime) -> QuerySet[Contact]:
    """People without an open case."""
    still = Case.objects.filter(person=OuterRef("person"), open=True)
    return Contact.objects.filter(
        ~Exists(still), keep_until__lt=before + CONTACT_KEPT, erased_at=None
    )


def erase_contacts(keys: Sequence[Any]) -> int:
    """Names, numbers and addresses."""
    return Contact.objects.filter(pk__in=keys).update(
        name="", phone="", id_number="", address="", lon=None, lat=None, erased_at=now()
    )


FORGET = """
WITH fresh AS MATERIALIZED (
    SELECT person, gen_random_uuid() AS another FROM unnest(%(people)s::uuid[]) AS person
), warned AS (
    UPDATE fraud_warning w SET person = another, words = '', age = NULL
    FROM fresh WHERE w.person = fresh.person
), grouped AS (
    UPDATE fraud_window w SET person = another FROM fresh WHERE w.person = fresh.person
)
UPDATE fraud_case c SET person = another FROM fresh WHERE c.person = fresh.person
"""
"""One person's warnings stay together, under a key that nobody can work out again."""


def warnings(before: datetime) -> QuerySet[Contact]:
    """People whose last warning is that old."""
    later = Window.objects.filter(person=OuterRef("person"), last_at__gte=before)
    still = Case.objects.filter(person=OuterRef("person"), open=True)
    return Contact.objects.filter(~Exists(later), ~Exists(still), erased_at__isnull=False)


def erase_warnings(keys: Sequence[Any]) -> int:
    """Their key, words, age and home. Returns how many people."""
    rows = Contact.objects.filter(pk__in=keys).select_for_update()
    people = list(rows.values_list("pk", flat=True))
    homes = Case.objects.filter(person__in=people).values("pk")
    Matter.objects.filter(pk__in=homes).update(lon=None, lat=None, place="")
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"people": people})
    Contact.objects.filter(pk__in=people).delete()
    return len(people)


def measures(before: datetime) -> QuerySet[Measure]:
    """Measures that ended before, with no return of money under way."""
    busy = Restitution.objects.filter(measure=OuterRef("pk"), matter__closed_at=None)
    return Measure.objects.filter(~Exists(busy), matter__closed_at__lt=before).exclude(holder="")


def erase_measures(keys: Sequence[Any]) -> int:
    """Who held an account and what its number was, and what was said against the measure."""
    Measure.objects.filter(pk__in=keys).update(holder="")
    Appeal.objects.filter(measure__in=keys).update(**SAID)
    known = Measure.objects.filter(account=OuterRef("pk")).exclude(holder="")
    gone = Account.objects.filter(~Exists(known), measures__in=keys)
    Account.objects.filter(pk__in=gone.values("pk")).update(number=NO_NUMBER)
    return len(keys)


def claims(before: datetime) -> QuerySet[Claim]:
    """Claims of returns that ended before."""
    return Claim.objects.filter(restitution__matter__closed_at__lt=before).exclude(victim="")


def erase_claims(keys: Sequence[Any]) -> int:
    """Who was paid, into which account, and what was said against the return; sums stay."""
    rows = Claim.objects.filter(pk__in=keys)
    of = set(rows.values_list("restitution_id", flat=True))
    Objection.objects.filter(restitution__in=of).update(**SAID)
    return rows.update(victim="", account="")
