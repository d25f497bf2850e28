"""Desks race; PostgreSQL and one order of locks keep every promise."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F

from tests.people import MIDDLE, County
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.flow import HOLDING
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.domains.dispatch.rules import Reserve
from watchroom.kernel import trail
from watchroom.kernel.models import Deadline, Entry, Matter, Unit

from .desks import race


def promises_hold() -> None:
    """What must be true whatever the desks did."""
    twice = Assignment.objects.filter(holding=True).values("unit").annotate(n=Count("pk"))
    assert not twice.filter(n__gt=1).exists(), "a unit on two assignments"
    holding = set(Assignment.objects.filter(holding=True).values_list("pk", flat=True))
    states = Matter.objects.filter(kind="dispatch.assignment", state__in=HOLDING)
    assert holding == set(states.values_list("pk", flat=True))
    busy = set(Unit.objects.filter(status="busy").values_list("pk", flat=True))
    assert busy == set(Assignment.objects.filter(holding=True).values_list("unit_id", flat=True))
    for matter in Matter.objects.all():
        last = Entry.objects.get(matter=matter, matter_version=matter.version)
        assert last.to_state == matter.state
        assert Entry.objects.filter(matter=matter, matter_version__isnull=False).count() == (
            matter.version
        )
    ended = Matter.objects.filter(closed_at__isnull=False)
    assert not Deadline.objects.filter(matter__in=ended, state="running").exists()
    nobody = Incident.objects.filter(matter__state__in=("dispatched",))
    assert not nobody.exclude(assignments__holding=True).exists(), "dispatched, but nobody goes"
    late = Assignment.objects.filter(holding=True, incident__matter__closed_at__isnull=False)
    assert not late.exists(), "a unit on an incident that has ended"
    assert (
        not Assignment.objects.filter(holding=True).exclude(attempt=F("incident__attempt")).exists()
    )
    assert list(trail.verify()) == []


def test_eight_desks_press_whatever_they_like(committed_county: SimpleNamespace) -> None:
    tally = race(committed_county.county, desks=8, acts=60)
    assert tally.broken == []
    assert sum(tally.taken.values()) > 100
    assert {"dispatch", "arrive", "clear", "report"} <= set(tally.taken)
    promises_hold()


def test_two_desks_send_one_unit_and_one_is_told_who_was_faster(
    committed_county: SimpleNamespace,
) -> None:
    county: County = committed_county.county
    told = {"words": "打架", "lon": MIDDLE[0], "lat": MIDDLE[1], "class_code": "0201"}
    calls = [actions.report_call(county.operator, **told) for _ in range(2)]
    barrier = threading.Barrier(2)
    said: list[str] = []

    def desk(call: Matter) -> None:
        try:
            barrier.wait(120)
            actions.dispatch(county.dispatcher, call.pk, [county.units["P01"].pk])
        except Conflict as conflict:
            said.append(conflict.say("zh"))
        finally:
            connection.close()

    threads = [threading.Thread(target=desk, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
    assert "李派警" in said[0]
    assert "P01" in said[0]
    promises_hold()


def test_two_desks_cannot_both_dip_into_the_reserve(committed_county: SimpleNamespace) -> None:
    county: County = committed_county.county
    actions.set_reserve(county.admin, county.bureau.pk, kind="car", kept_for=1, minimum=4)
    told = {"words": "太吵", "lon": MIDDLE[0], "lat": MIDDLE[1], "class_code": "0301"}
    calls = [actions.report_call(county.operator, **told) for _ in range(2)]
    counted, said = threading.Barrier(2), []
    count = queries.reserves

    def slowly(units: Sequence[Unit], priority: int | None, **more: Any) -> list[Reserve]:
        found = count(units, priority, **more)
        with suppress(threading.BrokenBarrierError):
            counted.wait(2)  # both desks stand here at once, if nothing keeps them apart
        return found

    def desk(call: Matter, code: str) -> None:
        try:
            actions.dispatch(county.dispatcher, call.pk, [county.units[code].pk])
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=desk, args=pair) for pair in zip(calls, ("P01", "P04"), strict=True)
    ]
    with patch.object(queries, "reserves", slowly):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said == ["reserve"]
    assert Unit.objects.filter(kind="car", status="free").count() == 4


def test_the_same_press_from_two_connections_sends_once(committed_county: SimpleNamespace) -> None:
    from watchroom.base.ids import uuid7

    county: County = committed_county.county
    call = actions.report_call(
        county.operator, words="打架", lon=MIDDLE[0], lat=MIDDLE[1], class_code="0201"
    )
    act_id, barrier, broken = uuid7(), threading.Barrier(4), []

    def press() -> None:
        try:
            barrier.wait(120)
            unit = county.units["P01"].pk
            actions.dispatch(county.dispatcher, call.pk, [unit], act_id=act_id)
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert Assignment.objects.filter(incident_id=call.pk).count() == 1


def test_postgresql_itself_refuses_a_unit_on_two_assignments(
    committed_county: SimpleNamespace,
) -> None:
    """Beside all locks: whoever writes the rows directly is refused."""
    county: County = committed_county.county
    told = {"words": "打架", "lon": MIDDLE[0], "lat": MIDDLE[1], "class_code": "0201"}
    calls = [actions.report_call(county.operator, **told) for _ in range(2)]
    unit = county.units["P01"]
    actions.dispatch(county.dispatcher, calls[0].pk, [unit.pk])
    actions.stack(county.dispatcher, calls[1].pk, unit.pk)
    waiting = Assignment.objects.filter(incident_id=calls[1].pk)
    with pytest.raises(IntegrityError, match="unit_on_one_assignment"), transaction.atomic():
        waiting.update(holding=True, stack_order=None)
    with pytest.raises(IntegrityError, match="holding its unit"), transaction.atomic():
        Assignment.objects.filter(incident_id=calls[0].pk).update(holding=False)
