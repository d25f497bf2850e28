"""The city's fraud centre has losses that were stopped, frozen and given back, and rows refused."""

import pytest
from django.db import connection

from watchroom.base.clock import now
from watchroom.city import fraud_desk, fraud_money, loading
from watchroom.domains.fraud.models import BankOrder, Case, Measure, Reject
from watchroom.domains.fraud.queries.measures import totals
from watchroom.kernel import trail
from watchroom.kernel.access import system
from watchroom.kernel.models import Matter


@pytest.fixture
def loaded(db, small, monkeypatch):
    monkeypatch.setattr(fraud_desk, "_life", _all_lost)
    monkeypatch.setattr(fraud_desk, "PAST", 10)
    loading.load(small)
    fraud_desk.load(small, print)
    done = fraud_money.load(small, print)
    connection.check_constraints()
    return done


def _all_lost(_r):
    lost = {"outcome": "lost", "evidence": "B", "lost": 30_000}
    reached = {"how": "phone", "verified": "digits"}
    return [(2, "sign", {}), (3, "reach", reached), (5, "feed_back", lost)]


def test_every_story_is_told_by_the_people_it_takes(loaded):
    assert fraud_money.is_loaded() and loaded == Measure.objects.count() > 5
    measures = Matter.objects.filter(kind="fraud.measure")
    states = set(measures.values_list("state", flat=True))
    assert states >= {"requested", "in_force", "followed", "refused", "lifted"}
    returns = Matter.objects.filter(kind="fraud.return")
    assert set(returns.values_list("state", flat=True)) == {"paid", "noticed"}
    assert not Measure.objects.exclude(approved_by=None).filter(asked_by=None).exists()
    assert not Matter.objects.filter(occurred_at__gt=now()).exists()
    assert BankOrder.objects.filter(state="by_hand").exists()
    assert list(trail.verify()) == []


def test_no_class_of_money_is_empty_where_it_was_caught(loaded):
    money = totals(system())
    assert all(money[name] > 0 for name in ("frozen", "returned", "lost")), money
    assert Case.objects.filter(lost_fen__gt=0).exists()
    assert Reject.objects.filter(state="open").count() == 5
