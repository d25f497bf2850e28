"""What is known of people ends: first what they are compared by, then who they were.

Each empties at most AT_ONCE parties whose time began before a moment and says how many there were.
Nothing of an open dispute is erased but keys nobody would compare any more. Figures stay: they
count matters and entries. So does a signed agreement, as it was signed.
"""

from datetime import datetime

from watchroom.base.clock import now

from ..models import Party, Session, Visit

AT_ONCE = 2_000


def keys(before: datetime) -> int:
    """What the parties of disputes that happened before are compared by."""
    rows = Party.objects.filter(dispute__matter__occurred_at__lt=before)
    rows = rows.exclude(name_key="", phone_key="")
    return Party.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:AT_ONCE])).update(
        name_key="", phone_key=""
    )


def parties(before: datetime) -> int:
    """Who was a party to disputes that ended before, and what was noted of what they said."""
    rows = Party.objects.filter(dispute__matter__closed_at__lt=before, erased_at=None)
    found = list(rows.values_list("pk", "dispute_id")[:AT_ONCE])
    of = {dispute for _, dispute in found}
    Session.objects.filter(dispute__in=of).update(summary="")
    Visit.objects.filter(dispute__in=of).update(words="")
    return Party.objects.filter(pk__in=[pk for pk, _ in found]).update(
        name="", phone="", name_key="", phone_key="", erased_at=now()
    )
