"""Sending units: one, several, by plan, lined up behind another call, called away, exchanged."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, Unit

from .. import queries, rules
from ..models import Assignment
from ..queries import Promise
from .following import incident_follows, role_of, send, set_free
from .locking import Held, held

TOLD_AFTERWARDS = timedelta(minutes=5)
"""An act told longer than this after it happened is told afterwards."""


def dispatch(
    actor: Actor,
    incident_id: int,
    unit_ids: Sequence[int],
    *,
    version: int | None = None,
    reason: str = "",
    override: bool = False,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Send free units to an incident; returns the incident's matter.

    `override` sends the reserve too and needs the permission for it. A unit that another desk was
    faster to send is a Conflict, and nobody is sent then.
    """
    wanted = list(dict.fromkeys(unit_ids))
    promised = _promises(incident_id, wanted, occurred_at)
    with held([incident_id], wanted) as rows:
        if known := acts.seen(act_id):
            return known
        units = [rows.units[pk] for pk in wanted]
        for unit in units:
            _must_be_free(unit)
        _keep_reserve(actor, rows.matters[incident_id], units, override)
        at = occurred_at or now()
        matter = _move(actor, rows.matters[incident_id], units, version, reason, at, act_id)
        for unit in units:
            _send_new(actor, matter, unit, promised.get(unit.pk), at)
    return matter


def assign_one(actor: Actor, incident_id: int, unit_id: int, **more: Any) -> Matter:
    """Send one free unit; see `dispatch`."""
    return dispatch(actor, incident_id, [unit_id], **more)


