"""A machine reports a call, a desk sends, a crew goes, and it ends: over the interface alone."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection

from watchroom.base.clock import now
from watchroom.kernel.models import Entry, Matter


def test_from_the_ring_to_the_close(desk, robbery):
    assert robbery["state"] == "classified"
    assert robbery["priority"] == 1
    ranked = desk.get(f"/incidents/{robbery['id']}/ranking").json()
    assert [row["rank"] for row in ranked] == list(range(1, len(ranked) + 1))
    assert all(row["reasons"] for row in ranked)
    sent = desk.post(f"/incidents/{robbery['id']}/send-best").json()
    assert sent["sent"] is True
    duties = [d for d in desk.get("/assignments").json() if d["incident"] == robbery["id"]]
    assert {d["unit"][0] for d in duties} == {"P", "F"}
    for duty in duties:
        for step in ("sign", "set_out", "arrive", "clear"):
            answer = desk.post(f"/assignments/{duty['id']}/{step}")
            assert answer.status_code == 200, answer.content
    desk.post(f"/incidents/{robbery['id']}/feedback", {"data": {"words": "已找回"}})
    closed = desk.post(f"/incidents/{robbery['id']}/close", {"data": {"disposition": "done"}})
    assert closed.json()["state"] == "closed"
    connection.check_constraints()
    assert robbery["id"] not in [i["id"] for i in desk.get("/board").json()]


def test_the_same_call_arrives_only_once(desk):
    call = {"words": "打架", "external_id": "partner-77", "act_id": str(uuid4())}
    first, again = desk.post("/calls", call).json(), desk.post("/calls", call).json()
    assert again["id"] == first["id"]
    assert Matter.objects.filter(kind="dispatch.incident").count() == 1


def test_another_call_joins_the_known_incident(desk, robbery):
    again = desk.post("/calls", {"words": "我也看到了", "same_as": robbery["id"]}).json()
    assert again["incident"] == robbery["id"]
    assert len(desk.get(f"/incidents/{robbery['id']}").json()["calls"]) == 2


def test_the_same_act_sent_twice_is_done_once(desk, robbery):
    act = {"data": {"units": ["P01"]}, "act_id": str(uuid4())}
    path = f"/incidents/{robbery['id']}/dispatch"
    first, again = desk.post(path, act).json(), desk.post(path, act).json()
    assert first["version"] == again["version"]
    assert Entry.objects.filter(event="dispatch.assignment.send").count() == 1


def test_who_was_slower_hears_who_was_faster(desk, robbery):
    path = f"/incidents/{robbery['id']}/dispatch"
    seen = {"version": robbery["version"], "data": {"units": ["P01"]}}
    assert desk.post(path, seen).status_code == 200
    late = desk.post(path, {**seen, "data": {"units": ["P02"]}})
    assert late.status_code == 409
    assert "machine" in late.json()["error"]["sentence"]


def test_a_time_that_has_not_come_is_refused(desk, robbery):
    soon = (now() + timedelta(hours=1)).isoformat()
    answer = desk.post(f"/incidents/{robbery['id']}/dispatch",
                       {"data": {"units": ["P01"]}, "occurred_at": soon})  # fmt: skip
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "not-yet"


def test_what_happened_keeps_its_own_time(desk, robbery):
    then = now() - timedelta(minutes=5)
    desk.post(f"/incidents/{robbery['id']}/dispatch",
              {"data": {"units": ["P01"]}, "occurred_at": then.isoformat()})  # fmt: skip
    entry = Entry.objects.get(event="dispatch.incident.dispatch")
    assert abs((entry.occurred_at - then).total_seconds()) < 0.001
    assert entry.entered_at > then + timedelta(minutes=4)


def test_nobody_free_is_an_answer_not_an_error(desk, robbery):
    for unit in desk.get("/units").json():
        assert desk.post(f"/units/{unit['id']}/duty", {"status": "off"}).status_code == 200
    answer = desk.post(f"/incidents/{robbery['id']}/send-best").json()
    assert answer["sent"] is False
    assert answer["sentence"]["en"]


def test_all_waiting_calls_at_once(desk, robbery):
    desk.post("/calls", {"words": "打架", "lon": 112.94, "lat": 28.2, "class_code": "0201"})
    best = desk.get("/best-assignment").json()
    assert best["proven"] is True
    assert best["bound"] <= best["cost"] <= best["greedy_cost"]
    pairs = [{"incident_id": p["incident_id"], "unit_id": p["unit_id"]} for p in best["pairs"]]
    accepted = desk.post("/best-assignment/accept", {"pairs": pairs}).json()
    assert [a["sent"] for a in accepted] == [True, True]
    again = desk.post("/best-assignment/accept", {"pairs": pairs[:1]}).json()
    assert again[0]["sent"] is False
    assert again[0]["sentence"]["zh"]


def test_what_is_typed_is_assessed_before_it_is_a_call(desk, robbery):
    typed = {"words": "有人抢了我的包", "lon": 112.9201, "lat": 28.2}
    found = desk.post("/assess", typed).json()
    assert found["classes"][0]["code"] == "0101"
    assert found["duplicates"][0]["id"] == robbery["id"]


def test_pages_of_incidents_hold_each_once(desk):
    for k in range(7):
        desk.post("/calls", {"words": f"第{k}起"})
    seen, after = [], ""
    while True:
        page = desk.get("/incidents", limit=3, after=after).json()
        seen += [item["id"] for item in page["items"]]
        if not (after := page["next"] or ""):
            break
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


def test_a_mistake_is_said_in_a_sentence(desk):
    unknown = desk.post("/calls", {"words": "打架", "priority": 9, "colour": "red"})
    assert unknown.status_code == 422
    fields = {f["field"] for f in unknown.json()["error"]["fields"]}
    assert fields == {"priority", "colour"}
    page = desk.get("/incidents", after="yesterday")
    assert page.status_code == 422
    assert "after" in page.json()["error"]["sentence"]


def test_the_number_is_masked_until_a_purpose_is_said(machine):
    desk = machine("dispatch.view", "dispatch.take_call", "personal.read")
    made = desk.post("/calls", {"words": "打架", "caller": "13812345678"}).json()
    masked = desk.get(f"/incidents/{made['id']}").json()
    assert masked["calls"][0]["caller"] == "138****5678"
    asking = machine("dispatch.view", "personal.read", **{"X-Purpose": "contact"})
    clear = asking.get(f"/incidents/{made['id']}").json()
    assert clear["calls"][0]["caller"] == "13812345678"
    read = Entry.objects.get(event="dispatch.incident.personal_read")
    assert read.data["purpose"] == "contact"


def test_a_class_list_is_imported_with_its_bad_rows_named(machine):
    admin = machine("dispatch.configure", "dispatch.view")
    body = (
        "version,code,zh,en,group,priority,response_plan,gat_code,keywords\n"
        "T9,0101,抢劫,Robbery,crime,1,car:2,,抢劫\nT9,0102,偷窃,Theft,crime,7,,,\n"
    )
    path = "/api/v1/dispatch/class-lists"
    answer = admin.client.post(path, body, content_type="text/csv").json()
    assert answer["accepted"] == 1
    assert [row["line"] for row in answer["rejected"]] == [3]
    assert [c["code"] for c in admin.get("/classes").json()] == ["0101"]


def test_notes_and_closures_come_and_go(desk):
    note = desk.post("/premise-notes", {"lon": 112.92, "lat": 28.2, "words": "院内有大狗"}).json()
    near = desk.get("/premise-notes", lon=112.92, lat=28.2).json()
    assert [n["id"] for n in near] == [note["id"]]
    desk.post(f"/premise-notes/{note['id']}/end", {"reason": "已搬走"})
    assert desk.get("/premise-notes", lon=112.92, lat=28.2).json() == []
    shut = desk.post("/closures", {"title": "塌方", "line": [[112.9, 28.2], [112.91, 28.2]]}).json()
    assert len(desk.get("/closures.geojson").json()["features"]) == 1
    desk.post(f"/closures/{shut['id']}/open")
    assert desk.get("/closures.geojson").json()["features"] == []
