"""A plan is drafted, approved by another person and put in force; people come, leave, hand over."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from tests.people import MIDDLE, County
from watchroom.base.clock import held_at, local, local_date, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.coverage import actions, queries
from watchroom.domains.coverage.actions import Line, Need
from watchroom.domains.coverage.indicators import INDICATORS
from watchroom.domains.coverage.models import DutyPost, PlanLine, Posting, Presence, Shift
from watchroom.domains.coverage.rules import Arrival
from watchroom.domains.coverage.tests.samples import (
    HOUR,
    come,
    first_posting,
    in_force,
    plan_of,
    post_at,
    shift_of,
)
from watchroom.figures.periods import Period
from watchroom.kernel import sweep
from watchroom.kernel.access import NotFound
from watchroom.kernel.indicators import figure
from watchroom.kernel.models import Deadline, Entry, Matter

MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(county: County) -> DutyPost:
    return post_at(county)


@pytest.fixture
def shift(county: County) -> Shift:
    return shift_of(county, "S1", HOUR)


def ids(county: County, *names: str) -> tuple[int, ...]:
    return tuple(county.staff[name].pk for name in names)


@pytest.fixture
def posting(county: County, post: DutyPost, shift: Shift) -> Matter:
    """Two people in an hour's time, for eight hours."""
    line = Line(post.pk, shift.pk, strength=2, staff_ids=ids(county, "officer", "colleague"))
    return first_posting(in_force(county, line), post)


def begins(posting: Matter) -> datetime:
    return Posting.objects.get(pk=posting.pk).starts_at


def ends(posting: Matter) -> datetime:
    return Posting.objects.get(pk=posting.pk).ends_at


def state(posting: Matter) -> str:
    posting.refresh_from_db()
    return posting.state


# -- the plan ----------------------------------------------------------------------------------


def test_who_drafted_or_changed_it_does_not_approve_it(
    county: County, post: DutyPost, shift: Shift
) -> None:
    plan = plan_of(county, Line(post.pk, shift.pk))
    actions.set_need(county.leader, plan.pk, Need(1, 9, 10))
    with pytest.raises(Refusal, match="至少"):
        actions.set_need(county.leader, plan.pk, Need(1, 10, 9))
    actions.remove_need(county.chief, plan.pk, plan.coverage_plan.requirements.get().pk)
    actions.submit(county.chief, plan.pk)
    with pytest.raises(Refusal, match="另一人"):
        actions.approve(county.chief, plan.pk)
    with pytest.raises(Refusal, match="参与了拟制"):
        actions.approve(county.leader, plan.pk)


def test_a_plan_that_breaks_its_own_rule_or_doubles_a_person_is_not_submitted(
    county: County, post: DutyPost, shift: Shift
) -> None:
    plan = plan_of(county)
    with pytest.raises(Refusal, match="还没有岗位"):
        actions.submit(county.chief, plan.pk)
    who = ids(county, "officer")
    other = post_at(county, "西街口", 5)
    lines = [Line(p.pk, shift.pk, staff_ids=who) for p in (post, other)]
    actions.set_lines(county.chief, plan.pk, lines)
    with pytest.raises(Refusal, match="张巡逻"):
        actions.submit(county.chief, plan.pk)
    actions.set_lines(county.chief, plan.pk, [Line(post.pk, shift.pk, 2, staff_ids=who)])
    actions.set_need(county.chief, plan.pk, Need(1, 0, 24, post.pk))
    with pytest.raises(Refusal, match="只有 0 人"):
        actions.submit(county.chief, plan.pk)


def test_nobody_plans_with_other_peoples_posts_or_people(
    county: County, post: DutyPost, shift: Shift
) -> None:
    elsewhere = actions.add_post(
        county.leader, "西岗", "duty", lon=MIDDLE[0], lat=MIDDLE[1], agency_id=county.west.pk
    )
    with pytest.raises(NotFound):
        plan_of(county, Line(elsewhere.pk, shift.pk))
    with pytest.raises(Refusal, match="范围"):
        plan_of(county, Line(post.pk, shift.pk, staff_ids=ids(county, "westerner")))


