"""What dispatch does by itself when something has happened."""

from typing import Any

from watchroom.kernel import access, acts
from watchroom.kernel.access import system
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry, Matter

from . import actions, queries
from .models import Incident

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


def help_wanted(entry: Entry) -> None:
    """Somebody in another domain asked for people at a place: an incident, and the nearest unit.

    The entry says what in `data["wanted"]`: words, priority, lon, lat and, if a kind of unit is to
    go at once, `force`. Where none of that kind is free, the incident waits on the board.
    """
    matter, wanted = entry.matter, entry.data.get("wanted")
    if matter is None or not isinstance(wanted, dict):
        return
    incident = _incident_of(entry, matter, wanted)
    if not wanted.get("force") or incident.state != "classified":
        return
    ranked = queries.ranked_units(system(), incident.pk, limit=None)
    units = [r.facts for r in ranked]
    able = [u for u in units if u.kind == wanted["force"] and u.status == "free"]
    if able:
        actions.assign_one(system(), incident.pk, able[0].unit_id)


def _incident_of(entry: Entry, matter: Matter, wanted: dict[str, Any]) -> Matter:
    """The incident of this entry: made once, and linked with what asked for it."""
    told = f"{entry.event}:{entry.pk}"
    if known := Incident.objects.filter(external_id=told).select_related("matter").first():
        return known.matter
    words = str(wanted["words"])
    likely = queries.suggested_classes(system(), words, limit=1)
    with acts.together():
        incident = actions.report_call(
            system(matter.agency),
            words=words,
            lon=wanted.get("lon"),
            lat=wanted.get("lat"),
            channel="partner",
            class_code=likely[0].code if likely else "",
            priority=int(wanted["priority"]) if likely else None,
            agency_id=matter.agency_id,
            external_id=told,
            received_at=entry.occurred_at,
        )
        acts.link(system(), matter, incident, "cause")
    return incident
