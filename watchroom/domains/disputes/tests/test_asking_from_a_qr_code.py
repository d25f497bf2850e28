"""A citizen asks for mediation from a QR code, without signing in, and follows it by a number."""

import re

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.tests.samples import DATA, PLACE, types
from watchroom.kernel import public
from watchroom.kernel.models import Attempts, Entry, Matter, Receipt

pytestmark = pytest.mark.django_db
FORM = "/public/disputes/mediation/"
SAID = {
    "type": "02",
    "place": PLACE,
    "words": "邻居施工到半夜，他的电话13900005678",
    "name": "刘女士",
    "phone": "138 0000 9999",
    "other": "楼上住户",
    "act_id": "0190f000-0000-7000-8000-000000000001",
}


@pytest.fixture
def passer_by(county: County) -> Client:
    """Somebody with a phone and no account."""
    types()
    return Client()


def number_of(page: str) -> str:
    found = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", page)
    assert found
    return found[0]


def test_it_arrives_in_the_beat_and_is_followed_by_its_number(
    county: County, passer_by: Client
) -> None:
    beat = county.beats["east"]
    assert "东城派出所" in passer_by.get(f"{FORM}?beat={beat.code}").text
    number = number_of(passer_by.post(f"{FORM}?beat={beat.code}", SAID).text)
    matter = Matter.objects.get(receipt__isnull=False)
    assert (matter.beat, matter.agency, matter.owner) == (beat, county.east, beat.officer)
    assert queries.dispute_of(county.chief, matter.pk).source == "citizen"
    assert [p.name for p in queries.parties(matter.pk)] == ["刘女士", "楼上住户"]
    told = passer_by.post("/public/follow/", {"number": number.lower().replace("-", " ")}).text
    assert "已收到" in told
    for secret in (matter.number, PLACE, "刘女士", "施工"):
        assert secret not in told
    actions.perform(county.chief, matter.pk, "assign", data=DATA["assign"])
    assert "已指派调解员" in passer_by.post("/public/follow/", {"number": number}).text


def test_numbers_of_people_are_struck_out_of_what_many_read(
    county: County, passer_by: Client
) -> None:
    passer_by.post(FORM, SAID)
    matter = Matter.objects.get(receipt__isnull=False)
    assert "13900005678" not in matter.words
    assert not Entry.objects.filter(data__icontains="13800009999").exists()
    assert matter.agency == county.city, "no beat is known: the root takes it"


def test_the_same_press_twice_is_one_dispute_and_one_number(passer_by: Client) -> None:
    first, second = (number_of(passer_by.post(FORM, SAID).text) for _ in range(2))
    assert first == second
    assert Receipt.objects.count() == Matter.objects.count() == 1
    assert first not in Receipt.objects.get().digest


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": " "}, "还缺：发生了什么"),
        ({"type": "99"}, "请从列表中选择"),
        ({"phone": "—"}, "请留下电话"),
    ],
)
def test_what_is_missing_is_said_beside_what_was_typed(
    passer_by: Client, wrong: dict[str, str], sentence: str
) -> None:
    page = passer_by.post(FORM, SAID | wrong)
    assert page.status_code == 422
    assert sentence in page.text
    assert "楼上住户" in page.text
    assert not Matter.objects.exists()


def test_one_address_cannot_flood_the_office(passer_by: Client) -> None:
    for n in range(public.PER_ADDRESS):
        act = f"0190f000-0000-7000-8000-{n:012}"
        assert passer_by.post(FORM, SAID | {"act_id": act}).status_code == 200
    refused = passer_by.post(FORM, SAID | {"act_id": "0190f000-0000-7000-8000-999999999999"})
    assert refused.status_code == 429
    assert Matter.objects.count() == public.PER_ADDRESS
    assert passer_by.post(FORM, SAID, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_numbers_cannot_be_guessed_for_long(passer_by: Client) -> None:
    wrong = {"number": "AAAA-BBBB-CCCC"}
    assert passer_by.post("/public/follow/", wrong).status_code == 422
    Attempts.objects.update(count=1000)
    assert passer_by.post("/public/follow/", wrong).status_code == 429


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/public/", FORM, "/public/follow/"])
def test_public_pages_open_in_both_languages(passer_by: Client, path: str, lang: str) -> None:
    passer_by.cookies["django_language"] = lang
    page = passer_by.get(path)
    assert page.status_code == 200
    assert f'lang="{"en" if lang == "en" else "zh-CN"}"' in page.text


def test_before_there_is_a_list_of_types_nothing_can_be_asked(county: County) -> None:
    assert Client().get(FORM).status_code == 404
    assert "申请调解" not in Client().get("/public/").text


def test_an_officer_prints_the_code_and_nobody_makes_up_forms(
    county: County, passer_by: Client
) -> None:
    officer = Client()
    officer.force_login(county.staff["community"])
    code = officer.get(f"{FORM}qr.svg?beat=BE")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert b"http://www.w3.org/2000/svg" in code.content
    assert passer_by.get("/public/disputes/nothing/").status_code == 404
    assert passer_by.get(f"{FORM}qr.svg").status_code == 302
