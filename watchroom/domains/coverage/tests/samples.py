"""A plan, a posting and an inspection in every state, for the conformance suite."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from tests.people import MIDDLE, County
from watchroom.base.clock import held_at, local, local_date, now
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.actions import Line
from watchroom.domains.coverage.models import DutyPost, Posting, Shift
from watchroom.kernel.models import Matter

DATA: Mapping[str, dict[str, Any]] = {
    "find": {"finding": "absent", "words": "岗上无人"},
    "put_right": {"words": "已补岗"},
    "hand_over": {"words": "无异常"},
}
HOUR = timedelta(hours=1)

States = dict[tuple[str, str], Matter]


def post_at(county: County, name: str = "东街口", number: int = 1, **more: Any) -> DutyPost:
    """A post of the east station, drawn by its chief."""
    lon, lat = MIDDLE[0] + number * 0.002, MIDDLE[1]
    return actions.add_post(county.chief, name, "duty", lon=lon, lat=lat, **more)


def shift_of(county: County, code: str, begins: timedelta, hours: int = 8) -> Shift:
    """A shift that begins this long from now (to the minute), and lasts."""
    start = local(now() + begins)
    end = start + timedelta(hours=hours)
    return actions.add_shift(county.leader, code, code, _clock(start), _clock(end))


def _clock(moment: Any) -> time:
    return time(moment.hour, moment.minute)


def plan_of(county: County, *lines: Line, kind: str = "daily", days: int = 3) -> Matter:
    """A draft of the chief's from yesterday on."""
    first = local_date(now()) - timedelta(days=1)
    last = first + timedelta(days=days)
    return actions.draft(county.chief, f"样例方案 {kind}", kind, first, last, lines=lines)


def in_force(county: County, *lines: Line, kind: str = "daily") -> Matter:
    """A plan drafted by the chief, approved and put in force by the leader."""
    plan = plan_of(county, *lines, kind=kind)
    actions.submit(county.chief, plan.pk)
    actions.approve(county.leader, plan.pk)
    return actions.put_in_force(county.leader, plan.pk)


def first_posting(plan: Matter, post: DutyPost) -> Matter:
    """The posting at a post that comes first."""
    rows = Posting.objects.filter(line__plan_id=plan.pk, post=post)
    return Matter.objects.get(pk=rows.earliest("starts_at").pk)


def samples(county: County) -> States:
    """(kind, state) → a matter that stands there."""
    made = _postings(county) | _plans(county) | _inspections(county)
    return {key: Matter.objects.get(pk=matter.pk) for key, matter in made.items()}


def _plans(county: County) -> States:
    post = post_at(county, "方案岗", 90)
    shift = shift_of(county, "S0", 3 * HOUR)
    made: States = {}
    for state, kind in PLANS.items():
        plan = plan_of(county, Line(post.pk, shift.pk), kind=kind)
        _bring(county, plan, state)
        made["coverage.plan", state] = plan
    return made


PLANS: Mapping[str, str] = {
    "drafted": "night",
    "submitted": "school",
    "approved": "joint",
    "in_force": "event",
    "ended": "joint",
    "withdrawn": "night",
}


def _bring(county: County, plan: Matter, state: str) -> None:
    if state == "withdrawn":
        actions.withdraw(county.chief, plan.pk, reason="不再需要")
    if state in ("drafted", "withdrawn"):
        return
    actions.submit(county.chief, plan.pk)
    if state == "submitted":
        return
    actions.approve(county.leader, plan.pk)
    if state in ("in_force", "ended"):
        actions.put_in_force(county.leader, plan.pk)
    if state == "ended":
        actions.end(county.leader, plan.pk, reason="任务结束")


def _postings(county: County) -> States:
    hours = {"over": (-4, 3), "running": (-2, 8), "follows": (-1, 6), "later": (5, 8)}
    shifts = {
        name: shift_of(county, name, begins * HOUR, long).pk
        for name, (begins, long) in hours.items()
    }
    posts = {state: post_at(county, f"岗{state}", n) for n, state in enumerate(SHIFT, 1)}
    lines = [
        Line(post.pk, shifts[SHIFT[state]], strength=2 if state == "short" else 1)
        for state, post in posts.items()
    ]
    moment = now()
    with held_at(moment - 4 * HOUR):
        plan = in_force(county, *lines, Line(posts["handed_over"].pk, shifts["follows"]))
    found = {state: first_posting(plan, post) for state, post in posts.items()}
    for state, who in (
        ("leaving", "officer"),
        ("handed_over", "colleague"),
        ("stood_down", "chief"),
    ):
        come(county, found[state], who, moment - 3.5 * HOUR)
    come(county, found["manned"], "community", moment - 2 * HOUR)
    come(county, found["short"], "dispatcher", moment - 2 * HOUR)
    come(county, _second(found["handed_over"]), "operator", moment - HOUR)
    actions.hand_over(county.leader, found["handed_over"].pk, words="无异常")
    actions.keep_time()
    actions.check_out(county.leader, found["stood_down"].pk, staff_id=county.staff["chief"].pk)
    actions.cancel(county.chief, found["cancelled"].pk, reason="样例")
    return {("coverage.posting", state): matter for state, matter in found.items()}


SHIFT: Mapping[str, str] = {
    "planned": "later",
    "cancelled": "later",
    "due": "running",
    "short": "running",
    "manned": "running",
    "leaving": "over",
    "handed_over": "over",
    "stood_down": "over",
    "unmanned": "over",
}
"""state → the shift of the posting that comes to stand there"""


def come(county: County, posting: Matter, who: str, at: datetime) -> Matter:
    """Somebody is at the post, says the leader."""
    person = county.staff[who].pk
    return actions.check_in(county.leader, posting.pk, staff_id=person, occurred_at=at)


def _second(posting: Matter) -> Matter:
    post = posting.coverage_posting.post_id
    rows = Posting.objects.filter(post_id=post).exclude(pk=posting.pk)
    return Matter.objects.get(pk=rows.earliest("starts_at").pk)


def _inspections(county: County) -> States:
    post = post_at(county, "查勤岗", 80)
    kind = "coverage.inspection"
    wrong = {"finding": "short", "words": "少一人"}

    def found() -> Matter:
        return actions.inspect(county.leader, post.pk, **wrong)

    put_right, verified, aside = found(), found(), found()
    for matter in (put_right, verified):
        actions.put_right(county.chief, matter.pk, words="已补齐")
    actions.verify(county.leader, verified.pk)
    actions.set_aside(county.chief, aside.pk, reason="当时在处警")
    return {
        (kind, "inspected"): actions.inspect(county.leader, post.pk, under_way=True),
        (kind, "in_order"): actions.inspect(county.leader, post.pk),
        (kind, "found"): found(),
        (kind, "put_right"): put_right,
        (kind, "verified"): verified,
        (kind, "set_aside"): aside,
    }
