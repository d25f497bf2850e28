"""Posting plans: drafted, decided by another person, in force, over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text, join
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Entry, Matter, Staff

from .. import queries
from ..flow import PLAN, PLAN_DUTY
from ..models import PLAN_KINDS, Plan, PlanLine, Requirement, Turn
from ..rules.timetable import EVERY_DAY
from .postings import cancel_rest, post_ahead

LONGEST_DAYS = 366
BY_HAND = tuple(f"{PLAN.kind}.{step}" for step in ("draft", "change", "submit"))


@dataclass(frozen=True, slots=True)
class Line:
    """One (post, shift, strength) of a plan, with what else is known of it."""

    post_id: int
    shift_id: int
    strength: int = 1
    days: tuple[int, ...] = EVERY_DAY
    staff_ids: tuple[int, ...] = ()
    unit_id: int | None = None
    partner: str = ""
    turns: tuple[tuple[int, int], ...] = ()
    """(day of the week, person) of a roster; empty: the same people every day."""


@dataclass(frozen=True, slots=True)
class Need:
    """At least `minimum` people from an hour to before another; `post_id` None: over all posts."""

    minimum: int
    from_hour: int = 0
    to_hour: int = 24
    post_id: int | None = None


def draft(
    actor: Actor,
    title: str,
    kind: str,
    starts_on: date,
    ends_on: date,
    *,
    agency_id: int | None = None,
    words: str = "",
    lines: Sequence[Line] = (),
    needs: Sequence[Need] = (),
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """A new plan of one's agency, with or without lines."""
    agency = agency_id or actor.agency_id
    _period(title, kind, starts_on, ends_on)

    def change(matter: Matter) -> Mapping[str, Any]:
        plan = Plan.objects.create(
            matter=matter, agency_id=agency, kind=kind, starts_on=starts_on, ends_on=ends_on
        )
        for line in lines:
            _put_line(actor, plan, line)
        for need in needs:
            _put_need(actor, plan, need)
        return {"plan_kind": kind, "from": starts_on, "to": ends_on, "lines": len(lines)}

    return acts.open_matter(
        actor,
        PLAN.kind,
        title=title.strip(),
        agency_id=agency,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
        owner_id=actor.staff_id,
        words=words,
    )


def _period(title: str, kind: str, starts_on: date, ends_on: date) -> None:
    if not title.strip():
        raise Refusal(Text("请写方案名称", "Give the plan a name"))
    if kind not in PLAN_KINDS:
        raise Refusal(Text(f"没有勤务类型“{kind}”", f"There is no kind of plan “{kind}”"))
    if ends_on < starts_on:
        raise Refusal(Text("结束日期早于开始日期", "It ends before it begins"))
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise Refusal(Text("一个方案最长一年", "A plan lasts a year at most"))


def change_plan(
    actor: Actor, plan_id: int, *, starts_on: date, ends_on: date, **told: Any
) -> Matter:
    """Change the days a draft is for."""

    def change(matter: Matter) -> Mapping[str, Any]:
        _period(matter.title, matter.coverage_plan.kind, starts_on, ends_on)
        Plan.objects.filter(pk=matter.pk).update(starts_on=starts_on, ends_on=ends_on)
        return {"from": starts_on, "to": ends_on}

    return _edit(actor, plan_id, change, **told)


def set_line(actor: Actor, plan_id: int, line: Line, **told: Any) -> Matter:
    """Add a line, or change the one with the same post and shift."""

    def change(matter: Matter) -> Mapping[str, Any]:
        row = _put_line(actor, matter.coverage_plan, line)
        return {"post": row.post.code, "shift": row.shift.code, "strength": row.strength}

    return _edit(actor, plan_id, change, **told)


def set_lines(actor: Actor, plan_id: int, lines: Sequence[Line], **told: Any) -> Matter:
    """Put these lines in place of all the plan has: what an optimiser hands over."""

    def change(matter: Matter) -> Mapping[str, Any]:
        matter.coverage_plan.lines.all().delete()
        for line in lines:
            _put_line(actor, matter.coverage_plan, line)
        return {"lines": len(lines)}

    return _edit(actor, plan_id, change, **told)


