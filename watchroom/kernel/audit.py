"""Entries of the trail that belong to no matter: sign-ins, posts, tokens."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from watchroom.base.clock import now

from .access import Actor
from .models import Agency, Entry, Staff
from .trail import Record, append


@transaction.atomic
def note(
    event: str,
    *,
    actor: Actor | None = None,
    staff: Staff | None = None,
    agency_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Entry | None:
    """Write what `actor` (or `staff`, or nobody known) did; in `agency_id` or their own agency.

    Before the first agency exists there is no chain to write to, and nobody who could sign in:
    the answer is None then.
    """
    agency = agency_id or (actor.agency_id if actor else None) or (staff and staff.agency_id)
    agency = agency or Agency.objects.filter(parent=None).values_list("id", flat=True).first()
    if agency is None:
        return None
    who = actor.name if actor else staff.name if staff else ""
    record = Record(
        event=event,
        agency_id=agency,
        actor_id=actor.staff_id if actor else staff.pk if staff else None,
        actor_name=who,
        occurred_at=now(),
        reason=reason,
        data={**(data or {}), **({"token": actor.token_id} if actor and actor.token_id else {})},
    )
    (entry,) = append([record])
    return entry
