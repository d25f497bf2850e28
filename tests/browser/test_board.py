"""The command board: a call by keyboard alone, two desks and one unit, a lost connection."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from tests.people import MIDDLE
from watchroom.domains.dispatch import actions, queries
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.browser
LON, LAT = MIDDLE[0] + 0.001, MIDDLE[1]


def call(town: Town, words: str = "有人打架", place: str = "东街路口") -> Matter:
    return actions.report_call(
        town.county.operator, words=words, place=place, lon=LON, lat=LAT, class_code="0201"
    )


def command(page: Page, line: str) -> None:
    page.keyboard.press("Escape")
    page.locator("body").press("/")
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    expect(page.locator("wr-command input")).to_have_value("")


def test_a_whole_call_by_keyboard_from_ring_to_close(town: Town) -> None:
    page = town.screen("dispatcher")
    expect(page.locator("[data-empty]")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url("**/dispatch/new/")
    expect(page.locator("#in-words")).to_be_focused()
    page.keyboard.type("两个人在打架")
    page.keyboard.press("Enter")
    expect(page.locator("#adv-classes button").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#in-place")).to_be_focused()
    page.keyboard.type("人民广场北口")
    for _ in "北口":
        page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.locator("#adv-places button[data-choice]").first).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/dispatch/JQ\d+/$"))
    expect(page.locator("#p-head h2")).to_have_text("打架")
    page.keyboard.press("1")
    expect(page.locator("dialog[open] .btn-primary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#p-sent .a-row")).to_contain_text("P01")
    for line, state in (("签 P01", "已签收"), ("出 P01", "已出警"), ("到 P01", "已到场")):
        command(page, line)
        expect(page.locator("#p-sent .a-row")).to_contain_text(state)
    page.keyboard.press("Escape")
    page.locator("body").press("f")
    page.locator("#step-feedback textarea").press_sequentially("双方已调解")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#p-about")).to_contain_text("双方已调解")
    command(page, "清 P01")
    expect(page.locator("#p-head .p-title .chip")).to_have_text("处置完毕")
    page.keyboard.press("Escape")
    page.locator("body").press("x")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#p-head .p-title .chip")).to_have_text("已办结")
    (matter,) = Matter.objects.filter(kind="dispatch.incident")
    assert matter.state == "closed"
    assert matter.dispatch_incident.place_typed == "人民广场"


def test_two_desks_want_one_unit_and_one_gets_a_sentence(town: Town) -> None:
    first, second = call(town), call(town, "又一处打架", "西街路口")
    one = town.screen("dispatcher", f"/dispatch/{first.number}/")
    two = town.screen("leader", f"/dispatch/{second.number}/")
    two.locator("#p-ranked [data-code=P01] button", has_text="派").click()
    expect(two.locator("dialog[open]")).to_be_visible()
    two.locator(".p-note input[name=words]").evaluate("e => { e.value = '写了一半的备注' }")
    with two.expect_response(f"**/dispatch/{second.number}/"):  # the list behind the question
        actions.dispatch(town.county.dispatcher, first.pk, [town.county.units["P01"].pk])
    two.keyboard.press("Enter")
    expect(two.locator("#act-said [role=alert]")).to_contain_text("李派警 已派出 P01")
    expect(two.locator(".p-note input[name=words]")).to_have_value("写了一半的备注")
    expect(one.locator("#p-sent .a-row")).to_contain_text("P01")
    assert [a.unit for a in queries.incident(town.county.leader, second.pk).assignments] == []


def test_what_happens_while_the_line_is_down_is_there_once_when_it_is_back(town: Town) -> None:
    before = call(town)
    page = town.screen("dispatcher")
    expect(page.locator(f"#row-{before.pk}")).to_be_visible()
    expect(page.locator("wr-live")).to_have_attribute("data-state", "open")
    page.evaluate(
        "window.seen = []; document.addEventListener('wr:entry', e => seen.push(e.detail.id))"
    )
    # A stream that is cut, as by a switch that restarts: the browser's requests fail until then.
    page.context.set_offline(True)
    meanwhile = call(town, "断网时来的警", "桥头")
    actions.dispatch(town.county.dispatcher, before.pk, [town.county.units["P02"].pk])
    page.context.set_offline(False)
    expect(page.locator(f"#row-{meanwhile.pk}")).to_have_count(1)
    expect(page.locator(f"#row-{before.pk} .q-unit")).to_contain_text("P02")
    after = call(town, "恢复后来的警", "河边")
    expect(page.locator(f"#row-{after.pk}")).to_have_count(1)
    seen = page.evaluate("window.seen")
    assert len(seen) == len(set(seen))


def test_the_row_that_changed_is_the_only_one_drawn_again(town: Town) -> None:
    still, moving = call(town, "甲", "甲地"), call(town, "乙", "乙地")
    page = town.screen("dispatcher")
    page.locator(f"#row-{still.pk}").evaluate("e => { e.dataset.mine = 'yes' }")
    actions.dispatch(town.county.dispatcher, moving.pk, [town.county.units["P03"].pk])
    expect(page.locator(f"#row-{moving.pk} .q-unit")).to_contain_text("P03")
    expect(page.locator(f"#row-{still.pk}")).to_have_attribute("data-mine", "yes")
    expect(page.locator("tbody[data-group=active] [data-count]")).to_have_text("1")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_free_of_serious_barriers(
    town: Town, lang: str, scheme: str, axe: Callable[[Page], list[str]]
) -> None:
    matter = call(town)
    page = town.screen("dispatcher", lang=lang, color_scheme=scheme)
    found = {}
    for path in ("", "new/", f"{matter.number}/", "optimum/", "afterwards/", "cards/"):
        page.goto(f"{town.running.url}/dispatch/{path}")
        expect(page.locator("wr-map:not([data-ready])")).to_have_count(0)  # its buttons are there
        if serious := axe(page):
            found[path] = serious
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} px"
    assert found == {}
