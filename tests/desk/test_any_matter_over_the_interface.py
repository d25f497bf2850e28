"""Notes, files, links, more time and search through the interface for machines."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.toy import Town
from watchroom.base.clock import now
from watchroom.kernel import acts, tokens
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry, Matter

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d49444154789c6360"
    "606060000000050001a5f645400000000049454e44ae426082".replace(" ", "")
)


@pytest.fixture(autouse=True)
def only_the_shell(toy: Any) -> None:
    """The toy has no interface of its own; the shell's is there for it all the same."""


class Caller:
    """A program or a person that calls; JSON in and out."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", **more)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json")


@pytest.fixture
def machine(town: Town) -> Caller:
    """A gateway of the east station."""
    scopes = ["toy.view", "note.add", "matter.link", "deadline.ask", "personal.read"]
    _, secret = tokens.create(system(), "网关", town.east, scopes, now() + timedelta(days=1))
    return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


@pytest.fixture
def stranger(town: Town) -> Caller:
    client = Client()
    client.force_login(town.staff["stranger"])
    return Caller(client)


@pytest.fixture
def matter(town: Town) -> Matter:
    made = town.open("解放路打架")
    return acts.take(town.actor("officer"), made.pk, "start")


def test_a_matter_says_what_it_is_and_its_clocks_explain_themselves(
    machine: Caller, matter: Matter
) -> None:
    told = machine.get(f"matters/{matter.number}").json()
    assert (told["number"], told["state"], told["agency"]) == (matter.number, "working", "E")
    (clock,) = [one for one in told["clocks"] if one["clock"] == "decide"]
    assert clock["rungs"] == ["county"]
    assert any("Rule B02" in line["en"] for line in clock["explained"])


def test_a_note_is_written_once_however_often_it_is_sent(machine: Caller, matter: Matter) -> None:
    sent = {"text": "电话已接通", "act_id": "0190c0de-0000-7000-8000-000000000003"}
    codes = [machine.post(f"matters/{matter.number}/notes", sent).status_code for _ in range(2)]
    assert codes == [201, 201]
    (note,) = machine.get(f"matters/{matter.number}/notes").json()
    assert (note["text"], note["by"]) == ("电话已接通", "网关")


def test_a_note_from_the_future_and_an_empty_one_are_refused(
    machine: Caller, matter: Matter
) -> None:
    late = (now() + timedelta(hours=1)).isoformat()
    for sent in ({"text": "x", "occurred_at": late}, {"text": ""}, {"text": "x", "what": 1}):
        assert machine.post(f"matters/{matter.number}/notes", sent).status_code == 422
    assert machine.get(f"matters/{matter.number}/notes").json() == []


def test_a_file_goes_in_and_comes_out_the_same(
    machine: Caller, matter: Matter, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    address = f"matters/{matter.number}/documents"
    file = SimpleUploadedFile("现场.jpg", PNG, "image/jpeg")
    answer = machine.client.post(f"/api/v1/{address}", {"file": file, "personal": "false"})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["name"], told["media_type"], told["size"]) == ("现场.png", "image/png", len(PNG))
    assert machine.get(address).json() == [told]
    read = machine.get(f"{address}/{told['id']}")
    assert b"".join(read.streaming_content) == PNG
    assert read.headers["ETag"] == f'"{told["sha256"]}"'
    assert read.headers["X-Content-Type-Options"] == "nosniff"


def test_personal_data_needs_a_purpose_and_the_reading_is_an_entry(
    machine: Caller, matter: Matter, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    address = f"matters/{matter.number}/documents"
    sent = {"file": SimpleUploadedFile("a.png", PNG)}
    told = machine.client.post(f"/api/v1/{address}", sent).json()
    assert told["personal"]
    refused = machine.get(f"{address}/{told['id']}")
    assert refused.json()["error"]["code"] == "purpose-needed"
    read = machine.get(f"{address}/{told['id']}", headers={"X-Purpose": "handling"})
    assert read.status_code == 200
    b"".join(read.streaming_content)
    assert Entry.objects.get(event="toy.thing.document_read").reason == "handling"


def test_a_file_that_is_not_what_it_says_is_refused(
    machine: Caller, matter: Matter, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sent = {"file": SimpleUploadedFile("a.png", b"MZ\x90\x00" + bytes(200), "image/png")}
    answer = machine.client.post(f"/api/v1/matters/{matter.number}/documents", sent)
    assert answer.status_code == 422
    assert machine.get(f"matters/{matter.number}/documents").json() == []


def test_a_file_is_found_under_its_own_matter_only(
    machine: Caller, matter: Matter, town: Town, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sent = {"file": SimpleUploadedFile("a.png", PNG)}
    told = machine.client.post(f"/api/v1/matters/{matter.number}/documents", sent).json()
    other = town.open("别的")
    assert machine.get(f"matters/{other.number}/documents/{told['id']}").status_code == 404


def test_linked_and_unlinked(machine: Caller, matter: Matter, town: Town) -> None:
    other = town.open("后来的事")
    sent = {"number": other.number, "relation": "cause", "reason": "同一伙人"}
    made = machine.post(f"matters/{matter.number}/links", sent)
    assert made.status_code == 201
    assert made.json()["relation"] == {"zh": "引起", "en": "led to"}
    (seen,) = machine.get(f"matters/{other.number}/links").json()
    assert (seen["number"], seen["relation"]["en"]) == (matter.number, "caused by")
    ending = f"matters/{other.number}/links/{seen['id']}/end"
    assert machine.post(ending, {"reason": ""}).status_code == 422
    assert machine.post(ending, {"reason": "看错了"}).json() == []
    assert machine.post(ending, {"reason": "看错了"}).status_code == 404


def test_people_ask_for_more_time_and_others_decide(
    machine: Caller, matter: Matter, town: Town
) -> None:
    asking = f"matters/{matter.number}/clocks/decide/extensions"
    sent = {"rung": "county", "reason": "账目未齐"}
    assert machine.post(asking, sent).json()["error"]["code"] == "forbidden"
    officer, chief = Client(), Client()
    officer.force_login(town.staff["officer"])
    chief.force_login(town.staff["chief"])
    asked = Caller(officer).post(asking, sent).json()
    assert asked["state"] == "asked"
    deciding = f"matters/{matter.number}/extensions/{asked['id']}/grant"
    assert Caller(officer).post(deciding).status_code == 403
    assert Caller(chief).post(deciding, {"answer": "同意"}).json()["state"] == "granted"
    assert Caller(chief).post(deciding).status_code == 409
    told = machine.get(f"matters/{matter.number}").json()
    (clock,) = [one for one in told["clocks"] if one["clock"] == "decide"]
    assert [one["state"] for one in clock["extensions"]] == ["granted"]


def test_search_finds_what_one_may_see_window_by_window(
    machine: Caller, stranger: Caller, matter: Matter, monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    from watchroom.kernel import search

    monkeypatch.setattr(search, "WINDOW", 2)
    for n in range(3):
        town.open(f"打架{n}")
    first = machine.get("search", data={"q": "打架"}).json()
    second = machine.get("search", data={"q": "打架", "older": first["older"]}).json()
    found = {row["number"] for row in [*first["items"], *second["items"]]}
    assert len(found) == 4
    assert matter.number in found
    assert machine.get("search", data={"q": "打架", "kind": "toy.other"}).json()["items"] == []
    assert stranger.get("search", data={"q": "打架"}).json() == {"items": [], "older": ""}
    assert machine.get("search", data={"q": "打架", "older": "nonsense"}).status_code == 422


def test_a_telephone_number_is_searched_for_a_purpose(machine: Caller, matter: Matter) -> None:
    refused = machine.get("search", data={"q": "13900001234"})
    assert refused.json()["error"]["code"] == "purpose-needed"
    found = machine.get("search", data={"q": "13900001234"}, headers={"X-Purpose": "contact"})
    assert found.status_code == 200
    assert Entry.objects.filter(event="search.person", reason="contact").exists()


READS = ("", "/notes", "/documents", "/documents/1", "/links")
ACTS = {
    "/notes": {"text": "x"},
    "/links": {"number": "1", "relation": "related"},
    "/links/1/end": {"reason": "x"},
    "/clocks/decide/extensions": {"rung": "county", "reason": "x"},
    "/extensions/1/grant": {},
}


@pytest.mark.parametrize("path", READS)
def test_a_stranger_reads_nothing_and_learns_nothing(
    stranger: Caller, matter: Matter, path: str
) -> None:
    there, absent = (
        stranger.get(f"matters/{number}{path}") for number in (matter.number, "T999999999999")
    )
    assert there.status_code == absent.status_code == 404
    assert there.json() == absent.json()
    assert Client().get(f"/api/v1/matters/{matter.number}{path}").status_code == 401


@pytest.mark.parametrize("path", ACTS)
def test_a_stranger_changes_nothing_and_learns_nothing(
    stranger: Caller, matter: Matter, path: str
) -> None:
    there, absent = (
        stranger.post(f"matters/{number}{path}", ACTS[path])
        for number in (matter.number, "T999999999999")
    )
    assert there.status_code == absent.status_code == 404
    assert there.json() == absent.json()


def test_a_token_does_what_its_scopes_say_and_no_more(town: Town, matter: Matter) -> None:
    soon = now() + timedelta(days=1)
    _, secret = tokens.create(system(), "只读", town.east, ["toy.view"], soon)
    reader = Caller(Client(headers={"Authorization": f"Bearer {secret}"}))
    assert reader.get(f"matters/{matter.number}").status_code == 200
    assert reader.post(f"matters/{matter.number}/notes", {"text": "x"}).status_code == 403
    other = town.open("乙")
    sent = {"number": other.number, "relation": "related"}
    assert reader.post(f"matters/{matter.number}/links", sent).status_code == 403
