"""What the fraud centre did, and whether it served everybody alike."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.fraud import queries
from watchroom.domains.fraud.indicators import INDICATORS
from watchroom.domains.fraud.tests.samples import live, warned
from watchroom.figures.periods import Period
from watchroom.kernel.indicators import figure

pytestmark = pytest.mark.django_db


def test_indicators_count_what_they_say(county: County) -> None:
    live(county, ("sign", "reach", "feed_back"))
    warned(county)
    period = Period(now() - timedelta(hours=1), now() + timedelta(hours=1))
    found = {one.key: figure(county.leader, one, period) for one in INDICATORS}
    assert found["cases"].count == 2
    assert found["warned_to_reached"].count == 1
    assert (found["dissuaded"].count, found["dissuaded"].part) == (1, 1.0)
    assert found["false_alarms"].part == 0.0


def test_money_stands_with_its_evidence(county: County) -> None:
    live(county, ("sign", "reach", "feed_back"))
    start, end = now() - timedelta(days=1), now() + timedelta(minutes=1)
    (line,) = queries.money(county.leader, start, end)
    assert (line.key, line.values["saved"], line.values["lost"]) == ("C", 1_200_000, 0)
    assert not queries.money(county.colleague_elsewhere, start, end)


def test_a_small_group_shows_its_number_only(county: County) -> None:
    live(county, ("sign", "reach"))
    start, end = now() - timedelta(days=1), now() + timedelta(minutes=1)
    (line,) = queries.fairness(county.leader, "sex", start, end)
    assert line.values["few"] and line.values["half"] is None


def test_the_page_opens_in_both_languages(county: County) -> None:
    live(county, ("sign", "reach", "feed_back"))
    browser = Client()
    browser.force_login(county.staff["leader"])
    for lang, said in (("zh", "是否一视同仁"), ("en", "Is everybody served alike?")):
        browser.cookies["django_language"] = lang
        assert said in browser.get("/fraud/figures/?days=7").text
