"""The city's beats have doors, some of them visited, and hazards on their way to be put right."""

import pytest

from watchroom.city import doors, loading
from watchroom.domains.community.models import Card, Household
from watchroom.kernel import trail
from watchroom.kernel.models import Beat, Matter

pytestmark = pytest.mark.django_db


def test_every_beat_has_doors_and_a_card_and_some_are_walked(small):
    loading.load(small)
    assert not doors.is_loaded()
    made = doors.load(small)
    beats = Beat.objects.count()
    assert made == Household.objects.count() == doors.DOORS * beats
    assert Card.objects.count() == beats
    for row in Household.objects.select_related("beat"):
        assert row.beat.west <= row.lon <= row.beat.east
    states = set(Matter.objects.filter(kind="community.hazard").values_list("state", flat=True))
    assert states == {"graded", "sent"}
    assert Matter.objects.filter(kind="community.visit", state="made").exists()
    assert list(trail.verify()) == []