def remove_line(actor: Actor, plan_id: int, line_id: int, **told: Any) -> Matter:
    """Take a line out."""

    def change(matter: Matter) -> Mapping[str, Any]:
        row = PlanLine.objects.select_related("post", "shift").filter(plan_id=matter.pk, pk=line_id)
        if (found := row.first()) is None:
            raise NotFound
        found.delete()
        return {"removed": found.post.code, "shift": found.shift.code}

    return _edit(actor, plan_id, change, **told)


def set_need(actor: Actor, plan_id: int, need: Need, **told: Any) -> Matter:
    """What the plan asks of itself by hour."""

    def change(matter: Matter) -> Mapping[str, Any]:
        _put_need(actor, matter.coverage_plan, need)
        return {"minimum": need.minimum, "hours": f"{need.from_hour}-{need.to_hour}"}

    return _edit(actor, plan_id, change, **told)


def remove_need(actor: Actor, plan_id: int, need_id: int, **told: Any) -> Matter:
    """Take a requirement out."""

    def change(matter: Matter) -> Mapping[str, Any]:
        if not Requirement.objects.filter(plan_id=matter.pk, pk=need_id).delete()[0]:
            raise NotFound
        return {"removed": "requirement"}

    return _edit(actor, plan_id, change, **told)


def _edit(
    actor: Actor, plan_id: int, change: Callable[[Matter], Mapping[str, Any]], **told: Any
) -> Matter:
    access.find(actor, pk=plan_id, kind=PLAN.kind)
    return acts.take(actor, plan_id, "change", change=change, **told)


def _put_line(actor: Actor, plan: Plan, line: Line) -> PlanLine:
    post = queries.find_post(actor, line.post_id, PLAN_DUTY)
    shift = queries.find_shift(actor, line.shift_id)
    if not 1 <= line.strength <= 500:
        raise Refusal(Text("人数应在 1 至 500 之间", "The strength must be from 1 to 500"))
    if not line.days or not set(line.days) <= set(EVERY_DAY):
        raise Refusal(Text("请选星期几（1 至 7）", "Choose days of the week (1 to 7)"))
    people = _people(actor, line.staff_ids or [person for _, person in line.turns])
    if line.unit_id is not None and line.unit_id not in queries.seen_unit_ids(actor):
        raise NotFound
    row, _ = PlanLine.objects.update_or_create(
        plan=plan,
        post=post,
        shift=shift,
        defaults={
            "strength": line.strength,
            "days": sorted(set(line.days)),
            "unit_id": line.unit_id,
            "partner": line.partner.strip()[:80],
        },
    )
    row.staff.set(people)
    row.turns.all().delete()
    Turn.objects.bulk_create(Turn(line=row, day=day, staff_id=pk) for day, pk in line.turns)
    return row


def _people(actor: Actor, ids: Sequence[int]) -> list[Staff]:
    found = list(queries.people(actor).filter(pk__in=ids))
    if len(found) != len(set(ids)):
        raise Refusal(
            Text("有人不在您可安排的范围内", "Somebody is not among the people you can plan for")
        )
    return found


def _put_need(actor: Actor, plan: Plan, need: Need) -> None:
    if need.post_id is not None:
        queries.find_post(actor, need.post_id, PLAN_DUTY)
    if not (0 <= need.from_hour < need.to_hour <= 24 and need.minimum >= 1):
        raise Refusal(
            Text("时段应在 0 至 24 时之间，人数至少 1", "Hours from 0 to 24, at least one person")
        )
    Requirement.objects.create(
        plan=plan,
        post_id=need.post_id,
        from_hour=need.from_hour,
        to_hour=need.to_hour,
        minimum=need.minimum,
    )


def submit(actor: Actor, plan_id: int, **told: Any) -> Matter:
    """Hand the draft to somebody else to decide. Refused while something is wrong with it."""
    access.find(actor, pk=plan_id, kind=PLAN.kind)
    return acts.take(actor, plan_id, "submit", guards=(_is_whole,), **told)


