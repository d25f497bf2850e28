"""A quarrel heard of on a visit is registered as a dispute, linked to the visit, once."""

import pytest

from tests.people import County
from watchroom.domains.community import actions as community
from watchroom.domains.community.tests.samples import household
from watchroom.domains.disputes import jobs
from watchroom.domains.disputes.tests.samples import types
from watchroom.kernel import access, search
from watchroom.kernel.models import Entry, Link, Matter

pytestmark = pytest.mark.django_db


def test_the_beats_officer_has_the_dispute_and_finds_it(county: County) -> None:
    types()
    officer = county.act("community")
    visit = community.record_visit(officer, household(county).pk, community.Call())
    community.need_found(officer, visit.pk, kind="dispute", title="两家为宅基地吵了半年")
    told = Entry.objects.get(event="community.visit.need_found")
    for _ in range(2):  # a job may run again after a crash
        jobs.need_found(told)
    dispute = Matter.objects.get(kind="disputes.dispute")
    assert (dispute.title, dispute.beat_id) == ("两家为宅基地吵了半年", visit.beat_id)
    assert Link.objects.filter(source=visit, target=dispute).count() == 1
    assert search.matters(officer, "宅基").matters[0] == dispute
    assert not access.visible(county.officer).filter(pk=dispute.pk).exists()


def test_before_a_list_of_types_nothing_is_registered(county: County) -> None:
    officer = county.act("community")
    visit = community.record_visit(officer, household(county).pk, community.Call())
    community.need_found(officer, visit.pk, kind="dispute", title="两家吵架")
    jobs.need_found(Entry.objects.get(event="community.visit.need_found"))
    assert not Matter.objects.filter(kind="disputes.dispute").exists()
