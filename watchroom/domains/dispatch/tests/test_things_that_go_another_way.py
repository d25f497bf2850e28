"""Duplicates, refusals, stacking, calling away, handing over, going back: the other ways."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.people import CLASSES, MIDDLE, County
from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.models import (
    Assignment,
    Call,
    ClassList,
    FollowUp,
    Handover,
    Incident,
    IncidentClass,
)
from watchroom.kernel import sweep
from watchroom.kernel.models import Counterpart, Deadline, Entry, Involvement, Matter

LON, LAT = MIDDLE[0] + 0.001, MIDDLE[1]


def reported(county: County, code: str = "0201", **more: object) -> Matter:
    told = {"words": "有事", "place": "东街", "lon": LON, "lat": LAT, "class_code": code}
    return actions.report_call(county.operator, **{**told, **more})


def sent(county: County, unit: str, code: str = "0201") -> Assignment:
    matter = reported(county, code)
    actions.dispatch(county.dispatcher, matter.pk, [county.units[unit].pk])
    return Assignment.objects.get(incident_id=matter.pk, unit=county.units[unit])


def state(pk: int) -> str:
    return Matter.objects.get(pk=pk).state


@pytest.fixture(autouse=True)
def _promises_at_the_end(county: County) -> object:
    yield
    connection.check_constraints()


def test_a_refused_call_waits_again_with_its_clock(county: County) -> None:
    sending = sent(county, "P01")
    actions.refuse(county.officer, sending.pk, reason="车坏了")
    assert state(sending.incident_id) == "classified"
    assert county.unit("P01").status == "free"
    running = Deadline.objects.filter(matter=sending.incident_id, state="running")
    assert [d.clock for d in running] == ["dispatch"]
    actions.dispatch(county.dispatcher, sending.incident_id, [county.units["P02"].pk])
    assert state(sending.incident_id) == "dispatched"


def test_arriving_unsigned_marks_the_steps_never_told(county: County) -> None:
    sending = sent(county, "P01")
    actions.arrive(county.officer, sending.pk)
    sending.refresh_from_db()
    assert sending.not_recorded == ["sign", "set_out"]
    assert sending.signed_at == sending.set_out_at == sending.arrived_at


def test_a_time_told_afterwards_keeps_when_it_was_and_when_it_was_told(county: County) -> None:
    sending = sent(county, "P01")
    actions.arrive(county.officer, sending.pk)
    earlier = now() - timedelta(minutes=3)
    actions.sign(county.officer, sending.pk, occurred_at=earlier)
    sending.refresh_from_db()
    assert sending.signed_at == earlier
    assert sending.not_recorded == ["set_out"]
    entry = Entry.objects.get(matter=sending.pk, event="dispatch.assignment.back_enter")
    assert entry.occurred_at == earlier < entry.entered_at
    with pytest.raises(Conflict, match="签收"):
        actions.sign(county.officer, sending.pk)


def test_cleared_without_arrival_as_in_real_logs(county: County) -> None:
    sending = sent(county, "P01")
    actions.clear(county.officer, sending.pk)
    sending.refresh_from_db()
    assert sending.arrived_at is None
    assert state(sending.incident_id) == "resolved"


def test_an_officer_reports_what_he_stands_in_front_of(county: County) -> None:
    matter = actions.report_call(
        county.officer,
        words="巡逻发现打架",
        lon=LON,
        lat=LAT,
        channel="officer",
        unit_id=county.units["P01"].pk,
    )
    assert matter.state == "on_scene"
    assert county.unit("P01").status == "busy"
    with pytest.raises(Refusal, match="权限"):
        actions.report_call(
            county.officer, words="x", lon=LON, lat=LAT, unit_id=county.units["P02"].pk
        )


def test_a_stacked_call_is_sent_when_the_unit_is_free(county: County) -> None:
    first, second = sent(county, "P01"), reported(county)
    actions.stack(county.dispatcher, second.pk, county.units["P01"].pk)
    assert state(second.pk) == "classified"
    with pytest.raises(Conflict, match="已在办理"):
        actions.stack(county.dispatcher, second.pk, county.units["P01"].pk)
    actions.clear(county.officer, first.pk)
    assert state(second.pk) == "dispatched"
    waiting = Assignment.objects.get(incident_id=second.pk)
    assert waiting.holding
    assert county.unit("P01").status == "busy"


def test_an_urgent_call_calls_a_unit_away_and_the_other_waits_again(county: County) -> None:
    noise, robbery = sent(county, "P01", "0301"), reported(county, "0101")
    actions.preempt(county.dispatcher, robbery.pk, county.units["P01"].pk)
    assert state(noise.incident_id) == "classified"
    assert state(noise.pk) == "released"
    assert Assignment.objects.get(incident_id=robbery.pk).holding


def test_a_unit_is_called_away_for_the_call_that_waits_behind_its_work(county: County) -> None:
    noise, robbery = sent(county, "P01", "0301"), reported(county, "0101")
    actions.stack(county.dispatcher, robbery.pk, county.units["P01"].pk)
    waiting = Assignment.objects.get(incident_id=robbery.pk)
    actions.preempt(county.dispatcher, robbery.pk, county.units["P01"].pk)
    assert state(noise.pk) == "released"
    now_sent = Assignment.objects.get(incident_id=robbery.pk)
    assert (now_sent.pk, now_sent.holding, now_sent.stack_order) == (waiting.pk, True, None)


def test_nobody_is_called_away_from_a_scene_or_for_less(county: County) -> None:
    robbery, noise = sent(county, "P01", "0101"), reported(county, "0301")
    with pytest.raises(Refusal, match="不够紧急"):
        actions.preempt(county.dispatcher, noise.pk, county.units["P01"].pk)
    other, urgent = sent(county, "P02", "0301"), reported(county, "0101")
    actions.arrive(county.colleague, other.pk)
    with pytest.raises(Refusal, match="现场"):
        actions.preempt(county.dispatcher, urgent.pk, county.units["P02"].pk)
    assert robbery.pk


def test_another_unit_goes_instead(county: County) -> None:
    old = sent(county, "P01")
    new = actions.reassign(county.dispatcher, old.pk, county.units["P02"].pk, reason="更近")
    old.refresh_from_db()
    assert state(old.pk) == "replaced"
    assert old.replaced_by_id == new.pk
    assert [county.unit(u).status for u in ("P01", "P02")] == ["free", "busy"]
    assert state(old.incident_id) == "dispatched"


def test_the_plan_sends_what_it_says_and_says_what_is_missing(county: County) -> None:
    matter = reported(county, "0101")
    assert queries.response_plan(matter.pk) == {"car": 2, "foot": 1}
    actions.send_by_plan(county.dispatcher, matter.pk)
    sent_units = Assignment.objects.filter(incident_id=matter.pk)
    assert set(sent_units.values_list("unit__code", flat=True)) == {"P01", "P02", "F01"}
    more = reported(county, "0101")
    actions.unit_off_duty(county.dispatcher, county.units["F02"].pk)
    actions.send_by_plan(county.dispatcher, more.pk)
    entry = Entry.objects.get(matter=more.pk, event="dispatch.incident.dispatch")
    assert "foot×1" in entry.reason


def test_an_agencys_own_plan_goes_before_the_general_one(county: County) -> None:
    matter = reported(county, "0201")
    admin = county.admin
    actions.set_plan(admin, "order", 2, {"car": 2})
    assert queries.response_plan(matter.pk) == {"car": 2}
    actions.set_plan(admin, "order", 2, {"foot": 1}, agency_id=county.east.pk)
    assert queries.response_plan(matter.pk) == {"foot": 1}


def test_the_reserve_stays_unless_the_duty_leader_sends_it(county: County) -> None:
    actions.set_reserve(county.admin, county.bureau.pk, kind="car", kept_for=1, minimum=5)
    noise = reported(county, "0301")
    unit = [county.units["P01"].pk]
    with pytest.raises(Refusal, match="预留"):
        actions.dispatch(county.dispatcher, noise.pk, unit)
    with pytest.raises(Refusal, match="权限"):
        actions.dispatch(county.dispatcher, noise.pk, unit, override=True)
    actions.dispatch(county.leader, noise.pk, unit, override=True)
    robbery = reported(county, "0101")
    actions.dispatch(county.dispatcher, robbery.pk, [county.units["P02"].pk])


def test_an_exchange_of_units_does_not_break_into_the_reserve(county: County) -> None:
    old = sent(county, "P01", "0301")
    actions.set_reserve(county.admin, county.west.pk, kind="car", kept_for=1, minimum=2)
    western = county.units["P04"].pk
    with pytest.raises(Refusal, match="预留"):
        actions.reassign(county.dispatcher, old.pk, western)
    with pytest.raises(Refusal, match="权限"):
        actions.reassign(county.dispatcher, old.pk, western, override=True)
    assert county.unit("P04").status == "free"
    assert state(old.pk) == "sent"
    actions.reassign(county.leader, old.pk, western, override=True)
    assert state(old.pk) == "replaced"


def test_a_unit_that_comes_back_fills_the_reserve_it_left(county: County) -> None:
    old = sent(county, "P01", "0301")
    actions.set_reserve(county.admin, county.east.pk, kind="car", kept_for=1, minimum=2)
    actions.reassign(county.dispatcher, old.pk, county.units["P02"].pk)
    assert [county.unit(u).status for u in ("P01", "P02")] == ["free", "busy"]


def test_with_work_waiting_for_it_it_fills_nothing(county: County) -> None:
    old = sent(county, "P01", "0301")
    actions.stack(county.dispatcher, reported(county, "0301").pk, county.units["P01"].pk)
    actions.set_reserve(county.admin, county.east.pk, kind="car", kept_for=1, minimum=2)
    with pytest.raises(Refusal, match="预留"):
        actions.reassign(county.dispatcher, old.pk, county.units["P02"].pk)


def test_a_resting_unit_is_no_part_of_the_reserve(county: County) -> None:
    actions.unit_rest(county.dispatcher, county.units["P01"].pk)
    actions.set_reserve(county.admin, county.east.pk, kind="car", kept_for=1, minimum=2)
    noise = reported(county, "0301")
    actions.dispatch(county.dispatcher, noise.pk, [county.units["P01"].pk])
    assert county.unit("P01").status == "busy"


def test_a_road_is_opened_by_who_may_close_it_there(county: County) -> None:
    road = actions.close_road(county.dispatcher, "桥面施工", [[LON, LAT]])
    for actor in (county.colleague_elsewhere, county.officer, county.stranger):
        with pytest.raises(Refusal, match="权限"):
            actions.open_road(actor, road.pk)
    road.refresh_from_db()
    assert road.opened_at is None
    assert actions.open_road(county.leader, road.pk).opened_at


def test_a_duplicate_ends_and_its_call_is_seen_with_the_first(county: County) -> None:
    first = reported(county, caller="13800006789")
    again = reported(county, words="东街有事，快来", place="东街口")
    (likely,) = queries.likely_duplicates(county.operator, again.pk)
    assert likely.incident_id == first.pk
    assert "相距0米" in likely.why.zh
    actions.link_duplicate(county.operator, again.pk, first.pk)
    assert state(again.pk) == "linked"
    calls = queries.incident_detail(county.operator, first.pk).calls
    assert {c.of_duplicate for c in calls} == {"", again.number}
    third = reported(county)
    actions.link_duplicate(county.operator, third.pk, again.pk)
    assert Incident.objects.get(pk=third.pk).duplicate_of_id == first.pk
    with pytest.raises(Refusal, match="自身"):
        actions.link_duplicate(county.operator, first.pk, again.pk)


def test_a_second_call_about_a_known_incident_opens_no_other(county: County) -> None:
    first = reported(county)
    same = actions.report_call(county.operator, words="还在打", same_as=first.pk)
    assert same.pk == first.pk
    assert Call.objects.filter(incident_id=first.pk).count() == 2


def test_a_partners_call_arrives_only_once(county: County) -> None:
    one = reported(county, external_id="119-7")
    assert reported(county, external_id="119-7").pk == one.pk
    act_id = uuid7()
    assert reported(county, act_id=act_id).pk == reported(county, act_id=act_id).pk


def test_cancelling_turns_the_units_back(county: County) -> None:
    sending = sent(county, "P01")
    actions.cancel(county.dispatcher, sending.incident_id, reason="误报")
    assert state(sending.pk) == "released"
    assert county.unit("P01").status == "free"
    on_scene = sent(county, "P01")
    actions.arrive(county.officer, on_scene.pk)
    with pytest.raises(Refusal, match="还在现场"):
        actions.cancel(county.dispatcher, on_scene.incident_id, reason="误报")
    with pytest.raises(Refusal, match="还在现场"):
        actions.hand_over(
            county.dispatcher, on_scene.incident_id, counterpart=_organ().key, reason="城管事务"
        )


def _organ() -> Counterpart:
    return Counterpart.objects.get_or_create(key="chengguan", defaults={"name": "城管"})[0]


def test_what_belongs_to_others_is_handed_over_within_24_hours(county: County) -> None:
    matter = reported(county)
    organ = _organ()
    actions.hand_over(county.dispatcher, matter.pk, counterpart=organ.key, reason="城管事务")
    clock = Deadline.objects.get(matter=matter, clock="handover", state="running")
    assert clock.due_at - clock.started_at == timedelta(hours=24)
    actions.take_back(county.dispatcher, matter.pk, reason="对方不接")
    assert state(matter.pk) == "classified"
    actions.hand_over(county.dispatcher, matter.pk, counterpart=organ.key, reason="再次移交")
    actions.confirm_handover(county.dispatcher, matter.pk, receipt="CG-12")
    assert state(matter.pk) == "handed_over"
    assert Handover.objects.get(receipt="CG-12").record["place_typed"] == "东街"


def test_what_is_not_for_the_police_goes_to_12345_with_the_record(county: County) -> None:
    matter = reported(county)
    actions.refer_12345(county.operator, matter.pk, reason="咨询社保")
    assert state(matter.pk) == "referred"
    assert Handover.objects.get(incident_id=matter.pk).counterpart.key == "12345"


def test_a_silent_call_is_called_back_before_it_is_closed(county: County) -> None:
    matter = reported(county, words="", channel="silent")
    assert matter.priority == 2
    actions.resolve(county.operator, matter.pk, disposition="advised")
    with pytest.raises(Refusal, match="回访"):
        actions.close(county.operator, matter.pk)
    actions.callback_done(county.operator, matter.pk, result="reached", words="误拨")
    assert FollowUp.objects.get(incident_id=matter.pk).done_by.username == "operator"
    actions.close(county.operator, matter.pk)


def test_resolved_is_not_over_when_it_starts_again(county: County) -> None:
    sending = sent(county, "P01")
    actions.arrive(county.officer, sending.pk)
    actions.give_feedback(county.officer, sending.incident_id, words="已劝离")
    actions.clear(county.officer, sending.pk)
    actions.reopen(county.dispatcher, sending.incident_id, reason="又打起来")
    actions.dispatch(county.dispatcher, sending.incident_id, [county.units["P01"].pk])
    assert state(sending.incident_id) == "dispatched"


def test_safe_on_scene_is_renewed_by_a_press(county: County) -> None:
    sending = sent(county, "P01")
    actions.arrive(county.officer, sending.pk)
    actions.renew_safety(county.officer, sending.pk)
    clocks = Deadline.objects.filter(matter=sending.pk, clock="scene_safety")
    assert sorted(clocks.values_list("state", flat=True)) == ["met", "running"]


def test_an_instruction_nobody_signs_brings_in_who_leads_the_watch(county: County) -> None:
    from watchroom.domains.dispatch.jobs import assignment_overdue

    matter = reported(county)
    then = now() - timedelta(minutes=10)
    actions.dispatch(county.dispatcher, matter.pk, [county.units["P01"].pk], occurred_at=then)
    sending = Assignment.objects.get(incident_id=matter.pk)
    assert sweep.raise_overdue() >= 1
    late = Entry.objects.get(
        matter=sending.pk, event="dispatch.assignment.overdue", data__clock="sign"
    )
    for _ in range(2):  # jobs may run twice
        assignment_overdue(late)
    told = Entry.objects.get(matter=sending.pk, event="dispatch.assignment.escalated")
    assert told.data["to"] == [county.staff["leader"].pk]
    leaders = Involvement.objects.filter(matter=matter, role="leader", until=None)
    assert [i.staff.username for i in leaders] == ["leader"]


def test_a_unit_with_work_in_hand_does_not_go_home(county: County) -> None:
    sent(county, "P01")
    with pytest.raises(Conflict, match="未办结"):
        actions.unit_off_duty(county.officer, county.units["P01"].pk)
    with pytest.raises(Refusal, match="权限"):
        actions.unit_off_duty(county.officer, county.units["P02"].pk)
    actions.unit_off_duty(county.colleague, county.units["P02"].pk)
    with pytest.raises(Refusal, match="未上勤"):
        actions.dispatch(county.dispatcher, reported(county).pk, [county.units["P02"].pk])


def test_a_stale_page_is_told_who_was_faster(county: County) -> None:
    matter = reported(county)
    seen = matter.version
    actions.classify(county.dispatcher, matter.pk, "0301")
    with pytest.raises(Conflict, match="李派警"):
        actions.dispatch(county.dispatcher, matter.pk, [county.units["P01"].pk], version=seen)
    assert county.unit("P01").status == "free"


def test_a_class_list_is_imported_whole_and_bad_rows_are_told(county: County) -> None:
    bad = "T2,09,,坏,Bad,x,9,,,\nT2,10,,,NoName,x,1,,,\nT2,11,,计划,Plan,x,1,car=2,,\n"
    lines = (CLASSES.replace("T1,", "T2,") + bad).splitlines()
    done = actions.import_classes(county.admin, lines)
    assert (done.version, done.accepted) == ("T2", 5)
    assert [b.line for b in done.rejected] == [7, 8, 9]
    assert ClassList.objects.get(in_force=True).version == "T2"
    with pytest.raises(Conflict, match="新版本"):
        actions.import_classes(county.admin, lines)
    with pytest.raises(Refusal, match="权限"):
        actions.import_classes(county.dispatcher, lines)


def test_postgresql_refuses_to_edit_a_class_or_what_was_typed(county: County) -> None:
    matter = reported(county)
    for edit in (
        lambda: IncidentClass.objects.filter(code="0101").update(priority=4),
        lambda: Incident.objects.filter(pk=matter.pk).update(place_typed="别处"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            edit()


def test_a_premise_note_is_seen_by_those_who_go_there(county: County) -> None:
    note = actions.add_premise_note(
        county.dispatcher, lon=LON, lat=LAT, words="院内有狗", radius_m=100
    )
    matter = reported(county)
    assert [n.words for n in queries.incident_detail(county.operator, matter.pk).notes] == [
        "院内有狗"
    ]
    actions.end_premise_note(county.dispatcher, note.pk)
    assert queries.premise_notes(county.operator, LON, LAT) == ()


@pytest.mark.parametrize(
    ("step", "data", "reason"),
    [
        ("set_place", {"place": "西街", "lon": "112.85", "lat": "28.2"}, ""),
        ("reclassify", {"class_code": "0101", "priority": "1"}, "持刀"),
        ("dispatch", {"units": "p01,P02"}, ""),
        ("dispatch", {"by_plan": True}, ""),
        ("ask_callback", {"why": "核实"}, ""),
        ("refer_12345", {}, "咨询"),
        ("cancel", {}, "误报"),
        ("resolve", {"disposition": "advised"}, ""),
    ],
)
def test_every_form_comes_through_the_one_door(
    county: County, step: str, data: dict[str, object], reason: str
) -> None:
    matter = reported(county)
    done = actions.perform(county.leader, matter.pk, step, data=data, reason=reason)
    assert Entry.objects.filter(matter=matter, event=f"dispatch.incident.{step}").exists()
    assert done.version > matter.version


def test_moving_the_place_moves_it_to_the_station_there(county: County) -> None:
    matter = reported(county)
    assert matter.agency == county.east
    moved = actions.set_place(county.operator, matter.pk, place="西街", lon=112.85, lat=28.2)
    assert moved.agency == county.west


def test_steps_that_only_follow_are_not_taken_by_hand(county: County) -> None:
    matter = reported(county)
    for step in ("all_clear", "first_on_scene", "unattended", "nonsense"):
        with pytest.raises(Refusal):
            actions.perform(county.leader, matter.pk, step)


def test_a_note_changes_nothing_but_the_history(county: County) -> None:
    matter = reported(county)
    actions.note(county.operator, matter.pk, "门牌是12号")
    assert Matter.objects.get(pk=matter.pk).version == matter.version
    assert queries.history(county.operator, matter.pk)[-1].data["text"] == "门牌是12号"
