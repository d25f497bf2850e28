"""A mediator in a village: registers, and lets the parties sign, on a phone with fingers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import PASSWORD, Town
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.tests.samples import DATA, registered, types
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


def slow(page: Page) -> CDPSession:
    """A network of a village: a second and a half to anything, 400 kbit/s."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    told = {"offline": False, "latency": 1500, "downloadThroughput": 5e4, "uploadThroughput": 2e4}
    session.send("Network.emulateNetworkConditions", told)
    return session


def compose(session: CDPSession, pinyin: str, words: str) -> None:
    """Typed as Chinese is: letters under way first, then the words they become."""
    for at in range(1, len(pinyin) + 1):
        letters = {"text": pinyin[:at], "selectionStart": at, "selectionEnd": at}
        session.send("Input.imeSetComposition", letters)
    session.send("Input.insertText", {"text": words})


def test_chinese_is_typed_over_a_slow_network_and_nothing_is_lost(town: Town) -> None:
    earlier = registered(town.county, place="东街8号")
    page = town.screen("leader", "/disputes/new/", **PHONE)
    session = slow(page)
    page.select_option("#id_type", "02")
    page.select_option("#id_beat", label="东街警格")
    page.locator("#id_place").tap()
    compose(session, "dongjie", "东街8号")
    page.locator("#id_words").tap()
    compose(session, "loushui", "楼上漏水，双方争吵")
    expect(page.locator("#near")).to_contain_text(earlier.number)  # came while the next was typed
    expect(page.locator("#id_place")).to_have_value("东街8号")
    expect(page.locator("#id_words")).to_have_value("楼上漏水，双方争吵")
    page.get_by_role("button", name="登记", exact=True).tap()
    page.wait_for_url("**/m/JF*/")
    (matter,) = Matter.objects.filter(kind="disputes.dispute").exclude(pk=earlier.pk)
    assert (matter.place, matter.words) == ("东街8号", "楼上漏水，双方争吵")


def test_the_new_forms_of_the_phone_are_accessible_and_fit(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    registered(town.county)
    officer = town.county.staff["community"]
    officer.set_password(PASSWORD)
    officer.save()
    page = town.screen("community", "/phone/", **PHONE)
    for folded in page.locator(
        "#main details:not([data-phone-beat], [hidden]) > summary.btn"
    ).all():
        folded.tap()
    expect(page.locator("#new-disputes-dispute")).to_be_visible()
    assert (axe(page), fits(page)) == ([], True)
    words = page.locator("#new-disputes-dispute textarea[name=words]")
    words.tap()
    compose(slow(page), "linli", "邻里为通道争吵")
    expect(words).to_have_value("邻里为通道争吵")
