"""In whatever order and in whatever parts warnings come: the windows are the same."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.actions.people import person_secret
from watchroom.domains.fraud.models import Warning, Window
from watchroom.domains.fraud.rules import identity, person_key
from watchroom.domains.fraud.tests.bursts import Signal, rows_of, windows_of
from watchroom.domains.fraud.tests.samples import feed
from watchroom.kernel.access import system

pytestmark = pytest.mark.django_db
_people = count(1)
SIGNALS = st.lists(
    st.tuples(
        st.sampled_from((0, 1)), st.sampled_from(("loan", "justice")),
        st.integers(0, 40).map(lambda fives: fives * 5), st.sampled_from((10, 70, 95)),
    ),
    min_size=1, max_size=24,
)  # fmt: skip


def kept(phone: str) -> dict[str, list[tuple[Any, Any, int, int]]]:
    rows = Window.objects.filter(person=person_key(person_secret(), identity(phone, "")))
    found: dict[str, list[tuple[Any, Any, int, int]]] = {}
    for row in rows.order_by("first_at"):
        told = (row.first_at, row.last_at, row.level, row.warnings)
        found.setdefault(row.type_code, []).append(told)
    return found


@given(told=SIGNALS, parts=st.lists(st.integers(1, 7), min_size=1), chance=st.randoms())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_order_and_parts_make_no_difference(
    county: County, told: list[Any], parts: list[int], chance: Any
) -> None:
    feed(county)
    begin = (now() - timedelta(days=1)).replace(microsecond=0)
    people = [f"138{next(_people):08d}" for _ in range(2)]
    signals: list[Signal] = [
        (people[who], kind, begin + timedelta(minutes=minute), score)
        for who, kind, minute, score in told
    ]
    rows = rows_of(signals)
    sent = [*rows, *chance.sample(rows, len(rows) // 3)]  # some twice
    chance.shuffle(sent)
    start = 0
    for size in parts * len(sent):
        actions.receive(system(), "telecom-a", sent[start : start + size])
        start += size
    counts = {p: Warning.objects.filter(source_id__startswith=p).count() for p in people}
    assert sum(counts.values()) == len(rows)
    for (phone, kind), known in windows_of(signals).items():
        found = kept(phone)[kind]
        assert [row[:3] for row in found] == known
    for phone in people:
        assert sum(row[3] for rows in kept(phone).values() for row in rows) == counts[phone]
