"""Parties and what they are compared by are kept for a time; the figures do not need them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.domains.disputes import indicators, queries
from watchroom.domains.disputes.models import Party, Session, Visit
from watchroom.domains.disputes.tests.samples import AGREED, live, registered, with_purpose
from watchroom.figures.periods import Period
from watchroom.kernel import retention
from watchroom.kernel.indicators import figure
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.django_db
DAY, COMPARED, NAMED = timedelta(days=1), timedelta(days=730), timedelta(days=1095)
SETTLED = (*AGREED, "perform", "visit", "settle")


def later(some: timedelta) -> tuple[int, int]:
    """How many keys and parties the night empties that comes so much later."""
    with held_at(now() + some):
        done = retention.erase_due()
    return done["disputes.keep.keys"], done["disputes.keep.parties"]


def repeats(county: County, matter: Matter) -> list[str]:
    dispute = queries.dispute_of(county.chief, matter.pk)
    found = queries.between_the_same(with_purpose(county.chief), dispute)
    return [one.matter.number for one in found]


def figures(county: County, period: Period) -> list[Any]:
    return [figure(county.leader, one, period) for one in indicators.INDICATORS]


def test_within_the_time_nothing_is_erased(county: County) -> None:
    live(county, SETTLED)
    assert later(COMPARED - DAY) == (0, 0)
    assert not Entry.objects.filter(event=retention.EVENT).exists()


def test_when_its_keys_are_gone_a_dispute_is_no_repeat_any_more(county: County) -> None:
    earlier, again = live(county, SETTLED), registered(county)
    assert repeats(county, again) == [earlier.number]
    assert later(COMPARED + DAY) == (4, 0)
    assert repeats(county, again) == []
    assert not Party.objects.exclude(name_key="", phone_key="").exists()
    assert Party.objects.filter(name="张三丰").count() == 2  # who they were stays longer


def test_who_they_were_and_what_they_said_ends_and_the_figures_stay(county: County) -> None:
    over, still = live(county, SETTLED), live(county, (*AGREED, "perform", "visit"))
    period = Period(now() - 30 * DAY, now() + DAY)
    before = figures(county, period)
    assert later(NAMED + DAY) == (4, 2)
    assert set(over.disputes_dispute.parties.values_list("name", "phone")) == {("", "")}
    assert [s.summary for s in Session.objects.filter(dispute=over.pk)] == [""]
    assert [v.words for v in Visit.objects.filter(dispute=over.pk)] == [""]
    assert still.disputes_dispute.parties.filter(name="张三丰").exists()
    assert Session.objects.get(dispute=still.pk).summary
    assert figures(county, period) == before
    told = Entry.objects.filter(event=retention.EVENT, data__class__startswith="disputes.")
    assert sorted(entry.data["records"] for entry in told) == [2, 4]


def test_a_signed_agreement_stays_as_it_was_signed_and_the_page_says_what_ended(
    county: County,
) -> None:
    over = live(county, SETTLED)
    later(NAMED + DAY)
    paper = queries.agreement(over.pk)
    assert paper is not None
    assert "张三丰" in paper.text
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert "已到期清除" in browser.get(f"/m/{over.number}/").text


def test_erasing_again_erases_nothing(county: County) -> None:
    live(county, SETTLED)
    later(NAMED + DAY)
    assert later(NAMED + 2 * DAY) == (0, 0)
    with connection.cursor() as cursor:  # nothing of them is left in any column
        cursor.execute("SELECT count(*) FROM disputes_party p WHERE p::text LIKE '%%张三丰%%'")
        assert cursor.fetchone()[0] == 0
