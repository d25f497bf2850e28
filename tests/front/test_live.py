"""The live stream on a real screen: connections break, nothing is missed, nothing comes twice."""

import json
import threading

import pytest
from desk_server import Answer, DeskServer, Handler
from frame import render
from patience import until
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

COLLECT = """
window.got = []; window.resumed = 0; window.domains = 0;
document.addEventListener('wr:entry', (event) => window.got.push(event.detail.id));
document.addEventListener('wr:entry:dispatch', () => window.domains++);
document.addEventListener('wr:resumed', () => window.resumed++);
"""


class Stream:
    """Holds the entries; a connection gets a few, some of them again, and is cut in mid-event."""

    def __init__(self, total: int, first: int = 1) -> None:
        self.total = total
        self.first = first
        self.up = True
        self.connections = 0
        self.asked: list[str] = []

    def serve(self, handler: Handler) -> Answer | None:
        self.connections += 1
        handler.close_connection = True
        self.asked.append(handler.headers.get("Last-Event-ID", ""))
        if not self.up:
            return 503, {}, b""
        seen = int(self.asked[-1].split("-")[1]) if self.asked[-1] else self.first - 1
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        end = min(seen + 7, self.total)
        for number in range(max(1, seen - 2), end + 1):
            entry = {"id": number, "domain": "dispatch" if number % 2 else "fraud"}
            handler.wfile.write(
                f"id: 9-{number}\nevent: entry\ndata: {json.dumps(entry)}\n\n".encode()
            )
        if end < self.total:
            handler.wfile.write(f"id: 9-{end + 1}\nevent: en".encode())
        return None


def open_board(desk: DeskServer, screen: Page, last: str) -> None:
    html = render("board.html", "zh", "light", map={}).replace('last="10-100"', f'last="{last}"')
    desk.page("/", html)
    screen.add_init_script(COLLECT)
    screen.goto(desk.url)


def test_over_a_breaking_connection_every_entry_arrives_once(
    desk: DeskServer, screen: Page
) -> None:
    stream = Stream(total=40)
    desk.routes["/live/stream"] = stream.serve
    open_board(desk, screen, last="9-5")
    until(screen, "window.got.includes(40)")
    assert screen.evaluate("window.got") == list(range(6, 41))
    assert screen.evaluate("window.domains") == len([n for n in range(6, 41) if n % 2])
    assert stream.asked[0] == "9-5"
    assert stream.connections > 3


def test_a_lost_connection_is_said_and_its_return_too(desk: DeskServer, screen: Page) -> None:
    stream = Stream(total=12)
    stream.up = False
    desk.routes["/live/stream"] = stream.serve
    open_board(desk, screen, last="9-0")
    live = screen.locator("wr-live")
    expect(live).to_contain_text("连接中断")
    expect(live).to_contain_text("秒")
    stream.up = True
    until(screen, "window.got.includes(12)")
    assert screen.evaluate("window.got") == list(range(1, 13))
    assert screen.evaluate("window.resumed") >= 1


def test_the_tabs_of_one_browser_share_a_connection(desk: DeskServer, chromium: Browser) -> None:
    """The second tab hears of what the first one receives, and takes over when that closes."""
    stream = Stream(total=0)
    held: list[Handler] = []

    def serve(handler: Handler) -> None:
        stream.asked.append(handler.headers.get("Last-Event-ID", ""))
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b": hello\n\n")
        held.append(handler)
        finished.wait()

    finished = threading.Event()
    desk.routes["/live/stream"] = serve
    desk.page("/", render("style_guide.html", "zh", "light", rows=[]))
    context = chromium.new_context()
    context.add_init_script(COLLECT)
    first, second = context.new_page(), context.new_page()
    try:
        first.goto(desk.url)
        expect(first.locator("wr-live")).to_have_attribute("data-state", "open")
        second.goto(desk.url)
        expect(second.locator("wr-live")).to_have_attribute("data-state", "open")
        assert len(stream.asked) == 1
        held[0].wfile.write(b'id: 3-1\ndata: {"id": 1}\n\n')
        until(second, "window.got.length === 1")
        first.close()
        expect(second.locator("wr-live")).to_have_attribute("data-state", "open")
        until(second, "true", lambda: len(stream.asked) == 2)
        assert stream.asked[1] == "3-1"
    finally:
        finished.set()
        context.close()
