"""A thing is handed in, announced, claimed and given back; or a year goes by."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.lost_property import actions, queries, rules
from watchroom.kernel import search
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, Matter

CLAIM = {"claimant": "王小明", "proof": "说得出伞柄上的划痕"}


@pytest.fixture
def umbrella(county: County) -> Matter:
    """A black umbrella that the chief of the eastern station took in for an officer to keep."""
    return actions.hand_in(
        county.act("chief"),
        "黑色雨伞",
        words="木柄，有划痕",
        finder="李拾得",
        finder_phone="13800001234",
        keeper_id=county.staff["officer"].pk,
    )


def test_it_is_announced_claimed_and_given_back(county: County, umbrella: Matter) -> None:
    actions.perform(county.act("officer"), umbrella.pk, "announce", data={"where": "公告栏"})
    actions.perform(county.act("officer"), umbrella.pk, "claim", data=CLAIM)
    back = actions.perform(county.act("chief"), umbrella.pk, "give_back")
    assert (back.state, back.closed_at is not None) == ("returned", True)


def test_one_person_alone_gives_nothing_back(county: County, umbrella: Matter) -> None:
    chief = county.act("chief")
    actions.perform(chief, umbrella.pk, "claim", data=CLAIM)
    with pytest.raises(Refusal, match="另一人"):
        actions.perform(chief, umbrella.pk, "give_back")


def test_the_year_is_not_ended_early(county: County, umbrella: Matter) -> None:
    chief = county.act("chief")
    actions.perform(chief, umbrella.pk, "announce", data={"where": "公告栏"})
    with pytest.raises(Refusal, match="满一年"):
        actions.perform(chief, umbrella.pk, "forfeit", data={"receipt": "国库1"})
    year_ends = datetime(2027, 5, 20, 16, tzinfo=UTC)
    assert rules.why_not_forfeit(year_ends, year_ends) is None


def test_its_keeper_sees_it_a_colleague_and_a_stranger_do_not(
    county: County, umbrella: Matter
) -> None:
    assert queries.item(county.act("officer"), umbrella.pk).matter_id == umbrella.pk
    for who in ("colleague", "stranger", "colleague_elsewhere"):
        with pytest.raises(NotFound):
            queries.item(county.act(who), umbrella.pk)


def test_it_is_found_by_two_characters(county: County, umbrella: Matter) -> None:
    assert search.matters(county.act("chief"), "雨伞").matters == [umbrella]
    assert search.matters(county.act("colleague"), "雨伞").matters == []


def test_people_are_masked_until_somebody_says_what_for(county: County, umbrella: Matter) -> None:
    browser = Client()
    browser.force_login(county.staff["chief"])
    page = browser.get(f"/m/{umbrella.number}/").text
    assert "李**" in page
    assert "李拾得" not in page
    assert "13800001234" not in page
    browser.post(f"/matters/{umbrella.pk}/purpose/", {"code": "contact"})
    assert "李拾得" in browser.get(f"/m/{umbrella.number}/").text
    assert Entry.objects.filter(matter=umbrella, event="lost_property.item.personal_read").exists()


def test_a_claim_without_proof_is_no_claim(county: County, umbrella: Matter) -> None:
    with pytest.raises(Refusal, match="如何证明"):
        actions.perform(county.act("chief"), umbrella.pk, "claim", data={"claimant": "王小明"})


def test_what_claimants_say_is_not_written_into_the_trail(county: County, umbrella: Matter) -> None:
    actions.perform(county.act("chief"), umbrella.pk, "claim", data=CLAIM)
    told = Entry.objects.get(matter=umbrella, event="lost_property.item.claim").data
    assert told == {"claimant": True, "proof": True}


def test_it_is_taken_in_on_a_page(county: County) -> None:
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert browser.get("/lost_property/new/").status_code == 200
    sent = {"what": "蓝色钱包", "category": "money"}
    answer = browser.post("/lost_property/new/", sent)
    assert answer.status_code == 302
    assert "蓝色钱包" in browser.get("/lost_property/").text
    nothing = browser.post("/lost_property/new/", {"what": " ", "category": "money"})
    assert (nothing.status_code, "请写明" in nothing.text) == (422, True)
