"""Several acts as one: one transaction, and what they share until it ends.

What one act has locked or read, the next need not ask for again, for nobody else can change it
meanwhile; clocks and entries are written once, at the end, however many acts there were.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from . import access, reactions, trail
from .clocks import Ledger
from .models import Entry, Matter, Unit


@dataclass
class Together:
    """What the acts of one transaction share. Rows are locked or new: one object a row."""

    records: list[trail.Record] = field(default_factory=list)
    matters: dict[int, Matter] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=dict)
    new: set[UUID] = field(default_factory=set)
    """Acts looked for and not found: no twin can come before us now."""
    clocks: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.clocks = Ledger(self.matters)


_now: ContextVar[Together | None] = ContextVar("together", default=None)


def current() -> Together | None:
    """What the acts of the transaction under way share; None outside `together`."""
    return _now.get()


@contextmanager
def together(new: Iterable[UUID] = ()) -> Iterator[Together]:
    """Several acts as one: one transaction, and their entries are appended together at its end.

    The chains are locked last and in a fixed order, so two desks whose acts touch the same two
    agencies never wait for each other in a circle. Rows must be locked by the caller in one order
    everywhere. Inside, `record` and the like give no entry back: it is not written yet. An act that
    is refused inside refuses the whole.

    `new`: acts the caller has looked for already. Should a twin of one come before us all the same,
    the database refuses the whole, for an act has one entry.
    """
    if (outer := _now.get()) is not None:
        outer.new.update(new)
        with transaction.atomic(savepoint=False):  # what is refused inside refuses the whole
            yield outer
        return
    with transaction.atomic():
        shared = Together(new=set(new))
        token = _now.set(shared)
        try:
            yield shared
        finally:
            _now.reset(token)
        shared.clocks.write()
        for entry in trail.append(shared.records) if shared.records else ():
            reactions.schedule(entry)


def lock(ids: Iterable[int]) -> dict[int, Matter]:
    """Lock matters in the order of their ids; NotFound where one is missing.

    Inside `together` each is locked and read once: whoever asks again gets the same object.
    """
    wanted, shared = sorted(set(ids)), _now.get()
    held = shared.matters if shared else {}
    if missing := [pk for pk in wanted if pk not in held]:
        # no_key: an entry written on the matter by somebody else (a note, an overdue clock) refers
        # to its row and must not wait for us while holding a chain that we need.
        rows = Matter.objects.select_for_update(no_key=True).filter(pk__in=missing)
        held |= {matter.pk: matter for matter in rows.order_by("pk")}
    if any(pk not in held for pk in wanted):
        raise access.NotFound
    return {pk: held[pk] for pk in wanted}


def lock_units(ids: Iterable[int]) -> dict[int, Unit]:
    """Lock units in the order of their ids, as `lock` does matters; matters come first."""
    wanted, shared = sorted(set(ids)), _now.get()
    held = shared.units if shared else {}
    if missing := [pk for pk in wanted if pk not in held]:
        rows = Unit.objects.select_for_update(no_key=True).filter(pk__in=missing)
        held |= {unit.pk: unit for unit in rows.order_by("pk")}
    if any(pk not in held for pk in wanted):
        raise access.NotFound
    return {pk: held[pk] for pk in wanted}


def seen(act_id: UUID | None) -> Matter | None:
    """The matter an act was already done to, when the same act arrives again."""
    shared = _now.get()
    if act_id is None or (shared and act_id in shared.new):
        return None
    known = Entry.objects.filter(act_id=act_id).values_list("matter_id").first()
    if known is None and shared:
        shared.new.add(act_id)
    return Matter.objects.filter(pk=known[0]).first() if known else None
