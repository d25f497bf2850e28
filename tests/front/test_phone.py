"""The phone in a village: acts without a network, sealed at rest; position on duty only."""

import base64
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qs

import pytest
from desk_server import STATIC, Answer, DeskServer, Handler
from frame import render
from patience import MILLISECONDS as PATIENCE
from patience import until
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

pytestmark = pytest.mark.browser
KILLS = int(os.environ.get("WATCHROOM_KILLS", "6"))
"""How often the page is killed in the middle of a sync; `benchmarks/README.md` asks for 100."""
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        geolocation={"longitude": 114.05, "latitude": 34.05},
        permissions=["geolocation"],
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


class Bureau:
    """Takes acts, each once; can lose its answers, and hold one until it is told to go on."""

    def __init__(self, desk: DeskServer) -> None:
        self.acts: list[tuple[str, str]] = []
        self.taken: dict[str, str] = {}
        self.positions: list[dict[str, float]] = []
        self.lose_answers = 0
        self.answers: dict[str, tuple[int, dict[str, object]]] = {}
        self.who: str | None = "wang"
        self.cut_off = self.wiped = False
        self.hold_before = self.hold_after = False
        self.held, self.go_on = threading.Event(), threading.Event()
        for step in ("sign", "out", "arrive"):
            desk.routes[f"/api/{step}"] = self.take
        desk.routes["/api/positions"] = self.place
        desk.routes["/phone/key/"] = self.key
        desk.routes["/phone/wiped/"] = self.forgotten
        script = (STATIC / "desk/built/phone-sw.js").read_bytes()
        desk.routes["/phone/sw.js"] = lambda _: (200, {"Content-Type": "text/javascript"}, script)

    def key(self, _handler: Handler) -> Answer:
        if self.cut_off:
            return 410, JSON, json.dumps({"state": "wipe"}).encode()
        if self.who is None:
            return 401, JSON, b"{}"
        secret = base64.b64encode(self.who.ljust(32, "x").encode()).decode()
        body = {"state": "ready", "owner": self.who, "key": secret, "csrf": "fresh"}
        return 200, JSON, json.dumps(body).encode()

    def forgotten(self, _handler: Handler) -> Answer:
        self.wiped = True
        return 204, {}, b""

    def take(self, handler: Handler) -> Answer:
        body = handler.body().decode(errors="replace")
        assert re.search(r'name="occurred_at"\r\n\r\n\S+', body) is not None
        if self.cut_off:
            return 410, JSON, json.dumps({"state": "wipe"}).encode()
        if handler.headers.get("X-Watchroom-Owner") not in (None, self.who):
            return 401, JSON, json.dumps({"state": "later"}).encode()
        step, key = handler.path.removeprefix("/api/"), handler.headers["Idempotency-Key"]
        if self.hold_before:
            self._hold()
        self.acts.append((step, key))
        self.taken.setdefault(key, step)
        if self.hold_after:
            self._hold()
        if self.lose_answers:
            self.lose_answers -= 1
            return 502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>"
        status, said = self.answers.get(step, (200, {"state": "done"}))
        if "as_note" in body:
            status, said = 200, {"state": "done", "text": "kept as a note"}
        return status, JSON, json.dumps(said).encode()

    def _hold(self) -> None:
        self.held.set()
        self.go_on.wait(30)

    def place(self, handler: Handler) -> Answer:
        sent = parse_qs(handler.body().decode())
        assert sent["id"] == ["a-key"]
        self.positions.append({name: float(sent[name][0]) for name in ("lat", "lon")})
        return 200, JSON, b"{}"


def open_phone(desk: DeskServer, phone: BrowserContext, duty: str = "off") -> tuple[Bureau, Page]:
    bureau = Bureau(desk)
    desk.page("/phone/", render("phone.html", "zh", "light", duty=duty))
    page = phone.new_page()
    page.goto(f"{desk.url}/phone/#device=a-key")
    expect(page.locator("[data-phone=network]")).to_have_text("网络正常")
    until(page, READY)
    wait_for_cache(page)
    return bureau, page


