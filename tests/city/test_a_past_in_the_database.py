"""A served past is brought in: nothing is weakened, and doing it twice changes nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count, F

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.city import loading, past
from watchroom.city.classes import CLASS_LIST
from watchroom.city.evening import Evening
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.kernel import history, trail
from watchroom.kernel.access import system
from watchroom.kernel.history import Life, Taken
from watchroom.kernel.models import Deadline, Entry, Matter


@pytest.fixture
def evening():
    return Evening.at(now())


@pytest.fixture
def loaded(db, small, evening):
    loading.load(small)
    actions.import_classes(system(), CLASS_LIST.read_text("utf-8").splitlines(), source="test")
    over, still = past.load(small, evening, days=1, per_day=260)
    connection.check_constraints()
    return over, still


def test_the_citys_clock_stands_on_a_friday_evening():
    for day in range(1, 15):
        wall = dt.datetime(2026, 3, day, 3, 0, tzinfo=dt.UTC)
        evening = Evening.at(wall)
        assert (evening.city.weekday(), evening.city.hour) == (4, 20)
        assert evening.shown(evening.city) == wall


def test_a_past_comes_in_whole(loaded, small, evening):
    over, still = loaded
    incidents = Matter.objects.filter(kind="dispatch.incident")
    assert over > 150
    assert 0 < still < over
    assert incidents.count() == over + still
    assert incidents.filter(closed_at=None).count() > 0
    assert list(trail.verify()) == []
    versions = Matter.objects.annotate(n=Count("entries__matter_version"))
    assert not versions.exclude(n=F("version")).exists()
    assert not Matter.objects.filter(occurred_at__gt=now()).exists()
    assert not Assignment.objects.filter(holding=True).exclude(unit__status="busy").exists()
    assert Deadline.objects.filter(state="running", matter__closed_at=None).exists()
    assert not Deadline.objects.filter(state="running").exclude(matter__closed_at=None).exists()
    before = Entry.objects.count()
    assert past.load(small, evening, days=1, per_day=260)[0] == 0
    assert Entry.objects.count() == before
    assert past.is_loaded()


def test_what_happened_and_when_it_was_told_stay_apart(loaded):
    entry = Entry.objects.filter(event="dispatch.assignment.arrive").order_by("occurred_at").first()
    assert entry.entered_at - entry.occurred_at > dt.timedelta(hours=1)
    row = Incident.objects.filter(fed_back_at__isnull=False).first()
    assert row.first_on_scene_at < row.fed_back_at


def test_a_life_its_flow_does_not_allow_is_refused_whole(db, small):
    loading.load(small)
    actor, at = system(), now()
    (number,) = history.numbers("dispatch.incident", [at])
    steps = [Taken("report", at, None, "x"), Taken("close", at, None, "x")]
    life = Life("dispatch.incident", number, "x", actor.agency_id, steps)
    with pytest.raises(Refusal, match=number):
        history.bring_in(actor, [life], lambda _m: None, source="test")
    assert not Matter.objects.exists()


def test_nobody_but_the_operator_brings_in_history(county):
    with pytest.raises(Refusal, match="operator"):
        history.bring_in(county.leader, [], lambda _m: None, source="test")
