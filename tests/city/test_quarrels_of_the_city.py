"""The city has disputes that are settled and some that are open, done by its beats' officers."""

import pytest
from django.db import connection

from watchroom.base.clock import now
from watchroom.city import loading, quarrels
from watchroom.domains.disputes.models import Agreement, Dispute
from watchroom.kernel import trail
from watchroom.kernel.models import Deadline, Matter


@pytest.fixture
def loaded(db, small, monkeypatch):
    monkeypatch.setattr(quarrels, "SETTLED", 12)
    monkeypatch.setattr(quarrels, "STILL", len(quarrels.STAGES))
    loading.load(small)
    done = quarrels.load(small)
    connection.check_constraints()
    return done


def test_they_stand_in_every_stage_and_hold_together(loaded):
    matters = Matter.objects.filter(kind="disputes.dispute")
    assert loaded == (12, len(quarrels.STAGES))
    assert matters.filter(state="settled").count() == 12
    states = set(matters.exclude(state="settled").values_list("state", flat=True))
    assert states >= {"registered", "assigned", "mediating", "signing", "agreed", "failed"}
    assert list(trail.verify()) == []
    assert not matters.filter(occurred_at__gt=now()).exists()
    assert not matters.filter(beat=None).exists()
    assert Deadline.objects.filter(rule="C06", state="running").exists()
    assert Agreement.objects.filter(document__isnull=False).exists()
    assert quarrels.is_loaded()
    hands = {e.actor_id for m in matters.filter(state="settled") for e in m.entries.all()}
    assert None not in hands
    assert Dispute.objects.filter(factors=[]).exists()
