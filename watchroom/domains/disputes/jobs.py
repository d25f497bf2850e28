"""What disputes do by themselves when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry
from watchroom.kernel.reactions import act_after

from . import actions, queries
from .flow import APPROVE

NOTHING = ("false", "unfounded", "by_phone")
"""Dispositions after which there is no quarrel to settle."""


def call_closed(entry: Entry) -> None:
    """A call is over: if its class is the sign of disputes, one is registered, once.

    The class is the last one its own trail names; which classes count stands in the list of types.
    """
    if entry.matter is None or entry.data.get("disposition") in NOTHING:
        return
    named = Entry.objects.filter(matter=entry.matter, data__has_key="class_code").order_by("-id")
    code = named.values_list("data__class_code", flat=True).first()
    kind = queries.type_of_call(str(code)) if code else None
    if kind is not None:
        actions.found_by_call(entry, kind)


def need_found(entry: Entry) -> None:
    """What an officer heard on a visit becomes a dispute, linked to the visit, once."""
    if entry.data.get("kind") == "dispute":
        actions.found_on_visit(entry, act_after(entry, "dispute"))


def dispute_overdue(entry: Entry) -> None:
    """A clock ran out: whoever leads the agency is brought in, and it is said out loud."""
    if entry.matter is not None and entry.matter.closed_at is None:
        escalate(entry, access.holders(APPROVE, entry.matter.agency))