def _is_whole(matter: Matter) -> None:
    if faults := queries.faults(matter.pk):
        raise Refusal(join(faults, zh="；", en="; "))


def approve(actor: Actor, plan_id: int, **told: Any) -> Matter:
    """The second person says yes: nobody who had a hand in the plan, and no machine."""
    access.find(actor, pk=plan_id, kind=PLAN.kind)

    def other_hand(matter: Matter) -> None:
        if actor.staff_id is None:
            raise Refusal(Text("须由人批准", "A person must approve it"))
        mine = Entry.objects.filter(matter=matter, event__in=BY_HAND, actor_id=actor.staff_id)
        if mine.exists():
            raise Refusal(
                Text(
                    "您参与了拟制，须由另一人批准",
                    "You had a hand in this plan: another person must approve it",
                )
            )

    return acts.take(actor, plan_id, "approve", guards=(other_hand,), **told)


def send_back(actor: Actor, plan_id: int, *, reason: str, **told: Any) -> Matter:
    """Not like this; it can be changed again."""
    access.find(actor, pk=plan_id, kind=PLAN.kind)
    return acts.take(actor, plan_id, "send_back", reason=reason, **told)


def withdraw(actor: Actor, plan_id: int, *, reason: str, **told: Any) -> Matter:
    """It will never come in force."""
    access.find(actor, pk=plan_id, kind=PLAN.kind)
    return acts.take(actor, plan_id, "withdraw", reason=reason, **told)


def put_in_force(actor: Actor, plan_id: int, *, replace: bool = False, **told: Any) -> Matter:
    """From now on it is the order; its postings exist from here on.

    `replace` ends the plan of this agency and kind that is in force, in the same breath.
    """
    access.find(actor, pk=plan_id, kind=PLAN.kind)
    plan = Plan.objects.get(pk=plan_id)
    rivals = Plan.objects.filter(agency=plan.agency_id, kind=plan.kind, in_force=True)
    try:
        with acts.together():
            ids = [pk for pk in rivals.values_list("pk", flat=True) if pk != plan_id]
            held = acts.lock([plan_id, *ids])
            if known := acts.seen(told.get("act_id")):
                return known
            for pk in ids:
                _give_way(actor, held[pk], held[plan_id], replace=replace)
            matter = acts.take(actor, plan_id, "put_in_force", change=_now_in_force, **told)
            post_ahead(actor, plan, told.get("occurred_at") or now())
    except IntegrityError as error:
        raise Conflict(
            Text(
                "同单位同类型的另一方案刚刚下达执行，请看过再操作",
                "Another plan of this agency and kind has just been put in force: look again",
            )
        ) from error
    return matter


def _now_in_force(matter: Matter) -> None:
    if matter.coverage_plan.ends_on < local_date(now()):
        raise Refusal(Text("方案的日期已经过去", "The days of this plan are over"))
    Plan.objects.filter(pk=matter.pk).update(in_force=True)


def _give_way(actor: Actor, old: Matter, new: Matter, *, replace: bool) -> None:
    if old.state != "in_force":  # it ended while we waited for its lock
        return
    if not replace:
        raise Conflict(
            Text(
                f"{old.number} {old.title} 正在执行。请先终止它，或选择“替换”",
                f"{old.number} {old.title} is in force: end it first, or choose to replace it",
            )
        )
    end(actor, old.pk, reason=f"→ {new.number}")


def end(actor: Actor, plan_id: int, *, reason: str, **told: Any) -> Matter:
    """It is no longer the order. Shifts that have begun run to their end, the others are off."""
    access.find(actor, pk=plan_id, kind=PLAN.kind)

    def change(matter: Matter) -> None:
        Plan.objects.filter(pk=matter.pk).update(in_force=False)

    with acts.together():
        matter = acts.take(actor, plan_id, "end", reason=reason, change=change, **told)
        cancel_rest(actor, matter, now())
    return matter