READY = "navigator.serviceWorker.controller && localStorage.getItem('watchroom.device')"
PAGES_KEPT = "caches.open('wr-pages-2').then((cache) => cache.keys()).then((keys) => keys.length)"
KEPT = """(async () => {
  const open = indexedDB.open('watchroom-phone', 1);
  await new Promise((resolve) => (open.onsuccess = resolve));
  const bytes = (value) =>
    value instanceof ArrayBuffer ? String.fromCharCode(...new Uint8Array(value)) :
    ArrayBuffer.isView(value) ? String.fromCharCode(...value) :
    value && typeof value === 'object' ? Object.values(value).map(bytes).join('|') : String(value);
  const found = [];
  for (const name of open.result.objectStoreNames) {
    const request = open.result.transaction(name).objectStore(name).getAll();
    await new Promise((resolve) => (request.onsuccess = resolve));
    found.push(...request.result.map(bytes));
  }
  for (const name of ['wr-pages-2']) for (const key of await (await caches.open(name)).keys())
    found.push(bytes(await (await (await caches.open(name)).match(key)).arrayBuffer()));
  open.result.close();
  return found;
})()"""
"""Everything the phone keeps that is about people, as one string a thing."""

COUNT = """(async () => {
  const open = indexedDB.open('watchroom-phone', 1);
  await new Promise((resolve) => (open.onsuccess = resolve));
  const request = open.result.transaction('STORE').objectStore('STORE').count();
  await new Promise((resolve) => (request.onsuccess = resolve));
  open.result.close();
  return request.result;
})()"""
NEWS = "document.dispatchEvent(new CustomEvent('wr:entry', { detail: {} }))"
LATER = "new Promise((done) => setTimeout(done, 600))"
"""After what the page itself does soon."""
TOASTS = """
window.said = [];
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes)
    if (node.classList?.contains('toast')) window.said.push(node.textContent);
}).observe(document, { subtree: true, childList: true });
"""
"""What was said in passing, kept: it may have gone from the screen before a test looks."""
PLACES = """(() => {
  navigator.geolocation.watchPosition(({ coords }) => (window.here = coords.longitude));
  const real = window.fetch;
  window.reports = 0;
  window.fetch = (...given) => {
    if (String(given[0]).includes('/api/positions')) window.reports += 1;
    return real(...given);
  };
})()"""
"""Where the phone knows itself to be, and how often the page has begun to report it."""


def wait_for_cache(page: Page) -> None:
    """Only a page that is kept opens without a network."""
    meanwhile(page, lambda: page.evaluate(PAGES_KEPT) > 0)


def count(page: Page, store: str) -> int:
    """How many things lie in one of the phone's stores."""
    return int(page.evaluate(COUNT.replace("STORE", store)))


def meanwhile(page: Page, so: Callable[[], bool]) -> None:
    """Returns once it is so, however often the page loads itself again meanwhile."""
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end, page.locator("main").inner_text()
        page.wait_for_timeout(50)


def nothing_waits(page: Page) -> bool:
    """The phone knows that everything arrived; False too while the page is loading itself again."""
    try:
        return count(page, "acts") == 0
    except Error:
        return False


