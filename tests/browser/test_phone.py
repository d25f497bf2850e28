"""The officer's phone: the next step under the thumb, with a network and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.test_board import call
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.kernel.models import Entry, Unit, UnitPosition

pytestmark = pytest.mark.browser
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "permissions": ["geolocation"],
    "geolocation": {"latitude": 28.21, "longitude": 112.91},
}


def sent(town: Town) -> Assignment:
    matter = call(town)
    actions.dispatch(town.county.dispatcher, matter.pk, [town.county.units["P01"].pk])
    return Assignment.objects.get(incident_id=matter.pk)


def big(page: Page, word: str) -> None:
    button = page.locator(".btn-huge:visible")
    expect(button).to_contain_text(word)
    button.tap()


def test_one_big_button_leads_from_signing_to_clear(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    row = sent(town)
    page = town.screen("officer", "/phone/", **PHONE)
    assert axe(page) == []
    for word, done in (("签收", "signed"), ("出发", "set_out"), ("到场", "arrived")):
        with page.expect_navigation():
            big(page, word)
        row.refresh_from_db()
        assert row.matter.__class__.objects.get(pk=row.pk).state == done
    page.get_by_text("反馈…", exact=True).click()
    feedback = page.locator("form[data-phone-act=反馈]")
    feedback.locator("textarea").fill("双方已调解")
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()}
    feedback.locator("input[name=photo]").set_input_files(photo)
    with page.expect_navigation():
        feedback.get_by_role("button", name="反馈").click()
    assert Incident.objects.get(pk=row.incident_id).feedback == "双方已调解"
    with page.expect_navigation():
        big(page, "撤离")
    assert Unit.objects.get(code="P01").status == "free"


def test_steps_without_a_network_arrive_later_with_their_own_times_and_once(town: Town) -> None:
    row = sent(town)
    page = town.screen("officer", "/phone/", **PHONE)
    page.context.set_offline(True)
    big(page, "签收")
    big(page, "出发")
    expect(page.locator("[data-phone=queue]")).to_contain_text("2")
    assert Assignment.objects.get(pk=row.pk).signed_at is None
    page.context.set_offline(False)
    expect(page.locator(".btn-huge:visible")).to_contain_text("到场", timeout=60_000)
    expect(page.locator("[data-phone=queue]")).to_be_empty(timeout=60_000)
    for event in ("sign", "set_out"):
        (entry,) = Entry.objects.filter(matter=row.pk, event=f"dispatch.assignment.{event}")
        assert entry.occurred_at < entry.entered_at


def test_position_is_reported_on_duty_and_not_after(town: Town) -> None:
    page = town.screen("officer", "/phone/", **PHONE)
    expect(page.locator("[data-phone=position]")).to_contain_text("未登记")
    _, key = actions.enrol_device(town.county.leader, town.county.units["P01"].pk, "张巡逻的手机")
    page.goto("about:blank")
    page.goto(f"{town.running.url}/phone/#device={key}")
    expect(page.locator("[data-phone=position]")).to_have_text("位置上报中")
    assert key not in page.url
    with page.expect_response(lambda answer: answer.url.endswith("/live/position")):
        page.reload()  # the key is kept on the phone
    expect(page.locator("[data-phone=position]")).to_have_text("位置上报中")
    unit = town.county.units["P01"]
    page.wait_for_timeout(1000)
    assert UnitPosition.objects.get(unit=unit).lat == pytest.approx(28.21)
    with page.expect_navigation():
        big(page, "下勤")
    expect(page.locator("[data-phone=position]")).not_to_have_text("位置上报中")
    assert Unit.objects.get(code="P01").status == "off"
    expect(page.locator(".btn-huge")).to_contain_text("上勤")