def test_what_was_submitted_stays_as_it_was_read(
    county: County, post: DutyPost, shift: Shift
) -> None:
    plan = plan_of(county, Line(post.pk, shift.pk))
    actions.submit(county.chief, plan.pk)
    with pytest.raises(Conflict):
        actions.set_line(county.chief, plan.pk, Line(post.pk, shift.pk, strength=5))
    with pytest.raises(DatabaseError, match="no draft"), transaction.atomic():
        PlanLine.objects.filter(plan_id=plan.pk).update(strength=5)
    with pytest.raises(DatabaseError, match="no draft"), transaction.atomic():
        PlanLine.objects.get(plan_id=plan.pk).staff.add(county.staff["officer"])


def test_one_plan_of_a_kind_is_in_force(county: County, post: DutyPost, shift: Shift) -> None:
    first = in_force(county, Line(post.pk, shift.pk))
    second = plan_of(county, Line(post.pk, shift.pk, strength=2))
    actions.submit(county.chief, second.pk)
    actions.approve(county.leader, second.pk)
    with pytest.raises(Conflict, match="正在执行"):
        actions.put_in_force(county.leader, second.pk)
    actions.put_in_force(county.leader, second.pk, replace=True)
    assert state(first) == "ended"
    assert state(second) == "in_force"
    open_ = Posting.objects.filter(matter__closed_at=None)
    assert set(open_.values_list("line__plan_id", flat=True)) == {second.pk}


def test_postgresql_keeps_in_force_true(county: County, post: DutyPost, shift: Shift) -> None:
    plan = plan_of(county, Line(post.pk, shift.pk))
    with pytest.raises(DatabaseError, match="in force"), transaction.atomic():
        plan.coverage_plan.in_force = True
        plan.coverage_plan.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_postings_are_made_some_days_ahead_and_go_on(
    county: County, post: DutyPost, shift: Shift
) -> None:
    plan = in_force(county, Line(post.pk, shift.pk))
    rows = Posting.objects.filter(line__plan_id=plan.pk)
    before = rows.count()
    assert 2 <= before <= 3
    actions.keep_time()
    assert rows.count() == before
    with held_at(now() + timedelta(days=1)):
        actions.keep_time()
    assert rows.count() in (before, before + 1)
    assert rows.filter(starts_at__gt=now() + timedelta(days=4)).count() == 0


def test_a_plan_ends_by_itself_when_its_days_are_over(
    county: County, post: DutyPost, shift: Shift
) -> None:
    plan = in_force(county, Line(post.pk, shift.pk))
    with held_at(now() + timedelta(days=5)):
        actions.keep_time()
    assert state(plan) == "ended"
    assert not Posting.objects.filter(line__plan_id=plan.pk, matter__closed_at=None).exists()


# -- being there -------------------------------------------------------------------------------


def test_two_come_and_the_post_is_manned(county: County, posting: Matter) -> None:
    here = Arrival(*MIDDLE, accuracy_m=15)
    at = begins(posting) - 5 * MINUTE
    here = Arrival(MIDDLE[0] + 0.002, MIDDLE[1], accuracy_m=15)
    actions.check_in(county.officer, posting.pk, arrival=here, occurred_at=at)
    assert state(posting) == "short"
    actions.check_in(county.colleague, posting.pk, arrival=here, occurred_at=at + MINUTE)
    assert state(posting) == "manned"
    with held_at(begins(posting) + MINUTE):
        actions.keep_time()
    assert not Deadline.objects.filter(matter=posting, state="running").exists()


def test_only_who_is_there_checks_in(county: County, posting: Matter, post: DutyPost) -> None:
    at = begins(posting)
    far = Arrival(MIDDLE[0] + 0.02, MIDDLE[1])
    vague = Arrival(post.lon, post.lat, accuracy_m=900)
    tries: list[tuple[dict[str, Any], str]] = [
        ({"arrival": far}, "您距岗位"),
        ({"arrival": vague}, "定位误差"),
        ({"secret": "x"}, "二维码"),
        ({}, "没有得到定位"),
    ]
    for said, why in tries:
        with pytest.raises(Refusal, match=why):
            actions.check_in(county.officer, posting.pk, occurred_at=at, **said)
    actions.check_in(county.officer, posting.pk, secret=post.secret, occurred_at=at)
    actions.new_code(county.chief, post.pk)
    with pytest.raises(Refusal, match="二维码"):
        actions.check_in(county.colleague, posting.pk, secret=post.secret, occurred_at=at)


