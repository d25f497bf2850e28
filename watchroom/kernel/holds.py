"""Legal hold: nothing of a matter, nor of what hangs below it, is erased.

From when one person sets it until another lifts it.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import access, acts
from .access import Actor
from .models import Hold, Matter

SET, LIFT = "hold.set", "hold.lift"
LONGEST = 1_000
"""Characters of a reason."""
_LOCK = 0x77720007
"""Advisory lock: ending records and holding them never overlap."""


def standing() -> QuerySet[Hold]:
    """The holds that nobody has lifted."""
    return Hold.objects.filter(lifted_at=None)


def held() -> QuerySet[Matter, Any]:
    """Matters under hold, and what hangs below them, as a subquery of their keys."""
    named = standing().values("matter")
    below = Q(parent__in=named) | Q(parent__parent__in=named)
    return Matter.objects.filter(Q(pk__in=named) | below).values("pk")


def of(matter: Matter) -> Hold | None:
    """The hold a matter is under, if any."""
    return standing().filter(matter=matter).select_related("set_by").first()


def wait() -> None:
    """Wait, inside a transaction, for whoever is setting a hold or ending records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def put(actor: Actor, matter_id: int, reason: str) -> Hold:
    """Put a matter under hold, with a reason."""
    matter = access.find(actor, pk=matter_id)
    access.require(actor, SET, matter)
    staff_id, words = person(actor), said(reason)
    wait()
    acts.lock([matter.pk])
    if of(matter):
        raise Conflict(Text("本事项已在保全中", "This matter is under legal hold already"))
    made = Hold.objects.create(matter=matter, reason=words, set_by_id=staff_id, set_at=now())
    acts.record(actor, matter, "held", reason=words)
    return made


@transaction.atomic
def lift(actor: Actor, matter_id: int, reason: str) -> Hold:
    """Lift a hold: another person than who set it."""
    matter = access.find(actor, pk=matter_id)
    access.require(actor, LIFT, matter)
    staff_id, words = person(actor), said(reason)
    acts.lock([matter.pk])
    hold = of(matter)
    if hold is None:
        raise Conflict(Text("本事项不在保全中", "This matter is under no legal hold"))
    if hold.set_by_id == staff_id:
        raise Refusal(
            Text("须由设置人以外的人解除保全", "Somebody else than who set the hold must lift it"),
            code="forbidden",
        )
    hold.lifted_by_id, hold.lifted_at, hold.lifted_because = staff_id, now(), words
    hold.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    acts.record(actor, matter, "hold_lifted", reason=words)
    return hold


def person(actor: Actor) -> int:
    """The person the actor is. Refusal for a machine: what keeps or ends records is decided."""
    if actor.staff_id is None:
        raise Refusal(
            Text("此事须由人决定", "A person must decide this, not a machine"), code="forbidden"
        )
    return actor.staff_id


def said(words: str) -> str:
    """A reason as it is kept. Refusal without one."""
    if not 4 <= len(words := words.strip()) <= LONGEST:
        raise Refusal(
            Text("请写明理由（4至{n}字）", "Give a reason of 4 to {n} characters").format(n=LONGEST)
        )
    return words
