"""How long what tells who somebody is may stay: classes that domains declare, emptied each night.

A domain says it in its module `retention`: KEPT. How long is a limit like any other: policy that an
agency overrides with its own file (`docs/reference/limits.md`). What is emptied is names, numbers
and words; what is counted stays, so figures are the same before and after.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.base.clock import now
from watchroom.law import limits
from watchroom.law.rule import Unit

from . import acts
from .access import system
from .registry import registry

EVENT = "retention.erased"


@dataclass(frozen=True)
class Kept:
    """One class of records about people, by the limit that says how many days they stay.

    `erase(before)` empties some of those whose time began before that moment and returns how many
    there were; it is called again until it returns 0.
    """

    rule: str
    erase: Callable[[datetime], int]

    @property
    def stays(self) -> timedelta:
        """How long a record of this class stays."""
        rule = limits.rule(self.rule)
        if rule.unit is not Unit.CALENDAR_DAYS or not rule.length:
            raise ValueError(f"{self.rule}: how long records stay is said in calendar_days")
        return timedelta(days=rule.length)


def classes() -> list[Kept]:
    """What the domains declare, in the order of their folders."""
    parts = (domain.part("retention", "KEPT", ()) for domain in registry.domains.values())
    return [one for part in parts for one in part]


def erase_due() -> dict[str, int]:
    """Empty everything whose time is over; class → how many records. Each part is an entry."""
    return {one.rule: sum(_parts(one)) for one in classes()}


def _parts(one: Kept) -> Iterator[int]:
    """Part after part, each in a transaction of its own: a long night locks nobody out."""
    before = now() - one.stays
    while done := _part(one, before):
        yield done


def _part(one: Kept, before: datetime) -> int:
    actor = system()
    with acts.together():
        done = one.erase(before)
        if done:
            data = {"class": one.rule, "records": done, "before": before.isoformat()}
            acts.happened(actor, EVENT, actor.agency_id, data=data)
    return done
