"""Whom to arrange a visit with is known for as long as visits are arranged."""

from datetime import timedelta

import pytest

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.domains.community import actions, queries
from watchroom.domains.community.actions import Call
from watchroom.domains.community.models import Household
from watchroom.domains.community.tests.samples import household
from watchroom.kernel import retention
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.django_db
DAY, KEPT = timedelta(days=1), timedelta(days=365)


def known(county: County, door: str = "1 号") -> Household:
    row = household(county, door)
    actions.set_contact(county.act("community"), row.pk, name="王奶奶", phone="13800001111")
    return row


def later(some: timedelta) -> int:
    with held_at(now() + some):
        return retention.erase_due()["community.keep.contact"]


def test_a_contact_that_arranged_no_visit_for_a_year_is_erased(county: County) -> None:
    row = known(county)
    assert later(KEPT - DAY) == 0
    assert later(KEPT + DAY) == 1
    row.refresh_from_db()
    assert (row.contact_name, row.contact_phone, row.contact_at) == ("", "", None)
    (entry,) = Entry.objects.filter(event=retention.EVENT)
    assert (entry.data["class"], entry.data["records"]) == ("community.keep.contact", 1)
    assert later(KEPT + 2 * DAY) == 0


def test_it_stays_while_a_visit_is_to_be_made_or_was_made_within_the_year(county: County) -> None:
    planned, visited = known(county), known(county, "2 号")
    actions.plan_visit(county.act("community"), planned.pk)
    with held_at(now() + KEPT - DAY):
        actions.record_visit(county.act("community"), visited.pk, Call())
    assert later(KEPT + DAY) == 0


def test_doors_and_visits_stay_when_the_contact_goes(county: County) -> None:
    row = known(county)
    actions.record_visit(county.act("community"), row.pk, Call())
    before = queries.standing([county.beats["east"]])
    assert later(KEPT + DAY) == 1
    assert queries.standing([county.beats["east"]]) == before
    assert Matter.objects.filter(kind="community.visit").count() == 1
