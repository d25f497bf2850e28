"""People race for a post, leaders race to give orders; PostgreSQL keeps every promise."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace

from django.db import connection
from django.db.models import Count

from tests.people import County
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.actions import Line
from watchroom.domains.coverage.models import Plan, Posting, Presence
from watchroom.domains.coverage.rules import follow, standing
from watchroom.domains.coverage.tests.samples import (
    HOUR,
    first_posting,
    in_force,
    plan_of,
    post_at,
    shift_of,
)
from watchroom.kernel import trail
from watchroom.kernel.models import Entry, Matter

MINUTE = timedelta(minutes=1)
CREW = ("officer", "colleague", "community", "chief")


def at_once(works: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Run all of them at the same moment; what each was refused with, or broke with."""
    barrier, failed = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(120)
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_four_people_check_in_at_once_each_twice(committed_county: SimpleNamespace) -> None:
    county: County = committed_county.county
    post, shift = post_at(county), shift_of(county, "S1", HOUR / 2)
    people = tuple(county.staff[name].pk for name in CREW)
    plan = in_force(county, Line(post.pk, shift.pk, strength=4, staff_ids=people))
    posting = first_posting(plan, post)
    actors = [county.act(name) for name in CREW] * 2
    failed = at_once(
        [
            lambda actor=actor: actions.check_in(actor, posting.pk, secret=post.secret)
            for actor in actors
        ]
    )
    assert len(failed) == 4
    assert all(isinstance(error, Conflict) for error in failed)
    posting.refresh_from_db()
    assert posting.state == "manned"
    assert Presence.objects.filter(in_at__isnull=False, out_at=None).count() == 4
    filled = Entry.objects.filter(matter=posting, event="coverage.posting.filled")
    assert filled.count() == 1
    assert list(trail.verify()) == []


def test_one_person_races_to_two_posts(committed_county: SimpleNamespace) -> None:
    county: County = committed_county.county
    shift, who = shift_of(county, "S1", HOUR / 2), (county.staff["officer"].pk,)
    posts = [post_at(county, f"岗{n}", n) for n in (1, 2)]
    plans = [
        in_force(county, Line(post.pk, shift.pk, staff_ids=who), kind=kind)
        for post, kind in zip(posts, ("daily", "event"), strict=True)
    ]
    postings = [first_posting(p, post) for p, post in zip(plans, posts, strict=True)]
    officer = county.officer
    failed = at_once(
        [
            lambda p=p, post=post: actions.check_in(officer, p.pk, secret=post.secret)
            for p, post in zip(postings, posts, strict=True)
        ]
    )
    assert [isinstance(error, Refusal) for error in failed] == [True]
    assert Presence.objects.filter(in_at__isnull=False).count() == 1
    states = {Matter.objects.get(pk=p.pk).state for p in postings}
    assert states == {"planned", "manned"}


def test_two_plans_are_put_in_force_at_once(committed_county: SimpleNamespace) -> None:
    county: County = committed_county.county
    post, shift = post_at(county), shift_of(county, "S1", HOUR)
    plans = [plan_of(county, Line(post.pk, shift.pk, strength=n)) for n in (1, 2)]
    for plan in plans:
        actions.submit(county.chief, plan.pk)
        actions.approve(county.leader, plan.pk)
    leader = county.leader
    failed = at_once([lambda p=p: actions.put_in_force(leader, p.pk) for p in plans])
    assert [isinstance(error, Conflict) for error in failed] == [True]
    assert Plan.objects.filter(in_force=True).count() == 1
    kept = Plan.objects.get(in_force=True)
    assert set(Posting.objects.values_list("line__plan_id", flat=True)) == {kept.pk}


def test_two_timekeepers_begin_and_end_each_shift_once(committed_county: SimpleNamespace) -> None:
    county: County = committed_county.county
    shift = shift_of(county, "S1", MINUTE, 1)
    lines = [Line(post_at(county, f"岗{n}", n).pk, shift.pk) for n in range(1, 7)]
    plan = in_force(county, *lines)
    later = Posting.objects.filter(line__plan_id=plan.pk).earliest("starts_at").ends_at
    failed = at_once([lambda: actions.keep_time(later + MINUTE)] * 3)
    assert failed == []
    steps = [f"coverage.posting.{step}" for step in ("begin", "nobody_came")]
    rows = Entry.objects.filter(event__in=steps)
    twice = rows.values("matter", "event").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    assert rows.count() == 12
    again = Posting.objects.values("line", "day").annotate(n=Count("pk")).filter(n__gt=1)
    assert not again.exists()


def test_a_posting_always_follows_its_people() -> None:
    """From wherever it stands, one step leads to where its people put it, or it is there."""
    for strength in (1, 2, 5):
        for present in range(strength + 2):
            wanted = standing(present, strength)
            for state in ("planned", "due", "short", "manned"):
                step = follow(state, present, strength, over=False)
                alike = state == wanted or (state, wanted) == ("planned", "due")
                assert (step is None) == alike, (state, wanted)
    assert follow("leaving", 0, 2, over=True) == "stood_down"
    assert follow("leaving", 1, 2, over=True) is None
