"""Refused rows: seen with their sentence, put right and taken in, or closed and why."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.models import Contact, Reject, Warning
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry
from watchroom.kernel.sessions import BACKEND

from .samples import feed, warning

__all__ = ["county"]
pytestmark = pytest.mark.django_db
NAME, PHONE = "样例张三", "13899990000"


def signed_in(county: County, who: str = "dispatcher", lang: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(county.staff[who], backend=BACKEND)
    client.cookies["django_language"] = lang
    return client


def refused(county: County, **more: Any) -> Reject:
    """A row that the telecom sent and nobody could read."""
    feed(county)
    actions.receive(
        system(), "telecom-a", [warning(**{"phone": PHONE, "type": "nonsense", **more})]
    )
    return Reject.objects.latest("id")


def act(client: Client, row: Reject, what: str, **said: str) -> Any:
    return client.post(f"/fraud/rejects/{row.pk}/{what}/", said)


def test_a_row_is_put_right_and_taken_in_once(county: County) -> None:
    row, client = refused(county, amount=None), signed_in(county)
    assert "nonsense" in client.get("/fraud/rejects/").text
    page = client.get(f"/fraud/rejects/{row.pk}/").text
    assert "更正后接收" in page and NAME not in page and PHONE not in page
    assert act(client, row, "take", type="rebate").status_code == 302
    (one,) = Warning.objects.all()
    assert one.type_code == "rebate"
    assert Contact.objects.get().phone == PHONE  # what was masked went in as it came
    row.refresh_from_db()
    assert (row.state, row.row, row.settled_by) == ("taken", {}, county.staff["dispatcher"])
    (entry,) = Entry.objects.filter(event="fraud.reject.taken")
    assert entry.data["changed"] == ["type"]
    assert act(client, row, "take", type="rebate").status_code == 422
    assert Warning.objects.count() == 1


def test_what_is_still_bad_stays_and_says_why(county: County) -> None:
    row, client = refused(county), signed_in(county)
    answer = act(client, row, "take", type="rebate", occurred_at="gestern")
    assert answer.status_code == 422
    assert "看不懂时间" in answer.text and "gestern" in answer.text
    row.refresh_from_db()
    assert row.state == "open" and Reject.objects.count() == 1 and not Warning.objects.exists()


def test_a_number_that_was_missing_is_typed_in(county: County) -> None:
    row = refused(county, type="rebate", phone="")
    client = signed_in(county)
    assert act(client, row, "take", phone="13812340000").status_code == 302
    assert Contact.objects.get().phone == "13812340000"


def test_a_row_is_closed_with_a_reason_and_emptied(county: County) -> None:
    row, client = refused(county), signed_in(county)
    assert act(client, row, "close", reason=" ").status_code == 422
    assert act(client, row, "close", reason="来源已另行更正").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.row) == ("closed", {})
    assert "来源已另行更正" in client.get("/fraud/rejects/?settled").text
    assert Entry.objects.filter(event="fraud.reject.closed", reason="来源已另行更正").exists()


def test_who_it_is_about_is_read_for_a_purpose_and_that_is_an_entry(county: County) -> None:
    row, client = refused(county), signed_in(county)
    assert act(client, row, "read", code="other").status_code == 422
    for _ in range(2):
        assert act(client, row, "read", code="handling").status_code == 302
    page = client.get(f"/fraud/rejects/{row.pk}/").text
    assert NAME in page and PHONE in page
    (entry,) = Entry.objects.filter(event="fraud.reject.read")
    assert entry.data["purpose"] == "handling" and "name" in entry.data["fields"]
    assert PHONE not in str(entry.data)
    other = signed_in(county, "leader").get(f"/fraud/rejects/{row.pk}/").text
    assert PHONE not in other  # each says so for themselves


def test_nobody_else_s_rows(county: County) -> None:
    row = refused(county)
    elsewhere = signed_in(county, "colleague_elsewhere")
    assert elsewhere.get(f"/fraud/rejects/{row.pk}/").status_code == 404
    assert "nonsense" not in elsewhere.get("/fraud/rejects/").text
    for who in ("stranger", "officer", "auditor"):
        client = signed_in(county, who)
        for address in ("/fraud/rejects/", f"/fraud/rejects/{row.pk}/", "/fraud/sources/"):
            assert client.get(address).status_code == 403, (who, address)
        assert act(client, row, "close", reason="不要").status_code == 403
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("address", ["/fraud/sources/", "/fraud/rejects/", "/fraud/rejects/{}/"])
def test_each_screen_speaks_one_language(county: County, address: str) -> None:
    row = refused(county)
    page = signed_in(county, lang="en").get(address.format(row.pk)).text
    main = re.sub(r"<[^>]*>", "", page[page.index("<main") : page.index("</main>")])
    data = "".join((county.bureau.name, NAME, "刷单"))
    assert not [c for c in main if "\u4e00" <= c <= "\u9fff" and c not in data]
