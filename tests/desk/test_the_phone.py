"""What an officer's phone may ask the desk for: today's work, acts once and in their own time."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment
from watchroom.kernel.models import Document, Entry, Matter, Unit
from watchroom.kernel.sessions import BACKEND

JSON = {"HTTP_ACCEPT": "application/json"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff"
    "3f0005fe02fea735818400000000049454e44ae426082"[:-3]
)


def phone_of(county: County, who: str = "officer") -> Client:
    """A phone somebody is signed in on."""
    client = Client()
    client.force_login(county.staff[who], backend=BACKEND)
    return client


def sent(county: County, unit: str = "P01") -> Assignment:
    """A call, and the unit sent to it."""
    matter = actions.report_call(
        county.operator,
        words="两人打架",
        place="人民广场",
        lon=MIDDLE[0],
        lat=MIDDLE[1],
        class_code="0201",
    )
    actions.dispatch(county.dispatcher, matter.pk, [county.units[unit].pk])
    return Assignment.objects.get(incident_id=matter.pk)


def press(client: Client, matter: int, step: str, **more: Any) -> dict[str, Any]:
    """One press of a step, as the phone sends it, and the answer."""
    told = {"act_id": str(uuid4()), **more}
    answer: dict[str, Any] = client.post(f"/phone/act/{matter}/{step}/", told, **JSON).json()
    return answer


def standing(matter: int) -> tuple[str, int]:
    row = Matter.objects.get(pk=matter)
    return row.state, row.version


def test_the_page_shows_what_the_unit_has_in_hand_and_its_next_step(county: County) -> None:
    row = sent(county)
    page = phone_of(county).get("/phone/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "人民广场" in text
    assert f'action="/phone/act/{row.pk}/sign/"' in text
    assert "None" not in text
    assert "人民广场" not in phone_of(county, "colleague").get("/phone/").content.decode()


def test_an_act_is_done_once_and_keeps_the_time_it_happened_three_days_ago(county: County) -> None:
    row, client = sent(county), phone_of(county)
    at = now() - timedelta(days=3)
    told = {"act_id": str(uuid4()), "occurred_at": at.isoformat(), "version": row.matter.version}
    answers = [press(client, row.pk, "sign", **told)["state"] for _ in range(3)]
    assert answers == ["done"] * 3
    (entry,) = Entry.objects.filter(matter=row.pk, event="dispatch.assignment.sign")
    assert entry.occurred_at == at
    assert entry.entered_at - at > timedelta(days=2)


def test_a_clock_that_runs_ahead_is_held_at_now_and_one_from_long_ago_is_told_so(
    county: County,
) -> None:
    row, client = sent(county), phone_of(county)
    ahead, old = now() + timedelta(hours=2), now() - timedelta(days=31)
    refused = press(client, row.pk, "sign", occurred_at=old.isoformat())
    assert refused["state"] == "refused"
    assert "30" in refused["text"]
    assert press(client, row.pk, "sign", occurred_at=ahead.isoformat())["state"] == "done"
    assert Entry.objects.get(event="dispatch.assignment.sign").occurred_at <= now()


def test_a_chain_pressed_without_a_network_is_no_conflict_with_itself(county: County) -> None:
    row, client = sent(county), phone_of(county)
    version = str(row.matter.version)
    for step in ("sign", "set_out", "arrive", "clear"):
        assert press(client, row.pk, step, version=version)["state"] == "done", step
    assert standing(row.pk)[0] == "cleared"


def test_somebody_was_faster_and_the_officer_is_told_what_can_still_be_done(county: County) -> None:
    row, client = sent(county), phone_of(county)
    seen = str(row.matter.version)
    actions.perform(county.dispatcher, row.pk, "sign")
    told = {"version": seen, "act_id": str(uuid4())}
    answer = press(client, row.pk, "set_out", **told)
    assert answer["state"] == "conflict"
    assert "李派警" in answer["text"]
    assert (answer["open"], answer["notable"]) == (True, True)
    assert standing(row.pk)[0] == "signed"
    again = {**told, "version": answer["version"]}
    assert press(client, row.pk, "set_out", **again)["state"] == "done"
    assert standing(row.pk)[0] == "set_out"


def test_a_step_that_is_gone_can_be_kept_as_a_note_once(county: County) -> None:
    row, client = sent(county), phone_of(county)
    seen = str(row.matter.version)
    for step in ("sign", "set_out"):
        actions.perform(county.dispatcher, row.pk, step)
    told = {"version": seen, "act_id": str(uuid4()), "reason": "路上封路"}
    answer = press(client, row.pk, "sign", **told)
    assert (answer["state"], answer["open"]) == ("conflict", False)
    for _ in range(2):
        assert press(client, row.pk, "sign", as_note="1", **told)["state"] == "done"
    (note,) = Entry.objects.filter(matter=row.pk, event="dispatch.assignment.note")
    assert "签收" in note.data["text"]
    assert "路上封路" in note.data["text"]


def test_a_photo_is_kept_with_when_and_where_it_was_taken_once(county: County) -> None:
    row, client = sent(county), phone_of(county)
    for step in ("sign", "set_out", "arrive"):
        press(client, row.pk, step)
    at = now() - timedelta(days=2)
    told = {"act_id": str(uuid4()), "occurred_at": at.isoformat(), "words": "双方已调解"}
    place = {"lon": "112.91", "lat": "28.2"}
    for _ in range(2):
        photo = SimpleUploadedFile("a.png", PNG, "image/png")
        answer = press(client, row.incident_id, "feedback", photo=photo, **told, **place)
        assert answer["state"] == "done", answer
    document = Document.objects.get(matter=row.incident_id)
    added = Entry.objects.get(event="dispatch.incident.document_added")
    assert (added.occurred_at, added.data["place"]) == (at, [112.91, 28.2])
    fed = Entry.objects.get(event="dispatch.incident.feedback")
    assert fed.data["documents"] == [document.pk]


def test_what_cannot_be_kept_refuses_the_whole_act(county: County) -> None:
    row, client = sent(county), phone_of(county)
    for step in ("sign", "set_out", "arrive"):
        press(client, row.pk, step)
    file = SimpleUploadedFile("a.exe", b"MZ\x90\x00" * 40, "application/x-msdownload")
    answer = press(client, row.incident_id, "feedback", words="双方已调解", photo=file)
    assert answer["state"] == "refused"
    assert not Entry.objects.filter(event="dispatch.incident.feedback").exists()


def test_duty_is_a_form_of_ones_own_unit_only(county: County) -> None:
    client = phone_of(county)

    def duty(unit: str, which: str) -> str:
        said = {"act_id": str(uuid4()), "unit": str(county.units[unit].pk), "which": which}
        return str(client.post("/phone/new/dispatch/duty/", said, **JSON).json()["state"])

    assert duty("P01", "off") == "done"
    assert Unit.objects.get(code="P01").status == "off"
    assert duty("P02", "off") == "refused"
    assert Unit.objects.get(code="P02").status == "free"


def test_a_stranger_s_matter_is_refused_in_the_words_of_one_that_is_not_there(
    county: County,
) -> None:
    row = sent(county)
    client = phone_of(county, "colleague")
    theirs, absent = press(client, row.pk, "sign"), press(client, 10**9, "sign")
    assert theirs == absent
    assert theirs["state"] == "refused"


def test_who_is_signed_out_is_asked_to_come_back_and_loses_nothing(county: County) -> None:
    row = sent(county)
    answer = Client().post(f"/phone/act/{row.pk}/sign/", {"act_id": str(uuid4())}, **JSON)
    assert answer.status_code == 401
    assert "state" not in answer.json()


def test_what_one_person_left_on_the_phone_is_not_sent_under_another_s_name(county: County) -> None:
    row, client = sent(county), phone_of(county)
    owner = client.get("/phone/key/", **JSON).json()["owner"]
    client.force_login(county.staff["leader"], backend=BACKEND)
    told = {"act_id": str(uuid4())}
    answer = client.post(
        f"/phone/act/{row.pk}/sign/", told, headers={"X-Watchroom-Owner": owner}, **JSON
    )
    assert (answer.status_code, answer.json()["state"]) == (401, "later")
    assert standing(row.pk)[0] == "sent"


def test_the_map_shows_the_officer_s_own_beat_and_today_s_work(county: County) -> None:
    sent(county, "F01")
    client = phone_of(county, "community")
    beats = client.get("/phone/beats.geojson").json()["features"]
    assert [f["properties"]["name"] for f in beats] == ["东街警格"]
    points = client.get("/phone/cards.geojson").json()["features"]
    assert [f["geometry"]["coordinates"] for f in points] == [list(MIDDLE)]
    assert "data-phone-beat" in client.get("/phone/").content.decode()
    assert phone_of(county).get("/phone/beats.geojson").json()["features"] == []


def test_what_a_crew_finds_is_an_incident_with_its_photo_and_the_unit_is_there(
    county: County,
) -> None:
    client = phone_of(county)
    told = {
        "act_id": str(uuid4()),
        "words": "路口塌陷",
        "lon": str(MIDDLE[0]),
        "lat": str(MIDDLE[1]),
    }
    for _ in range(2):
        photo = SimpleUploadedFile("塌陷.png", PNG, "image/png")
        answer = client.post("/phone/new/dispatch/found/", {**told, "photo": photo}, **JSON)
        assert answer.json()["state"] == "done", answer.json()
    incident = Matter.objects.get(kind="dispatch.incident")
    assert (incident.lon, incident.lat) == MIDDLE
    assert Document.objects.get().matter == incident
    assert Assignment.objects.get(incident_id=incident.pk).matter.state == "arrived"
    assert "路口塌陷" in client.get("/phone/").content.decode()
    other = {"act_id": str(uuid4()), "words": ""}
    assert client.post("/phone/new/dispatch/found/", other, **JSON).json()["state"] == "refused"
    absent = client.post("/phone/new/dispatch/nothing/", other, **JSON)
    assert (absent.status_code, absent.json()["state"]) == (404, "refused")
