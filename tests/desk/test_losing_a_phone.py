"""A phone is lost: one press at the desk, and it is nobody's any more."""

import base64

import pytest
from django.test import Client

from tests.desk.test_the_phone import JSON, phone_of
from tests.people import County
from watchroom.domains.dispatch import actions
from watchroom.kernel import handsets
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Device, Entry, Handset, Session


def in_use(county: County, who: str = "officer") -> tuple[Client, Handset]:
    """A phone on which somebody has asked for their key."""
    client = phone_of(county, who)
    assert client.get("/phone/key/", **JSON).json()["state"] == "ready"
    return client, Handset.objects.latest("pk")


def test_the_key_is_the_same_for_this_person_on_this_phone_and_no_other(county: County) -> None:
    client, _ = in_use(county)
    first, again = (client.get("/phone/key/", **JSON).json() for _ in range(2))
    assert first["key"] == again["key"]
    assert len(base64.b64decode(first["key"])) == 32
    other_phone, _ = in_use(county)
    other_person, _ = in_use(county, "colleague")
    keys = {c.get("/phone/key/", **JSON).json()["key"] for c in (client, other_phone, other_person)}
    assert len(keys) == 3
    assert Handset.objects.count() == 3
    assert first["owner"] not in (first["key"], county.staff["officer"].username)


def test_one_press_ends_sessions_and_positions_and_wipes_at_the_next_contact(
    county: County,
) -> None:
    unit = county.units["P01"]
    device, key = actions.enrol_device(county.leader, unit.pk, "张巡逻的手机")
    client, handset = in_use(county)
    client.get("/phone/key/", headers={"X-Watchroom-Device": key}, **JSON)
    desk = phone_of(county, "leader")
    assert "张巡逻" in desk.get("/phones/?q=officer").content.decode()
    assert desk.post(f"/phones/{handset.pk}/cut-off/").status_code == 302
    assert not Session.objects.filter(handset=handset).exists()
    assert Device.objects.get(pk=device.pk).revoked_at is not None
    for address in ("/phone/key/", "/phone/", "/phone/cards.geojson"):
        answer = client.get(address, **JSON)
        assert (answer.status_code, answer.json()["state"]) == (410, "wipe"), address
        assert answer["Clear-Site-Data"] == '"cache", "storage"'
    act = client.post("/phone/act/1/sign/", {}, **JSON)
    assert (act.status_code, act.json()["state"]) == (410, "wipe")
    assert client.post("/phone/wiped/").status_code == 204
    handset.refresh_from_db()
    assert handset.wiped_at is not None
    entry = Entry.objects.get(event="phone.cut_off")
    assert entry.data["devices"] == ["张巡逻的手机"]
    assert entry.data["sessions"] == 1
    assert Entry.objects.filter(event="phone.wiped").count() == 1
    assert client.get("/phone/").status_code == 302  # a stranger now: it signs in anew


def test_a_phone_that_nobody_cut_off_cannot_say_it_was_wiped(county: County) -> None:
    client, _ = in_use(county)
    assert client.post("/phone/wiped/").status_code == 404
    assert not Entry.objects.filter(event="phone.wiped").exists()


def test_only_who_leads_there_may_cut_a_phone_off_and_oneself_one_s_own(county: County) -> None:
    client, handset = in_use(county)
    for who in ("colleague", "auditor", "colleague_elsewhere"):
        phone_of(county, who).post(f"/phones/{handset.pk}/cut-off/")
        assert phone_of(county, who).post(f"/me/phones/{handset.pk}/cut-off/").status_code == 404
    handset.refresh_from_db()
    assert handset.cut_off_at is None
    with pytest.raises(NotFound):
        handsets.cut_off(county.colleague_elsewhere, handset.pk)
    assert "/me/phones/" in client.get("/me/sessions/").content.decode()
    elsewhere = phone_of(county)
    assert elsewhere.post(f"/me/phones/{handset.pk}/cut-off/").status_code == 302
    handset.refresh_from_db()
    assert handset.cut_off_by == county.staff["officer"]
