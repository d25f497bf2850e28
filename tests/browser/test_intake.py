"""Taking a call: advice beside what is typed, duplicates by one key, nothing ever lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.browser.test_board import call
from watchroom.domains.dispatch.models import Call
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.browser


def test_a_second_call_about_the_same_fight_is_linked_by_one_key(town: Town) -> None:
    known = call(town)
    page = town.screen("operator", "/dispatch/new/")
    page.keyboard.type("东街路口有人打架")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    expect(page.locator("#in-place")).to_be_focused()
    page.keyboard.type("东街路口")
    expect(page.locator("[data-same-as]").first).to_be_visible()
    page.keyboard.press("F2")
    page.wait_for_url(f"**/dispatch/{known.number}/")
    assert Call.objects.filter(incident_id=known.pk).count() == 2
    assert Matter.objects.filter(kind="dispatch.incident").count() == 1


def test_what_was_typed_survives_a_refusal_a_lost_network_and_a_reload(town: Town) -> None:
    page = town.screen("operator", "/dispatch/new/")
    page.fill("#in-place", "桥头")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#intake-said")).to_contain_text("请写下来电人说了什么")
    expect(page.locator("#in-place")).to_have_value("桥头")
    page.fill("#in-words", "有人落水")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("没有送出")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#in-words")).to_have_value("有人落水")
    expect(page.locator("#in-place")).to_have_value("桥头")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/dispatch/JQ\d+/$"))
    assert Matter.objects.filter(kind="dispatch.incident").count() == 1
