"""The promises PostgreSQL keeps itself, whoever writes."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, IntegrityError, connection, transaction

from tests.plugin import OwnDatabase
from tests.toy import Town, build_town
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.kernel import acts
from watchroom.kernel.models import Chain, Entry, Matter


def test_a_state_cannot_be_written_past_the_steps(town: Town) -> None:
    matter = town.open()
    for field, value in (
        ("state", "done"),
        ("priority", 1),
        ("closed_at", now()),
        ("sealed", True),
    ):
        with pytest.raises(IntegrityError, match="only by taking a step"), transaction.atomic():
            Matter.objects.filter(pk=matter.pk).update(**{field: value})


def test_a_new_version_without_its_entry_is_refused_at_commit(town: Town) -> None:
    matter = town.open()
    connection.check_constraints()
    Matter.objects.filter(pk=matter.pk).update(state="done", version=2)
    with pytest.raises(IntegrityError, match="without a trail entry"):
        connection.check_constraints()


def test_a_version_goes_up_by_one(town: Town) -> None:
    matter = town.open()
    with pytest.raises(IntegrityError, match="goes up by one"), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(state="done", version=7)


def test_a_matter_cannot_appear_without_its_opening_entry(town: Town) -> None:
    at = now()
    Matter.objects.create(
        number="X1", kind="toy.thing", title="x", agency=town.east, state="received",
        occurred_at=at, entered_at=at,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="without a trail entry"):
        connection.check_constraints()


def test_what_decides_nothing_may_be_written_freely(town: Town) -> None:
    matter = town.open()
    Matter.objects.filter(pk=matter.pk).update(due_at=now() + timedelta(hours=1))
    connection.check_constraints()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE kernel_entry SET reason = 'x'",
        "DELETE FROM kernel_entry",
        "TRUNCATE kernel_entry CASCADE",
        "DELETE FROM kernel_chain",
        "TRUNCATE kernel_chain CASCADE",
        "DELETE FROM kernel_matter",
    ],
)
def test_the_trail_and_its_matters_stay(town: Town, sql: str) -> None:
    town.open()
    connection.check_constraints()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Entry.objects.exists()
    assert Chain.objects.exists()


def test_the_applications_own_role_cannot_empty_the_trail(
    toy: object, own_database: OwnDatabase, as_application: Any
) -> None:
    build_town().open()
    for sql in (
        "UPDATE kernel_entry SET reason = ''",
        "DELETE FROM kernel_entry",
        "TRUNCATE kernel_entry CASCADE",
    ):
        with as_application() as application, pytest.raises(Exception, match=r"trail|permission"):
            application.execute(sql)
    assert Entry.objects.exists()


def _race(count: int, act: Any) -> list[object]:
    """The same act by so many desks at one moment; what each of them got."""
    start, results = threading.Barrier(count), []

    def desk(n: int) -> None:
        start.wait()
        try:
            results.append(act(n))
        except Refusal as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=desk, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_racing_desks_one_wins_and_the_others_get_a_sentence(
    toy: object, own_database: OwnDatabase
) -> None:
    town = build_town()
    matter = town.open()
    actor = town.actor("officer")
    results = _race(8, lambda n: acts.take(actor, matter.pk, "start", version=1))
    assert sum(isinstance(r, Matter) for r in results) == 1
    lost = [r for r in results if isinstance(r, acts.Conflict)]
    assert len(lost) == 7
    assert "李明" in lost[0].say("zh")
    assert "Working" in lost[0].say("en")
    assert Entry.objects.filter(event="toy.thing.start").count() == 1


def test_of_twins_of_one_act_both_are_answered_and_it_is_done_once(
    toy: object, own_database: OwnDatabase
) -> None:
    town = build_town()
    matter, actor, act_id = town.open(), town.actor("officer"), uuid4()
    results = _race(6, lambda n: acts.take(actor, matter.pk, "start", version=1, act_id=act_id))
    assert [getattr(r, "state", r) for r in results] == ["working"] * 6
    assert Entry.objects.filter(event="toy.thing.start").count() == 1


def test_desks_of_two_agencies_write_their_own_chains(
    toy: object, own_database: OwnDatabase
) -> None:
    from watchroom.kernel import trail

    town = build_town()
    people = {"officer": town.east, "stranger": town.west}

    def several(n: int) -> int:
        who = list(people)[n % 2]
        for _ in range(5):
            town.open(f"第{n}台", who, agency_id=people[who].pk)
        return n

    _race(4, several)
    assert sorted(Chain.objects.values_list("length", flat=True)) == [10, 10]
    assert list(trail.verify()) == []
