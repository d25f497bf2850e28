"""The acts on matters: the only door. Only a domain's `actions` and `jobs` may come through it.

`take` in one transaction: lock the row → compare the version the person saw → pick the step →
permission → guards → change → deadlines → trail → reactions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text, join

from . import access, clocks, fields, reactions, trail
from .access import Actor
from .flow import Flow, Step
from .models import Entry, Involvement, Link, Matter
from .registry import registry

Change = Callable[[Matter], Mapping[str, Any] | None]


P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class _Together:
    """What several acts taken as one share until their transaction ends."""

    records: list[trail.Record] = field(default_factory=list)
    locked: dict[int, Matter] = field(default_factory=dict)
    """Rows nobody else can change: locked or made in this transaction. One object a row."""
    new: set[UUID] = field(default_factory=set)
    """Acts looked for under their locks and not found: no twin can come before us now."""


_together: ContextVar[_Together | None] = ContextVar("together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Several acts as one: one transaction, and their entries are appended together at its end.

    The chains are locked last and in a fixed order, so two desks whose acts touch the same two
    agencies never wait for each other in a circle. Rows must be locked by the caller in one order
    everywhere. Inside, `record` and the like give no entry back: it is not written yet. An act that
    is refused inside refuses the whole.
    """
    if _together.get() is not None:
        yield
        return
    with transaction.atomic():
        shared = _Together()
        token = _together.set(shared)
        try:
            yield
        finally:
            _together.reset(token)
        for entry in trail.append(shared.records) if shared.records else ():
            reactions.schedule(entry)


def _one(act: Callable[P, R]) -> Callable[P, R]:
    """All of an act or nothing; inside `together` that holds for the whole, without a savepoint."""

    @wraps(act)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=_together.get() is None):
            return act(*args, **kwargs)

    return whole


def lock(ids: Iterable[int]) -> dict[int, Matter]:
    """Lock matters in the order of their ids; NotFound where one is missing.

    Inside `together` each is locked and read once: whoever asks again gets the same object.
    """
    wanted, shared = sorted(set(ids)), _together.get()
    held = shared.locked if shared else {}
    if missing := [pk for pk in wanted if pk not in held]:
        # no_key: an entry written on the matter by somebody else (a note, an overdue clock) refers
        # to its row and must not wait for us while holding a chain that we need.
        rows = Matter.objects.select_for_update(no_key=True).filter(pk__in=missing)
        held |= {matter.pk: matter for matter in rows.order_by("pk")}
    if any(pk not in held for pk in wanted):
        raise access.NotFound
    return {pk: held[pk] for pk in wanted}


def _append(record: trail.Record) -> Entry | None:
    shared = _together.get()
    if shared is not None:
        shared.records.append(record)
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
    shared = _together.get()
    if act_id is None or (shared and act_id in shared.new):
        return None
    known = Entry.objects.filter(act_id=act_id).values_list("matter_id").first()
    if known is None and shared:
        shared.new.add(act_id)
    return Matter.objects.filter(pk=known[0]).first() if known else None


def repeated(act_id: UUID | None, event: str) -> Entry | None:
    """The entry of an act that arrives again; `event` is the last part of its name.

    Refusal where the id was used for something else.
    """
    entry = Entry.objects.filter(act_id=act_id).first() if act_id else None
    if entry and entry.event.rpartition(".")[2] != event:
        raise Refusal(
            Text(
                "这个操作编号已用于另一操作，请刷新页面",
                "This act's id was used for something else: reload the page",
            )
        )
    return entry


@_one
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
    _needs(flow, step, data or {}, reason)
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
    started = clocks.follow(flow, step, matter, at, matter.facts())
    matter.save(force_insert=True)
    if shared := _together.get():
        shared.locked[matter.pk] = matter
    extra = change(matter) if change else None
    clocks.start(started)
    said = {**(data or {}), **(extra or {})}
    _write(actor, matter, f"{kind}.{step.name}", "", at, reason, said, act_id)
    return matter


