"""Records that are to be looked at, by agency, with the matters behind them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.desk import quality
from watchroom.domains.requests import actions
from watchroom.kernel.models import Matter


def _asked(county: County, title: str, at: datetime | None = None) -> Matter:
    return actions.ask(
        county.chief, title, sort="firm", firm="样例厂", agency_id=county.east.pk, occurred_at=at
    )


@pytest.fixture
def recorded(county: County) -> County:
    """Twelve requests refused in one go; six more said to have come at the very same moment; one
    that was taken before it came."""
    for n in range(12):
        matter = _asked(county, f"批量{n}")
        actions.perform(county.chief, matter.pk, "refuse", reason="重复登记")
    alike = now() - timedelta(days=3)
    for n in range(6):
        _asked(county, f"同时{n}", alike)
    early = _asked(county, "颠倒")
    actions.perform(county.chief, early.pk, "take", occurred_at=now() - timedelta(hours=5))
    return county


def _kinds(county: County, who: str) -> dict[str, int]:
    end = now() + timedelta(minutes=1)
    found = quality.findings(county.act(who), end - timedelta(days=1), end)
    return {one.kind.key: one.count for one in found}


def test_each_oddity_is_found_and_counted(recorded: County) -> None:
    assert _kinds(recorded, "chief") == {"order": 1, "bulk": 12, "same": 6, "late": 6}


def test_what_is_made_at_its_time_is_left_alone(county: County) -> None:
    for n in range(9):
        with held_at(now() + timedelta(minutes=7 * n)):
            matter = _asked(county, f"平常{n}")
            actions.perform(county.chief, matter.pk, "refuse", reason="不属本所")
    assert _kinds(county, "chief") == {}


def test_a_finding_opens_the_matters_behind_it(recorded: County) -> None:
    browser = Client()
    browser.force_login(recorded.staff["chief"])
    page = browser.get("/quality/").text
    assert "值得看一看" in page
    assert "/quality/bulk/?agency=EAST" in page
    behind = browser.get("/quality/bulk/?agency=EAST").text
    assert behind.count("data-href") == 12
    order = browser.get("/quality/order/?agency=EAST").text
    assert "颠倒" in order


def test_somebody_elsewhere_finds_nothing_of_ours(recorded: County) -> None:
    assert _kinds(recorded, "colleague_elsewhere") == {}
    browser = Client()
    browser.force_login(recorded.staff["colleague_elsewhere"])
    assert browser.get("/quality/bulk/?agency=EAST").status_code == 404
    assert browser.get("/quality/no-such/?agency=OTHR").status_code == 404
