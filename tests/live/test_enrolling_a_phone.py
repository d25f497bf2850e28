"""A phone or tracker is enrolled for a unit by who manages it; only then does it report."""

from hashlib import sha256

import pytest
from django.db import connection

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.desk.live import positions
from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.tests.pages.test_opening_the_screens import at_the_desk
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Device, Entry

PHONE = "张巡逻的手机"


def _followed(*keys: str) -> list[bool]:
    """Whether the live process would take a position that comes with each key."""
    digests = [sha256(key.encode()).hexdigest() for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(positions._FOLLOWED, [digests])
        found = {row[0] for row in cursor.fetchall()}
    return [digest in found for digest in digests]


def test_it_is_heard_while_its_unit_is_on_duty_and_only_then(county: County) -> None:
    _, key = actions.enrol_device(county.chief, county.units["P01"].pk, PHONE)
    assert _followed(key) == [True]
    actions.unit_off_duty(county.officer, county.units["P01"].pk)
    assert _followed(key) == [False]
    actions.unit_on_duty(county.officer, county.units["P01"].pk)
    assert _followed(key) == [True]
    actions.unit_rest(county.officer, county.units["P01"].pk)
    assert _followed(key) == [True]


def test_neither_the_units_code_nor_what_is_kept_is_a_key(county: County) -> None:
    device, key = actions.enrol_device(county.leader, county.units["P01"].pk, PHONE)
    assert _followed("P01", "dev-P01", str(device.pk), device.digest, key) == [
        False, False, False, False, True,
    ]  # fmt: skip
    told = str(Entry.objects.get(event="dispatch.device.enrolled").data)
    assert key not in told
    assert device.digest not in told


def test_enrolled_again_the_old_key_is_dead_and_the_tracker_lives(county: County) -> None:
    unit = county.units["P01"].pk
    _, tracker = actions.enrol_device(county.leader, unit, "车载")
    _, lost = actions.enrol_device(county.leader, unit, PHONE)
    _, new = actions.enrol_device(county.leader, unit, PHONE)
    assert _followed(tracker, lost, new) == [True, False, True]
    assert Device.objects.filter(revoked_at=None).count() == 2


def test_revoked_it_is_heard_no_more_however_often_it_is_pressed(county: County) -> None:
    device, key = actions.enrol_device(county.leader, county.units["P01"].pk, PHONE)
    for _ in range(2):
        actions.revoke_device(county.leader, device.pk)
    assert _followed(key) == [False]
    assert Entry.objects.filter(event="dispatch.device.revoked").count() == 1


@pytest.mark.parametrize(
    "who", ["officer", "operator", "auditor", "colleague_elsewhere", "stranger"]
)
def test_others_enrol_and_revoke_nothing(county: County, who: str) -> None:
    device, _ = actions.enrol_device(county.leader, county.units["P01"].pk, PHONE)
    with pytest.raises(Refusal):
        actions.enrol_device(county.act(who), county.units["P01"].pk, "another")
    with pytest.raises(Refusal):
        actions.revoke_device(county.act(who), device.pk)


def test_a_chief_manages_the_station_and_no_other(county: County) -> None:
    assert {unit.code for unit, _ in queries.devices(county.chief)} == {"P01", "P02", "P03", "F01"}
    with pytest.raises(Refusal):
        actions.enrol_device(county.chief, county.units["P04"].pk, PHONE)


def test_nameless_or_for_no_unit_it_is_refused(county: County) -> None:
    with pytest.raises(Refusal):
        actions.enrol_device(county.leader, county.units["P01"].pk, "  ")
    with pytest.raises(NotFound):
        actions.enrol_device(county.leader, 2**40, PHONE)


def test_on_the_screen_the_key_is_shown_once_and_can_be_scanned(county: County) -> None:
    desk = at_the_desk(county, "leader")
    sent = {"unit_id": county.units["P01"].pk, "name": PHONE}
    answer = desk.post("/dispatch/devices/enrol/", sent)
    assert answer["Cache-Control"] == "no-store"
    assert "data:image/svg+xml" in answer.text
    device = Device.objects.get()
    key = answer.text.split("#device=")[1].split('"')[0]
    assert sha256(key.encode()).hexdigest() == device.digest
    page = desk.get("/dispatch/devices/").text
    assert PHONE in page
    assert key not in page
    assert desk.post(f"/dispatch/devices/{device.pk}/revoke/").status_code == 302
    assert PHONE not in desk.get("/dispatch/devices/").text
    wrong = desk.post("/dispatch/devices/enrol/", {**sent, "name": " "})
    assert wrong.status_code == 422


def test_on_the_screen_strangers_manage_nothing(county: County) -> None:
    device, _ = actions.enrol_device(county.leader, county.units["P01"].pk, PHONE)
    other = at_the_desk(county, "colleague_elsewhere")
    assert "P01" not in other.get("/dispatch/devices/").text
    assert other.post(f"/dispatch/devices/{device.pk}/revoke/").status_code == 404
    assert at_the_desk(county, "officer").get("/dispatch/devices/").status_code == 403


def test_over_the_interface(county: County) -> None:
    desk, json = at_the_desk(county, "leader"), "application/json"
    url = f"/api/v1/dispatch/units/{county.units['P01'].pk}/devices"
    made = desk.post(url, {"name": PHONE}, json).json()
    assert _followed(made["key"]) == [True]
    assert desk.post(f"/api/v1/dispatch/devices/{made['id']}/revoke", {}, json).status_code == 200
    assert _followed(made["key"]) == [False]
    other = at_the_desk(county, "colleague_elsewhere")
    assert other.post(url, {"name": PHONE}, json).status_code == 404
    revoke = f"/api/v1/dispatch/devices/{made['id']}/revoke"
    assert other.post(revoke, {}, json).status_code == 404