@_one
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
    matter = lock([matter_id])[matter_id]
    if known := seen(act_id):  # under the lock: a twin of this act may have held it before us
        return known
    flow = registry.flow(matter.kind)
    step = _pick(flow, matter, step_name, version)
    access.require(actor, step.permission, matter)
    _needs(flow, step, data or {}, reason)
    if step.other_person:
        _other_person(actor, matter)
    for guard in guards:
        guard(matter)
    at = occurred_at or now()
    was = dict(vars(matter))
    matter.state = step.target or matter.state
    matter.version += 1
    extra = change(matter) if change else None
    if step.target:  # a step that stays in a final state ended nothing
        matter.closed_at = at if flow.states[matter.state].final else None
    started = clocks.follow(flow, step, matter, at, {**matter.facts(), **(facts or {})})
    _save(matter, was)
    clocks.start(started)
    said = {**(data or {}), **(extra or {})}
    _write(actor, matter, f"{matter.kind}.{step_name}", was["state"], at, reason, said, act_id)
    return matter


def _save(matter: Matter, was: Mapping[str, Any]) -> None:
    """Write what has changed since `was`."""
    now_is = vars(matter)
    names = (column.attname for column in Matter._meta.concrete_fields)
    matter.save(update_fields=[name for name in names if now_is[name] != was[name]])


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


REASON = Text("理由", "Reason")


def _needs(flow: Flow, step: Step, data: Mapping[str, Any], reason: str) -> None:
    titles = {field.name: field.title for field in fields.of(flow, step)}
    missing = [titles[name] for name in step.needs if data.get(name) in (None, "", [])]
    if step.reason and not reason.strip():
        missing.append(REASON)
    if missing:
        said = Text("“{t}”还缺：{m}", "“{t}” still needs: {m}")
        raise Refusal(said.format(t=step.title, m=join(missing)))


def _other_person(actor: Actor, matter: Matter) -> None:
    last = Entry.objects.filter(matter=matter, matter_version=matter.version).first()
    if last and last.actor_id is not None and last.actor_id == actor.staff_id:
        raise Refusal(
            Text(
                "这一步须由另一人办理",
                "This step must be taken by another person than the last one",
            )
        )


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


@_one
def amend(
    actor: Actor,
    matter_id: int,
    permission: str,
    event: str,
    *,
    change: Change,
    reason: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Change a matter's own fields without moving it; `change` returns what the entry says."""
    matter = lock([matter_id])[matter_id]
    if known := seen(act_id):
        return known
    if version is not None and version != matter.version:
        raise _overtaken(registry.flow(matter.kind), matter)
    access.require(actor, permission, matter)
    was = dict(vars(matter))
    matter.version += 1
    data = dict(change(matter) or {})
    _save(matter, was)
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


@_one
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


@_one
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


@_one
def link(
    actor: Actor,
    source: Matter,
    target: Matter,
    kind: str,
    *,
    by_hand: bool = False,
    reason: str = "",
    act_id: UUID | None = None,
) -> None:
    """Say that two matters belong together; an entry on both."""
    _, made = Link.objects.get_or_create(
        source=source,
        target=target,
        kind=kind,
        defaults={"made_at": now(), "made_by_id": actor.staff_id, "by_hand": by_hand},
    )
    if made:
        there, back = {"to": target.number, "link": kind}, {"from": source.number, "link": kind}
        record(actor, source, "linked", data=there, reason=reason, act_id=act_id)
        record(actor, target, "linked", data=back, reason=reason)


@_one
def unlink(actor: Actor, link: Link, reason: str) -> None:
    """Say that two matters do not belong together after all; an entry on both."""
    if Link.objects.filter(pk=link.pk).delete()[0]:
        there = {"to": link.target.number, "link": link.kind}
        back = {"from": link.source.number, "link": link.kind}
        record(actor, link.source, "unlinked", data=there, reason=reason)
        record(actor, link.target, "unlinked", data=back, reason=reason)


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
