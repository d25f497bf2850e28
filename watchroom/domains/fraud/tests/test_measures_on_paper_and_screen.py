"""The pages of measures and returns, the papers they print, and the figures about money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.domains.fraud.actions import messages, money, perform, restitution
from watchroom.domains.fraud.rules.money import CLASSES, Move
from watchroom.figures.periods import Period
from watchroom.kernel import indicators
from watchroom.kernel.models import Entry, Matter

from .measures import TYPED, asked, entered_bank, frozen, led, losses
from .samples import live

__all__ = ["county"]
pytestmark = pytest.mark.django_db
LANGUAGES = ("zh", "en")


@pytest.fixture
def here(county: County) -> County:
    entered_bank(county)
    return county


def browser(county: County, who: str, lang: str = "zh") -> Client:
    client = Client()
    client.force_login(county.staff[who])
    client.cookies["django_language"] = lang
    return client


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_classes_of_money_stand_side_by_side_and_are_never_one_sum(
    here: County, lang: str
) -> None:
    freeze = frozen(here, 0)
    money.enter(freeze.pk, [Move("", "intended", 123_456)], freeze, now())
    page = browser(here, "dispatcher", lang).get("/fraud/measures/").text
    assert all(title.say(lang) in page for title in CLASSES.values())
    assert "30,000.00" in page
    assert "1,234.56" in page
    assert "31,234.56" not in page
    assert freeze.number in page


def test_asking_on_the_page_and_being_refused_there(here: County) -> None:
    client = browser(here, "dispatcher")
    form = {"sort": "stop", "amount": "30000", **TYPED}
    wrong = client.post("/fraud/measures/new/", {**form, "account": "12"})
    assert wrong.status_code == 422
    assert "账号应为" in wrong.text
    assert TYPED["holder"] in wrong.text  # what was typed is still there
    answer = client.post("/fraud/measures/new/", form)
    matter = Matter.objects.get(kind="fraud.measure")
    assert (answer.status_code, answer["Location"]) == (302, f"/m/{matter.number}/")
    assert browser(here, "stranger").post("/fraud/measures/new/", form).status_code == 403


def test_the_next_measure_is_asked_for_from_the_one_in_force(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    client = browser(here, "dispatcher")
    assert stop.number in client.get(f"/fraud/measures/new/?follows={stop.number}").text
    form = {"sort": "freeze", "follows": stop.number, "document": "公冻字1号", **TYPED}
    assert client.post("/fraud/measures/new/", form).status_code == 302
    freeze = Matter.objects.get(kind="fraud.measure", parent=stop)
    assert freeze.fraud_measure.follows_id == stop.pk


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_account_is_masked_until_somebody_says_what_for(here: County, lang: str) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    client = browser(here, "leader", lang)
    places = (f"/m/{stop.number}/", f"/fraud/measures/{stop.number}/notice/")
    for place in places:
        page = client.get(place).text
        assert TYPED["account"] not in page
        assert TYPED["holder"] not in page
    client.post(f"/matters/{stop.pk}/purpose/", {"code": "handling"})
    for place in places:
        page = client.get(place).text
        assert TYPED["account"] in page
        assert TYPED["holder"] in page
    assert Entry.objects.filter(matter=stop, event="fraud.measure.personal_read").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_written_notice_says_who_approved_until_when_and_where_to_appeal(
    here: County, lang: str
) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    page = browser(here, "leader", lang).get(f"/fraud/measures/{stop.number}/notice/").text
    expected = {
        "zh": ("紧急止付通知书", "48小时", "赵值班", "申诉", "30日", "工商银行"),
        "en": ("Notice of emergency", "48 hours", "赵值班", "appeal", "30 days", "Commercial"),
    }
    for words in expected[lang]:
        assert words in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_public_notice_names_nobody_whole(here: County, lang: str) -> None:
    matter = restitution.propose(here.dispatcher, frozen(here, 0).pk, losses())
    led(here, matter, ("announce",))
    client = browser(here, "leader", lang)
    client.post(f"/matters/{matter.pk}/purpose/", {"code": "handling"})
    page = client.get(f"/fraud/returns/{matter.number}/notice/").text
    assert "李*" in page
    assert "17,500.00" in page
    for private in ("李某", "6222029988776655"):
        assert private not in page
        assert private in client.get(f"/m/{matter.number}/").text


def test_a_return_is_proposed_on_the_page_row_by_row(here: County) -> None:
    freeze = frozen(here, 0)
    client = browser(here, "dispatcher")
    address = f"/fraud/measures/{freeze.number}/return/"
    assert client.get(address).status_code == 200
    rows = {
        "victim": ["李某", "周某", ""],
        "bank": ["ICBC", "ICBC", ""],
        "account": ["6222029988776655", "6222029988776656", ""],
        "reported": ["2026-05-20T10:00", "2026-05-20T11:00", ""],
        "lost": ["25000", "20000.01", ""],
        "traced": ["5000", "", ""],
        "case": ["", "", ""],
    }
    more = client.post(address, {**rows, "more": "1"})
    assert more.text.count('name="victim"') == 2 + 3
    refused = client.post(address, {**rows, "lost": ["25000", "x", ""]})
    assert refused.status_code == 422
    assert "周某" in refused.text
    answer = client.post(address, rows)
    assert answer.status_code == 302
    matter = Matter.objects.get(kind="fraud.return")
    shares = [one.share for one in matter.fraud_return.claims.order_by("id")]
    assert sum(shares) == 3_000_000


def test_the_figures_add_up_each_class_by_itself(here: County) -> None:
    start = now() - timedelta(minutes=1)
    stop = asked(here)
    money.enter(stop.pk, [Move("", "lost", 3_000_001)], stop, now())
    led(here, stop, ("approve", "execute", "expire"))
    frozen(here, 1)
    known = indicators.all_indicators()
    period = Period(start, now() + timedelta(minutes=1))
    yuan = {
        name: indicators.figure(here.leader, known[f"fraud.money_{name}"], period).yuan
        for name in CLASSES
    }
    assert yuan == {
        "intended": 0,
        "held": 0,
        "stopped": Decimal("30000"),
        "frozen": Decimal("30000"),
        "returned": 0,
        "lost": Decimal("30000.01"),  # a stop that ends makes no new loss
    }
    assert indicators.figure(here.leader, known["fraud.accounts_caught"], period).count == 2
    assert indicators.figure(here.stranger, known["fraud.money_stopped"], period).count == 0
    page = browser(here, "leader").get("/figures/fraud.money_lost/?period=today").text
    assert "30,000.01" in page
    assert "30,000.01" in browser(here, "leader").get("/figures/?period=today").text


def test_one_touch_lifts_it(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    client = browser(here, "dispatcher")
    answer = client.post(f"/m/{stop.number}/step/lift/", {"version": stop.version})
    assert answer.status_code == 302
    stop.refresh_from_db()
    assert stop.state == "lifting"
    assert perform(here.dispatcher, stop.pk, "confirm_lift").state == "lifted"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_case_shows_its_money_its_measures_and_its_messages(here: County, lang: str) -> None:
    case = live(here, ("sign",))
    perform(here.dispatcher, case.pk, "assess", data={"intended": "60000"})
    perform(here.dispatcher, case.pk, "message", data={"template": "rebate"})
    messages.message_asked(Entry.objects.get(matter=case, event="fraud.case.message"))
    stop = asked(here, case_id=case.pk)
    for place in (f"/m/{case.number}/", f"/fraud/?case={case.number}"):
        page = browser(here, "dispatcher", lang).get(place).text
        assert "60,000.00" in page
        assert stop.number in page
        assert {"zh": "未送达", "en": "not delivered"}[lang] in page
        assert f"/fraud/measures/new/?case={case.number}" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_administrator_enters_a_bank_and_sees_its_secret_once(
    county: County, lang: str
) -> None:
    client = browser(county, "admin", lang)
    form = {"code": "ABC", "name": "农业银行", "name_en": "Farm Bank", "url": "ftp://x"}
    refused = client.post("/fraud/banks/", form)
    assert refused.status_code == 422
    assert "农业银行" in refused.text
    page = client.post("/fraud/banks/", {**form, "url": "https://bank.example/police"}).text
    secret = page.split("whsec_")[1].split("<")[0]
    assert len(secret) == 44
    later = client.get("/fraud/banks/").text
    assert {"zh": "农业银行", "en": "Farm Bank"}[lang] in later
    assert secret not in later
    assert browser(county, "leader").get("/fraud/banks/").status_code == 403
