"""The figures of a bureau, worked by hand; their definitions over tables of another engine."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import ibis
import pytest

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.base.rounding import percent
from watchroom.domains.disputes import actions
from watchroom.domains.disputes.indicators import INDICATORS
from watchroom.domains.disputes.tests.samples import LIVES, live, registered
from watchroom.figures.indicator import ENTRIES, MATTERS
from watchroom.figures.periods import Period
from watchroom.kernel.access import system
from watchroom.kernel.indicators import figure, records
from watchroom.kernel.models import Matter

BY_KEY = {one.key: one for one in INDICATORS}
START = datetime(2026, 1, 5, tzinfo=UTC)
KIND = "disputes.dispute"


def told(events: Mapping[str, Sequence[tuple[int, datetime]]]) -> ibis.Table:
    """Entries in memory: step → (dispute, when)."""
    rows = [
        {
            "id": number,
            "matter_id": matter,
            "event": f"{KIND}.{step}",
            "from_state": "",
            "to_state": "",
            "agency_id": 1,
            "occurred_at": at,
            "entered_at": at,
        }
        for step, entries in events.items()
        for number, (matter, at) in enumerate(entries)
    ]
    return ibis.memtable(rows, schema=ENTRIES.schema())


def counted(key: str, entries: ibis.Table) -> tuple[Any, int]:
    """(sum of what counts, base) of an indicator, as DuckDB works it out."""
    rows = BY_KEY[key].samples(entries, ibis.memtable([], schema=MATTERS.schema()))
    base = rows.of.sum() if BY_KEY[key].unit == "ratio" else rows.count()
    one = rows.agg(part=rows.value.sum(), base=base).to_pyarrow().to_pylist()[0]
    return one["part"], int(one["base"])


def test_1568_settled_of_1574_found_are_99_62_per_cent() -> None:
    found = [(n, START) for n in range(1574)]
    settled = [(n, START + timedelta(days=30)) for n in range(1568)]
    entries = told({"register": found, "settle": settled})
    for key in ("rate_period", "rate_cohort"):
        part, base = counted(key, entries)
        assert (part, base) == (1568, 1574)
        assert str(percent(part, base, BY_KEY[key].places)) == "99.62"


def test_422_settled_at_99_3_per_cent_were_425_found() -> None:
    fitting = [n for n in range(422, 500) if str(percent(422, n, 1)) == "99.3"]
    assert fitting == [425]


def test_the_same_twice_counts_once_and_two_periods_differ_from_one_cohort() -> None:
    later = START + timedelta(days=40)
    entries = told({"register": [(1, START), (2, later)], "settle": [(1, later), (1, later)]})
    before = entries.filter(entries.occurred_at >= later)
    assert counted("rate_period", before) == (1, 1), "settled now, registered before"
    assert counted("rate_cohort", entries) == (1, 2)


@pytest.mark.parametrize(("days", "back"), [(-1, 0), (0, 1), (180, 1), (185, 0)])
def test_a_quarrel_is_back_within_six_months_or_it_is_another(days: int, back: int) -> None:
    again = START + timedelta(days=days)
    events = {"settle": [(1, START), (2, START)], "recurred": [(1, again), (1, again)]}
    assert counted("recurred", told(events)) == (back, 2)


@pytest.mark.django_db
def test_the_same_figures_from_the_database_open_to_their_records(county: County) -> None:
    with held_at(now() - timedelta(days=20)):
        settled = live(county, LIVES["settled"], place="")
    fresh = registered(county, place="")
    actions.say_repeat(system(), fresh.pk, settled.pk)
    actions.perform(
        county.chief, fresh.pk, "turned_criminal", data={"case_number": "1"}, reason="持刀伤人"
    )
    period = Period(now() - timedelta(days=30), now() + timedelta(minutes=1))
    figures = {key: figure(county.chief, one, period) for key, one in BY_KEY.items()}
    assert {key: one.count for key, one in figures.items()} == {
        "found": 2,
        "settled": 1,
        "rate_period": 2,
        "rate_cohort": 2,
        "until_agreed": 1,
        "until_settled": 1,
        "recurred": 1,
        "turned_criminal": 1,
    }
    shares = {key: str(one.share) for key, one in figures.items() if one.share is not None}
    assert shares == {"rate_period": "50.00", "rate_cohort": "50.00", "recurred": "100.00"}
    rows, hidden = records(county.chief, BY_KEY["turned_criminal"], period)
    assert ([m.pk for m, _ in rows], hidden) == ([fresh.pk], 0)
    assert figure(county.stranger, BY_KEY["found"], period).count == 0
    assert Matter.objects.get(pk=fresh.pk).priority == 2, "a repeat is graded as one"
