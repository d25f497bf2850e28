"""The phone in a village: acts without a network, position on duty only, pages from memory."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from desk_server import STATIC, Answer, DeskServer, Handler
from frame import render
from patience import until
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        geolocation={"longitude": 114.05, "latitude": 34.05},
        permissions=["geolocation"],
    )
    yield context
    context.close()


class Bureau:
    """Takes acts; can lose its answers on the way."""

    def __init__(self, desk: DeskServer) -> None:
        self.acts: list[tuple[str, str]] = []
        self.positions: list[dict[str, float]] = []
        self.lose_answers = 0
        for step in ("sign", "out", "arrive"):
            desk.routes[f"/api/{step}"] = self.take
        desk.routes["/api/positions"] = self.place
        script = (STATIC / "desk/built/phone-sw.js").read_bytes()
        desk.routes["/phone/sw.js"] = lambda _: (200, {"Content-Type": "text/javascript"}, script)

    def take(self, handler: Handler) -> Answer:
        body = handler.body().decode()
        found = re.search(r'name="occurred_at"\r\n\r\n(\S+)', body)
        assert found is not None
        self.acts.append((handler.path.removeprefix("/api/"), handler.headers["Idempotency-Key"]))
        if self.lose_answers:
            self.lose_answers -= 1
            return 502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>"
        return 200, {"Content-Type": "application/json"}, json.dumps({"ok": True}).encode()

    def place(self, handler: Handler) -> Answer:
        sent = parse_qs(handler.body().decode())
        assert sent["id"] == ["a-key"]
        self.positions.append({name: float(sent[name][0]) for name in ("lat", "lon")})
        return 200, {"Content-Type": "application/json"}, b"{}"


def open_phone(desk: DeskServer, phone: BrowserContext, duty: str = "off") -> tuple[Bureau, Page]:
    bureau = Bureau(desk)
    desk.page("/phone/", render("phone.html", "zh", "light", duty=duty))
    page = phone.new_page()
    page.goto(f"{desk.url}/phone/#device=a-key")
    expect(page.locator("[data-phone=network]")).to_have_text("网络正常")
    return bureau, page


def test_a_whole_task_without_a_network_goes_out_in_order_when_it_is_back(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    phone.set_offline(True)
    expect(page.locator("[data-phone=network]")).to_contain_text("无网络")
    for step in ("签收", "出动", "到场"):
        page.get_by_role("button", name=step).click()
    expect(page.locator("[data-phone=queue]")).to_have_text("3 项待送")
    assert bureau.acts == []
    phone.set_offline(False)
    expect(page.locator("[data-phone=queue]")).to_have_text("", timeout=20_000)
    assert [step for step, _ in bureau.acts] == ["sign", "out", "arrive"]
    assert len({key for _, key in bureau.acts}) == 3


def test_acts_survive_the_page_being_closed(desk: DeskServer, phone: BrowserContext) -> None:
    bureau, page = open_phone(desk, phone)
    phone.set_offline(True)
    page.get_by_role("button", name="签收").click()
    expect(page.locator("[data-phone=queue]")).to_have_text("1 项待送")
    page.close()
    phone.set_offline(False)
    again = phone.new_page()
    again.goto(f"{desk.url}/phone/")
    until(again, "true", lambda: len(bureau.acts) == 1)
    assert bureau.acts[0][0] == "sign"


def test_a_lost_answer_repeats_the_act_under_the_same_id(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone)
    bureau.lose_answers = 1
    page.get_by_role("button", name="签收").click()
    until(page, "true", lambda: len(bureau.acts) >= 1)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, "true", lambda: len(bureau.acts) >= 2)
    expect(page.locator("[data-phone=queue]")).to_have_text("")
    assert len({key for _, key in bureau.acts}) == 1


def test_the_position_is_reported_on_duty_and_not_a_moment_longer(
    desk: DeskServer, phone: BrowserContext
) -> None:
    bureau, page = open_phone(desk, phone, duty="off")
    page.wait_for_timeout(1500)
    assert bureau.positions == []
    page.evaluate("document.getElementById('duty').dataset.phoneDuty = 'on'")
    until(page, "true", lambda: len(bureau.positions) > 0)
    assert bureau.positions[0]["lat"] == 34.05
    page.evaluate("document.getElementById('duty').dataset.phoneDuty = 'off'")
    expect(page.locator("[data-phone=position]")).to_have_text("未上报位置")
    page.wait_for_timeout(300)
    before = len(bureau.positions)
    phone.set_geolocation({"longitude": 114.06, "latitude": 34.06})
    page.wait_for_timeout(2000)
    assert len(bureau.positions) == before


def test_the_page_opens_without_a_network_and_signing_out_forgets_it(
    desk: DeskServer, phone: BrowserContext
) -> None:
    _, page = open_phone(desk, phone)
    kept = "caches.open('wr-pages-1').then((cache) => cache.keys()).then((keys) => keys.length)"
    wait_for_cache(page, kept)
    phone.set_offline(True)
    page.goto(f"{desk.url}/phone/#device=a-key")
    expect(page.get_by_role("button", name="签收")).to_be_visible()
    phone.set_offline(False)
    desk.routes["/sign-out"] = lambda _: (200, {"Content-Type": "text/html"}, b"<h1>bye</h1>")
    page.get_by_text("王芳", exact=True).first.click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_selector("text=bye")
    assert page.evaluate("caches.keys()") == ["wr-static-1"]


def wait_for_cache(page: Page, kept: str) -> None:
    for _ in range(200):
        if page.evaluate(kept) > 0:
            return
        page.wait_for_timeout(50)
    raise AssertionError("the page was never kept")