def test_where_somebody_stood_is_not_kept(county: County, posting: Matter, post: DutyPost) -> None:
    spot = Arrival(post.lon + 0.0005, post.lat)
    actions.check_in(county.officer, posting.pk, arrival=spot, occurred_at=begins(posting))
    told = Entry.objects.get(matter=posting, event="coverage.posting.check_in").data
    assert set(told) == {"staff_id", "how", "late_s"}
    assert 40 < (Presence.objects.get(in_how="position").in_metres or 0) < 60


def test_too_early_and_too_late_are_said(county: County, posting: Matter, post: DutyPost) -> None:
    for at, why in ((begins(posting) - 2 * HOUR, "太早"), (ends(posting), "已于")):
        with pytest.raises(Refusal, match=why):
            actions.check_in(county.officer, posting.pk, secret=post.secret, occurred_at=at)


def test_who_is_not_on_the_list_is_brought_in_by_who_leads(
    county: County, posting: Matter, post: DutyPost
) -> None:
    at = begins(posting)
    with pytest.raises(NotFound):
        actions.check_in(county.act("community"), posting.pk, secret=post.secret, occurred_at=at)
    with pytest.raises(Refusal, match="权限"):
        someone = county.staff["colleague"].pk
        actions.check_in(county.officer, posting.pk, staff_id=someone, occurred_at=at)
    come(county, posting, "community", at)
    row = Presence.objects.get(staff=county.staff["community"])
    assert (row.planned, row.in_how) == (False, "desk")
    actions.roster(county.chief, posting.pk, ids(county, "community", "colleague"))
    with pytest.raises(NotFound):
        queries.detail(county.officer, posting.pk)
    assert queries.detail(county.act("community"), posting.pk).present == 1


def test_nobody_stands_at_two_posts(county: County, posting: Matter) -> None:
    other = post_at(county, "西街口", 5)
    shift = shift_of(county, "S2", HOUR)
    line = Line(other.pk, shift.pk, staff_ids=ids(county, "officer"))
    second = first_posting(in_force(county, line, kind="event"), other)
    come(county, posting, "officer", begins(posting))
    with pytest.raises(Refusal, match="还在 东街口"):
        come(county, second, "officer", begins(posting))
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.filter(posting_id=second.pk).update(in_at=now())


def test_pressing_twice_is_being_there_once(county: County, posting: Matter) -> None:
    at = begins(posting)
    come(county, posting, "officer", at)
    with pytest.raises(Conflict, match="已经在岗"):
        come(county, posting, "officer", at + MINUTE)
    assert Presence.objects.filter(in_at__isnull=False).count() == 1


def test_an_empty_post_turns_red_ten_minutes_after_the_shift_began(
    county: County, posting: Matter
) -> None:
    with held_at(begins(posting) + MINUTE):
        actions.keep_time()
        assert state(posting) == "due"
        assert [r.standing for r in queries.board(county.chief)] == ["due"]
    with held_at(begins(posting) + 11 * MINUTE):
        assert [r.standing for r in queries.board(county.chief)] == ["late"]
        assert sweep.raise_overdue() == 1
        come(county, posting, "officer", now())
        assert [r.standing for r in queries.board(county.chief)] == ["late"]
        come(county, posting, "colleague", now())
        assert [r.standing for r in queries.board(county.chief)] == ["manned"]
    assert Deadline.objects.get(matter=posting, clock="man").state == "missed"
    assert Entry.objects.filter(matter=posting, event="coverage.posting.overdue").count() == 1


