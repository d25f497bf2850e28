"""A long file comes in parts, several on their way at once: they are kept in their order or not."""

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError

from watchroom.domains.fraud import actions
from watchroom.domains.fraud.models import Warning, Window
from watchroom.domains.fraud.tests.samples import feed, warning
from watchroom.kernel.access import system

PARTS = 8


def part(number: int, **more: Any) -> list[dict[str, Any]]:
    """One about somebody of its own, and one that every part repeats."""
    own = warning(source_id=f"P{number}", phone=f"1390000{number:04d}", **more)
    return [own, warning(source_id="AGAIN", phone="13700000000", name=f"样例{number}")]


def test_every_part_is_answered_in_its_turn_and_the_first_of_two_is_kept(
    committed_county: SimpleNamespace,
) -> None:
    feed(committed_county.county)
    told = list(actions.receive_many(system(), "telecom-a", map(part, range(PARTS))))
    assert [(one.accepted, one.repeated) for one in told] == [(2, 0)] + [(1, 1)] * (PARTS - 1)
    assert (Warning.objects.count(), Window.objects.count()) == (PARTS + 1, PARTS + 1)


def test_after_a_part_that_fails_none_is_kept_and_the_file_goes_on_when_sent_again(
    committed_county: SimpleNamespace,
) -> None:
    feed(committed_county.county)
    parts = [part(number) for number in range(PARTS)]
    with psycopg.connect(committed_county.database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE fraud_warning ADD CONSTRAINT broken CHECK (source_id <> 'P3')")
        with pytest.raises(IntegrityError):
            list(actions.receive_many(system(), "telecom-a", parts))
        assert set(Warning.objects.values_list("source_id", flat=True)) == {
            "P0", "P1", "P2", "AGAIN",
        }  # fmt: skip
        owner.execute("ALTER TABLE fraud_warning DROP CONSTRAINT broken")
    again = list(actions.receive_many(system(), "telecom-a", parts))
    assert sum(one.accepted for one in again) == PARTS - 3
    assert Warning.objects.count() == PARTS + 1
