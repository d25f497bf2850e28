"""Shifts that meet the demand by the hour and let everybody rest."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.plan.rosters import FREE, Roster, Rules, Shift, cover

EARLY, LATE, NIGHT = Shift("早", 6, 8), Shift("晚", 14, 8), Shift("夜", 22, 8)
THREE = (EARLY, LATE, NIGHT)


def worked(roster: Roster, shifts: tuple[Shift, ...], person: int) -> list[tuple[int, int]]:
    """(begin, end) of each shift in hours from the first midnight, in order."""
    days = enumerate(roster.assignment[person])
    spans = [(d * 24 + shifts[s].start, shifts[s].hours) for d, s in days if s != FREE]
    return [(begin, begin + hours) for begin, hours in spans]


def test_enough_people_leave_nothing_missing_and_it_is_proven() -> None:
    demand = np.zeros((7, 24), int)
    demand[:, 6:22] = 2
    roster = cover(demand, THREE, 8, limit=20)
    assert roster.objective == 0
    assert roster.proven
    assert (roster.present >= demand).all()


def test_too_few_people_and_the_bound_says_that_nobody_can_do_better() -> None:
    demand = np.full((1, 24), 1)
    roster = cover(demand, THREE, 1, limit=10)
    assert roster.objective == 24 - 8
    assert roster.bound == roster.objective
    assert roster.missing.sum() == 16


def test_the_work_is_shared_evenly_where_the_demand_allows_it() -> None:
    demand = np.zeros((4, 24), int)
    demand[:, 6:14] = 2
    roster = cover(demand, THREE, 4, limit=10)
    assert roster.objective == 0
    assert set(roster.hours) == {16}


def test_who_is_away_is_not_called_in() -> None:
    demand = np.zeros((2, 24), int)
    demand[:, 6:14] = 2
    able = np.array([[True, False], [True, True]])
    roster = cover(demand, THREE, 2, available=able, limit=10)
    assert roster.assignment[0, 1] == FREE
    assert roster.missing.sum() == 8


@given(
    demand=st.lists(st.lists(st.integers(0, 3), min_size=24, max_size=24), min_size=1, max_size=9),
    people=st.integers(1, 4),
    rest=st.sampled_from([0, 8, 11, 16]),
    nights=st.sampled_from([1, 2, None]),
)
@settings(max_examples=15, deadline=None)
def test_no_roster_breaks_a_rule_and_none_beats_its_bound(
    demand: list[list[int]], people: int, rest: int, nights: int | None
) -> None:
    rules = Rules(rest_hours=rest, nights_in_row=nights)
    roster = cover(demand, THREE, people, rules=rules, limit=4)
    needed = np.array(demand)
    assert roster.bound <= roster.objective == roster.missing.sum()
    assert (roster.missing == np.maximum(needed - roster.present, 0)).all()
    for person in range(people):
        spans = worked(roster, THREE, person)
        assert all(later[0] - earlier[1] >= rest for earlier, later in pairwise(spans))
        taken = roster.assignment[person]
        for first in range(len(demand)):
            week = taken[first : first + 7]
            assert sum(THREE[s].hours for s in week if s != FREE) <= 44
            assert len(week) < 7 or FREE in week
            if nights is not None:
                run = taken[first : first + nights + 1]
                assert len(run) <= nights or (run != 2).any()


def test_a_planner_may_stop_it_and_keeps_what_was_found() -> None:
    seen: list[tuple[float, float, float]] = []
    demand = np.full((14, 24), 3)
    roster = cover(
        demand,
        THREE,
        12,
        limit=20,
        progress=lambda *told: seen.append(told),
        stop=lambda: bool(seen),
    )
    assert seen
    assert roster.bound <= roster.objective <= seen[0][0]


@pytest.mark.parametrize(
    ("demand", "shifts", "people"),
    [
        ([[1] * 23], THREE, 1),
        ([[0.5] * 24], THREE, 1),
        ([[-1] * 24], THREE, 1),
        ([[1] * 24], (), 1),
        ([[1] * 24], THREE, 0),
        ([[1] * 24], (Shift("长", 6, 25),), 1),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    demand: list[list[float]], shifts: tuple[Shift, ...], people: int
) -> None:
    with pytest.raises(Refusal):
        cover(demand, shifts, people)
