"""Plans and what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from watchroom.base.clock import local, local_date, now
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, Staff

from .. import rules
from ..flow import PLAN
from ..models import Plan, PlanLine, Requirement
from ..rules import Demand, Slot
from ..rules.words import DAYS

SAID = 5
"""How many clashes are named before it is only said how many there are."""


def plans(actor: Actor, *, open_only: bool = False) -> QuerySet[Matter]:
    """Plans the actor sees: what stands open first, then the latest."""
    rows = access.visible(actor).filter(kind=PLAN.kind)
    rows = rows.filter(closed_at=None) if open_only else rows
    chosen = rows.select_related("agency", "owner", "coverage_plan")
    return chosen.order_by("-closed_at", "-id")


def plan(actor: Actor, number: str) -> Matter:
    """A plan by its number; NotFound where the actor does not see it."""
    return access.find(actor, number=number.upper(), kind=PLAN.kind)


@dataclass(frozen=True)
class Content:
    """A plan as it is read: its lines, what it asks of itself, what is wrong with it."""

    matter: Matter
    plan: Plan
    lines: Sequence[PlanLine]
    needs: Sequence[Requirement]
    faults: Sequence[Text]

    @property
    def strength(self) -> int:
        """People over all lines, each shift counted."""
        return sum(line.strength for line in self.lines)


def content(matter: Matter) -> Content:
    """What is in a plan that the actor was found to see."""
    rows, needs = lines(matter.pk), needs_of(matter.pk)
    found = Plan.objects.select_related("agency").get(pk=matter.pk)
    return Content(matter, found, rows, needs, _faults(found, rows, needs))


def lines(plan_id: int) -> list[PlanLine]:
    """The lines of a plan by post and shift, with their people."""
    rows = PlanLine.objects.filter(plan_id=plan_id).select_related("post__agency", "shift", "unit")
    return list(
        rows.prefetch_related("staff", "turns__staff").order_by("post__code", "shift__starts", "pk")
    )


def lines_in_force(
    post_ids: Sequence[int], shift_ids: Sequence[int]
) -> dict[tuple[int, int], tuple[int, tuple[int, ...]]]:
    """(post, shift) → strength and days in a plan in force, where it stands in one."""
    rows = PlanLine.objects.filter(plan__in_force=True, post__in=post_ids, shift__in=shift_ids)
    told = rows.values_list("post_id", "shift_id", "strength", "days").order_by("pk")
    return {(post, shift): (strength, tuple(days)) for post, shift, strength, days in told}


def needs_of(plan_id: int) -> list[Requirement]:
    """What a plan asks of itself."""
    rows = Requirement.objects.filter(plan_id=plan_id).select_related("post")
    return list(rows.order_by("post__code", "from_hour", "pk"))


def faults(plan_id: int) -> list[Text]:
    """Why a plan cannot be submitted, in sentences; none where it can."""
    found = Plan.objects.get(pk=plan_id)
    return _faults(found, lines(plan_id), needs_of(plan_id))


def _faults(found: Plan, rows: Sequence[PlanLine], needs: Sequence[Requirement]) -> list[Text]:
    if not rows:
        return [Text("方案里还没有岗位和班次", "The plan has no posts and shifts yet")]
    late = found.ends_on < local_date(now())
    past = [Text("方案的日期已经过去", "The days of this plan are over")] if late else []
    asked = [
        Demand(need.post.code if need.post else "", need.from_hour, need.to_hour, need.minimum)
        for need in needs
    ]
    return [
        *past,
        *rules.shortfalls([slot for row in rows for slot in slots_of(row)], asked),
        *_clashes(rows),
    ]


def slots_of(row: PlanLine) -> list[Slot]:
    """A line as plain facts: one, or one for each strength that its roster has."""
    shift = row.shift
    days: dict[int, list[int]] = {}
    for day in row.days:
        days.setdefault(row.strength_on(day), []).append(day)
    return [
        Slot(row.post.code, shift.code, strength, shift.starts, shift.ends, tuple(of))
        for strength, of in days.items()
    ]


def _clashes(rows: Sequence[PlanLine]) -> list[Text]:
    """One person in two places, over any week: the week after a fixed Monday stands for all."""
    monday = date(2024, 1, 1)
    turns = [
        (person.pk, begins, ends)
        for row in rows
        for day, begins, ends in rules.spans(
            monday, monday + timedelta(days=7), row.days, row.shift.starts, row.shift.ends
        )
        for person in row.people_on(day.isoweekday())
    ]
    found = rules.clashes(turns)
    names = dict(Staff.objects.filter(pk__in={p for p, _, _ in found}).values_list("pk", "name"))
    once = {person: begins for person, begins, _ in reversed(found)}
    said = [_clash(names[person], local(begins).isoweekday()) for person, begins in once.items()]
    more = len(said) - SAID
    rest = [Text(f"另有 {more} 人班次重叠", f"and {more} more people")] if more > 0 else []
    return [*said[:SAID], *rest]


def _clash(name: str, day: int) -> Text:
    said = Text("{name} {day}的班次重叠", "{name} would be in two places at once on {day}")
    return said.format(name=name, day=DAYS[day - 1])
