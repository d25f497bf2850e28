"""An officer enters on the phone what somebody asks on a visit, and answers what is theirs."""

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.requests import actions, phone
from watchroom.domains.requests.tests.samples import live, worry
from watchroom.kernel.models import Matter
from watchroom.kernel.phone import Said

pytestmark = pytest.mark.django_db
ACT = "0190f000-0000-7000-8000-000000000001"


def test_what_somebody_asks_on_a_visit_is_entered_in_ones_own_beat(county: County) -> None:
    (form,) = phone.NEW
    said = {"title": "井盖松了", "sort": "worry"}
    for _ in range(2):  # the phone sends it again when the answer was lost
        form.record(county.act("community"), Said(said, "", None, ACT))
    matter = Matter.objects.get(kind="requests.request")
    assert matter.beat == county.beats["east"]
    assert matter.requests_request.channel == "visit"


def test_the_cards_are_what_is_mine_to_do(county: County) -> None:
    waiting = worry(county, beat_id=county.beats["east"].pk)
    taken = live(county, ("take",))
    (card,) = phone.cards(county.act("community"))
    assert card.matter == waiting
    assert [ask.name for ask in card.asks] == ["take", "answer"]
    (mine,) = phone.cards(county.chief)
    assert mine.matter == taken
    assert phone.cards(county.colleague) == phone.cards(county.stranger) == []


def test_who_asked_confirms_on_the_phone(county: County) -> None:
    asked = actions.ask(county.officer, "怎么送达", sort="law")
    actions.perform(county.leader, asked.pk, "take")
    actions.perform(county.leader, asked.pk, "answer", data={"answer": "直接送达"})
    (card,) = phone.cards(county.officer)
    assert [ask.name for ask in card.asks] == ["confirm", "send_back"]


def test_the_phone_shows_them(county: County) -> None:
    worry(county, beat_id=county.beats["east"].pk)
    browser = Client()
    browser.force_login(county.staff["community"])
    page = browser.get("/phone/").text
    assert "巷子里的路灯坏了" in page
    assert "登记诉求" in page
