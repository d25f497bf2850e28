"""An evening at the fraud desk by keyboard alone, and a visit on a phone without a network."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.waiting import PATIENCE, until
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.flow import CASE
from watchroom.domains.fraud.queries import VISITOR
from watchroom.domains.fraud.tests.samples import DATA, feed, warning
from watchroom.kernel import acts
from watchroom.kernel.access import system
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.browser
PHONE = "13755556666"


def warned(town: Town) -> Matter:
    """A warning came in; the worker opens its case."""
    feed(town.county)
    actions.receive(system(), "telecom-a", [warning(phone=PHONE, transferred=True)])
    end = time.monotonic() + PATIENCE
    while (found := Matter.objects.filter(kind=CASE.kind).first()) is None:
        assert time.monotonic() < end, "nobody opened the case"
        time.sleep(0.1)
    return found


def dialog(page: Page, key: str, *choices: str) -> None:
    """Open a step's form by its key, choose, send with Enter."""
    page.keyboard.press(key)
    box = page.locator("dialog[open]")
    for place, value in enumerate(choices):
        box.locator("select").nth(place).select_option(value)
    with page.expect_navigation():
        box.locator("form button[type=submit], form .btn-primary").first.press("Enter")


def test_an_evening_at_the_desk(town: Town, axe: Callable[[Page], list[str]]) -> None:
    page = town.screen("dispatcher", "/fraud/")
    matter = warned(town)
    expect(page.locator(f"#q-{matter.number}")).to_be_visible()  # the queue follows
    with page.expect_navigation():
        page.keyboard.press("q")
    assert axe(page) == []
    assert PHONE not in page.content()
    with page.expect_navigation():
        page.keyboard.press("s")
    dialog(page, "c", "no_answer")
    dialog(page, "r", "phone", "digits")
    expect(page.locator(".board-panel")).to_contain_text("已联系上")
    dialog(page, "f", "dissuaded", "none")
    matter.refresh_from_db()
    assert matter.state == "tracing"
    for address in ("visits/", "phone/"):
        page.goto(page.url.split("/fraud/")[0] + f"/fraud/{address}")
        assert axe(page) == [], address


def test_a_visit_is_told_when_the_network_is_back(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    matter = warned(town)
    for step in ("sign", "ask_visit"):
        actions.perform(town.county.dispatcher, matter.pk, step, data=DATA.get(step))
    acts.involve(matter, [town.county.staff["officer"].pk], VISITOR)
    page = town.screen("officer", "/fraud/phone/", viewport={"width": 390, "height": 844})
    expect(page.locator("main")).to_contain_text(matter.number)
    assert axe(page) == []
    page.context.set_offline(True)
    page.locator("#next-arrive .btn-huge").click()
    page.locator("#next-reach .btn-huge").click()
    expect(page.locator("[data-phone=queue]")).to_contain_text("2")
    matter.refresh_from_db()
    assert matter.state == "visiting"
    page.context.set_offline(False)
    until(page, lambda: Matter.objects.get(pk=matter.pk).state == "reached")
    expect(page.locator("main")).to_contain_text("反馈结果")