def test_who_leaves_early_says_why_and_the_post_waits_again(
    county: County, posting: Matter
) -> None:
    at = begins(posting)
    for who in ("officer", "colleague"):
        come(county, posting, who, at)
    later = at + HOUR
    with pytest.raises(Refusal, match="提前离岗"):
        actions.check_out(county.officer, posting.pk, occurred_at=later)
    actions.check_out(county.officer, posting.pk, reason="出警", occurred_at=later)
    assert state(posting) == "short"
    assert Deadline.objects.get(matter=posting, clock="man", state="running").started_at == later
    actions.check_out(county.colleague, posting.pk, reason="出警", occurred_at=later + MINUTE)
    assert state(posting) == "due"
    come(county, posting, "officer", later + HOUR)
    assert state(posting) == "short"


def test_the_shift_is_handed_over_with_what_the_next_must_know(
    county: County, post: DutyPost, shift: Shift
) -> None:
    follows = shift_of(county, "S2", 9 * HOUR)
    day = Line(post.pk, shift.pk, staff_ids=ids(county, "officer"))
    night = Line(post.pk, follows.pk, staff_ids=ids(county, "colleague"))
    plan = in_force(county, day, night)
    first = first_posting(plan, post)
    second = Matter.objects.get(
        pk=Posting.objects.filter(line__shift=follows, line__plan_id=plan.pk)
        .filter(starts_at__gte=ends(first) - MINUTE)
        .earliest("starts_at")
        .pk
    )
    come(county, first, "officer", begins(first))
    end = ends(first)
    with held_at(end + MINUTE):
        actions.keep_time()
        assert state(first) == "leaving"
        with pytest.raises(Refusal, match="还没有人到岗"):
            actions.hand_over(county.officer, first.pk)
        come(county, second, "colleague", now())
        actions.hand_over(county.officer, first.pk, words="东门灯坏了")
    assert state(first) == "handed_over"
    assert queries.detail(county.colleague, second.pk).told == "东门灯坏了"
    assert Deadline.objects.get(matter=first, clock="relieve").state == "met"
    told = Entry.objects.get(matter=first, event="coverage.posting.hand_over").data
    assert "东门灯坏了" not in str(told)


def test_relieved_late_turns_red(county: County, posting: Matter) -> None:
    for who in ("officer", "colleague"):
        come(county, posting, who, begins(posting))
    with held_at(ends(posting) + 16 * MINUTE):
        actions.keep_time()
        assert [r.standing for r in queries.board(county.chief)] == ["late"]
        for actor in (county.officer, county.colleague):
            actions.check_out(actor, posting.pk)
    assert state(posting) == "stood_down"


def test_a_shift_nobody_came_to_is_told_as_it_was(county: County, posting: Matter) -> None:
    """The timekeeper was away the whole night: it makes up for it with the times of the plan."""
    with held_at(ends(posting) + HOUR):
        actions.keep_time()
        assert actions.keep_time() == 0
    assert state(posting) == "unmanned"
    at = dict(Entry.objects.filter(matter=posting).values_list("event", "occurred_at"))
    assert at["coverage.posting.begin"] == begins(posting)
    assert at["coverage.posting.nobody_came"] == ends(posting)
    assert Deadline.objects.get(matter=posting, clock="man").state == "missed"


def test_my_post_shows_what_is_next(county: County, posting: Matter) -> None:
    mine = queries.mine(county.officer)
    assert mine.now is not None
    assert mine.now.row.pk == posting.pk
    assert not mine.on_post
    assert queries.mine(county.act("community")).now is None
    come(county, posting, "officer", begins(posting))
    assert queries.mine(county.officer).on_post


def test_owner_colleague_and_stranger(county: County, posting: Matter, post: DutyPost) -> None:
    assert queries.detail(county.officer, posting.pk).row.pk == posting.pk
    for who in ("community", "westerner", "stranger", "colleague_elsewhere"):
        with pytest.raises(NotFound):
            queries.detail(county.act(who), posting.pk)
        with pytest.raises(NotFound):
            queries.find_post(county.act(who), post.pk)
        assert queries.board(county.act(who)) == []
    for who in ("chief", "leader", "dispatcher", "auditor"):
        assert len(queries.board(county.act(who))) == 1
    with pytest.raises(Refusal, match="权限"):
        actions.cancel(county.officer, posting.pk, reason="不想去")


