"""What is known of people ends, class by class; what is counted about them stays.

Each empties at most AT_ONCE records whose time began before a moment and says how many there were.
"""

from datetime import datetime

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from watchroom.base.clock import now
from watchroom.kernel.models import Matter

from ..models import Appeal, Case, Claim, Contact, Measure, Objection, Reject, Window
from ..models.measures import Account, Restitution
from ..models.messages import Message
from .intake import CONTACT_KEPT

AT_ONCE = 2_000
OPEN_MESSAGES = ("waiting", "sending", "accepted")
SAID = {"who": "", "words": "", "answer": ""}
NO_NUMBER = Concat(Value("-"), Cast("pk", CharField()))
"""Accounts stay apart when their numbers are gone."""


def refused(before: datetime) -> int:
    """Refused rows, whether somebody dealt with them or not."""
    rows = Reject.objects.filter(at__lt=before).values("pk")[:AT_ONCE]
    return Reject.objects.filter(pk__in=rows).delete()[0]


def messages(before: datetime) -> int:
    """To which number a message went, and what it said; that it was delivered stays."""
    over = Message.objects.filter(made_at__lt=before).exclude(state__in=OPEN_MESSAGES)
    rows = over.exclude(phone="", text="").values("pk")[:AT_ONCE]
    return Message.objects.filter(pk__in=rows).update(phone="", text="")


def contacts(before: datetime) -> int:
    """Names, numbers and addresses of people without an open case."""
    still = Case.objects.filter(person=OuterRef("person"), open=True)
    over = Contact.objects.filter(
        ~Exists(still), keep_until__lt=before + CONTACT_KEPT, erased_at=None
    )
    rows = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return Contact.objects.filter(pk__in=rows).update(
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


def warnings(before: datetime) -> int:
    """People whose last warning is that old: their key, words, age and home. Returns how many."""
    later = Window.objects.filter(person=OuterRef("person"), last_at__gte=before)
    still = Case.objects.filter(person=OuterRef("person"), open=True)
    over = Contact.objects.filter(~Exists(later), ~Exists(still), erased_at__isnull=False)
    people = list(over.select_for_update().values_list("pk", flat=True)[:AT_ONCE])
    homes = Case.objects.filter(person__in=people).values("pk")
    Matter.objects.filter(pk__in=homes).update(lon=None, lat=None, place="")
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"people": people})
    Contact.objects.filter(pk__in=people).delete()
    return len(people)


def measures(before: datetime) -> int:
    """Who held an account and what its number was, and what was said against the measure."""
    busy = Restitution.objects.filter(measure=OuterRef("pk"), matter__closed_at=None)
    over = Measure.objects.filter(~Exists(busy), matter__closed_at__lt=before).exclude(holder="")
    rows = list(over.values_list("pk", flat=True)[:AT_ONCE])
    Measure.objects.filter(pk__in=rows).update(holder="")
    Appeal.objects.filter(measure__in=rows).update(**SAID)
    known = Measure.objects.filter(account=OuterRef("pk")).exclude(holder="")
    gone = Account.objects.filter(~Exists(known), measures__in=rows)
    Account.objects.filter(pk__in=gone.values("pk")).update(number=NO_NUMBER)
    return len(rows)


def claims(before: datetime) -> int:
    """Who was paid, into which account, and what was said against the return; sums stay."""
    over = Claim.objects.filter(restitution__matter__closed_at__lt=before).exclude(victim="")
    rows = list(over.values_list("pk", "restitution_id")[:AT_ONCE])
    Claim.objects.filter(pk__in=[pk for pk, _ in rows]).update(victim="", account="")
    Objection.objects.filter(restitution__in={of for _, of in rows}).update(**SAID)
    return len(rows)
