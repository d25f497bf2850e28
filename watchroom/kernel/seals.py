"""Sealing: only the roles a seal names know of a matter, and whoever is brought in later.

For a juvenile's record, say. Whatever hangs below the matter is sealed with it. To everybody else
it is as if it had never been: `access.visible` leaves it out of pages, search, counts and streams.
"""

from collections.abc import Iterable, Iterator

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import access, acts, holds
from .access import Actor
from .models import Involvement, Matter, Post, Role, Seal

PERMISSION, LIFT = "matter.seal", "matter.unseal"


def of(matter: Matter) -> Seal | None:
    """The seal a matter is under, if any. A matter may be sealed from its opening without one."""
    if not matter.sealed:
        return None
    rows = Seal.objects.filter(matter=matter, lifted_at=None)
    return rows.select_related("set_by").first()


def _with_all_below(matter: Matter) -> Iterator[Matter]:
    yield matter
    for child in Matter.objects.filter(parent=matter).order_by("id"):
        yield from _with_all_below(child)


def put(actor: Actor, matter_id: int, roles: Iterable[str], reason: str) -> Matter:
    """Seal a matter and what hangs below it: from now on these roles see it and nobody else."""
    matter = access.find(actor, pk=matter_id)
    access.require(actor, PERMISSION, matter)
    holds.person(actor)
    words, named = holds.said(reason), _named(roles)
    if matter.sealed:
        raise Conflict(Text("本事项已封存", "This matter is sealed already"))
    with acts.together():
        for one in _with_all_below(matter):
            if not one.sealed:
                _seal(actor, one, named, words)
    return Matter.objects.get(pk=matter.pk)


def _named(roles: Iterable[str]) -> list[str]:
    known = dict(Role.objects.filter(key__in=list(roles)).values_list("key", "permissions"))
    if not any(LIFT in permissions for permissions in known.values()):
        raise Refusal(
            Text(
                "请至少选择一个有权解除封存的角色，否则无人能解除",
                "Choose at least one role that may lift seals, or nobody ever could",
            )
        )
    return sorted(known)


def _seal(actor: Actor, matter: Matter, roles: list[str], reason: str) -> None:
    def change(row: Matter) -> dict[str, object]:
        row.sealed = True
        at = now()
        Seal.objects.create(
            matter=row, roles=roles, reason=reason, set_by_id=holds.person(actor), set_at=at
        )
        stay = Post.objects.filter(role__key__in=roles).values("staff")
        involved = Involvement.objects.filter(matter=row, until=None)
        involved.exclude(staff__in=stay).update(until=at)
        return {"roles": roles}

    whole = access.on_account_of(actor, PERMISSION)
    acts.amend(whole, matter.pk, PERMISSION, "sealed", change=change, reason=reason)


def lift(actor: Actor, matter_id: int, reason: str) -> Matter:
    """Lift a seal: another person than who set it, of a role that it names."""
    matter = access.find(actor, pk=matter_id)
    access.require(actor, LIFT, matter)
    words, seal = holds.said(reason), of(matter)
    if seal is None:
        raise Conflict(Text("本事项没有封存记录", "This matter is under no seal"))
    if seal.set_by_id == holds.person(actor):
        raise Refusal(
            Text(
                "须由封存人以外的人解除封存", "Somebody else than who sealed it must lift the seal"
            ),
            code="forbidden",
        )
    with acts.together():
        for one in _with_all_below(matter):
            if (own := of(one)) and own.set_by_id == seal.set_by_id:
                _unseal(actor, one, own, words)
    return Matter.objects.get(pk=matter.pk)


def _unseal(actor: Actor, matter: Matter, seal: Seal, reason: str) -> None:
    def change(row: Matter) -> None:
        row.sealed = False
        seal.lifted_by_id, seal.lifted_at = holds.person(actor), now()
        seal.lifted_because = reason
        seal.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])

    whole = access.on_account_of(actor, LIFT)
    acts.amend(whole, matter.pk, LIFT, "unsealed", change=change, reason=reason)
