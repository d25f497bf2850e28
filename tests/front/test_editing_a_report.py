"""A paragraph of a report is edited by keyboard; its numbers are moved or left out, never typed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk_server import DeskServer
from frame import render
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
FIRST = "接报警情⟦n1⟧起，上升⟦n2⟧。"


@pytest.fixture
def editor(desk: DeskServer, screen: Page) -> Page:
    desk.page("/", render("report.html", "zh", "light"))
    screen.goto(desk.url)
    expect(screen.locator(".r-words").first).to_have_text("接报警情1,234起，上升18.00%。")
    return screen


def _sent(page: Page, number: int = 1) -> str:
    return page.locator(f"#words-{number}").input_value()


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_what_is_typed_goes_beside_a_number_and_never_into_it(editor: Page) -> None:
    editor.locator(".r-words").first.focus()
    _press(editor, "Home")
    for _ in range(12):  # past the number, wherever the caret stops, a digit never becomes part
        editor.keyboard.type("9")
        _press(editor, "ArrowRight")
    assert _sent(editor).replace("9", "") == FIRST


def test_delete_takes_a_whole_number_out_and_cut_and_paste_move_it(editor: Page) -> None:
    first = editor.locator(".r-words").first
    first.focus()
    _press(editor, "End", "ArrowLeft", "Backspace")
    assert _sent(editor) == "接报警情⟦n1⟧起，上升。"
    _press(editor, "Control+a", "Control+x")
    assert _sent(editor) == ""
    editor.locator(".r-words").nth(1).focus()
    _press(editor, "End", "Control+v")
    assert _sent(editor, 2) == "第二段。接报警情⟦n1⟧起，上升。"
    expect(editor.locator(".r-words").nth(1).locator(".r-number")).to_have_text("1,234")


def test_a_paragraph_moves_with_alt_and_arrow(editor: Page) -> None:
    editor.locator(".r-words").nth(1).focus()
    _press(editor, "Alt+ArrowUp")
    order = editor.locator("input[name=block]").evaluate_all("all => all.map((one) => one.value)")
    assert order == ["2", "1"]


def test_it_can_be_used_without_seeing_it(editor: Page) -> None:
    found = Axe().run(editor).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    expect(editor.get_by_role("textbox", name="第一段")).to_be_visible()
