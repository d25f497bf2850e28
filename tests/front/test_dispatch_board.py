"""The command board when answers are slow: what came stays, and what is opened opens."""

import threading

import pytest
from desk_server import Answer, DeskServer, Handler
from frame import environment, names
from patience import until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
HTML = {"Content-Type": "text/html; charset=utf-8"}
BOARD = """{% extends "desk/base.html" %}{% block title %}x{% endblock %}
{% block head %}<script type="module" src="{{ static('desk/built/dispatch.js') }}"></script>
{% endblock %}{% block live %}{% endblock %}{% block main %}<h1>x</h1>
<div data-board data-rows="/rows"><table id="queue"><tbody data-group="waiting">ROW</tbody></table>
</div><div id="panel"><div data-panel data-incident="1" data-url="/panel/1">
<p id="p" data-part>first</p></div></div>{% endblock %}"""
TELL = "([name, detail]) => document.dispatchEvent(new CustomEvent(name, { detail }))"
LATER = "new Promise((done) => setTimeout(done, 500))"  # after what the page itself does soon


def row(number: int) -> str:
    return (
        f'<tr data-id="{number}" data-group="waiting" data-rank="{number}" tabindex="-1"'
        f' data-href="/panel/{number}"><td>call {number}</td></tr>'
    )


def rows(*numbers: int) -> Answer:
    return 200, HTML, f"<table><tbody>{''.join(map(row, numbers))}</tbody></table>".encode()


def panel(number: int, words: str) -> Answer:
    part = f'<p id="p" data-part>{words}</p>'
    whole = f'<div data-panel data-incident="{number}" data-url="/panel/{number}">{part}</div>'
    return 200, HTML, whole.encode()


@pytest.fixture
def board(desk: DeskServer, screen: Page) -> Page:
    page = environment().from_string(BOARD.replace("ROW", row(1)))
    desk.page("/", page.render(names("zh", "light")))
    desk.routes["/rows"] = lambda _: rows(1)
    desk.routes["/panel/1"] = lambda _: panel(1, "first")
    screen.goto(desk.url)
    return screen


def test_a_call_that_comes_while_the_whole_list_is_asked_for_stays(
    desk: DeskServer, board: Page
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def answer(handler: Handler) -> Answer:
        if "ids" in handler.path:
            return rows(2)
        asked.set()
        go_on.wait()
        return rows(1)

    desk.routes["/rows"] = answer
    board.evaluate(TELL, ["wr:resumed", None])
    until(board, "true", asked.is_set)
    board.evaluate(TELL, ["wr:entry", {"kind": "dispatch.incident", "matter": 2}])
    board.evaluate(LATER)
    go_on.set()
    expect(board.locator("#queue tr")).to_have_text(["call 1", "call 2"])
    board.evaluate(LATER)
    expect(board.locator("#queue tr")).to_have_text(["call 1", "call 2"])


def test_what_is_opened_opens_although_the_stream_brings_news_of_the_one_before(
    desk: DeskServer, board: Page
) -> None:
    desk.routes["/rows"] = lambda handler: rows(1) if "ids=1" in handler.path else rows(1, 2)
    board.evaluate(TELL, ["wr:resumed", None])
    asked, go_on = threading.Event(), threading.Event()

    def answer(_: Handler) -> Answer:
        asked.set()
        go_on.wait()
        return panel(2, "second")

    desk.routes["/panel/2"] = answer
    desk.routes["/panel/1"] = lambda _: panel(1, "first, with news")
    board.get_by_text("call 2").click()
    until(board, "true", asked.is_set)
    board.evaluate(TELL, ["wr:entry", {"kind": "dispatch.incident", "matter": 1}])
    expect(board.locator("#p")).to_have_text("first, with news")
    go_on.set()
    expect(board.locator("#p")).to_have_text("second")
