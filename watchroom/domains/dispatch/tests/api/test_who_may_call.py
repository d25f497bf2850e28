"""Owner, colleague and stranger at every endpoint; what may not be seen is not there."""

import pytest
from django.test import Client

ABSENT = 99_999_999
READS = (
    "/incidents/{}", "/incidents/{}/ranking", "/incidents/{}/plan",
)  # fmt: skip
ACTS = (
    "/incidents/{}/dispatch", "/incidents/{}/cancel", "/incidents/{}/send-best",
    "/incidents/{}/close", "/incidents/{}/suggestions", "/incidents/{}/preempt",
)  # fmt: skip
BODY = {
    "/incidents/{}/dispatch": {"data": {"units": ["P01"]}},
    "/incidents/{}/close": {"data": {"disposition": "done"}},
    "/incidents/{}/cancel": {"reason": "误报"},
    "/incidents/{}/suggestions": {"lon": 112.9, "lat": 28.2},
    "/incidents/{}/preempt": {"unit_id": 1},
}
LISTS = (
    "/incidents", "/board", "/queue", "/assignments", "/units", "/units.geojson",
    "/incidents.geojson", "/coverage.geojson", "/best-assignment", "/classes",
)  # fmt: skip


def same(here, there):
    return (here.status_code, here.json()) == (there.status_code, there.json())


@pytest.mark.parametrize("path", READS)
def test_a_stranger_reads_nothing_and_learns_nothing(stranger, desk, robbery, path):
    assert desk.get(path.format(robbery["id"])).status_code == 200
    forbidden = stranger.get(path.format(robbery["id"]))
    assert forbidden.status_code == 404
    assert same(forbidden, stranger.get(path.format(ABSENT)))


@pytest.mark.parametrize("path", ACTS)
def test_a_stranger_changes_nothing_and_learns_nothing(stranger, desk, robbery, path):
    forbidden = stranger.post(path.format(robbery["id"]), BODY.get(path))
    assert forbidden.status_code == 404
    assert same(forbidden, stranger.post(path.format(ABSENT), BODY.get(path)))
    now = desk.get(f"/incidents/{robbery['id']}").json()["incident"]
    assert now["version"] == robbery["version"]


def test_a_stranger_cannot_act_for_a_crew(stranger, desk, robbery):
    desk.post(f"/incidents/{robbery['id']}/dispatch", {"data": {"units": ["P01"]}})
    (duty,) = desk.get("/assignments").json()
    forbidden = stranger.post(f"/assignments/{duty['id']}/sign")
    assert forbidden.status_code == 404
    assert same(forbidden, stranger.post(f"/assignments/{ABSENT}/sign"))


def test_a_stranger_finds_no_unit_and_no_note(stranger, desk, county):
    pk = county.units["P01"].pk
    forbidden = stranger.post(f"/units/{pk}/duty", {"status": "off"})
    assert forbidden.status_code == 404
    assert same(forbidden, stranger.post(f"/units/{ABSENT}/duty", {"status": "off"}))
    note = desk.post("/premise-notes", {"lon": 112.92, "lat": 28.2, "words": "大狗"}).json()
    forbidden = stranger.post(f"/premise-notes/{note['id']}/end")
    assert forbidden.status_code == 404
    assert same(forbidden, stranger.post(f"/premise-notes/{ABSENT}/end"))


@pytest.mark.parametrize("path", LISTS)
def test_nobody_reads_without_a_key(county, path):
    assert Client().get(f"/api/v1/dispatch{path}").status_code == 401


def test_lists_of_a_stranger_hold_nothing_of_ours(stranger, desk, robbery):
    desk.post(f"/incidents/{robbery['id']}/dispatch", {"data": {"units": ["P01"]}})
    assert stranger.get("/incidents").json()["items"] == []
    assert stranger.get("/board").json() == []
    assert stranger.get("/assignments").json() == []
    assert stranger.get("/units").json() == []
    assert stranger.get("/incidents.geojson").json()["features"] == []


def test_a_machine_does_no_more_than_its_scopes(machine, robbery):
    reader = machine("dispatch.view")
    path = f"/incidents/{robbery['id']}/cancel"
    refused = reader.post(path, {"reason": "误报"})
    assert refused.status_code == 403
    assert "dispatch.take_call" in refused.json()["error"]["sentence"]
    caller = machine("dispatch.take_call")
    assert caller.post("/calls", {"words": "打架"}).status_code == 200
    assert caller.get(f"/incidents/{robbery['id']}").status_code == 404
    assert caller.post("/assess", {"words": "打架"}).status_code == 403
    assert caller.get("/coverage.geojson").status_code == 403


def test_an_incident_is_no_assignment(desk, robbery):
    """A step of one kind is not reached under the other's address."""
    desk.post(f"/incidents/{robbery['id']}/dispatch", {"data": {"units": ["P01"]}})
    (duty,) = desk.get("/assignments").json()
    assert desk.post(f"/incidents/{duty['id']}/sign").status_code == 404
    assert desk.post(f"/assignments/{robbery['id']}/cancel", {"reason": "x"}).status_code == 404


def test_a_crew_sees_its_own_duty_and_signs(desk, robbery, county, client):
    desk.post(f"/incidents/{robbery['id']}/dispatch", {"data": {"units": ["P01"]}})
    for name, sees in (("officer", 1), ("colleague", 0)):
        client.force_login(county.staff[name])
        mine = client.get("/api/v1/dispatch/assignments", {"mine": "true"}).json()
        assert len(mine) == sees