def send_by_plan(
    actor: Actor,
    incident_id: int,
    *,
    version: int | None = None,
    override: bool = False,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Send what the response plan asks for, the best ranked of each kind.

    Where the plan cannot be met, what there is goes, and the entry says what is missing.
    """
    if known := acts.seen(act_id):
        return known
    chosen, missing = queries.units_by_plan(actor, incident_id)
    if not chosen:
        raise Refusal(
            Text("预案所需警力目前没有待命的", "No unit the plan asks for is free"),
            code="nobody-free",
        )
    lacking = "、".join(f"{kind}×{n}" for kind, n in missing.items())
    return dispatch(
        actor,
        incident_id,
        chosen,
        version=version,
        reason=f"预案缺 {lacking} / plan lacks {lacking}" if lacking else "",
        override=override,
        occurred_at=occurred_at,
        act_id=act_id,
    )


def stack(
    actor: Actor,
    incident_id: int,
    unit_id: int,
    *,
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Line an incident up behind what a busy unit does now; it is sent when the unit is free."""
    promised = _promises(incident_id, [unit_id], occurred_at)
    with held([incident_id], [unit_id]) as rows:
        if known := acts.seen(act_id):
            return known
        unit, at = rows.units[unit_id], occurred_at or now()
        if unit.status != "busy":
            raise Refusal(
                Text(
                    f"{unit.code} 不在处警，请直接派警",
                    f"{unit.code} is not busy: send it directly",
                )
            )
        _not_twice(unit, incident_id)
        matter = acts.take(
            actor,
            incident_id,
            "stack",
            version=version,
            data={"unit_id": unit_id, "unit": unit.code},
            reason=reason,
            occurred_at=at,
            act_id=act_id,
        )
        queue = Assignment.objects.filter(unit=unit, stack_order__isnull=False)
        last = queue.order_by("-stack_order").values_list("stack_order", flat=True).first()
        line_up(actor, matter, unit, promised.get(unit_id), at, (last or 0) + 1)
    return matter


def preempt(
    actor: Actor,
    incident_id: int,
    unit_id: int,
    *,
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Call a unit away from a less urgent call it has not reached, and send it here.

    The rule is `rules.why_not_preempt`; the call left behind waits for a unit again.
    """
    promised = _promises(incident_id, [unit_id], occurred_at)
    current = Assignment.objects.filter(unit_id=unit_id, holding=True).first()
    if current is None:
        return dispatch(
            actor,
            incident_id,
            [unit_id],
            version=version,
            reason=reason,
            occurred_at=occurred_at,
            act_id=act_id,
        )
    with held([incident_id, current.incident_id], [unit_id]) as rows:
        if known := acts.seen(act_id):
            return known
        unit, at = rows.units[unit_id], occurred_at or now()
        row = _still_on(unit, current.pk)
        _may_preempt(rows, row, incident_id)
        here = rows.matters[incident_id]
        end(actor, row, "release", at, f"{here.number} 更紧急 / {here.number} is more urgent")
        incident_follows(actor, row.incident_id, at)
        matter = _move(actor, here, [unit], version, reason, at, act_id)
        _send_new(actor, matter, unit, promised.get(unit_id), at)
    return matter


def reassign(
    actor: Actor,
    assignment_id: int,
    unit_id: int,
    *,
    version: int | None = None,
    reason: str = "",
    override: bool = False,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Send another unit instead; returns the matter of the new assignment.

    `version` is that of the assignment replaced; `override` as in `dispatch`. The unit that comes
    back counts for the reserve, unless other work waits for it.
    """
    old = of(actor, assignment_id)
    promised = _promises(old.incident_id, [unit_id], occurred_at)
    with held([old.incident_id], [old.unit_id, unit_id], freeing=True) as rows:
        if known := acts.seen(act_id):
            return _successor(known)
        unit, at = rows.units[unit_id], occurred_at or now()
        _must_be_free(unit)
        old = Assignment.objects.select_related("unit").get(pk=assignment_id)
        here = rows.matters[old.incident_id]
        _keep_reserve(actor, here, [unit], override, _coming_back(old, rows))
        why = reason or f"改派 {unit.code} / {unit.code} goes instead"
        end(actor, old, "replace", at, why, version=version, act_id=act_id)
        here = _move(actor, here, [unit], None, why, at, None)
        new = _send_new(actor, here, unit, promised.get(unit_id), at)
        Assignment.objects.filter(pk=old.pk).update(replaced_by_id=new.pk)
        if old.holding:
            set_free(actor, rows, old.unit_id, at)
    return new


def _coming_back(old: Assignment, rows: Held) -> list[Unit]:
    behind = Assignment.objects.filter(unit_id=old.unit_id, stack_order__isnull=False)
    return [rows.units[old.unit_id]] if old.holding and not behind.exists() else []


def end(
    actor: Actor,
    row: Assignment,
    step: str,
    at: datetime,
    reason: str,
    *,
    version: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """End an assignment by a step; the caller holds its rows and says what becomes of the unit."""

    def change(_matter: Matter) -> dict[str, Any]:
        Assignment.objects.filter(pk=row.pk).update(holding=False, stack_order=None, ended_at=at)
        return {"unit": row.unit.code}

    matter = acts.take(
        actor,
        row.pk,
        step,
        version=version,
        reason=reason,
        occurred_at=at,
        change=change,
        act_id=act_id,
    )
    if step != "clear":
        acts.release_all([matter.pk, row.incident_id], ["crew", role_of(row.unit.code)])
    return matter


def of(actor: Actor, assignment_id: int) -> Assignment:
    """An assignment the actor may see."""
    rows = Assignment.objects.select_related("unit", "matter")
    row = rows.filter(pk=assignment_id, matter__in=access.visible(actor)).first()
    if row is None:
        raise access.NotFound
    return row


def _move(
    actor: Actor,
    incident: Matter,
    units: Iterable[Unit],
    version: int | None,
    reason: str,
    at: datetime,
    act_id: UUID | None,
) -> Matter:
    return acts.take(
        actor,
        incident.pk,
        "send_more" if incident.state in ("dispatched", "on_scene") else "dispatch",
        version=version,
        data={"units": [u.code for u in units]},
        reason=reason,
        occurred_at=at,
        act_id=act_id,
    )


def _send_new(
    actor: Actor, incident: Matter, unit: Unit, promise: Promise | None, at: datetime
) -> Matter:
    """Send a unit; where this incident is lined up behind its work already, that row is sent."""
    lined_up = Assignment.objects.filter(incident_id=incident.pk, unit=unit, ended_at=None)
    waiting = lined_up.filter(holding=False).values_list("pk", flat=True).first()
    if waiting is None:
        waiting = line_up(actor, incident, unit, promise, at, None).pk
    else:
        lined_up.update(**_promised(promise))
    return send(actor, waiting, incident, unit, at)


def _promises(
    incident_id: int, unit_ids: Sequence[int], occurred_at: datetime | None
) -> dict[int, Promise]:
    """What the units can promise. Of what is told afterwards nobody knows what was promised then:
    where the units are now, and the streets of this hour, would be a promise nobody gave."""
    if occurred_at is not None and now() - occurred_at > TOLD_AFTERWARDS:
        return {}
    return queries.promises(incident_id, unit_ids)


def _promised(promise: Promise | None) -> dict[str, Any]:
    told = promise or Promise()
    return {
        "travel_seconds": told.seconds,
        "by_road": told.by_road,
        "position_age_s": told.position_age_s,
        "rank": told.rank,
        "reasons": [reason.as_dict() for reason in told.reasons],
    }


def line_up(
    actor: Actor,
    incident: Matter,
    unit: Unit,
    promise: Promise | None,
    at: datetime,
    order: int | None,
) -> Matter:
    told = _promised(promise)

    def change(matter: Matter) -> dict[str, Any]:
        Assignment.objects.create(
            matter=matter,
            incident_id=incident.pk,
            unit=unit,
            stack_order=order,
            queued_at=at,
            **told,
        )
        seconds = told["travel_seconds"]
        return {"unit": unit.code, "incident": incident.number, "promised_s": seconds}

    return acts.open_matter(
        actor,
        "dispatch.assignment",
        title=f"{unit.code} → {incident.number}",
        agency_id=unit.agency_id,
        occurred_at=at,
        change=change,
        parent=incident,
        beat_id=incident.beat_id,
        priority=incident.priority,
        place=incident.place,
        lon=incident.lon,
        lat=incident.lat,
    )


def _must_be_free(unit: Unit) -> None:
    if unit.status in ("free", "rest"):
        return
    if unit.status == "off":
        raise Refusal(Text(f"{unit.code} 未上勤", f"{unit.code} is off duty"))
    row = Assignment.objects.filter(unit=unit, holding=True).select_related("matter").first()
    where = row.matter.title if row else unit.code
    who = row.matter.entries.order_by("id").first() if row else None
    by = who.actor_name if who else "?"
    raise Conflict(
        Text(
            f"{by} 已派出 {where}。请另选警力，或排队、抽调",
            f"{by} has already sent {where}. Choose another unit, stack it or call it away",
        )
    )


def _not_twice(unit: Unit, incident_id: int) -> None:
    if Assignment.objects.filter(unit=unit, incident_id=incident_id, ended_at=None).exists():
        raise Conflict(
            Text(f"{unit.code} 已在办理本警情", f"{unit.code} already has this incident")
        )


def _keep_reserve(
    actor: Actor,
    incident: Matter,
    units: Sequence[Unit],
    override: bool,
    returning: Sequence[Unit] = (),
) -> None:
    if override and access.may(actor, "dispatch.override", incident):
        return
    held_back = queries.reserves(units, incident.priority, returning=returning)
    broken = rules.reserve_broken(held_back, incident.priority)
    if broken is None:
        return
    if not override:
        raise Refusal(broken, code="reserve")
    access.require(actor, "dispatch.override", incident)


def _still_on(unit: Unit, assignment_id: int) -> Assignment:
    row = Assignment.objects.filter(pk=assignment_id, holding=True)
    found = row.select_related("matter", "unit").first()
    if found is None:
        raise Conflict(
            Text(f"{unit.code} 的任务刚刚变了，请再看一次", f"{unit.code} has just changed: look")
        )
    return found


def _may_preempt(rows: Held, row: Assignment, incident_id: int) -> None:
    old = rows.matters[row.incident_id]
    current = rules.Sent(old.number, row.matter.state, old.priority)
    why_not = rules.why_not_preempt(rows.matters[incident_id].priority, current)
    if row.incident_id == incident_id:
        why_not = Text("该警力已派往本警情", "The unit is already sent here")
    if why_not:
        raise Refusal(why_not, code="no-preemption")


def _successor(old: Matter) -> Matter:
    row = Assignment.objects.select_related("replaced_by__matter").get(pk=old.pk)
    return row.replaced_by.matter if row.replaced_by else old
