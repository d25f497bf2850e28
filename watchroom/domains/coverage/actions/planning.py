"""From what a planning run found to a draft that people decide on.

A draft is all or nothing; like every draft it is changed, submitted and approved by people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Matter

from .. import queries
from ..models import POST_KINDS, PlanningRun
from ..rules.timetable import EVERY_DAY
from .plans import Line, draft
from .posts import add_post


@dataclass(frozen=True, slots=True)
class Head:
    """What every draft is told: its name, kind and days."""

    title: str
    kind: str
    starts_on: date
    ends_on: date


def draft_from_posts(
    actor: Actor,
    run_id: int,
    head: Head,
    shifts: Sequence[Sequence[int]],
    *,
    post_kind: str = "duty",
) -> Matter:
    """Plan B as a draft: its posts in the shifts given for each window; new places get a post.

    Where a post stands in a plan in force in the same shift, strength and days are as they are
    there; one person every day elsewhere. People are chosen in the draft.
    """
    run, answer = _done(actor, run_id, "posts")
    if not all(shifts) or len(shifts) != len(answer["windows"]):
        raise Refusal(Text("请选每个时段的班次", "Choose a shift for each period"))
    if post_kind not in POST_KINDS or post_kind == "zone":
        raise Refusal(Text("请选新岗位的类型", "Choose what kind the new posts are"))
    known = {post.pk for post in queries.posts_below(actor, run.agency_id)}
    with acts.together():
        made: dict[int, int] = {}
        pairs: dict[tuple[int, int], None] = {}
        for window, chosen in zip(answer["windows"], shifts, strict=True):
            for site in window["b"]:
                if site not in made:
                    made[site] = _post_at(actor, run, answer["places"][site], known, post_kind)
                pairs |= dict.fromkeys((made[site], shift) for shift in chosen)
        now = queries.lines_in_force([p for p, _ in pairs], [s for _, s in pairs])
        lines = [Line(post, shift, *now.get((post, shift), (1,))) for post, shift in pairs]
        return _draft(actor, run, head, lines)


def _post_at(
    actor: Actor, run: PlanningRun, place: Mapping[str, Any], known: set[int], kind: str
) -> int:
    if place["post"] in known:
        return int(place["post"])
    if place["post"] is not None:
        raise _out_of_date()
    name = Text.from_dict(place["name"])
    return add_post(
        actor,
        name.zh[:80],
        kind,
        name_en=name.en[:120],
        lon=place["lon"],
        lat=place["lat"],
        agency_id=run.agency_id,
    ).pk


def draft_from_zones(
    actor: Actor, run_id: int, head: Head, shifts: Sequence[int], *, strength: int = 2
) -> Matter:
    """Every zone found as a patrol zone of its own, with a line in each of the shifts."""
    run, answer = _done(actor, run_id, "zones")
    if not shifts:
        raise Refusal(Text("请选班次", "Choose a shift"))
    with acts.together():
        lines = []
        for number, zone in enumerate(answer["zones"], 1):
            post = add_post(
                actor,
                f"{head.title} {number}区"[:80],
                "zone",
                name_en=f"{head.title} zone {number}"[:120],
                outline=zone["outline"],
                agency_id=run.agency_id,
            )
            lines += [Line(post.pk, shift, strength) for shift in shifts]
        return _draft(actor, run, head, lines)


def draft_from_roster(actor: Actor, run_id: int, head: Head) -> Matter:
    """The roster as lines of a draft: a line for each shift, with who stands there on which day."""
    run, answer = _done(actor, run_id, "roster")
    if not answer["post"]:
        raise Refusal(
            Text("这次排班没有选岗位：请选岗位再排一次", "This roster names no post: choose one")
        )
    lines = []
    for index, shift in enumerate(answer["shifts"]):
        turns = tuple(
            (day, person["id"])
            for person, week in zip(answer["people"], answer["turns"], strict=True)
            for day, turn in zip(EVERY_DAY, week, strict=True)
            if turn == index
        )
        if turns:
            days = tuple(sorted({day for day, _ in turns}))
            most = max(sum(day == one for one, _ in turns) for day in days)
            line = Line(answer["post"]["id"], shift["id"], most, days, turns=turns)
            lines.append(line)
    with acts.together():
        return _draft(actor, run, head, lines)


def _done(actor: Actor, run_id: int, what: str) -> tuple[PlanningRun, dict[str, Any]]:
    run = queries.find_run(actor, run_id, what)
    if run.answer is None:
        raise NotFound
    return run, run.answer


def _draft(actor: Actor, run: PlanningRun, head: Head, lines: Sequence[Line]) -> Matter:
    return draft(
        actor,
        head.title,
        head.kind,
        head.starts_on,
        head.ends_on,
        agency_id=run.agency_id,
        lines=lines,
        words=Text(f"由规划计算 {run.pk} 生成", f"Made from planning run {run.pk}").say(actor.lang),
    )


def _out_of_date() -> Refusal:
    return Refusal(
        Text(
            "有的岗位已停用：请重新计算",
            "Some of the posts are no longer used: work it out again",
        )
    )
