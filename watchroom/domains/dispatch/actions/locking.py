"""The one order in which rows are locked: incidents by id, then units by id, chains last.

Every act that touches more than one row goes through `held`; so no two desks ever wait for each
other in a circle.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import F

from watchroom.base.refusal import Conflict
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Matter, Unit

from ..flow import INCIDENT
from ..models import Assignment

ATTEMPTS = 5


@dataclass(frozen=True)
class Held:
    """Rows that nobody else changes until the act is over. `awaited`: units that incidents are
    lined up behind; known where the act ends incidents or frees units."""

    matters: dict[int, Matter]
    units: dict[int, Unit]
    awaited: frozenset[int]


def hold(matters: Iterable[int], units: Iterable[int]) -> dict[int, Matter]:
    """Lock in one go, inside `together`, what several acts are going to be about.

    Each matter changes with the acts: there is one object for it until they end.
    """
    held = acts.lock(matters)
    acts.lock_units(units)
    return held


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
    incidents waiting for these units, for one of them may be next; mostly there is none, so it is
    asked only once they are locked. If there is more to lock then, everything is let go and taken
    again in order.
    """
    named = Wanted(frozenset(incidents), frozenset(units))
    wanted = _wanted(named, ending=ending, freeing=freeing) if ending else named
    for _ in range(ATTEMPTS):
        with acts.together():
            matters = acts.lock(wanted.incidents | set(assignments))
            if any(matters[pk].kind != INCIDENT.kind for pk in wanted.incidents):
                raise NotFound
            cars = acts.lock_units(wanted.units)
            again = _wanted(named, ending=ending, freeing=freeing)
            if again.incidents <= wanted.incidents and again.units <= wanted.units:
                yield Held(matters, cars, again.awaited)
                return
            wanted = again
    raise Conflict(
        Text("警情正在被多席同时办理，请再试一次", "Several desks act on this at once: try again")
    )


@contextmanager
def held_assignment(
    actor: Actor, assignment_id: int, *, freeing: bool = False
) -> Iterator[tuple[Assignment, Held]]:
    """An assignment the actor may see, held with its incident and its unit."""
    known = Assignment.objects.annotate(seen_at=F("matter__version"))
    row = known.filter(pk=assignment_id, matter__in=access.visible(actor)).first()
    if row is None:
        raise NotFound
    with held([row.incident_id], [row.unit_id], [row.pk], freeing=freeing) as rows:
        matter = rows.matters[row.pk]
        if not access.sees(actor, matter):
            raise NotFound
        if row.seen_at != matter.version:  # whatever changes an assignment is a step of its matter
            row.refresh_from_db()
        row.matter, row.unit = matter, rows.units[row.unit_id]
        yield row, rows


@dataclass(frozen=True)
class Wanted:
    """Ids of what must be locked; `awaited` as in `Held`."""

    incidents: frozenset[int]
    units: frozenset[int]
    awaited: frozenset[int] = frozenset()


def _wanted(named: Wanted, *, ending: bool, freeing: bool) -> Wanted:
    incidents, units = set(named.incidents), set(named.units)
    lined_up: list[tuple[int, int]] = []
    open_rows = Assignment.objects.filter(ended_at=None)
    if ending:
        there = open_rows.filter(incident_id__in=incidents, holding=True)
        units |= set(there.values_list("unit_id", flat=True))
    if ending or freeing:
        waiting = open_rows.filter(unit_id__in=units, stack_order__isnull=False)
        lined_up = list(waiting.values_list("incident_id", "unit_id"))
    return Wanted(
        frozenset(incidents | {incident for incident, _ in lined_up}),
        frozenset(units),
        frozenset(unit for _, unit in lined_up),
    )
