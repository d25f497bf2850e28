"""What the people sent do, or say over the radio: sign, set out, arrive, clear, refuse, safe."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, UnitPosition

from ..models import Assignment
from .following import incident_follows, set_free
from .locking import Held, held_assignment
from .sending import end, of

COLUMN = {"sign": "signed_at", "set_out": "set_out_at", "arrive": "arrived_at"}
ORDER = tuple(COLUMN)
FRESH = timedelta(seconds=60)
"""A position is where a unit set out if it was told within this time of it."""
Respond = Callable[..., Matter]


def _step(name: str, text: str) -> Respond:
    def respond(
        actor: Actor,
        assignment_id: int,
        *,
        version: int | None = None,
        reason: str = "",
        occurred_at: datetime | None = None,
        act_id: UUID | None = None,
    ) -> Matter:
        with held_assignment(actor, assignment_id) as (row, _):
            if known := acts.seen(act_id):
                return known
            at = occurred_at or now()
            if name in row.not_recorded:
                return back_enter(actor, assignment_id, name, at, reason=reason, act_id=act_id)
            matter = acts.take(
                actor,
                assignment_id,
                name,
                version=version,
                reason=reason,
                occurred_at=at,
                change=_times(row, name, at),
                act_id=act_id,
            )
            if name == "arrive":  # the others leave the incident as it is
                incident_follows(actor, row.incident_id, at)
        return matter

    respond.__name__, respond.__doc__ = name, text
    return respond


sign = _step("sign", "The unit has the instruction.")
set_out = _step("set_out", "The unit is under way. Signing, if never told, stands as not recorded.")
arrive = _step("arrive", "The unit is there. Steps never told stand as not recorded.")


def _times(row: Assignment, step: str, at: datetime) -> Callable[[Matter], dict[str, Any]]:
    def change(_matter: Matter) -> dict[str, Any]:
        fields: dict[str, Any] = {COLUMN[step]: at}
        skipped = [s for s in ORDER[: ORDER.index(step)] if getattr(row, COLUMN[s]) is None]
        fields |= {COLUMN[s]: at for s in skipped}
        fields["not_recorded"] = [*row.not_recorded, *skipped]
        Assignment.objects.filter(pk=row.pk).update(**fields)
        told = {"not_recorded": skipped} if skipped else {}
        return {"unit": row.unit.code, **told, **(_stood(row, at) if step == "set_out" else {})}

    return change


def _stood(row: Assignment, at: datetime) -> dict[str, Any]:
    """Where the unit set out, if its position was fresh then: what speeds are learned from."""
    here = UnitPosition.objects.filter(unit_id=row.unit_id).first()
    if here is None or abs(at - here.at) > FRESH:
        return {}
    return {"from": [here.lon, here.lat]}


def back_enter(
    actor: Actor,
    assignment_id: int,
    step: str,
    occurred_at: datetime,
    *,
    reason: str = "",
    act_id: UUID | None = None,
) -> Matter:
    """Tell the time of a step afterwards; the entry keeps when it was and when it was told apart.

    Clocks that have ended stay as they ended: what the desk knew then is what it could act on.
    """
    if step not in COLUMN:
        raise Refusal(Text(f"没有“{step}”这一步", f"There is no step “{step}” to enter"))
    row = of(actor, assignment_id)

    def change(_matter: Matter) -> dict[str, Any]:
        fresh = Assignment.objects.get(pk=row.pk)
        before = getattr(fresh, COLUMN[step])
        left = [s for s in fresh.not_recorded if s != step]
        fields = {COLUMN[step]: occurred_at, "not_recorded": left}
        Assignment.objects.filter(pk=row.pk).update(**fields)
        return {"was": before.isoformat() if before else None, "unit": row.unit.code}

    return acts.take(
        actor,
        assignment_id,
        "back_enter",
        data={"what": step},
        reason=reason or "补录 / entered afterwards",
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def renew_safety(
    actor: Actor,
    assignment_id: int,
    *,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Somebody on scene says all is well; the safety clock starts afresh."""
    of(actor, assignment_id)
    return acts.take(
        actor,
        assignment_id,
        "renew_safety",
        version=version,
        occurred_at=occurred_at,
        act_id=act_id,
    )


def clear(actor: Actor, assignment_id: int, **told: Any) -> Matter:
    """The unit is done and free; the last one out resolves the incident."""
    return _finish(actor, assignment_id, "clear", **told)


def release(actor: Actor, assignment_id: int, *, reason: str, **told: Any) -> Matter:
    """The desk takes the unit off; the incident waits again if nobody is left."""
    return _finish(actor, assignment_id, "release", reason=reason, **told)


def refuse(actor: Actor, assignment_id: int, *, reason: str, **told: Any) -> Matter:
    """The unit cannot go, and says why."""
    return _finish(actor, assignment_id, "refuse", reason=reason, **told)


def _finish(
    actor: Actor,
    assignment_id: int,
    step: str,
    *,
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    with held_assignment(actor, assignment_id, freeing=True) as (row, rows):
        if known := acts.seen(act_id):
            return known
        at = occurred_at or now()
        matter = end(actor, row, step, at, reason, version=version, act_id=act_id)
        if row.holding:
            set_free(actor, rows, row.unit_id, at)
        incident_follows(actor, row.incident_id, at)
    return matter


def units_off(actor: Actor, incident_id: int, held: Held, at: datetime, why: str) -> None:
    """Release every unit of an incident that ends otherwise; refuse while one is on scene."""
    rows = Assignment.objects.filter(incident_id=incident_id, ended_at=None)
    for row in rows.select_related("unit", "matter").order_by("pk"):
        if row.matter.state == "arrived":
            raise Refusal(
                Text(
                    f"{row.unit.code} 还在现场，请先登记处置完毕",
                    f"{row.unit.code} is still on scene: clear it first",
                )
            )
        end(actor, row, "release", at, why)
        if row.holding:
            set_free(actor, held, row.unit_id, at)
