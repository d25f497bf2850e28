"""The officer's day on the pages, and what a passer-by reads from the card."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import County
from watchroom.domains.community import actions
from watchroom.domains.community.actions import Call
from watchroom.domains.community.flow import HAZARD
from watchroom.domains.community.models import Household, Notice, Visit
from watchroom.domains.community.tests.samples import hazard, household, organ
from watchroom.kernel.models import Beat, Document, Entry, Matter

pytestmark = pytest.mark.django_db


def signed_in(county: County, name: str) -> Client:
    browser = Client()
    browser.force_login(county.staff[name])
    return browser


def test_the_officer_lands_on_their_beat_and_records_a_visit(county: County) -> None:
    door, browser = household(county), signed_in(county, "community")
    assert browser.get("/community/").headers["Location"] == "/community/beats/BE/"
    page = browser.get("/community/beats/BE/").text
    assert f"/community/households/{door.pk}/" in page
    sent = {"do": "made", "purpose": "service", "service": "identity", "helped": "1"}
    answer = browser.post(f"/community/households/{door.pk}/", {**sent, "act_id": str(uuid4())})
    assert answer.status_code == 302
    visit = Visit.objects.get(household=door)
    assert (visit.service, visit.helped, visit.matter.state) == ("identity", 1, "made")
    panel = browser.get(answer.headers["Location"]).text
    assert "上门办身份证" in panel
    sent = {"kind": "lesson", "title": "老人不会用反诈 App"}
    assert browser.post(f"/community/visits/{visit.pk}/need/", sent).status_code == 302
    assert Visit.objects.filter(household=door, purpose="lesson").exists()


def test_a_wrong_entry_is_answered_beside_what_was_typed(county: County) -> None:
    door, browser = household(county), signed_in(county, "community")
    answer = browser.post(
        f"/community/households/{door.pk}/", {"do": "made", "words": "13912345678"}
    )
    assert answer.status_code == 422
    assert "手机号" in answer.text
    assert "13912345678" in answer.text
    assert browser.post("/community/beats/BE/evening/", {}).status_code == 422


def test_an_evening_is_one_form(county: County) -> None:
    doors = [household(county, f"{n} 号") for n in range(3)]
    browser = signed_in(county, "community")
    assert "幸福路2 号" in browser.get("/community/beats/BE/evening/").text
    sent = {
        f"door-{doors[0].pk}": "made",
        f"door-{doors[1].pk}": "not_met",
        f"door-{doors[2].pk}": "",
    }
    answer = browser.post("/community/beats/BE/evening/", {**sent, "act_id": str(uuid4())})
    assert answer.status_code == 302
    states = (
        Matter.objects.filter(kind="community.visit").order_by("pk").values_list("state", flat=True)
    )
    assert list(states) == ["made", "not_met"]
    assert Household.objects.filter(last_visit_at=None).count() == 2


def test_a_contact_is_masked_until_somebody_says_what_for(county: County) -> None:
    door, browser = household(county), signed_in(county, "community")
    sent = {"do": "contact", "name": "王小明", "phone": "13900000001"}
    assert browser.post(f"/community/households/{door.pk}/", sent).status_code == 302
    visit = actions.record_visit(county.act("community"), door.pk, Call())
    page = browser.get(f"/m/{visit.number}/").text
    assert "王**" in page
    assert "13900000001" not in page
    assert "王小明" not in browser.get(f"/community/households/{door.pk}/").text
    kept = Entry.objects.get(event="community.household.contact")
    assert "王小明" not in str(kept.data)


def test_a_hazard_is_reported_with_a_photo_and_sent(county: County) -> None:
    organ()
    browser = signed_in(county, "community")
    picture = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    sent = {
        "title": "消防通道被锁",
        "kind": "fire",
        "beat": county.beats["east"].pk,
        "lon": "112.95",
        "lat": "28.15",
        "photo": SimpleUploadedFile("a.png", picture),
        "act_id": str(uuid4()),
    }
    answer = browser.post("/community/hazards/new/", sent)
    assert answer.status_code == 302, answer.text
    matter = Matter.objects.get(kind=HAZARD.kind)
    assert Document.objects.filter(matter=matter).count() == 1
    added = Entry.objects.get(matter=matter, event__endswith="document_added")
    assert added.data["place"] == [112.95, 28.15]
    assert matter.title in browser.get("/community/hazards/").text


def test_the_notice_can_be_printed_and_only_by_who_sees_the_hazard(county: County) -> None:
    matter = hazard(county, ("grade", "send"))
    notice = Notice.objects.get(hazard=matter.pk)
    page = signed_in(county, "community").get(f"/community/notices/{notice.pk}/")
    assert "消防救援大队" in page.text
    assert "疏散通道" in page.text
    for name in ("colleague_elsewhere", "stranger", "westerner"):
        browser = signed_in(county, name)
        assert browser.get(f"/community/notices/{notice.pk}/").status_code in (403, 404), name


def test_whoever_scans_the_card_learns_whom_to_call_and_nothing_else(county: County) -> None:
    anybody = Client()
    assert anybody.get("/community/who/BE/").status_code == 404
    browser = signed_in(county, "community")
    sent = {
        "do": "card",
        "phone": "0731-8888110",
        "hours": "每天 8 至 20 时",
        "hours_en": "8 to 20 daily",
    }
    assert browser.post("/community/beats/BE/card/", sent).status_code == 302
    household(county)
    page = anybody.get("/community/who/BE/")
    assert page.status_code == 200
    for known in ("0731-8888110", "周社区", "东城派出所"):
        assert known in page.text
    assert "幸福路" not in page.text
    card = browser.get("/community/beats/BE/card/").text
    assert "/community/beats/BE/qr.svg" in card
    assert b"<svg" in browser.get("/community/beats/BE/qr.svg").content


def test_deputies_are_named_by_a_leader_and_contacts_kept_by_the_officer(county: County) -> None:
    officer, chief = signed_in(county, "community"), signed_in(county, "chief")
    deputy = county.staff["officer"].pk
    sent = {"do": "deputies", "deputy": deputy}
    assert officer.post("/community/beats/BE/card/", sent).status_code == 422
    assert chief.post("/community/beats/BE/card/", sent).status_code == 302
    assert list(Beat.objects.get(code="BE").deputies.values_list("pk", flat=True)) == [deputy]
    sent = {"do": "contact", "name": "李网格", "organ": "社区综治", "phone": "0731-1"}
    assert officer.post("/community/beats/BE/card/", sent).status_code == 302
    assert "李网格" in officer.get("/community/beats/BE/").text


def test_no_page_of_a_neighbours_beat_opens(county: County) -> None:
    browser = signed_in(county, "community")
    for path in ("", "outline.geojson", "card/", "qr.svg", "evening/"):
        assert browser.get(f"/community/beats/BW/{path}").status_code == 404, path


def test_the_chief_sees_how_every_beat_of_the_station_stands(county: County) -> None:
    actions.record_visit(
        county.act("community"), household(county).pk, Call(service="care", helped=2)
    )
    page = signed_in(county, "chief").get("/community/").text
    assert "东街警格" in page
    assert "西街警格" not in page
