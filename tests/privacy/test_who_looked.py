"""Supervisors see who looked at what and why, unusual looks first, and say what they were."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import held_at
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.requests.tests.samples import live
from watchroom.kernel import access, looks, personal
from watchroom.kernel.models import Entry, Matter

__all__ = ["county"]
pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 6, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
NIGHT = datetime(2026, 5, 6, 18, 0, tzinfo=UTC)  # 02:00


def look(county: County, who: str, matter: Matter, at: datetime, purpose: str = "handling") -> None:
    with held_at(at):
        personal.reveal(replace(county.act(who), purpose=purpose), matter, ["asker_name"])


def seen(county: County, who: str = "leader", person: str = "") -> list[looks.Look]:
    return looks.overview(
        county.act(who), NOON - timedelta(days=2), NOON + timedelta(days=2), person
    ).looks


def test_facts_about_a_look_are_stated_and_remarkable_ones_come_first(county: County) -> None:
    with held_at(NOON - timedelta(hours=1)):
        matter = live(county, ("take",))
    look(county, "auditor", matter, NIGHT, "other: 想看看")
    look(county, "chief", matter, NIGHT + timedelta(hours=10))
    first, second = seen(county)
    assert set(first.remarks) == {"night", "not_involved", "other_agency", "other_purpose"}
    assert first.entry.actor_name == "郑督察" and first.matter == matter
    assert second.remarks == () and second.purpose.zh == "办理本事项"


def test_many_within_an_hour_are_said_to_be_many(county: County) -> None:
    with held_at(NOON - timedelta(hours=1)):
        matter = live(county, ("take",))
    for minute in range(looks.MANY):
        look(county, "chief", matter, NOON + timedelta(minutes=minute))
    assert all("many" in one.remarks for one in seen(county))
    found = looks.overview(county.leader, NOON, NOON + timedelta(hours=1))
    assert found.remarks["many"] == found.by_hour[12] == looks.MANY


def test_a_review_is_of_others_and_once_and_kept(county: County) -> None:
    with held_at(NOON):
        matter = live(county, ("take",))
    look(county, "leader", matter, NOON)
    look(county, "chief", matter, NIGHT)
    own = next(one for one in seen(county) if one.entry.actor_name == "赵值班")
    other = next(one for one in seen(county) if one.entry.actor_name == "孙所长")
    with pytest.raises(Refusal, match="自己"):
        looks.review(county.leader, own.entry.pk, "fine", "")
    with pytest.raises(Refusal, match="理由"):
        looks.review(county.leader, other.entry.pk, "explain", "")
    looks.review(county.leader, other.entry.pk, "explain", "请说明夜间查阅的原因")
    with pytest.raises(Conflict):
        looks.review(county.leader, other.entry.pk, "fine", "")
    assert seen(county)[-1].entry == other.entry  # what was reviewed comes last
    assert Entry.objects.get(event="looks.reviewed").reason == "请说明夜间查阅的原因"


def test_each_supervisor_sees_their_own_agencies_and_their_people_elsewhere(county: County) -> None:
    with held_at(NOON):
        matter = live(county, ("take",))
    look(county, "chief", matter, NOON)
    assert not looks.overview(county.colleague_elsewhere, NOON, NIGHT).looks
    assert not looks.overview(county.officer, NOON, NIGHT).looks
    assert len(seen(county, "chief")) == 1


def test_of_a_sealed_matter_nobody_else_learns_that_it_was_read(county: County) -> None:
    from watchroom.kernel import seals

    with held_at(NOON):
        matter = live(county, ("take",))
    look(county, "chief", matter, NOON)
    seals.put(county.leader, matter.pk, ["duty_leader"], "未成年人记录封存")
    assert len(seen(county)) == 1 and not seen(county, "chief")


def test_the_page_shows_and_takes_a_review(county: County) -> None:
    with held_at(NOON):
        matter = live(county, ("take",))
    look(county, "chief", matter, NIGHT)
    browser, days = Client(), {"since": "2026-05-05", "until": "2026-05-08"}
    browser.force_login(county.staff["leader"])
    page = browser.get("/looks/", days).text
    assert matter.number in page and "夜间" in page and "孙所长" in page
    entry = Entry.objects.get(event="requests.request.personal_read")
    browser.post(f"/looks/{entry.pk}/review/", {"outcome": "fine", "back": "since=2026-05-05"})
    assert "属正常履职" in browser.get("/looks/", days).text
    browser.force_login(county.staff["officer"])
    assert browser.get("/looks/", days).status_code == 403 and access
