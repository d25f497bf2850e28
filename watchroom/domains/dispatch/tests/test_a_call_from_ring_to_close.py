"""A whole call: taken, classified, sent, signed, driven, attended, told, closed."""

import math

import pytest
from django.db import connection

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.kernel import answered, trail
from watchroom.kernel.models import Entry, Matter

LON, LAT = MIDDLE[0] + 0.001, MIDDLE[1]


def reported(county: County, **more: object) -> Matter:
    told = {"words": "有人打架", "place": "东街路口", "lon": LON, "lat": LAT, "class_code": "0201"}
    return actions.report_call(county.operator, **{**told, **more})


def sent(county: County, code: str = "P01", **more: object) -> tuple[Matter, Assignment]:
    matter = reported(county, **more)
    actions.dispatch(county.dispatcher, matter.pk, [county.units[code].pk])
    return matter, Assignment.objects.get(incident_id=matter.pk, unit=county.units[code])


def state(pk: int) -> str:
    return Matter.objects.get(pk=pk).state


def test_a_call_lives_from_ring_to_close(county: County) -> None:
    matter, sending = sent(county)
    assert state(matter.pk) == "dispatched"
    assert county.unit("P01").status == "busy"
    for act in (actions.sign, actions.set_out):
        act(county.officer, sending.pk)
    assert state(matter.pk) == "dispatched"
    actions.arrive(county.officer, sending.pk)
    assert state(matter.pk) == "on_scene"
    actions.give_feedback(county.officer, matter.pk, words="双方已调解")
    actions.clear(county.officer, sending.pk)
    assert state(matter.pk) == "resolved"
    assert county.unit("P01").status == "free"
    actions.close(county.dispatcher, matter.pk, disposition="mediated")
    assert state(matter.pk) == "closed"
    connection.check_constraints()
    assert list(trail.verify()) == []


def test_planning_reads_who_was_there_first_and_when(county: County) -> None:
    began = now()
    matter, first = sent(county)
    actions.dispatch(county.dispatcher, matter.pk, [county.units["P02"].pk])
    other = Assignment.objects.exclude(pk=first.pk).get(incident_id=matter.pk)
    waiting = reported(county, lon=LON + 0.05)
    for sending in (other, first):
        actions.arrive(county.leader, sending.pk)
        actions.clear(county.leader, sending.pk)
    told = answered.recorded("dispatch.incident", began, now())
    assert len(told) == 2
    there = Entry.objects.get(matter_id=other.pk, to_state="arrived").occurred_at.timestamp()
    assert told.arrived[0] == pytest.approx(there)
    assert told.at[0] <= told.sent[0] <= told.arrived[0] <= told.left[0]
    assert told.who.tolist() == [0, -1]
    assert math.isnan(told.arrived[1])
    assert told.where[1].tolist() == [waiting.lon, waiting.lat]
    assert len(answered.recorded("dispatch.incident", began, now(), [state(waiting.pk)])) == 1
    assert len(answered.recorded("nothing.known", began, now())) == 0


def test_every_step_of_the_call_is_in_the_trail(county: County) -> None:
    matter, sending = sent(county)
    actions.arrive(county.officer, sending.pk)
    events = [e.event for e in Entry.objects.filter(matter_id__in=[matter.pk, sending.pk])]
    assert sorted(events) == sorted(
        [
            "dispatch.incident.report",
            "dispatch.incident.classify",
            "dispatch.incident.dispatch",
            "dispatch.assignment.queue",
            "dispatch.assignment.send",
            "dispatch.assignment.arrive",
            "dispatch.incident.first_on_scene",
        ]
    )


def test_closing_without_feedback_is_refused_with_a_sentence(county: County) -> None:
    matter, sending = sent(county)
    actions.clear(county.officer, sending.pk)
    with pytest.raises(Refusal, match="反馈"):
        actions.close(county.dispatcher, matter.pk, disposition="done")


def test_what_was_typed_is_never_overwritten(county: County) -> None:
    offered = [{"source": "device", "lon": LON + 0.01, "lat": LAT, "label": "北街"}]
    matter = reported(county, suggestions=offered)
    row = Incident.objects.get(pk=matter.pk)
    actions.accept_suggestion(county.operator, matter.pk, row.suggestions.get().pk)
    row.refresh_from_db()
    assert row.place_typed == "东街路口"
    assert Matter.objects.get(pk=matter.pk).place == "北街"


def test_the_board_shows_it_with_its_clocks(county: County) -> None:
    matter, _ = sent(county)
    (row,) = queries.board(county.dispatcher)
    assert row.id == matter.pk
    assert [c.clock for a in row.assignments for c in a.clocks] == ["sign", "arrive"]
