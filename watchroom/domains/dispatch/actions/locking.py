"""The one order in which rows are locked: incidents by id, then units by id, chains last.

Every act that touches more than one row goes through `held`; so no two desks ever wait for each
other in a circle.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from watchroom.base.refusal import Conflict
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Matter, Unit

from ..models import Assignment

ATTEMPTS = 5


@dataclass(frozen=True)
class Held:
    """Rows that nobody else changes until the act is over."""

    incidents: dict[int, Matter]
    units: dict[int, Unit]

    def incident(self, pk: int) -> Matter:
        """One of the incidents held."""
        return self.incidents[pk]


@contextmanager
def held(
    incidents: Iterable[int],
    units: Iterable[int] = (),
    assignments: Iterable[int] = (),
    *,
    ending: bool = False,
    freeing: bool = False,
) -> Iterator[Held]:
    """Lock incidents and units for one act, and the assignments it is about, if it is known.

    `ending`: also the units the incidents hold, for they will be set free. `freeing`: also the
    incidents waiting for these units, for one of them may be next. What must be locked is found
    before the locks; if it grew meanwhile, everything is let go and taken again in order.
    """
    for _ in range(ATTEMPTS):
        wanted = _wanted(set(incidents), set(units), ending=ending, freeing=freeing)
        with acts.together():
            rows = _lock(*wanted, set(assignments))
            again = _wanted(set(incidents), set(units), ending=ending, freeing=freeing)
            if again[0] <= wanted[0] and again[1] <= wanted[1]:
                yield rows
                return
    raise Conflict(
        Text("警情正在被多席同时办理，请再试一次", "Several desks act on this at once: try again")
    )


def _wanted(
    incidents: set[int], units: set[int], *, ending: bool, freeing: bool
) -> tuple[set[int], set[int]]:
    open_rows = Assignment.objects.filter(ended_at=None)
    if ending:
        there = open_rows.filter(incident_id__in=incidents, holding=True)
        units = units | set(there.values_list("unit_id", flat=True))
    if ending or freeing:
        next_ones = open_rows.filter(unit_id__in=units, stack_order__isnull=False)
        incidents = incidents | set(next_ones.values_list("incident_id", flat=True))
    return incidents, units


def _lock(incidents: set[int], units: set[int], assignments: set[int]) -> Held:
    # An assignment is younger than its incident, so in the order of ids it comes after it.
    rows = acts.lock(incidents | assignments)
    if any(rows[pk].kind != "dispatch.incident" for pk in incidents):
        raise NotFound
    cars = Unit.objects.select_for_update(no_key=True).filter(pk__in=units)
    found = {u.pk: u for u in cars.order_by("pk")}
    if units - set(found):
        raise NotFound
    return Held(rows, found)
