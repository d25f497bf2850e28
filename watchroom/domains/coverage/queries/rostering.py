"""A week's roster: who works which shift, so that every hour has the people it needs.

Hours need people because calls come (as many units as leave few calls waiting, by Erlang's formula)
or because a posting plan says so. Solved by `plan.rosters.cover`, whose bound is handed on.
"""

from collections.abc import Sequence
from datetime import time
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound

from ..models import Shift
from ..rules.questions import Rostering
from .candidates import posts_below
from .expected import expected_calls
from .plans import lines, plan
from .posts import find_post, people, shifts
from .watching import Watch

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
DAY, WEEK = 24, 7
MOST_UNITS = 500


def rostered(actor: Actor, asked: Rostering, watch: Watch) -> dict[str, Any]:
    """The roster found when `watch` stops, as JSON."""
    from watchroom.plan.rosters import Rules, cover  # noqa: PLC0415 - a solver comes with it

    posts_below(actor, asked.agency_id)  # NotFound for who does not plan there
    chosen = _shifts(actor, asked.shift_ids)
    team = list(people(actor).filter(pk__in=asked.staff_ids).order_by("badge", "name", "pk"))
    if len(team) != len(set(asked.staff_ids)):
        raise NotFound
    post = find_post(actor, asked.post_id) if asked.post_id else None
    needed, said = _needed(actor, asked)
    rules = Rules(
        rest_hours=asked.rest_hours,
        week_hours=asked.week_hours,
        days_off=asked.days_off,
        nights_in_row=asked.nights_in_row,
    )
    watch.begin()
    found = cover(
        needed,
        [_as_engine(shift) for shift in chosen],
        len(team),
        rules=rules,
        limit=asked.seconds,
        progress=lambda best, bound, _: watch.best(best, bound),
        stop=watch.stop,
    )
    return {
        "shifts": [
            {"id": s.pk, "zh": s.label("zh"), "en": s.label("en"), "hours": s.hours} for s in chosen
        ],
        "people": [{"id": p.pk, "name": p.name, "badge": p.badge} for p in team],
        "post": post and {"id": post.pk, "zh": post.label("zh"), "en": post.label("en")},
        "turns": found.assignment.tolist(),
        "hours": found.hours.tolist(),
        "needed": needed.tolist(),
        "present": found.present.tolist(),
        "missing": float(found.objective),
        "bound": max(0.0, float(found.bound)),
        "proven": bool(found.proven),
        "seconds": found.seconds,
        "rounded": any(s.starts.minute or s.ends.minute for s in chosen),
        "said": said.as_dict(),
        "monday": _too_soon_on_monday(found.assignment, chosen, asked.rest_hours),
    }


def _shifts(actor: Actor, ids: Sequence[int]) -> list[Shift]:
    rows = list(shifts(actor).filter(pk__in=ids))
    if len(rows) != len(set(ids)):
        raise NotFound
    return rows


def hour_of(at: time) -> int:
    """The hour nearest to a time of day: the engine counts whole hours."""
    return (at.hour + (at.minute >= 30)) % DAY


def hours_long(shift: Shift) -> int:
    """How many whole hours a shift lasts; one that ends when it begins lasts a day."""
    return (hour_of(shift.ends) - hour_of(shift.starts)) % DAY or DAY


def _as_engine(shift: Shift) -> Any:
    from watchroom.plan.rosters import Shift as Turn  # noqa: PLC0415 - a solver comes with it

    return Turn(shift.code, hour_of(shift.starts), hours_long(shift))


def _needed(actor: Actor, asked: Rostering) -> tuple[I64, Text]:
    """((7, 24) people needed, Monday first, and how that was found)."""
    if asked.source == "calls":
        return _by_calls(asked)
    found = plan(actor, asked.source)
    needed = np.zeros((WEEK, DAY), np.int64)
    for line in lines(found.pk):
        first, length = hour_of(line.shift.starts), hours_long(line.shift)
        for day in line.days:
            for hour in range(first, first + length):
                late, at = divmod(hour, DAY)
                needed[(day - 1 + late) % WEEK, at] += line.strength_on(day)
    if not needed.any():
        raise Refusal(Text("这个方案里没有岗次", "This plan has no lines"))
    return needed, Text(
        f"人数取自方案 {found.number}", f"as many people as plan {found.number} asks for"
    )


def _by_calls(asked: Rostering) -> tuple[I64, Text]:
    expected = expected_calls(asked.kind, asked.agency_id, asked.days, range(DAY))
    rate = expected.by_hour.sum(axis=0)
    units = [_units(calls * asked.service_min / 60.0, asked) for calls in rate.tolist()]
    needed = np.tile(np.array(units, np.int64) * asked.crew, (WEEK, 1))
    share = f"{100 * asked.may_wait:.0f}"
    return needed, Text(
        f"预期警情（{expected.said.zh}）每起处置 {asked.service_min:.0f} 分钟，"
        f"每小时的警力组数使最多 {share}% 的警情需要等待（Erlang C），每组 {asked.crew} 人，"
        f"至少 {asked.least} 组；一周每天相同",
        f"calls as expected ({expected.said.en}) take {asked.service_min:.0f} minutes each; as "
        f"many units each hour as let {share} % of calls wait at most (Erlang C), {asked.crew} "
        f"people a unit, {asked.least} units at least; every day of the week alike",
    )


def _units(offered: float, asked: Rostering) -> int:
    """The fewest units with which no more calls wait than may."""
    from watchroom.plan.queueing import erlang_c  # noqa: PLC0415 - with the rest of the work

    units = max(asked.least, int(offered))
    while units < MOST_UNITS and offered > 0 and erlang_c(offered, units) > asked.may_wait:
        units += 1
    return units


def _too_soon_on_monday(
    turns: npt.NDArray[np.int16], chosen: Sequence[Shift], rest_hours: int
) -> int:
    """How many people rest too little between Sunday and Monday where weeks repeat: the engine
    plans one week and does not know the next."""
    soon = 0
    for week in turns.tolist():
        if week[0] < 0 or week[-1] < 0:
            continue
        last, first = chosen[week[-1]], chosen[week[0]]
        ends = hour_of(last.starts) + hours_long(last)
        soon += DAY + hour_of(first.starts) - ends < rest_hours
    return soon
