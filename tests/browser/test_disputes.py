"""A mediator in a village: registers, and lets the parties sign, on a phone with fingers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.tests.samples import DATA, types
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def fits(page: Page) -> bool:
    """Nothing sticks out to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_dispute_is_registered_and_signed_on_a_phone(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    types()
    page = town.screen("leader", "/disputes/new/", **PHONE)
    assert (axe(page), fits(page)) == ([], True)
    page.select_option("#id_type", "02")
    page.fill("#id_place", "东街8号")
    page.fill("#id_words", "堆放杂物占道")
    page.fill("#id_applicant_name", "王五")
    page.fill("#id_respondent_name", "赵六")
    page.keyboard.press("Enter")
    page.wait_for_url("**/m/JF*/")
    assert (axe(page), fits(page)) == ([], True)
    matter = Matter.objects.get(kind="disputes.dispute")
    chief = town.county.chief
    for step in ("assign", "hold_session", "draft"):
        actions.perform(chief, matter.pk, step, data=DATA[step])
    page.goto(f"{town.running.url}/disputes/{matter.pk}/agreement/")
    with page.expect_navigation():
        page.get_by_role("button", name="查看").click()
    assert (axe(page), fits(page)) == ([], True)
    form = page.locator("form:has(wr-signature)").first
    canvas = form.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    x, y = box["x"] + 20, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 30, steps=5)
    page.mouse.up()
    with page.expect_navigation():
        form.get_by_role("button", name="签字").click()
    expect(page.locator("svg.signature")).to_have_count(1)
    second = page.locator("form:has(wr-signature)").first
    second.locator("input[name=typed]").fill("赵六")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    paper = queries.agreement(matter.pk)
    assert paper is not None
    drawn, typed = queries.signatures(paper)
    assert (bool(drawn.strokes), typed.typed) == (True, "赵六")
