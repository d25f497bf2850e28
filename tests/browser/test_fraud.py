"""An evening at the fraud desk by keyboard alone, and a visit on a phone without a network."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Town
from tests.browser.test_phone import PHONE
from tests.browser.waiting import PATIENCE, kept
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.flow import CASE
from watchroom.domains.fraud.queries import VISITOR
from watchroom.domains.fraud.tests.samples import DATA, feed, warning
from watchroom.kernel import acts
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.browser
PHONE_NUMBER = "13755556666"


def warned(town: Town) -> Matter:
    """A warning came in; the worker opens its case."""
    feed(town.county)
    actions.receive(system(), "telecom-a", [warning(phone=PHONE_NUMBER, transferred=True)])
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
    assert PHONE_NUMBER not in page.content()
    with page.expect_navigation():
        page.keyboard.press("s")
    dialog(page, "c", "no_answer")
    dialog(page, "r", "phone", "digits")
    expect(page.locator(".board-panel")).to_contain_text("已联系上")
    dialog(page, "f", "dissuaded", "none")
    matter.refresh_from_db()
    assert matter.state == "tracing"
    page.goto(page.url.split("/fraud/")[0] + "/fraud/visits/")
    assert axe(page) == []


def _until_shown(page: Page, card: Locator) -> None:
    end = time.monotonic() + PATIENCE
    while PHONE_NUMBER not in card.inner_text():
        assert time.monotonic() < end, "the page is not shown clear"
        page.reload()


def test_a_visit_on_a_phone_that_has_no_network(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    """The page is opened anew, the whole visit is pressed, and it arrives with its own times."""
    matter = warned(town)
    for step in ("sign", "ask_visit"):
        actions.perform(town.county.dispatcher, matter.pk, step, data=DATA.get(step))
    acts.involve(matter, [town.county.staff["officer"].pk], VISITOR)
    page = town.screen("officer", "/phone/", **PHONE)
    card = page.locator(f"#card-{matter.pk}")
    expect(card).to_contain_text(matter.number)
    assert PHONE_NUMBER not in page.content()
    kept(page)
    card.get_by_text("查看姓名、电话和地址").tap()
    with page.expect_navigation():
        page.get_by_role("button", name="查看").tap()
    _until_shown(page, card)  # a network that is there in name only shows the page of before
    assert axe(page) == []
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"{town.running.url}/phone/")
    expect(card).to_contain_text(PHONE_NUMBER)  # kept on the phone, for this officer alone
    card.get_by_role("button", name="已上门").tap()
    expect(page.locator("[data-phone=queue]")).to_contain_text("1")  # noted
    page.reload()
    card.get_by_role("button", name="见到本人").tap()
    form = card.locator("form[data-phone-act=反馈结果]")
    form.locator("select[name=outcome]").select_option("dissuaded")
    form.locator("select[name=evidence]").select_option("none")
    form.get_by_role("button", name="反馈结果").tap()
    expect(page.locator("[data-phone=queue]")).to_contain_text("3")
    matter.refresh_from_db()
    assert matter.state == "visiting"
    page.context.set_offline(False)
    expect(card).to_have_count(0)
    matter.refresh_from_db()
    assert matter.state == "tracing"
    told = Entry.objects.filter(matter=matter, act_id__isnull=False).order_by("id")
    pressed = ["arrive", "reach", "feed_back"]
    assert [e.event.rpartition(".")[2] for e in told][-3:] == pressed
