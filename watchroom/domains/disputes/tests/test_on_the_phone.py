"""A mediator in a village: what is to be done today, and a quarrel registered on the spot."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.domains.disputes import actions, phone
from watchroom.domains.disputes.tests.samples import AGREED, live, registered, types
from watchroom.kernel import documents
from watchroom.kernel.models import Document, Entry, Matter
from watchroom.kernel.phone import Said

pytestmark = pytest.mark.django_db
ACT = UUID("0190f000-0000-7000-8000-000000000002")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63"
    "f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def pressed(name: str, county: County, matter: Matter) -> list[str]:
    (card,) = [c for c in phone.cards(county.act(name)) if c.matter == matter]
    return [ask.name for ask in card.asks]


def test_what_is_due_stands_on_the_phone_of_whoever_has_it_in_hand(county: County) -> None:
    new = registered(county)
    calm = live(county, (*AGREED, "perform"))
    assert pressed("community", county, new) == ["assign", "hold_session"]
    assert pressed("community", county, calm) == ["visit", "reopen"]
    assert phone.cards(county.colleague) == phone.cards(county.stranger) == []


def test_an_officer_who_mediates_has_its_session_on_the_phone(county: County) -> None:
    matter = registered(county)
    chosen = {"officers": [str(county.staff["colleague"].pk)]}
    actions.perform(county.chief, matter.pk, "assign", data=chosen)
    assert pressed("colleague", county, matter) == ["hold_session"]
    actions.perform(county.chief, matter.pk, "withdraw_dispute", reason="自行和解")
    assert phone.cards(county.colleague) == []


def test_a_quarrel_is_registered_once_in_ones_own_beat_with_who_quarrels(county: County) -> None:
    types()
    (form,) = phone.NEW
    said = {"type": "02", "place": "东街8号", "applicant": "王五", "applicant_phone": "13900001111",
            "respondent": "赵六", "factors": ["threats"]}  # fmt: skip
    far = (MIDDLE[0] - 0.05, MIDDLE[1])
    for _ in range(2):  # the phone sends it again when the answer was lost
        form.record(county.act("community"), Said(said, "", None, ACT, *far))
    matter = Matter.objects.get(kind="disputes.dispute")
    assert (matter.beat, matter.priority, matter.lon) == (county.beats["east"], 2, None)
    names = matter.disputes_dispute.parties.order_by("id").values_list("name", flat=True)
    assert list(names) == ["王五", "赵六"]


def test_without_a_beat_of_ones_own_it_falls_to_where_the_phone_is(county: County) -> None:
    types()
    (form,) = phone.NEW
    said = Said({"type": "02", "place": "西街1号"}, "", None, ACT, MIDDLE[0] - 0.05, MIDDLE[1])
    done = form.record(county.officer, said)
    assert done.matter is not None
    assert done.matter.beat == county.beats["west"]


def test_a_photo_and_the_press_arrive_as_one_act(county: County) -> None:
    types()
    browser = Client()
    browser.force_login(county.staff["community"])
    page = browser.get("/phone/").text
    assert "登记纠纷" in page
    assert "录语音" in page
    for _ in range(2):
        photo = SimpleUploadedFile("a.png", PNG, "image/png")
        sent = {"type": "02", "place": "东街8号", "act_id": str(ACT), "photo": photo}
        answer = browser.post("/phone/new/disputes/dispute/", sent)
        assert answer.json()["state"] == "done", answer.text
    (photo_kept,) = Document.objects.filter(matter__kind="disputes.dispute")
    assert photo_kept.personal


def test_two_sessions_without_a_network_are_two_sessions(county: County) -> None:
    matter = live(county, ("assign",))
    browser = Client()
    browser.force_login(county.staff["community"])
    for number in range(2):
        sent = {
            "version": matter.version,
            "summary": f"第{number + 1}次",
            "act_id": f"0190f000-0000-7000-8000-00000000010{number}",
        }
        answer = browser.post(f"/phone/act/{matter.pk}/hold_session/", sent)
        assert answer.json()["state"] == "done", answer.text
    assert Entry.objects.filter(matter=matter, event="disputes.dispute.hold_session").count() == 2


def test_a_session_that_came_too_late_is_kept_but_not_in_the_trail(county: County) -> None:
    matter = live(county, ("assign", "hold_session"))
    sent = {"version": matter.version, "summary": "张三愿意赔偿", "act_id": str(ACT)}
    actions.perform(county.chief, matter.pk, "no_agreement", reason="谈不拢")
    browser = Client()
    browser.force_login(county.staff["community"])
    door = f"/phone/act/{matter.pk}/hold_session/"
    assert browser.post(door, sent).json()["state"] == "conflict"
    for _ in range(2):
        assert browser.post(door, {**sent, "as_note": "1"}).json()["state"] == "done"
    (note,) = Entry.objects.filter(matter=matter, event="disputes.dispute.note")
    assert "记录调解" in note.data["text"]
    assert not Entry.objects.filter(data__icontains="张三愿意").exists()
    (kept,) = Document.objects.filter(matter=matter)
    assert kept.personal
    assert "张三愿意赔偿" in documents.place(kept.sha256).read_text()
