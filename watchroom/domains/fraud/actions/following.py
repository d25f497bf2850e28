"""What follows by itself when something has happened to a measure or a return.

Each may run again after a crash: orders are given once, steps are taken where they can be.
"""

from contextlib import suppress

from procrastinate import exceptions
from procrastinate.contrib.django import app

from watchroom.base.refusal import Conflict
from watchroom.kernel import access, acts
from watchroom.kernel.access import system
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry, Matter

from ..flow.measure import AT_THE_BANK, AUTHORISE, IN_FORCE
from ..queries import measures as queries
from . import measures, orders, restitution
from .messages import message_asked


def case_messaged(entry: Entry) -> None:
    """The step "message" was taken: the message is written, and a session sends it at once."""
    if message_asked(entry) is not None:
        with suppress(exceptions.AlreadyEnqueued):  # that session will send this one too
            app.configure_task("fraud.messages", queueing_lock="fraud.messages").defer(timestamp=0)


def measure_approved(entry: Entry) -> None:
    """Approved, or to be sent again: the order goes to the bank."""
    if entry.matter and entry.matter.state in AT_THE_BANK:
        row = queries.row_of(entry.matter.pk)
        orders.pursue(orders.give(row, row.sort).pk)


def measure_lifted(entry: Entry) -> None:
    """One touch lifted it: the bank is told."""
    if entry.matter and entry.matter.state == "lifting":
        orders.pursue(orders.give(queries.row_of(entry.matter.pk), "lift").pk)


def measure_extended(entry: Entry) -> None:
    """More time was approved for the measure itself: the bank is told until when."""
    if entry.matter and entry.matter.state == "in_force" and entry.data["clock"] == "end":
        orders.pursue(orders.give(queries.row_of(entry.matter.pk), "renew").pk)


def return_authorised(entry: Entry) -> None:
    """Each victim's share is an order of its own."""
    if entry.matter is None or entry.matter.state != "approved":
        return
    row = queries.restitution_of(entry.matter.pk)
    for claim in row.claims.filter(paid_at=None).exclude(direct=0, pro_rata=0).order_by("id"):
        claim.restitution = row
        orders.pursue(orders.give(queries.row_of(row.measure_id), "pay", claim).pk)


def measure_overdue(entry: Entry) -> None:
    """Its end has come, or somebody is silent: what was to end ends, silence is said out loud."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    if entry.data["clock"] == "end":
        _expire(entry, matter)
        return
    if entry.data["clock"] == "answer" and matter.state in ("approved", "sent"):
        _step(matter, "time_out", {})
    escalate(entry, access.holders(AUTHORISE, matter.agency))


def _expire(entry: Entry, matter: Matter) -> None:
    """Unless more time was granted meanwhile: then the clock runs on, and this is of the past."""
    with acts.together():
        matter = acts.lock([matter.pk])[matter.pk]
        ends = queries.end_of(matter.pk)
        if matter.state in IN_FORCE and ends and ends <= entry.entered_at:
            _step(matter, "expire", {"occurred_at": ends})


def return_overdue(entry: Entry) -> None:
    """The notice is over, or somebody is silent."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    if entry.data["clock"] == "notice" and matter.state == "noticed":
        told: acts.ToldWhy = {"occurred_at": entry.occurred_at}
        restitution.take(system(matter.agency), matter, "notice_over", {}, told)
        return
    escalate(entry, access.holders(AUTHORISE, matter.agency))


def _step(matter: Matter, step: str, told: acts.ToldWhy) -> None:
    try:
        measures.take(system(matter.agency), matter, step, {}, told)
    except Conflict:  # somebody was faster: what was to happen by itself has happened by hand
        return
