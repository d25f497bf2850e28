"""What the fraud centre does by itself when something has happened."""

from contextlib import suppress

from procrastinate import exceptions
from procrastinate.contrib.django import app

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from .actions.following import (
    measure_approved,
    measure_extended,
    measure_lifted,
    measure_overdue,
    return_authorised,
    return_overdue,
)
from .actions.messages import message_asked
from .flow import RESPOND

__all__ = [
    "case_messaged",
    "case_overdue",
    "measure_approved",
    "measure_extended",
    "measure_lifted",
    "measure_overdue",
    "return_authorised",
    "return_overdue",
]


def case_overdue(entry: Entry) -> None:
    """A limit has passed: whoever leads is brought in, and it is said out loud."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    escalate(entry, access.holders(RESPOND, matter.agency))


def case_messaged(entry: Entry) -> None:
    """The step "message" was taken: the message is written, and a session sends it at once."""
    if message_asked(entry) is not None:
        with suppress(exceptions.AlreadyEnqueued):  # that session will send this one too
            app.configure_task("fraud.messages", queueing_lock="fraud.messages").defer(timestamp=0)
