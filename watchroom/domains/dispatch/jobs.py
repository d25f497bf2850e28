"""What dispatch does by itself when something has happened."""

from django.db.models import Q

from watchroom.base.clock import now
from watchroom.kernel import acts
from watchroom.kernel.access import Actor, system
from watchroom.kernel.models import Entry, Matter, Post

from . import actions

LEADS = "dispatch.override"
"""Who leads the watch: the people with this permission in the agency or above it."""


def assignment_overdue(entry: Entry) -> None:
    """Nobody signed, or nobody is safe for certain: bring in who leads the watch, and say so.

    The second entry is what the outward channels (radio desk, telephone, message) listen to; a job
    that runs twice writes it once.
    """
    if entry.matter is None or entry.data.get("clock") not in ("sign", "scene_safety"):
        return
    done = Entry.objects.filter(
        matter=entry.matter, event="dispatch.assignment.escalated", data__of=entry.pk
    )
    if done.exists():
        return
    actor = system()
    leaders = leaders_of(entry.matter)
    with acts.together():
        acts.involve(entry.matter, leaders, "leader")
        if entry.matter.parent:
            acts.involve(entry.matter.parent, leaders, "leader")
        _second_channel(actor, entry, leaders)


def _second_channel(actor: Actor, entry: Entry, leaders: list[int]) -> None:
    data = {"of": entry.pk, "clock": entry.data["clock"], "to": leaders, "channel": "voice"}
    assert entry.matter is not None  # noqa: S101 - checked by the caller
    acts.record(actor, entry.matter, "escalated", data=data)


def alert_overdue(entry: Entry) -> None:
    """The time of a public alert is over. An alert nobody approves or issues only turns red."""
    if entry.matter is not None and entry.data.get("clock") == "valid":
        actions.expire_alert(system(), entry.matter.pk)


def leaders_of(matter: Matter) -> list[int]:
    """Staff who lead the watch where the matter is, or above, today."""
    path = matter.agency.path.strip(".").split(".")
    moment = now()
    rows = Post.objects.filter(
        Q(starts=None) | Q(starts__lte=moment),
        Q(ends=None) | Q(ends__gt=moment),
        agency_id__in=[int(part) for part in path if part],
        role__permissions__contains=[LEADS],
        staff__is_active=True,
    )
    return sorted(set(rows.values_list("staff_id", flat=True)))
