"""Bringing in what happened elsewhere: whole lives of matters that are over, in one batch.

For a city's own past and for the log of the system that was there before. Nothing is weakened:
every matter stands at a version that has its entry, every entry is in its chain, and each life is
checked against its flow before anything is written. `occurred_at` is when it happened;
`entered_at` is now, because it is told now. Nobody reacts to it: it is over.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import clocks, trail
from .access import Actor
from .flow import Flow, Step
from .models import Deadline, Matter
from .registry import registry

BATCH = 1000
Rows = Callable[[Sequence[Matter]], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """One step somebody took."""

    step: str
    at: datetime
    staff_id: int | None
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(slots=True, eq=False)
class Life:
    """A matter from its opening to its end. `fields` are the matter's own; `facts` what the rules
    of its clocks ask for. `number` comes from `numbers`."""

    kind: str
    number: str
    title: str
    agency_id: int
    steps: Sequence[Taken]
    parent: "Life | None" = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    matter: Matter | None = None


def numbers(kind: str, moments: Sequence[datetime]) -> list[str]:
    """Numbers for matters that began at these moments, from the one sequence."""
    prefix = registry.flow(kind).prefix
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('kernel_matter_number') %% 1000000 FROM generate_series(1, %s)",
            [len(moments)],
        )
        drawn = [row[0] for row in cursor.fetchall()]
    return [
        f"{prefix}{at.astimezone(trail.LOCAL):%y%m%d}{n:06d}"
        for at, n in zip(moments, drawn, strict=True)
    ]


@transaction.atomic
def bring_in(actor: Actor, lives: Sequence[Life], rows: Rows, *, source: str) -> list[Matter]:
    """Write these lives; `rows` makes the domain's own rows for their matters.

    Parents must be among `lives`. Only the operator may (`access.system`). Refusal names the first
    life that its flow does not allow.
    """
    if not actor.everywhere:
        raise Refusal(
            Text("只有系统运维可以批量导入历史", "Only the operator may bring in history"),
            code="forbidden",
        )
    paths = {id(life): _path(life) for life in lives}
    matters = _matters(lives)
    rows(matters)
    Deadline.objects.bulk_create(
        [row for life in lives for row in _deadlines(life, paths[id(life)])], batch_size=BATCH
    )
    records = [r for life in lives for r in _records(life, paths[id(life)])]
    records.sort(key=lambda record: record.occurred_at)
    trail.append([*records, _told(actor, lives, source)])
    return matters


Path = list[tuple[Step, str, str]]
"""For each step taken: the step, the state before it and the state after it."""


def _path(life: Life) -> "Path":
    flow = registry.flow(life.kind)
    state, last = "", None
    found: Path = []
    for taken in life.steps:
        step = flow.by_name.get(taken.step)
        fits = step is not None and (state in step.sources if found else not step.sources)
        if step is None or not fits or (last is not None and taken.at < last):
            raise _broken(life, taken, state)
        after = step.target or state
        found.append((step, state, after))
        state, last = after, taken.at
    if not found or not flow.states[state].final:
        raise _broken(life, life.steps[-1] if life.steps else None, state)
    return found


def _broken(life: Life, taken: Taken | None, state: str) -> Refusal:
    what = f"{life.kind} {life.number}: {state} → {taken.step if taken else '?'}"
    return Refusal(
        Text(f"历史与流程不符：{what}", f"This history does not follow its flow: {what}"),
        code="history",
    )


def _matters(lives: Sequence[Life]) -> list[Matter]:
    entered = now()
    made: list[Matter] = []
    waiting = list(lives)
    while waiting:
        ready = [life for life in waiting if life.parent is None or life.parent.matter is not None]
        if not ready:
            raise ValueError("a parent is not among the lives")
        for life in ready:
            life.matter = _matter(life, entered)
        Matter.objects.bulk_create([life.matter for life in ready if life.matter], BATCH)
        made += [life.matter for life in ready if life.matter]
        waiting = [life for life in waiting if life.matter is None]
    return made


def _matter(life: Life, entered: datetime) -> Matter:
    flow = registry.flow(life.kind)
    targets = [flow.by_name[t.step].target for t in life.steps]
    return Matter(
        kind=life.kind,
        number=life.number,
        title=life.title[:200],
        agency_id=life.agency_id,
        parent=life.parent.matter if life.parent else None,
        state=next(target for target in reversed(targets) if target),
        version=len(life.steps),
        occurred_at=life.steps[0].at,
        entered_at=entered,
        closed_at=_ended(flow, life),
        **life.fields,
    )


def _ended(flow: Flow, life: Life) -> datetime:
    """When it reached its end: a step that stays in a final state ended nothing."""
    return next(t.at for t in reversed(life.steps) if flow.by_name[t.step].target)


def _records(life: Life, path: Path) -> list[trail.Record]:
    assert life.matter is not None  # noqa: S101 - made above
    return [
        trail.Record(
            event=f"{life.kind}.{taken.step}",
            agency_id=life.agency_id,
            actor_id=taken.staff_id,
            actor_name=taken.name,
            occurred_at=taken.at,
            matter_id=life.matter.pk,
            matter_version=version,
            from_state=before,
            to_state=after,
            reason=taken.reason,
            data=dict(taken.data),
        )
        for version, (taken, (_, before, after)) in enumerate(zip(life.steps, path, strict=True), 1)
    ]


def _deadlines(life: Life, path: Path) -> list[Deadline]:
    """The clocks as they ran then."""
    flow, running, done = registry.flow(life.kind), dict[str, Deadline](), list[Deadline]()
    for taken, (step, _, after) in zip(life.steps, path, strict=True):
        if step.pauses or step.resumes or step.restarts:
            raise NotImplementedError(f"{life.kind}.{step.name} pauses or restarts clocks")
        done += [_stopped(running.pop(c), taken.at, "met") for c in step.stops if c in running]
        for clock in step.starts:
            rule = flow.clocks[clock].rule.format(**life.facts)
            if rule and clock not in running:
                running[clock] = _started(life, clock, rule, taken.at)
        if flow.states[after].final:
            done += [_stopped(row, taken.at, "dropped") for row in running.values()]
            running = {}
    return done


def _started(life: Life, clock: str, rule: str, at: datetime) -> Deadline:
    row = Deadline(matter=life.matter, clock=clock, rule=rule, started_at=at)
    answer = clocks.due(row)
    row.due_at, row.complete = answer.at, answer.complete
    return row


def _stopped(row: Deadline, at: datetime, otherwise: str) -> Deadline:
    late = row.due_at is not None and at > row.due_at
    row.state, row.ended_at = ("missed" if late else otherwise), at
    row.raised_at = row.due_at if late else None
    return row


def _told(actor: Actor, lives: Sequence[Life], source: str) -> trail.Record:
    kinds: dict[str, int] = defaultdict(int)
    for life in lives:
        kinds[life.kind] += 1
    return trail.Record(
        event="kernel.history.brought_in",
        agency_id=actor.agency_id,
        actor_id=actor.staff_id,
        actor_name=actor.name,
        occurred_at=now(),
        data={"source": source, "matters": dict(kinds)},
    )
