"""What is known of people ends: first what they are compared by, then who they were."""

from watchroom.base.clock import now
from watchroom.kernel import acts
from watchroom.kernel.access import system

from .. import rules
from ..models import Party, Session, Visit


def erase_expired() -> tuple[int, int]:
    """Erase match keys and parties whose time is over; how many parties of each.

    Nothing of an open dispute is erased but keys nobody would compare any more. Figures stay: they
    count matters and entries. So does a signed agreement, as it was signed.
    """
    with acts.together():
        compared, named = _forget_keys(), _forget_people()
        if compared or named:
            actor, data = system(), {"keys": compared, "parties": named}
            acts.happened(actor, "disputes.people.erased", actor.agency_id, data=data)
    return compared, named


def _forget_keys() -> int:
    rows = Party.objects.filter(dispute__matter__occurred_at__lt=now() - rules.COMPARED)
    return rows.exclude(name_key="", phone_key="").update(name_key="", phone_key="")


def _forget_people() -> int:
    over = {"dispute__matter__closed_at__lt": now() - rules.NAMED}
    Session.objects.filter(**over).exclude(summary="").update(summary="")
    Visit.objects.filter(**over).exclude(words="").update(words="")
    rows = Party.objects.filter(**over, erased_at=None)
    return rows.update(name="", phone="", name_key="", phone_key="", erased_at=now())
