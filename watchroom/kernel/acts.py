"""The acts on matters: the only door. Only a domain's `actions` and `jobs` may come through it.

`take` in one transaction: lock the row → compare the version the person saw → pick the step →
permission → guards → change → deadlines → trail → reactions.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import access, clocks, reactions, trail
from .access import Actor
from .flow import Flow, Step
from .models import Entry, Involvement, Link, Matter
from .registry import registry

Change = Callable[[Matter], Mapping[str, Any] | None]


_waiting: ContextVar[list[trail.Record] | None] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Several acts as one: one transaction, and their entries are appended together at its end.

    The chains are locked last and in a fixed order, so two desks whose acts touch the same two
    agencies never wait for each other in a circle. Rows must be locked by the caller in one order
    everywhere. Inside, `record` and the like give no entry back: it is not written yet.
    """
    if _waiting.get() is not None:
        yield
        return
    with transaction.atomic():
        records: list[trail.Record] = []
        token = _waiting.set(records)
        try:
            yield
        finally:
            _waiting.reset(token)
        for entry in trail.append(records) if records else ():
            reactions.schedule(entry)


def _append(record: trail.Record) -> Entry | None:
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(record)
        return None
    (entry,) = trail.append([record])
    reactions.schedule(entry)
    return entry


def _number(flow: Flow, at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('kernel_matter_number') %% 1000000", [])
        return f"{flow.prefix}{at.astimezone(trail.LOCAL):%y%m%d}{cursor.fetchone()[0]:06d}"


def seen(act_id: UUID | None) -> Matter | None:
    """The matter an act was already done to, when the same act arrives again."""
    if act_id is None:
        return None
    entry = Entry.objects.filter(act_id=act_id).select_related("matter").first()
    return entry.matter if entry else None


@transaction.atomic
def open_matter(
    actor: Actor,
    kind: str,
    *,
    title: str,
    agency_id: int,
    occurred_at: datetime | None = None,
    change: Change | None = None,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    act_id: UUID | None = None,
    **fields: Any,
) -> Matter:
    """Bring a matter into being by the opening step of its flow."""
    if known := seen(act_id):
        return known
    flow = registry.flow(kind)
    step = flow.opening
    access.require_in(actor, step.permission, agency_id)
    _needs(step, data or {}, reason)
    entered = now()
    at = occurred_at or entered
    matter = Matter(
        kind=kind,
        title=title,
        agency_id=agency_id,
        state=step.target or "",
        number=_number(flow, entered),
        occurred_at=at,
        entered_at=entered,
        **fields,
    )
    matter.save(force_insert=True)
    extra = change(matter) if change else None
    _finish(actor, flow, step, matter, "", at, reason, {**(data or {}), **(extra or {})}, act_id)
    return matter


@transaction.atomic
def take(
    actor: Actor,
    matter_id: int,
    step_name: str,
    *,
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    guards: tuple[Callable[[Matter], None], ...] = (),
    change: Change | None = None,
    facts: Mapping[str, Any] | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Take one step. `version` is what the person saw; None means whatever it is now.

    `facts` are what the rules of the step's clocks ask for beyond the matter's own facts.
    """
    if known := seen(act_id):
        return known
    matter = _locked(matter_id)
    if known := seen(act_id):  # a twin of this act held the lock before us
        return known
    flow = registry.flow(matter.kind)
    step = _pick(flow, matter, step_name, version)
    access.require(actor, step.permission, matter)
    _needs(step, data or {}, reason)
    if step.other_person:
        _other_person(actor, matter)
    for guard in guards:
        guard(matter)
    at = occurred_at or now()
    before = matter.state
    matter.state = step.target or matter.state
    matter.version += 1
    extra = change(matter) if change else None
    if step.target:  # a step that stays in a final state ended nothing
        matter.closed_at = at if flow.states[matter.state].final else None
    matter.save()
    said = {**(data or {}), **(extra or {})}
    _finish(actor, flow, step, matter, before, at, reason, said, act_id, facts)
    return matter


def _locked(matter_id: int) -> Matter:
    try:
        # no_key: an entry written on the matter by somebody else (a note, an overdue clock) refers
        # to its row and must not wait for us while holding a chain that we need.
        return Matter.objects.select_for_update(no_key=True).get(pk=matter_id)
    except Matter.DoesNotExist as error:
        raise access.NotFound from error


def _pick(flow: Flow, matter: Matter, name: str, version: int | None) -> Step:
    step = flow.by_name.get(name)
    if step is None:
        raise Refusal(Text("没有“{n}”这一步", "There is no step “{n}”").format(n=name))
    if version is not None and version != matter.version:
        raise _overtaken(flow, matter)
    if matter.state not in step.sources:
        state = flow.states[matter.state].title
        raise Conflict(
            Text(
                f"{matter.number} 现在是“{state.zh}”，不能{step.title.zh}",
                f"{matter.number} is now “{state.en}”: “{step.title.en}” cannot be taken",
            )
        )
    return step


def _overtaken(flow: Flow, matter: Matter) -> Conflict:
    last = Entry.objects.filter(matter=matter).order_by("-id").first()
    who = last.actor_name if last else "?"
    state = flow.states[matter.state].title
    return Conflict(
        Text(
            f"{who} 刚刚更新了 {matter.number}，现在是“{state.zh}”。请看过再操作",
            f"{who} has just changed {matter.number}; it is now “{state.en}”. Look again, then act",
        )
    )


def _needs(step: Step, data: Mapping[str, Any], reason: str) -> None:
    missing = [name for name in step.needs if data.get(name) in (None, "", [])]
    if step.reason and not reason.strip():
        missing.append("reason")
    if missing:
        raise Refusal(
            Text("“{t}”还缺：{m}", "“{t}” still needs: {m}").format(
                t=step.title.zh, m=", ".join(missing)
            )
        )


def _other_person(actor: Actor, matter: Matter) -> None:
    last = Entry.objects.filter(matter=matter, matter_version=matter.version).first()
    if last and last.actor_id is not None and last.actor_id == actor.staff_id:
        raise Refusal(
            Text(
                "这一步须由另一人办理",
                "This step must be taken by another person than the last one",
            )
        )


def _finish(
    actor: Actor,
    flow: Flow,
    step: Step,
    matter: Matter,
    before: str,
    at: datetime,
    reason: str,
    data: dict[str, Any],
    act_id: UUID | None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    clocks.follow(flow, step, matter, at, {**matter.facts(), **(facts or {})})
    _write(actor, matter, f"{matter.kind}.{step.name}", before, at, reason, data, act_id)


def _write(
    actor: Actor,
    matter: Matter,
    event: str,
    before: str,
    at: datetime,
    reason: str,
    data: dict[str, Any],
    act_id: UUID | None,
    *,
    version: bool = True,
) -> Entry | None:
    record = trail.Record(
        event=event,
        agency_id=matter.agency_id,
        actor_id=actor.staff_id,
        actor_name=actor.name,
        occurred_at=at,
        matter_id=matter.pk,
        matter_version=matter.version if version else None,
        from_state=before,
        to_state=matter.state,
        reason=reason,
        data=data,
        act_id=act_id,
    )
    return _append(record)


@transaction.atomic
def amend(
    actor: Actor,
    matter_id: int,
    permission: str,
    event: str,
    *,
    change: Change,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Change a matter's own fields without moving it; `change` returns what the entry says."""
    if known := seen(act_id):
        return known
    matter = _locked(matter_id)
    access.require(actor, permission, matter)
    matter.version += 1
    data = dict(change(matter) or {})
    matter.save()
    _write(
        actor,
        matter,
        f"{matter.kind}.{event}",
        matter.state,
        occurred_at or now(),
        reason,
        data,
        act_id,
    )
    return matter


@transaction.atomic
def record(
    actor: Actor,
    matter: Matter,
    event: str,
    *,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Entry | None:
    """Write an entry on a matter that changes nothing of it: a note, a read, an overdue clock."""
    return _write(
        actor,
        matter,
        f"{matter.kind}.{event}",
        matter.state,
        occurred_at or now(),
        reason,
        dict(data or {}),
        act_id,
        version=False,
    )


@transaction.atomic
def happened(
    actor: Actor,
    event: str,
    agency_id: int,
    *,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Entry | None:
    """Write an entry that belongs to no matter: a unit comes on duty, a road is closed."""
    record = trail.Record(
        event=event,
        agency_id=agency_id,
        actor_id=actor.staff_id,
        actor_name=actor.name,
        occurred_at=occurred_at or now(),
        reason=reason,
        data=dict(data or {}),
        act_id=act_id,
    )
    return _append(record)


@transaction.atomic
def link(actor: Actor, source: Matter, target: Matter, kind: str) -> None:
    """Say that two matters belong together; an entry on both."""
    _, made = Link.objects.get_or_create(
        source=source,
        target=target,
        kind=kind,
        defaults={"made_at": now(), "made_by_id": actor.staff_id},
    )
    if made:
        record(actor, source, "linked", data={"to": target.number, "link": kind})
        record(actor, target, "linked", data={"from": source.number, "link": kind})


def involve(matter: Matter, staff_ids: list[int], role: str) -> None:
    """Give people the need to see a matter. Call inside the act that causes it."""
    at = now()
    rows = [Involvement(matter=matter, staff_id=s, role=role, since=at) for s in staff_ids]
    Involvement.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["matter", "staff", "role"],
        update_fields=["since", "until"],
    )


def release(matter: Matter, role: str) -> None:
    """End the need of everybody involved in this role."""
    Involvement.objects.filter(matter=matter, role=role, until=None).update(until=now())
