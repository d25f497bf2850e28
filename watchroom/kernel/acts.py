"""The acts on matters: the only door. Only a domain's `actions` and `jobs` may come through it.

`take` in one transaction: lock the row → compare the version the person saw → pick the step →
permission → guards → change → deadlines → trail → reactions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db import connection, transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text, join

from . import access, fields, reactions, trail
from .access import Actor
from .flow import Flow, Step
from .models import Entry, Involvement, Link, Matter
from .registry import registry
from .together import Together, current, lock, lock_units, seen, together

__all__ = [
    "Change",
    "Opening",
    "Told",
    "ToldWhy",
    "amend",
    "find",
    "happened",
    "involve",
    "link",
    "lock",
    "lock_units",
    "open_many",
    "open_matter",
    "record",
    "release",
    "release_all",
    "seen",
    "take",
    "together",
]
Change = Callable[[Matter], Mapping[str, Any] | None]


class Told(TypedDict, total=False):
    """What comes with any step: the version that was seen, when it happened, the sender's id."""

    version: int | None
    occurred_at: datetime | None
    act_id: UUID | None


class ToldWhy(Told, total=False):
    """The same with the reason, for whoever takes steps by their names."""

    reason: str


def find(actor: Actor, matter_id: int, kind: str) -> Matter:
    """One matter the actor may see, as this act holds it already or as it stands."""
    shared = current()
    held = shared.matters.get(matter_id) if shared else None
    if held is None:
        return access.find(actor, pk=matter_id, kind=kind)
    if held.kind != kind or not access.sees(actor, held):
        raise access.NotFound
    return held


def _shared() -> Together:
    shared = current()
    assert shared is not None  # noqa: S101 - only called by what is decorated with `together`
    return shared


def _append(record: trail.Record) -> Entry | None:
    if shared := current():
        shared.records.append(record)
        return None
    with transaction.atomic():
        (entry,) = trail.append([record])
        reactions.schedule(entry)
    return entry


def _number(flow: Flow, at: datetime) -> str:
    return _numbers(flow, at, 1)[0]


def _numbers(flow: Flow, at: datetime, many: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [many])
        drawn = [row[0] for row in cursor.fetchall()]
    return [f"{flow.prefix}{at.astimezone(trail.LOCAL):%y%m%d}{n:06d}" for n in drawn]


_DRAW = "SELECT nextval('kernel_matter_number') %% 1000000 FROM generate_series(1, %s)"


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


@together()
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
    opening: str = "",
    facts: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Matter:
    """Bring a matter into being by an opening step of its flow; without `opening` by the first.

    `facts` as `take` has them.
    """
    if known := seen(act_id):
        return known
    flow = registry.flow(kind)
    step = _opening(flow, opening)
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
        closed_at=at if flow.states[step.target or ""].final else None,
        **fields,
    )
    _shared().clocks.follow(flow, step, matter, at, {**matter.facts(), **(facts or {})})
    matter.save(force_insert=True)
    _shared().matters[matter.pk] = matter
    extra = change(matter) if change else None
    said = {**(data or {}), **(extra or {})}
    _write(actor, matter, f"{kind}.{step.name}", "", at, reason, said, act_id)
    return matter


def _opening(flow: Flow, name: str) -> Step:
    found = next((step for step in flow.openings if step.name == name), None)
    if name and found is None:
        raise Refusal(Text("没有“{n}”这一步", "There is no step “{n}”").format(n=name))
    return found or flow.opening


@dataclass(frozen=True, slots=True)
class Opening:
    """One of many matters to open at once; `fields` are the matter's own."""

    title: str
    agency_id: int
    occurred_at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@together()
def open_many(actor: Actor, kind: str, openings: Sequence[Opening]) -> list[Matter]:
    """Bring many matters of a kind into being, each with its clocks and its entry, in few queries.

    For what arrives by the thousand: by the first opening step of its flow, which ends nothing.
    The caller makes its own rows in the same `together`.
    """
    flow = registry.flow(kind)
    step, entered = flow.opening, now()
    for agency_id in {one.agency_id for one in openings}:
        access.require_in(actor, step.permission, agency_id)
    matters = [
        Matter(
            kind=kind,
            title=one.title,
            agency_id=one.agency_id,
            state=step.target or "",
            number=number,
            occurred_at=one.occurred_at,
            entered_at=entered,
            **one.fields,
        )
        for one, number in zip(openings, _numbers(flow, entered, len(openings)), strict=True)
    ]
    for matter in matters:
        _shared().clocks.follow(flow, step, matter, matter.occurred_at, matter.facts())
    for matter in Matter.objects.bulk_create(matters, batch_size=1000):
        _shared().matters[matter.pk] = matter
    event = f"{kind}.{step.name}"
    for matter, one in zip(matters, openings, strict=True):
        _needs(flow, step, one.data, "")
        _write(actor, matter, event, "", matter.occurred_at, "", dict(one.data), None)
    return matters


@together()
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
    _shared().clocks.follow(flow, step, matter, at, {**matter.facts(), **(facts or {})})
    _save(matter, was)
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
    unwritten = [r for r in _shared().records if r.matter_id == matter.pk and r.matter_version]
    written = Entry.objects.filter(matter=matter, matter_version=matter.version)
    last = unwritten[-1] if unwritten else written.first()
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


@together()
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


@together()
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
    """Say that two matters belong together; an entry on both. Not where their domains refuse."""
    if not registry.may_link(source.kind, target.kind):
        raise Refusal(
            Text(
                f"{source.number} 与 {target.number} 不得关联：其中一类事项不许与另一类关联",
                f"{source.number} and {target.number} may not be linked: matters of the one kind "
                "are never linked with the other",
            ),
            code="apart",
        )
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


@together()
def unlink(actor: Actor, link: Link, reason: str) -> None:
    """Say that two matters do not belong together after all; an entry on both."""
    if Link.objects.filter(pk=link.pk).delete()[0]:
        there = {"to": link.target.number, "link": link.kind}
        back = {"from": link.source.number, "link": link.kind}
        record(actor, link.source, "unlinked", data=there, reason=reason)
        record(actor, link.target, "unlinked", data=back, reason=reason)


def involve(matter: Matter, staff_ids: Sequence[int], role: str) -> None:
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
    release_all([matter.pk], [role])


def release_all(matter_ids: Iterable[int], roles: Iterable[str]) -> None:
    """End the need of everybody involved in one of these roles in one of these matters."""
    rows = Involvement.objects.filter(matter__in=list(matter_ids), role__in=list(roles), until=None)
    rows.update(until=now())
