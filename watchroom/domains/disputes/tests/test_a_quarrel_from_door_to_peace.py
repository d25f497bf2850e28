"""A dispute is registered, mediated, agreed, performed, visited and settled."""

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.tests.samples import (
    AGREED,
    DATA,
    MEDIATED,
    live,
    registered,
    sign_all,
)
from watchroom.kernel.models import Deadline, Document, Entry, Matter

pytestmark = pytest.mark.django_db


def browser(county: County, name: str) -> Client:
    found = Client()
    found.force_login(county.staff[name])
    return found


def test_a_quarrel_is_settled_after_its_visits(county: County) -> None:
    matter = live(county, (*AGREED, "perform"))
    officer, chief = county.act("community"), county.chief
    with pytest.raises(Refusal, match="1"):
        actions.perform(chief, matter.pk, "settle")
    actions.perform(officer, matter.pk, "visit", data=DATA["visit"])
    done = actions.perform(chief, matter.pk, "settle")
    assert (done.state, done.due_at, done.closed_at is not None) == ("settled", None, True)


def test_whoever_made_the_last_visit_does_not_confirm_it(county: County) -> None:
    matter = live(county, (*AGREED, "perform"))
    actions.perform(county.chief, matter.pk, "visit", data=DATA["visit"])
    with pytest.raises(Refusal, match="另一人"):
        actions.perform(county.chief, matter.pk, "settle")


def test_an_agreement_takes_effect_once_everybody_has_signed(county: County) -> None:
    matter = live(county, (*MEDIATED, "draft"))
    officer = county.act("community")
    with pytest.raises(Refusal, match="申请人、对方当事人、调解员"):
        actions.perform(officer, matter.pk, "agree")
    sign_all(officer, matter.pk)
    actions.perform(officer, matter.pk, "agree")
    document = Document.objects.get(matter=matter)
    paper = queries.agreement(matter.pk)
    assert paper is not None
    assert (paper.document, document.media_type) == (document, "application/pdf")
    assert Entry.objects.filter(matter=matter, data__sha256=document.sha256).exists()
    clocks = Deadline.objects.filter(matter=matter, state="running")
    assert dict(clocks.values_list("clock", "rule")) == {
        "performance": "disputes.performance",
        "confirm": "I02",
    }


def test_it_is_registered_and_led_through_on_pages(county: County) -> None:
    registered(county, place="")  # brings the list of types
    officer = browser(county, "community")
    assert "邻里纠纷" in officer.get("/disputes/new/").text
    sent = {
        "type": "02",
        "source": "visit",
        "beat": county.beats["east"].pk,
        "place": "东街8号",
        "words": "堆放杂物占道",
        "applicant_name": "王五",
        "respondent_name": "赵六",
    }
    answer = officer.post("/disputes/new/", sent)
    assert answer.status_code == 302
    matter = Matter.objects.filter(kind="disputes.dispute").latest("id")
    assert matter.title == "邻里纠纷：东街8号"
    assert matter.title in officer.get("/disputes/").text
    page = officer.get(f"/m/{matter.number}/").text
    assert "王五" not in page
    assert "王*" in page
    officer.post(f"/m/{matter.number}/step/assign/", DATA["assign"])
    officer.post(f"/m/{matter.number}/step/hold_session/", DATA["hold_session"])
    officer.post(f"/m/{matter.number}/step/draft/", DATA["draft"])
    paper = f"/disputes/{matter.pk}/agreement/"
    assert "/purpose/" in officer.get(paper).headers["Location"]
    officer.post(f"/matters/{matter.pk}/purpose/", {"code": "handling"})
    text = officer.get(paper).text
    assert "王五" in text
    found = queries.agreement(matter.pk)
    assert found is not None
    for row, one in queries.signing(found):
        said = {"who": actions.name_of(row), "typed": one.name}
        assert officer.post(f"/disputes/{matter.pk}/sign/", said).status_code == 302
    assert officer.post(f"/m/{matter.number}/step/agree/").status_code == 302
    matter.refresh_from_db()
    assert matter.state == "agreed"
    assert "SHA-256" in officer.get(paper).text


def test_a_wrong_form_keeps_what_was_typed(county: County) -> None:
    registered(county)
    page = browser(county, "community").post(
        "/disputes/new/", {"type": "02", "source": "visit", "words": "电话13800001234"}
    )
    assert page.status_code == 422
    assert "电话13800001234" in page.text
    assert "当事人" in page.text


@pytest.mark.parametrize("path", ["", "?over=1", "new/", "near/?place=解放路3号"])
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_pages_open_for_who_works_there(county: County, path: str, lang: str) -> None:
    registered(county)
    chief = browser(county, "chief")
    chief.cookies["django_language"] = lang
    assert chief.get(f"/disputes/{path}").status_code == 200
    assert browser(county, "stranger").get(f"/disputes/{path}").status_code in (403, 404)