def test_a_whole_task_without_a_network_goes_out_in_order_when_it_is_back(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    phone.set_offline(True)
    expect(page.locator("[data-phone=network]")).to_contain_text("无网络")
    for step in ("签收", "出动", "到场"):
        page.get_by_role("button", name=step).tap()
    expect(page.locator("[data-phone=queue]")).to_have_text("3 项待送")
    assert bureau.acts == []
    phone.set_offline(False)
    expect(page.locator("[data-phone=queue]")).to_have_text("")
    assert [step for step, _ in bureau.acts] == ["sign", "out", "arrive"]
    assert len({key for _, key in bureau.acts}) == 3


def test_what_lies_on_the_phone_is_sealed_and_comes_back_with_the_page(
    desk: DeskServer, phone: BrowserContext
) -> None:
    _, page = open_phone(desk, phone)
    phone.set_offline(True)
    page.locator("#words").fill("双方已调解，张三赔偿")
    meanwhile(page, lambda: count(page, "drafts") == 1)
    page.get_by_role("button", name="签收").tap()
    expect(page.locator("[data-phone=queue]")).to_have_text("1 项待送")
    page.reload()
    expect(page.locator("#words")).to_have_value("双方已调解，张三赔偿")
    expect(page.get_by_role("button", name="签收")).to_be_hidden()
    expect(page.get_by_role("button", name="出动")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert len(kept) >= 4
    for word in ("张三", "签收", "警情 23"):
        raw = word.encode().decode("latin-1")
        assert not [thing for thing in kept if raw in thing or word in thing], word


def test_killed_in_the_middle_of_a_sync_nothing_is_lost_and_nothing_doubled(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    for number in range(KILLS):
        phone.set_offline(True)
        page.close()
        page = phone.new_page()
        page.goto(f"{desk.url}/phone/")
        for _ in range(2):
            page.get_by_role("button", name="报平安").tap()
        expect(page.locator("[data-phone=queue]")).to_have_text("2 项待送")
        bureau.held.clear()
        bureau.go_on.clear()
        # Killed before the server had it, or after it had it and before the phone knew.
        bureau.hold_before, bureau.hold_after = number % 2 == 0, number % 2 == 1
        phone.set_offline(False)
        meanwhile(page, bureau.held.is_set)
        page.close()
        bureau.hold_before = bureau.hold_after = False
        bureau.go_on.set()
        page = phone.new_page()
        page.goto(f"{desk.url}/phone/")
        meanwhile(page, lambda n=number: len(bureau.taken) == 2 * n + 2)  # type: ignore[misc]
        meanwhile(page, partial(nothing_waits, page))
    assert len(bureau.taken) == 2 * KILLS
    assert len(bureau.acts) > 2 * KILLS


def test_what_is_pressed_is_noted_before_the_page_loads_itself_again(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    html = render("phone.html", "zh", "light", duty="off")
    html = html.replace('data-phone-act="报平安"', 'data-phone-act="报平安" data-phone-here')
    desk.page("/phone/", html.replace("</main>", "<div data-phone-follow></div></main>"))
    page.reload()
    page.evaluate("navigator.geolocation.getCurrentPosition = (found) => (window.found = found)")
    page.get_by_role("button", name="报平安").tap()
    until(page, "window.found")
    page.evaluate(NEWS)
    page.evaluate(LATER)
    page.evaluate("window.found({ coords: { longitude: 114, latitude: 34, accuracy: 9 } })")
    meanwhile(page, lambda: len(bureau.acts) == 1)


def test_an_old_page_that_comes_again_is_not_loaded_over_and_over(
    desk: DeskServer, phone: BrowserContext
) -> None:
    _, page = open_phone(desk, phone)
    html = render("phone.html", "zh", "light", duty="off")
    follows = '<wr-live src="/live/stream" last="9-1"></wr-live><div data-phone-follow></div>'
    desk.page("/phone/", html.replace("</main>", f"{follows}</main>"))
    page.reload()
    with page.expect_navigation():
        page.evaluate(NEWS)
    page.evaluate("window.same = true")
    page.evaluate(NEWS)
    page.evaluate(LATER)
    assert page.evaluate("window.same")


def test_a_draft_does_not_come_back_over_what_is_begun_before_the_key_is_there(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    note = page.locator("#step-arrive input[name=note]")
    page.locator("#words").fill("写了一半")
    note.evaluate("e => { e.value = '晚到'; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    meanwhile(page, lambda: count(page, "drafts") == 2)
    go_on = threading.Event()

    def late(handler: Handler) -> Answer:
        go_on.wait()
        return bureau.key(handler)

    desk.routes["/phone/key/"] = late
    page.reload()
    page.locator("#words").fill("重新写的")
    go_on.set()
    expect(note).to_have_value("晚到")  # the last draft is back
    expect(page.locator("#words")).to_have_value("重新写的")


def test_a_lost_answer_repeats_the_act_under_the_same_id(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    bureau.lose_answers = 1
    page.get_by_role("button", name="签收").tap()
    meanwhile(page, lambda: len(bureau.acts) >= 1)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    meanwhile(page, lambda: len(bureau.acts) >= 2)
    expect(page.locator("[data-phone=queue]")).to_have_text("")
    assert len({key for _, key in bureau.acts}) == 1


def test_a_conflict_is_a_choice_that_survives_the_page(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    told = {"number": "PJ1", "standing": "已出警", "version": 5, "open": False, "notable": True}
    bureau.answers["sign"] = (409, {"state": "conflict", "text": "李派警已更新", **told})
    page.get_by_role("button", name="签收").tap()
    choice = page.locator(".phone-choice")
    expect(choice).to_contain_text("李派警已更新")
    page.reload()
    expect(choice).to_contain_text("已出警")
    expect(choice.get_by_role("button", name="仍然办理")).to_have_count(0)
    assert len(bureau.acts) == 1
    choice.get_by_role("button", name="作为备注保存").tap()
    expect(choice).to_have_count(0)
    meanwhile(page, lambda: len(bureau.acts) == 2)
    assert len(bureau.taken) == 1


def test_somebody_else_on_the_phone_neither_reads_nor_sends_what_waits(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    phone.set_offline(True)
    page.get_by_role("button", name="签收").tap()
    expect(page.locator("[data-phone=queue]")).to_have_text("1 项待送")
    bureau.who = "li"
    phone.set_offline(False)
    page.close()
    page = phone.new_page()
    page.add_init_script(TOASTS)
    bureau.acts.clear()
    page.goto(f"{desk.url}/phone/")
    until(page, "window.said.some((text) => text.includes('其他人待送'))")
    expect(page.locator("[data-phone=queue]")).to_have_text("")
    expect(page.get_by_role("button", name="签收")).to_be_visible()
    assert bureau.acts == []
    bureau.who = "wang"
    page.goto(f"{desk.url}/phone/")
    meanwhile(page, lambda: len(bureau.acts) == 1)


def test_a_lost_phone_keeps_nothing_once_it_asks(desk: DeskServer, phone: BrowserContext) -> None:
    bureau, page = open_phone(desk, phone)
    phone.set_offline(True)
    page.get_by_role("button", name="签收").tap()
    expect(page.locator("[data-phone=queue]")).to_have_text("1 项待送")
    assert page.evaluate(KEPT) != []
    bureau.cut_off = True
    desk.page("/sign-in/", "<h1>signed out</h1>")
    phone.set_offline(False)
    page.wait_for_url("**/sign-in/")
    assert page.evaluate(KEPT) == []
    assert page.evaluate("localStorage.length") == 0
    assert bureau.wiped


def test_the_position_is_reported_on_duty_and_not_a_moment_longer(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone, duty="off")
    page.evaluate(PLACES)
    until(page, "window.here === 114.05")
    assert (page.evaluate("window.reports"), bureau.positions) == (0, [])
    page.evaluate("document.getElementById('duty').dataset.phoneDuty = 'on'")
    meanwhile(page, lambda: len(bureau.positions) > 0)
    assert bureau.positions[0]["lat"] == 34.05
    page.evaluate("document.getElementById('duty').dataset.phoneDuty = 'off'")
    expect(page.locator("[data-phone=position]")).to_have_text("未上报位置")
    before = page.evaluate("window.reports")
    phone.set_geolocation({"longitude": 114.06, "latitude": 34.06})
    until(page, "window.here === 114.06")
    assert page.evaluate("window.reports") == before


def test_a_page_that_comes_late_is_there_the_next_time(
    desk: DeskServer, phone: BrowserContext
) -> None:
    _, page = open_phone(desk, phone)
    html = render("phone.html", "zh", "light", duty="off")
    go_on, ended = threading.Event(), threading.Event()

    def late() -> str:
        go_on.wait()
        return html.replace("警情 23", "警情 24")

    def never() -> str:
        ended.wait()
        return html

    desk.page("/phone/", late)
    page.reload()
    expect(page.locator("h1")).to_have_text("警情 23")
    go_on.set()
    desk.page("/phone/", never)
    meanwhile(page, lambda: page.reload() is not None and "24" in page.locator("h1").inner_text())
    ended.set()


def test_the_page_opens_without_a_network_and_signing_out_forgets_it(
    desk: DeskServer, phone: BrowserContext
) -> None:
    _, page = open_phone(desk, phone)
    phone.set_offline(True)
    page.close()
    page = phone.new_page()
    page.goto(f"{desk.url}/phone/")
    expect(page.get_by_role("button", name="签收")).to_be_visible()
    expect(page.locator("[data-phone=network]")).to_contain_text("无网络")
    phone.set_offline(False)
    desk.routes["/sign-out"] = lambda _: (200, {"Content-Type": "text/html"}, b"<h1>bye</h1>")
    page.get_by_text("王芳", exact=True).first.tap()
    page.get_by_role("button", name="退出登录").tap()
    page.wait_for_selector("text=bye")
    assert page.evaluate(KEPT) == []
    assert page.evaluate("caches.has('wr-pages-2')") is False or page.evaluate(PAGES_KEPT) == 0
