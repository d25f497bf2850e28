"""The incident follows its assignments; a unit set free goes to whoever waits for it."""

from datetime import datetime
from typing import Any

from watchroom.kernel import acts
from watchroom.kernel.access import Actor, on_account_of
from watchroom.kernel.models import Matter, Unit

from .. import rules
from ..flow import OPEN, RESPOND, SEND
from ..models import Assignment, Incident
from .locking import Held


def facts(matter: Matter) -> dict[str, Any]:
    """What clock rules ask for: an ungraded incident runs as priority 2, no beat as urban."""
    return {
        "priority": matter.priority or 2,
        "setting": matter.beat.setting if matter.beat else "urban",
    }


def incident_follows(actor: Actor, incident_id: int, at: datetime) -> None:
    """Take the hidden step the incident's assignments call for, if any."""
    matter = acts.lock([incident_id])[incident_id]
    rows = Incident.objects.filter(pk=incident_id).values_list(
        "attempt", "fed_back_at", "assignments__attempt", "assignments__matter__state"
    )
    told = list(rows)  # one row an assignment, one without any where there is none
    attempt, fed_back, *_ = told[0]
    states = [state for _, _, sent_in, state in told if sent_in == attempt]
    step = rules.follow(matter.state, states, fed_back is not None)
    if step is None:
        return
    by = on_account_of(actor, RESPOND, SEND)
    if step == "first_on_scene":
        Incident.objects.filter(pk=incident_id).update(first_on_scene_at=at)
    if step == "unattended":
        Incident.objects.filter(pk=incident_id).update(attempt=attempt + 1)
    acts.take(by, incident_id, step, occurred_at=at, facts=facts(matter))
    if step.startswith("all_clear"):
        drop_queue(by, incident_id, at, "警情已处置完毕 / The incident is resolved")


def drop_queue(by: Actor, incident_id: int, at: datetime, reason: str) -> None:
    """Release what is still lined up for an incident that needs nobody any more."""
    waiting = Assignment.objects.filter(incident_id=incident_id, stack_order__isnull=False)
    for row in waiting.order_by("pk"):
        Assignment.objects.filter(pk=row.pk).update(stack_order=None, ended_at=at)
        acts.take(by, row.pk, "release", reason=reason, occurred_at=at)


def set_free(actor: Actor, held: Held, unit_id: int, at: datetime) -> None:
    """The unit is free, and at once sent to the incident that waits for it, if one does."""
    unit = held.units[unit_id]
    unit.status, unit.status_since = "free", at
    unit.save(update_fields=["status", "status_since"])
    if unit_id not in held.awaited:
        return
    waiting = Assignment.objects.filter(unit=unit, stack_order__isnull=False, ended_at=None)
    by = on_account_of(actor, RESPOND, SEND)
    for row in waiting.order_by("stack_order"):
        matter = acts.lock([row.incident_id])[row.incident_id]
        if matter.state in OPEN and matter.state not in ("received", "resolved"):
            step = "dispatch" if matter.state == "classified" else "send_more"
            acts.take(by, matter.pk, step, data={"units": [unit.code]}, occurred_at=at)
            send(by, row.pk, matter, unit, at)
            return


def send(by: Actor, assignment_id: int, incident: Matter, unit: Unit, at: datetime) -> Matter:
    """Give a lined-up assignment to its unit: from now on it holds the unit."""
    attempt = Incident.objects.values_list("attempt", flat=True).get(pk=incident.pk)

    def change(_matter: Matter) -> dict[str, Any]:
        Assignment.objects.filter(pk=assignment_id).update(
            holding=True, stack_order=None, sent_at=at, attempt=attempt
        )
        return {"unit": unit.code, "incident": incident.number}

    matter = acts.take(
        by, assignment_id, "send", occurred_at=at, change=change, facts=facts(incident)
    )
    unit.status, unit.status_since = "busy", at
    unit.save(update_fields=["status", "status_since"])
    crew = list(unit.crew.values_list("pk", flat=True))
    acts.involve(matter, crew, "crew")
    acts.involve(incident, crew, role_of(unit.code))
    return matter


def role_of(unit_code: str) -> str:
    """The role under which a unit's crew is involved in an incident."""
    return f"crew:{unit_code}"
