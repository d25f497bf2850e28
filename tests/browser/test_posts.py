"""At a post with a phone, and the screens of who leads: by position, by keyboard, accessible."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.waiting import kept, meanwhile
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.actions import Line
from watchroom.domains.coverage.flow import POSTING
from watchroom.domains.coverage.models import DutyPost, Presence
from watchroom.domains.coverage.tests.samples import HOUR, in_force, plan_of, post_at, shift_of
from watchroom.domains.coverage.tests.test_covering_the_city_now import expect as expect_calls
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.browser


def phone(post: DutyPost, away: float = 0.0) -> dict[str, object]:
    """A phone at the post, or so many degrees north of it."""
    return {
        "viewport": {"width": 390, "height": 844},
        "permissions": ["geolocation"],
        "geolocation": {"latitude": post.lat + away, "longitude": post.lon, "accuracy": 12},
    }


def posted(town: Town) -> tuple[DutyPost, Matter]:
    post, shift = post_at(town.county), shift_of(town.county, "S1", -HOUR)
    line = Line(post.pk, shift.pk, staff_ids=(town.county.staff["officer"].pk,))
    in_force(town.county, line)
    actions.keep_time()
    return post, Matter.objects.get(pk=post.postings.earliest("starts_at").pk)


def test_one_big_button_checks_in_where_the_post_is(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    post, posting = posted(town)
    far = town.screen("officer", "/coverage/mine/", **phone(post, 0.05))
    far.locator(".btn-huge").click()
    expect(far.locator(".toasts")).to_contain_text("您距岗位")
    assert not Presence.objects.filter(in_at__isnull=False).exists()
    page = town.screen("officer", "/coverage/mine/", **phone(post))
    assert axe(page) == []
    page.locator(".btn-huge").click()
    meanwhile(page, lambda: Presence.objects.filter(in_at__isnull=False).exists())
    expect(page.locator("main")).to_contain_text("在岗")
    row = Presence.objects.get(in_at__isnull=False)
    assert (row.in_how, row.in_metres) == ("position", 0)
    posting.refresh_from_db()
    assert posting.state == "manned"


def test_checking_in_without_a_network_arrives_later_with_its_own_time(town: Town) -> None:
    post, _ = posted(town)
    page = town.screen("officer", "/phone/", **phone(post))
    kept(page)
    page.context.set_offline(True)
    button = page.locator(".btn-huge", has_text=POSTING.by_name["check_in"].title.zh)
    button.click()
    expect(page.locator("[data-phone=queue]")).to_contain_text("1")
    assert not Presence.objects.filter(in_at__isnull=False).exists()
    page.context.set_offline(False)
    meanwhile(page, lambda: Presence.objects.filter(in_at__isnull=False).exists())
    expect(button).to_have_count(0)
    expect(page.locator("[data-phone=queue]")).to_be_empty()
    assert Presence.objects.filter(in_at__isnull=False).count() == 1


def test_the_screens_of_who_leads_are_accessible_and_the_board_follows(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    post, posting = posted(town)
    plan = plan_of(town.county, Line(post.pk, post.lines.get().shift_id), kind="night")
    addresses = ("plans/", f"plans/{plan.number}/", "plans/new/", "posts/", "posts/new/",
                 "inspections/", f"inspect/{post.pk}/", "live/")  # fmt: skip
    page = town.screen("leader", "/coverage/")
    assert axe(page) == []
    expect(page.locator("tr[data-post]")).to_contain_text("应到未到")
    person = town.county.staff["officer"].pk
    actions.check_in(town.county.leader, posting.pk, staff_id=person)
    expect(page.locator("tr[data-post] .chip")).to_contain_text("在岗")
    for address in addresses:
        page.goto(page.url.split("/coverage/")[0] + f"/coverage/{address}")
        assert axe(page) == [], address


def test_a_planner_draws_conditions_and_sees_the_run_to_its_end(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    post, _ = posted(town)
    expect_calls((post.lon, post.lat, 60), (post.lon + 0.04, post.lat, 40))
    page = town.screen("leader", "/coverage/planner/")
    assert axe(page) == []
    page.locator("#id_count").fill("2")
    row = page.locator("[data-condition]").first
    row.locator("[data-draw]").click()
    expect(page.locator("wr-map")).to_have_attribute("data-ready", "1")
    where = page.locator("wr-map").bounding_box()
    assert where is not None
    page.mouse.click(where["x"] + where["width"] / 2, where["y"] + 150)
    expect(row.locator("[name=cond_place]")).to_have_value(re.compile(r"^-?[\d.]+,-?[\d.]+$"))
    row.locator("[name=cond_place]").fill(f"{post.lon - 0.03:.6f},{post.lat:.6f}")
    row.locator("[name=cond_name]").fill("桥头")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(page.locator("[data-condition]")).to_have_count(2)
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("b")
    expect(page.locator(".run")).to_be_visible()
    assert axe(page) == []
    actions.compute_runs()  # the worker or this test, whoever is first
    expect(page.locator("main")).to_contain_text("任何选法的上界", timeout=240_000)
    expect(page.locator("main")).to_contain_text("桥头")
    page.locator("details.card summary").last.click()
    assert axe(page) == []
    for address in ("zones/", "rosters/"):
        page.goto(page.url.split("/planner/")[0] + f"/planner/{address}")
        assert axe(page) == [], address
