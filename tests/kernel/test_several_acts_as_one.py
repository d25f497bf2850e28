"""Several acts in one transaction share what they lock and read, and are written once, or not."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.toy import Town
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.kernel import acts, trail
from watchroom.kernel.models import Deadline, Entry, Matter


def take(town: Town, matter: Matter, step: str, who: str = "officer", **given: object) -> Matter:
    return acts.take(town.actor(who), matter.pk, step, **given)


def test_whoever_asks_again_gets_the_same_object(town: Town) -> None:
    matter = town.open()
    with acts.together():
        first = acts.lock([matter.pk])[matter.pk]
        assert take(town, matter, "start") is first
        assert acts.find(town.actor("officer"), matter.pk, "toy.thing") is first
        assert first.state == "working"


def test_a_clock_started_and_stopped_in_one_breath_is_written_once(town: Town) -> None:
    began = now() - timedelta(hours=2)
    with CaptureQueriesContext(connection) as sent, acts.together():
        matter = town.open(occurred_at=began)
        take(town, matter, "start", occurred_at=began)
        take(town, matter, "hold", reason="等", occurred_at=began + timedelta(minutes=1))
        take(town, matter, "go_on", occurred_at=began + timedelta(minutes=2))
        done = began + timedelta(minutes=3)
        take(town, matter, "finish", data={"outcome": "x"}, occurred_at=done)
    row = Deadline.objects.get(matter=matter, clock="answer")
    assert (row.state, row.ended_at) == ("met", done)
    assert [event["kind"] for event in row.events] == ["pause", "resume"]
    assert sum("kernel_deadline" in query["sql"] for query in sent.captured_queries) == 1


def test_clocks_known_before_are_read_and_ended_together(town: Town) -> None:
    matters = [town.open() for _ in range(3)]
    with CaptureQueriesContext(connection) as sent, acts.together():
        acts.lock(matter.pk for matter in matters)
        for matter in matters:
            take(town, matter, "void", "chief", reason="误报")
    assert set(Deadline.objects.values_list("state", flat=True)) == {"dropped"}
    assert Matter.objects.filter(due_at=None).count() == 3
    assert sum("kernel_deadline" in query["sql"] for query in sent.captured_queries) == 2


def test_what_is_refused_inside_refuses_the_whole(town: Town) -> None:
    matter = town.open()
    with pytest.raises(Refusal), acts.together():
        take(town, matter, "start")
        take(town, matter, "finish")  # its outcome is missing
    matter.refresh_from_db()
    assert matter.state == "received"


def test_a_refusal_that_is_swallowed_refuses_the_whole_all_the_same(town: Town) -> None:
    matter = town.open()
    with pytest.raises(transaction.TransactionManagementError), acts.together():
        take(town, matter, "start")
        with pytest.raises(Refusal):
            take(town, matter, "finish")
    matter.refresh_from_db()
    assert matter.state == "received"


def test_four_eyes_look_at_what_is_not_written_yet(town: Town) -> None:
    role = town.staff["officer"].posts.get().role
    role.permissions = [*role.permissions, "toy.check"]
    role.save()
    matter = town.open()
    with pytest.raises(Refusal, match="另一人"), acts.together():
        take(town, matter, "start")
        take(town, matter, "check")


def test_an_act_said_to_be_new_that_was_done_is_refused_by_the_database(town: Town) -> None:
    matter, act_id = town.open(), uuid4()
    take(town, matter, "start", act_id=act_id)
    with pytest.raises(IntegrityError), acts.together(new=[act_id]):
        take(town, matter, "remark", act_id=act_id)
    assert Entry.objects.filter(act_id=act_id).count() == 1


def test_the_chains_hold_afterwards(town: Town) -> None:
    with acts.together():
        for _ in range(3):
            take(town, town.open(), "start")
    assert list(trail.verify()) == []
