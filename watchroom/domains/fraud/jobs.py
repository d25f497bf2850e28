"""What the fraud centre does by itself when something has happened."""

from watchroom.base.refusal import Refusal
from watchroom.kernel import access, acts
from watchroom.kernel.access import system
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry, Involvement, Link, Matter

from . import actions, queries
from .actions.following import (
    case_messaged,
    measure_approved,
    measure_extended,
    measure_lifted,
    measure_overdue,
    return_authorised,
    return_overdue,
)
from .flow import CASE, RESPOND

__all__ = [
    "case_messaged",
    "case_overdue",
    "measure_approved",
    "measure_extended",
    "measure_lifted",
    "measure_overdue",
    "return_authorised",
    "return_overdue",
    "unit_arrived",
    "unit_sent",
]


def case_overdue(entry: Entry) -> None:
    """A limit has passed: whoever leads is brought in, and it is said out loud."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    escalate(entry, access.holders(RESPOND, matter.agency))


def unit_sent(entry: Entry) -> None:
    """Somebody was sent to an incident that a case asked for: they may see the case now."""
    crew = Involvement.objects.filter(matter=entry.matter, until=None)
    staff = sorted(set(crew.values_list("staff_id", flat=True)))
    for case in _cases_of(entry):
        if not Entry.objects.filter(
            matter=case, event=f"{CASE.kind}.visit_sent", data__of=entry.pk
        ).exists():
            with acts.together():
                acts.involve(case, staff, queries.VISITOR)
                data = {"of": entry.pk, "unit": entry.data.get("unit", "")}
                acts.record(system(), case, "visit_sent", data=data)


def unit_arrived(entry: Entry) -> None:
    """They stand at the door: the clock of the visit stops."""
    for case in _cases_of(entry):
        if case.state == "visiting":
            try:
                actions.perform(
                    system(), case.pk, "arrive", occurred_at=entry.occurred_at,
                    data={"unit": entry.data.get("unit", "")},
                )  # fmt: skip
            except Refusal:  # the desk was faster: the case has moved on
                return


def _cases_of(entry: Entry) -> list[Matter]:
    """Cases that led to the incident of this entry's assignment."""
    assignment = entry.matter
    if assignment is None or assignment.parent_id is None:
        return []
    links = Link.objects.filter(
        target=assignment.parent_id, kind="cause", source__kind=CASE.kind
    ).select_related("source")
    return [link.source for link in links]
