"""A station comes under another county in the middle of the year; each month stays right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.people import County
from watchroom.base.clock import day_start, held_at
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes.tests.samples import registered
from watchroom.figures.periods import month, year
from watchroom.kernel import indicators
from watchroom.kernel.access import actor_of, system
from watchroom.kernel.models import Agency, Entry, FormerPlace
from watchroom.kernel.organisation_moves import move

pytestmark = pytest.mark.django_db
MOVED = day_start(datetime(2026, 7, 1, tzinfo=UTC).date())


def found_in(county: County, number: int, east: int) -> None:
    """So many disputes at the eastern station in the middle of a month, and one at the western."""
    with held_at(datetime(2026, number, 15, 4, 0, tzinfo=UTC)):
        for beat, count in (("east", east), ("west", 1)):
            for _ in range(count):
                registered(county, by="leader", beat_id=county.beats[beat].pk)


def told(county: County, agency: Any) -> list[int]:
    """Disputes found by month, May to August."""
    one = indicators.all_indicators()["disputes.found"]
    months = [month(2026, number) for number in (5, 6, 7, 8)]
    return [f.count for f in indicators.series(system(), one, months, agency=agency)]


@pytest.fixture
def moved(county: County) -> County:
    """The eastern station belongs to the next county from July; recorded on the 10th."""
    found_in(county, 5, east=2)
    found_in(county, 6, east=3)
    with held_at(MOVED + timedelta(days=9)):
        station = Agency.objects.get(code="EAST")
        move(system(), station, county.elsewhere, since=MOVED, reason="区划调整")
    county.east.refresh_from_db()
    return county


def test_both_counties_figures_of_each_month_stay_right(moved: County) -> None:
    for number, east in ((7, 4), (8, 5)):
        with held_at(datetime(2026, number, 15, 4, 0, tzinfo=UTC)):
            for _ in range(east):
                registered(moved, by="chief", beat_id=moved.beats["east"].pk)
            registered(moved, by="leader", beat_id=moved.beats["west"].pk)
    assert told(moved, moved.bureau) == [3, 4, 1, 1]
    assert told(moved, moved.elsewhere) == [0, 0, 4, 5]
    assert told(moved, moved.east) == [2, 3, 4, 5]
    assert told(moved, moved.city) == [3, 4, 5, 6]
    one = indicators.all_indicators()["disputes.found"]
    by = indicators.by_agency(system(), one, year(2026), [moved.bureau, moved.elsewhere])
    assert [figure.count for _, figure in by] == [9, 9]


def test_who_reads_it_follows_the_tree_of_today(moved: County) -> None:
    east = Agency.objects.get(code="EAST")
    assert east.path == f"{moved.elsewhere.path}{east.pk}."
    assert not moved.leader.within("figures.view", east.pk)
    assert moved.colleague_elsewhere.within("figures.view", east.pk)
    assert actor_of(moved.staff["chief"]).within("figures.view", east.pk)
    assert FormerPlace.objects.get().path == f"{moved.bureau.path}{east.pk}."
    entry = Entry.objects.get(event="organisation.agency_moved")
    assert (entry.agency_id, entry.reason, entry.data["to"]) == (east.pk, "区划调整", "OTHR")


def test_what_cannot_be(county: County) -> None:
    wrong = (
        (county.bureau, county.east, "原因"),
        (county.east, county.bureau, "原因"),
        (county.east, county.elsewhere, " "),
    )
    for agency, parent, why in wrong:
        with pytest.raises(Refusal):
            move(system(), agency, parent, reason=why)
    with pytest.raises(Refusal):
        move(county.leader, county.east, county.elsewhere, reason="原因")
    move(system(), county.east, county.elsewhere, reason="原因")
    with pytest.raises(Refusal):
        move(system(), county.east, county.bureau, since=MOVED - timedelta(3000), reason="原因")
