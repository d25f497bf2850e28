"""Speed factors from the units' own finished journeys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.road import Network
from watchroom.road.learned import BANDS, NIGHT, PEAK, Journey, learn, taken
from watchroom.road.streets import CLASSES

PRIMARY, RESIDENTIAL = CLASSES.index("primary"), CLASSES.index("residential")


def row_of_streets():
    """0 - 1 on a primary road in area 0, 1 - 2 on a residential street in area 1; 100 s each."""
    return Network.from_arrays(
        [0, 1], [1, 2], [100, 100], [116, 116.01, 116.02], [39] * 3,
        road_class=[PRIMARY, RESIDENTIAL],
    )  # fmt: skip


def drives(seconds, slot=8, edge=0):
    return [Journey(np.array([edge], np.int32), one, slot) for one in seconds]


def areas_of(network):
    areas = np.empty(2, np.int32)
    areas[network.streets.edge_segment] = [0, 1]
    return areas


def test_a_drive_between_points_counts_what_was_driven_of_its_streets():
    network = row_of_streets()
    start, goal = np.array([[116.005, 39.0]]), np.array([[116.015, 39.0]])
    route = network.route(start, goal)
    journey = taken(route, network.streets, 200.0 + route.after.seconds, 8)
    assert journey.ms.tolist() == pytest.approx([50_000, 50_000], abs=2)
    assert journey.beside_s == pytest.approx(route.after.seconds, abs=0.01)
    learned = learn(network.streets, [journey] * 60, areas_of(network))
    assert learned.median[PEAK, 0, PRIMARY] == pytest.approx(0.5, abs=0.001)
    assert learned.samples[PEAK, 1, RESIDENTIAL] == pytest.approx(30, abs=0.01)


def test_the_median_counts_and_few_journeys_count_little():
    network = row_of_streets()
    areas = areas_of(network)
    many = learn(network.streets, drives([200.0] * 60 + [900.0] * 5), areas)
    assert many.median[PEAK, 0, PRIMARY] == 0.5
    assert many.factor[PEAK, 0, PRIMARY] == pytest.approx(1 - 0.5 * 65 / 85)
    few = learn(network.streets, drives([200.0] * 19), areas)
    assert few.samples[PEAK, 0, PRIMARY] == 19 < few.least
    assert few.factor[PEAK, 0, PRIMARY] == 1
    assert (many.factor[NIGHT] == 1).all()
    assert (many.factor[:, 1] == 1).all()


def test_a_journey_speaks_for_a_class_as_far_as_it_drove_there():
    network = row_of_streets()
    both = [Journey(np.array([0, 1], np.int32), 400.0, 8)] * 50
    found = learn(network.streets, both, areas_of(network))
    assert found.samples[PEAK, 0, PRIMARY] == found.samples[PEAK, 1, RESIDENTIAL] == 25
    assert found.median[PEAK, 1, RESIDENTIAL] == 0.5


def test_what_was_no_drive_is_left_out_and_counted():
    network = row_of_streets()
    odd = drives([0.0, 1.0, 5000.0]) + drives([100.0] * 30)
    found = learn(network.streets, odd, areas_of(network))
    assert found.left_out == 3
    assert found.factor[PEAK, 0, PRIMARY] == 1
    with pytest.raises(Refusal):
        learn(network.streets, odd, [0])


def test_learned_speeds_reach_the_travel_times():
    network = row_of_streets()
    found = learn(network.streets, drives([200.0] * 980), areas_of(network))
    taught = network.with_learned(found)
    assert taught.at(8).travel_times([0], 1)[0] == pytest.approx(100 / (1 - 0.5 * 0.98), abs=0.01)
    assert taught.at(8).travel_times([1], 2).tolist() == [100]
    assert taught.at(3).travel_times([0], 1).tolist() == [100]
    assert taught.free_flow.travel_times([0], 1).tolist() == [100]
    assert BANDS.shape == (168,)


@given(st.lists(st.floats(50, 900), min_size=1, max_size=60), st.floats(0, 50))
def test_factors_stay_between_free_flow_and_what_was_seen(seconds, prior):
    network = row_of_streets()
    found = learn(network.streets, drives(seconds), areas_of(network), prior=prior)
    seen, factor = found.median[PEAK, 0, PRIMARY], found.factor[PEAK, 0, PRIMARY]
    ratios = np.sort([100 / s for s in seconds])
    assert np.isclose(seen, ratios[(len(ratios) - 1) // 2])
    assert min(seen, 1) - 1e-12 <= factor <= max(seen, 1) + 1e-12
