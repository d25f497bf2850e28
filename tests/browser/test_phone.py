"""The officer's phone: the next step under the thumb, with a network and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.test_board import call
from tests.browser.waiting import kept, loaded_anew, meanwhile
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.kernel.models import Entry, Matter, Unit, UnitPosition

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


def begin(page: Page, form: str) -> None:
    """Unfold a form and put the cursor into it, as one: a page does not load itself again then."""
    summary = page.get_by_text(form, exact=True)
    expect(summary).to_be_visible()
    summary.evaluate(
        "s => { s.parentElement.open || s.click();"
        " s.parentElement.querySelector('textarea').focus() }"
    )


def test_one_big_button_leads_from_signing_to_clear(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    row = sent(town)
    page = town.screen("officer", "/phone/", **PHONE)
    assert axe(page) == []
    for word, standing in (("签收", "已签收"), ("出发", "已出警"), ("到场", "已到场")):
        big(page, word)
        expect(page.locator(".phone-card .chip").first).to_have_text(standing)  # from the server
    assert Matter.objects.get(pk=row.pk).state == "arrived"
    feedback = page.locator("form[data-phone-act=反馈]")
    begin(page, "反馈…")
    feedback.locator("textarea").fill("双方已调解")
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()}
    feedback.locator("input[name=photo]").set_input_files(photo)
    with loaded_anew(page):
        feedback.get_by_role("button", name="反馈").click()
    meanwhile(page, lambda: Incident.objects.get(pk=row.incident_id).feedback == "双方已调解")
    big(page, "撤离")
    meanwhile(page, lambda: Unit.objects.get(code="P01").status == "free")


def test_steps_without_a_network_arrive_later_with_their_own_times_and_once(town: Town) -> None:
    row = sent(town)
    page = town.screen("officer", "/phone/", **PHONE)
    kept(page)
    page.context.set_offline(True)
    big(page, "签收")
    big(page, "出发")
    expect(page.locator("[data-phone=queue]")).to_contain_text("2")
    assert Assignment.objects.get(pk=row.pk).signed_at is None
    page.context.set_offline(False)
    meanwhile(page, lambda: Matter.objects.get(pk=row.pk).state == "set_out")
    expect(page.locator(".phone-card .chip").first).to_have_text("已出警")
    expect(page.locator(".btn-huge:visible")).to_contain_text("到场")
    expect(page.locator("[data-phone=queue]")).to_be_empty()
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
    meanwhile(page, lambda: UnitPosition.objects.get(unit=unit).lat == pytest.approx(28.21))
    big(page, "下勤")
    expect(page.locator("[data-phone=position]")).not_to_have_text("位置上报中")
    meanwhile(page, lambda: Unit.objects.get(code="P01").status == "off")
    expect(page.locator(".btn-huge")).to_contain_text("上勤")


def test_a_lost_phone_is_cut_off_in_one_press_and_wipes_itself(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    sent(town)
    page = town.screen("officer", "/phone/", **PHONE)
    kept(page)
    page.context.set_offline(True)
    big(page, "签收")
    expect(page.locator("[data-phone=queue]")).to_contain_text("1")
    desk = town.screen("leader", "/phones/")
    assert axe(desk) == []
    desk.get_by_role("button", name="停用").click()
    expect(desk.locator("main")).to_contain_text("待联网清除")
    page.context.set_offline(False)
    page.wait_for_url("**/sign-in/**")
    desk.reload()
    expect(desk.locator("main")).to_contain_text("已清除")
    assert not Entry.objects.filter(event="dispatch.assignment.sign").exists()
    page.goto(f"{town.running.url}/phone/")
    page.wait_for_url("**/sign-in/**")  # a stranger now
