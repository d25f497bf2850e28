"""The city's posts are manned this evening, some late; while the day runs people come and go."""

import datetime as dt
import json
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from watchroom.base.clock import held_at, now
from watchroom.city import duty, loading
from watchroom.city.evening import Evening
from watchroom.city.guards import Guards
from watchroom.city.port import Refused
from watchroom.domains.coverage import actions, queries
from watchroom.domains.coverage.models import DutyPost, Plan, Posting, Presence
from watchroom.kernel import operator, trail
from watchroom.kernel.access import system
from watchroom.kernel.models import Agency, Matter
from watchroom.site.fictional import SCOPES


@pytest.fixture
def evening(db, small):
    loading.load(small)
    evening = Evening.at(now())
    duty.load(small, evening)
    connection.check_constraints()
    return evening


def test_posts_zones_and_schools_stand_under_plans_in_force(evening, small):
    kinds = Counter(DutyPost.objects.values_list("kind", flat=True))
    assert kinds["zone"] >= 1
    assert sum(kinds.values()) > len(small.posts)
    assert set(Plan.objects.filter(in_force=True).values_list("kind", flat=True)) == {
        "daily",
        "night",
        "school",
    }
    for plan in Matter.objects.filter(kind="coverage.plan"):
        hands = plan.entries.values_list("actor_id", flat=True)
        assert len(set(hands)) == 2, "one drafts, another approves"
    assert list(trail.verify()) == []
    assert not Matter.objects.filter(occurred_at__gt=now()).exists()


def test_this_evening_most_posts_are_manned(evening):
    found = queries.figures_now(queries.board(system()))
    assert found["manned"] > found["expected"] / 2
    assert found["present"] <= found["strength"]
    assert Presence.objects.filter(in_how="position", in_metres__gt=150).count() == 0


def to_its_end(work):
    """Run a coroutine that never waits, without an event loop: the transaction is this thread's."""
    with pytest.raises(StopIteration):
        work.send(None)


class Line:
    """The line of the live day, over the test's own client."""

    def __init__(self, secret):
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    async def asked(self, method, path, **how):
        if method == "GET":
            return self.client.get(path, how["params"]).json()
        body = json.dumps(how["json"])
        answer = self.client.post(path, body, content_type="application/json")
        if answer.status_code >= 400:
            raise Refused(answer.text)
        return answer.json()


def test_the_next_shift_comes_and_takes_over(evening):
    root = Agency.objects.get(pk=system().agency_id)
    line = Line(operator.create_token("live day", root.code, SCOPES, 30))
    guards = Guards(line, 1)
    rows = Posting.objects.filter(line__shift__code="C", starts_at__gt=now())
    begins = rows.earliest("starts_at").starts_at
    for minutes in (1, 3, 16, 31):
        moment = begins + dt.timedelta(minutes=minutes)
        with held_at(moment):
            actions.keep_time()
            to_its_end(guards.look(moment))
            to_its_end(guards.look(moment))
    ended = Counter(Posting.objects.filter(ends_at=begins).values_list("matter__state", flat=True))
    assert ended["handed_over"] >= 1
    assert ended["leaving"] == 0
    there = Posting.objects.filter(starts_at=begins, matter__state="manned")
    assert there.count() >= 1
