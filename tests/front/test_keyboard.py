"""A desk is worked with the keyboard: keys, rows, the overlay, the command line."""

import json
import threading
from typing import Any
from urllib.parse import parse_qs

import pytest
from desk_server import Answer, DeskServer, Handler
from frame import guide_rows, render
from patience import until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def guide(desk: DeskServer, screen: Page) -> Page:
    desk.page("/", lambda: render("style_guide.html", "zh", "light", rows=guide_rows("zh")))
    screen.goto(desk.url)
    screen.wait_for_selector("wr-command input")
    return screen


def answer(data: Any, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(data).encode()


def count_presses(page: Page) -> None:
    page.evaluate(
        "window.pressed = 0;"
        "document.querySelector('[data-key=n]').addEventListener('click', () => window.pressed++)"
    )


def test_a_key_presses_its_button_but_not_while_somebody_types(guide: Page) -> None:
    count_presses(guide)
    guide.keyboard.press("n")
    assert guide.evaluate("window.pressed") == 1
    guide.locator("#id_place").focus()
    guide.keyboard.press("n")
    guide.keyboard.press("Control+n")
    assert guide.evaluate("window.pressed") == 1


def test_the_overlay_lists_the_keys_and_a_dialog_has_them_to_itself(guide: Page) -> None:
    count_presses(guide)
    guide.keyboard.press("?")
    dialog = guide.locator("dialog[open]")
    expect(dialog).to_contain_text("加备注")
    expect(dialog).to_contain_text("输入命令")
    guide.keyboard.press("n")
    assert guide.evaluate("window.pressed") == 0
    guide.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_rows_are_walked_and_opened(guide: Page) -> None:
    guide.keyboard.press("j")
    guide.keyboard.press("j")
    guide.keyboard.press("o")
    guide.wait_for_url("**#22")


def test_a_command_is_sent_and_its_sentence_shown(desk: DeskServer, guide: Page) -> None:
    lines: list[str] = []

    def run(handler: Handler) -> Answer:
        lines.append(parse_qs(handler.body().decode())["line"][0])
        assert handler.headers["X-CSRFToken"] == "token-for-tests"
        return answer({"ok": True, "text": "P07 已派往警情 23。"})

    desk.routes["/command"] = run
    desk.routes["/command/complete"] = lambda _: answer({"completions": []})
    guide.keyboard.press("/")
    guide.keyboard.type("assign 23 P07")
    guide.keyboard.press("Enter")
    expect(guide.locator(".command-result")).to_have_text("P07 已派往警情 23。")
    assert lines == ["assign 23 P07"]
    guide.keyboard.press("ArrowUp")
    expect(guide.locator("wr-command input")).to_have_value("assign 23 P07")


def test_a_refused_command_stays_on_the_line(desk: DeskServer, guide: Page) -> None:
    desk.routes["/command"] = lambda _: answer({"ok": False, "text": "P07 已在别处。"}, 409)
    desk.routes["/command/complete"] = lambda _: answer({"completions": []})
    guide.keyboard.press("/")
    guide.keyboard.type("assign 23 P07")
    guide.keyboard.press("Enter")
    expect(guide.locator(".command-result.is-error")).to_have_text("P07 已在别处。")
    expect(guide.locator("wr-command input")).to_have_value("assign 23 P07")


def test_the_next_line_is_not_taken_away_when_the_last_one_is_done(
    desk: DeskServer, guide: Page
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def run(_: Handler) -> Answer:
        asked.set()
        go_on.wait()
        return answer({"ok": True, "text": "P07 已派往警情 23。"})

    desk.routes["/command"] = run
    desk.routes["/command/complete"] = lambda _: answer({"completions": []})
    guide.keyboard.press("/")
    guide.keyboard.type("assign 23 P07")
    guide.keyboard.press("Enter")
    until(guide, "true", asked.is_set)
    guide.keyboard.press("Control+a")
    guide.keyboard.type("clear P12")
    go_on.set()
    expect(guide.locator(".command-result")).to_have_text("P07 已派往警情 23。")
    expect(guide.locator("wr-command input")).to_have_value("clear P12")


def test_suggestions_are_taken_with_tab(desk: DeskServer, guide: Page) -> None:
    offers = [{"text": "assign 23 P07", "help": "3:40"}, {"text": "assign 23 P12", "help": "5:02"}]
    desk.routes["/command/complete"] = lambda _: answer({"completions": offers})
    guide.keyboard.press("/")
    guide.keyboard.type("assign 23")
    expect(guide.locator(".completion")).to_have_count(2)
    guide.keyboard.press("ArrowDown")
    guide.keyboard.press("ArrowDown")
    guide.keyboard.press("Tab")
    expect(guide.locator("wr-command input")).to_have_value("assign 23 P12 ")


def test_a_late_answer_does_not_move_what_was_picked(desk: DeskServer, guide: Page) -> None:
    first = [{"text": "assign 23 P07", "help": "3:40"}, {"text": "assign 23 P12", "help": "5:02"}]
    nearer = {"text": "assign 23 P03", "help": "1:10"}
    asked, go_on = threading.Event(), threading.Event()

    def complete(handler: Handler) -> Answer:
        if not handler.path.endswith("23"):
            return answer({"completions": first})
        asked.set()
        go_on.wait()
        return answer({"completions": [nearer, *first]})

    desk.routes["/command/complete"] = complete
    guide.keyboard.press("/")
    guide.keyboard.insert_text("assign 2")
    expect(guide.locator(".completion")).to_have_count(2)
    guide.keyboard.insert_text("3")
    until(guide, "true", asked.is_set)
    guide.keyboard.press("ArrowUp")
    expect(guide.locator(".completion").last).to_have_attribute("aria-selected", "true")
    go_on.set()
    expect(guide.locator(".completion")).to_have_count(3)
    guide.keyboard.press("Tab")
    expect(guide.locator("wr-command input")).to_have_value("assign 23 P12 ")


def test_a_dangerous_form_asks_first(desk: DeskServer, screen: Page) -> None:
    posted: list[str] = []

    def take(handler: Handler) -> Answer:
        posted.append(handler.body().decode())
        return 200, {"Content-Type": "text/html"}, b"<p id=gone>gone</p>"

    desk.routes["/void"] = take
    page = (
        '{% extends "desk/base.html" %}{% import "desk/macros/ui.html" as ui with context %}'
        "{% block title %}x{% endblock %}{% block main %}<h1>x</h1>"
        '{{ ui.post_button("作废", "/void", kind="danger", confirm="真的作废？") }}{% endblock %}'
    )
    from frame import environment, names

    desk.page("/", environment().from_string(page).render(names("zh", "light")))
    screen.goto(desk.url)
    screen.get_by_role("button", name="作废").click()
    screen.get_by_role("button", name="取消").click()
    assert posted == []
    screen.get_by_role("button", name="作废").click()
    screen.get_by_role("button", name="确定").click()
    screen.wait_for_selector("#gone")
    assert len(posted) == 1
