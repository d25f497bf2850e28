"""The beat's officer in a village: 360 pixels, one thumb, Chinese words, nothing in the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Town
from tests.browser.waiting import meanwhile
from watchroom.domains.community import actions
from watchroom.domains.community.models import Visit
from watchroom.domains.community.tests.samples import hazard, household

pytestmark = pytest.mark.browser
SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


def test_a_visit_and_a_need_in_a_few_taps_and_every_page_is_accessible(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    officer = town.county.staff["community"]
    officer.set_password(PASSWORD)
    officer.save()
    door = household(town.county)
    actions.set_card(
        town.county.act("community"), "BE", phone="0731-8888110", hours="每天", hours_en="Daily"
    )
    matter = hazard(town.county, ("grade", "send"))
    notice = matter.community_hazard.notices.get().pk
    page = town.screen("community", "/community/beats/BE/", **SMALL)
    start = page.url.split("/community/")[0]
    for path in (
        "/community/beats/BE/", "/community/beats/BE/evening/", "/community/beats/BE/card/",
        "/community/hazards/", "/community/hazards/new/", "/community/meetings/new/",
        f"/community/notices/{notice}/", "/community/who/BE/", f"/m/{matter.number}/",
        "/community/?all=1", f"/community/households/{door.pk}/",
    ):  # fmt: skip
        page.goto(start + path)
        assert axe(page) == [], path
        assert not page.evaluate(TOO_WIDE), path
    page.keyboard.press("v")
    expect(page.locator("#visit")).to_contain_text("幸福路1 号")
    page.fill("#need-title", "老人不会用手机挂号")
    page.locator("#needs button[value=lesson]").tap()
    meanwhile(page, lambda: Visit.objects.filter(household=door).count() == 2)
    expect(page.locator("main")).to_contain_text("已走访")
    rows = Visit.objects.filter(household=door).order_by("pk")
    states = [(row.purpose, row.matter.state) for row in rows]
    assert states == [("routine", "made"), ("lesson", "planned")]