def test_the_board_asks_the_same_number_of_questions_however_full(
    county: County, posting: Matter, django_assert_num_queries: Any
) -> None:
    actor = county.chief
    queries.board(actor)
    with held_at(begins(posting) + MINUTE):
        with django_assert_num_queries(3):
            queries.board(actor)
        for number in range(10, 14):
            post_at(county, f"岗{number}", number)
        with django_assert_num_queries(3):
            queries.board(actor)


# -- inspections -------------------------------------------------------------------------------


def test_a_finding_is_put_right_and_verified_by_another(
    county: County, posting: Matter, post: DutyPost
) -> None:
    with held_at(begins(posting) + MINUTE):
        found = actions.inspect(county.leader, post.pk, finding="absent", words="无人", seen=0)
        assert queries.inspection(county.leader, found.pk).posting_id == posting.pk
    with pytest.raises(Refusal, match="怎样整改"):
        actions.put_right(county.chief, found.pk, words=" ")
    actions.put_right(county.chief, found.pk, words="已补岗并谈话")
    with pytest.raises(Refusal, match="另一人"):
        actions.verify(county.chief, found.pk)
    actions.not_right(county.leader, found.pk, reason="仍只有一人")
    actions.put_right(county.chief, found.pk, words="两人到岗")
    assert actions.verify(county.leader, found.pk).state == "verified"
    entries = Entry.objects.filter(matter=found).values_list("data", flat=True)
    assert "谈话" not in str(list(entries))


def test_an_inspection_in_order_is_over_at_once(county: County, post: DutyPost) -> None:
    assert actions.inspect(county.auditor, post.pk, seen=2).state == "in_order"
    for said in ({"finding": "absent"}, {"finding": "nonsense", "words": "x"}):
        with pytest.raises(Refusal):
            actions.inspect(county.leader, post.pk, **said)
    for who in ("officer", "stranger", "colleague_elsewhere"):
        with pytest.raises(NotFound):
            actions.inspect(county.act(who), post.pk)


def test_days_of_the_week_and_midnight_are_kept(county: County, post: DutyPost) -> None:
    today = local_date(now()).isoweekday()
    begin = local(now() + HOUR)
    tomorrow = begin.isoweekday() % 7 + 1
    shift = shift_of(county, "S9", HOUR, 24)
    plan = in_force(county, Line(post.pk, shift.pk, days=(tomorrow,)))
    rows = Posting.objects.filter(line__plan_id=plan.pk)
    assert {r.day.isoweekday() for r in rows} <= {tomorrow}
    assert all(r.ends_at - r.starts_at == timedelta(days=1) for r in rows)
    assert today in range(1, 8)


# -- figures -----------------------------------------------------------------------------------


def test_the_figures_count_what_was(county: County, post: DutyPost, shift: Shift) -> None:
    """Of three shifts one was manned on time, one late, one never; half the findings are right."""
    posts = [post, post_at(county, "岗2", 2), post_at(county, "岗3", 3)]
    plan = in_force(county, *[Line(p.pk, shift.pk) for p in posts])
    good, late, never = (first_posting(plan, p) for p in posts)
    start = begins(good)
    with held_at(start + 3 * HOUR):
        actions.keep_time()
        come(county, late, "colleague", start + 20 * MINUTE)
    come(county, good, "officer", start - MINUTE)
    for number in range(2):
        found = actions.inspect(county.leader, post.pk, finding="late", words="迟到")
        if number:
            actions.put_right(county.chief, found.pk, words="已补岗")
            actions.verify(county.leader, found.pk)
    told = {i.key: i for i in INDICATORS}
    period = Period(now() - timedelta(days=2), start + MINUTE)
    figures = {key: figure(county.leader, told[key], period) for key in told}
    assert (figures["findings"].count, figures["findings"].share) == (2, Decimal("50.0"))
    assert figures["inspections"].count == 2
    assert (figures["on_time"].count, figures["on_time"].share) == (3, Decimal("33.3"))
    assert sorted(figures["until_at_strength"].percentiles.values()) == [600, 1080, 1140]
    assert figures["overdue"].share is None
    assert state(never) == "due"
