"""What dispatch does by itself when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.access import system
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from . import actions

LEADS = "dispatch.override"
"""Who leads the watch: the people with this permission in the agency or above it."""


def assignment_overdue(entry: Entry) -> None:
    """Nobody signed, or nobody is safe for certain: bring in who leads the watch, and say so."""
    if entry.matter is None or entry.data.get("clock") not in ("sign", "scene_safety"):
        return
    incident = [entry.matter.parent] if entry.matter.parent else []
    escalate(entry, access.holders(LEADS, entry.matter.agency), *incident)


def alert_overdue(entry: Entry) -> None:
    """The time of a public alert is over. An alert nobody approves or issues only turns red."""
    if entry.matter is not None and entry.data.get("clock") == "valid":
        actions.expire_alert(system(), entry.matter.pk)
