"""A voice note recorded on the phone without a network: kept there, sent, kept by the desk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_server import DeskServer, Handler
from patience import until
from playwright.sync_api import Browser, expect, sync_playwright
from test_phone import JSON, meanwhile, open_phone

from watchroom.kernel import document_types

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("WATCHROOM_CHROMIUM", "/usr/bin/chromium")


RECORDED = """
const start = MediaRecorder.prototype.start;
MediaRecorder.prototype.start = function (...given) {
  window.recorded = 0;
  this.addEventListener('dataavailable', ({ data }) => (window.recorded += data.size));
  return start.apply(this, given);
};
"""
"""Counts what the microphone has given: how much that is in a second depends on the machine."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser with a microphone that beeps."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        microphone = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=microphone)
        yield browser
        browser.close()


def test_a_voice_note_survives_the_network_and_is_of_a_kind_the_desk_keeps(
    desk: DeskServer, chromium: Browser, tmp_path: Path
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    context.add_init_script(RECORDED)
    _, page = open_phone(desk, context)
    sent: list[bytes] = []

    def take(handler: Handler) -> tuple[int, dict[str, str], bytes]:
        sent.append(handler.body())
        return 200, JSON, b'{"state": "done"}'

    desk.routes["/api/arrive"] = take
    context.set_offline(True)
    page.get_by_role("button", name="录语音").tap()
    expect(page.get_by_role("button", name="停止录音")).to_be_visible()
    until(page, "window.recorded > 2000")
    page.get_by_role("button", name="停止录音").tap()
    expect(page.locator("audio")).to_be_visible()
    page.locator("#words").fill("现场录音")
    page.get_by_role("button", name="反馈").tap()
    expect(page.locator("[data-phone=queue]")).to_have_text("1 项待送")
    context.set_offline(False)
    meanwhile(page, lambda: len(sent) == 1)
    boundary = sent[0].split(b"\r\n", 1)[0]
    (part,) = [p for p in sent[0].split(boundary) if b'name="voice"' in p]
    note = tmp_path / "voice"
    note.write_bytes(part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n"))
    assert note.stat().st_size > 2000
    assert document_types.judge(note).media in ("audio/mp4", "video/mp4", "video/webm")
    context.close()
