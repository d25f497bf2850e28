"""What the driver is told, and how far a driver gets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.road.test_importing_streets import Map, at
from tests.road.test_points_on_streets import towns
from watchroom.road import Network
from watchroom.road.directions import spoken_metres, turn_kind


def old_town(folder):
    """East along People's Road over the bridge, left into Station Street, to a yard."""
    town = Map()
    for name, x, y in [("a", 0, 0), ("b", 0.4, 0), ("c", 0.6, 0), ("d", 1, 0), ("e", 1, 0.35)]:
        town.node(name, x, y)
    for name, x, y in [("f", 2, 0), ("g", 0.9, 0.35)]:
        town.node(name, x, y)
    road = {"name": "人民路", "name__en": "Renmin Road"}
    town.way(1, "a b", **road)
    town.way(2, "b c", bridge="yes", **road)
    town.way(3, "c d f", **road)
    town.way(4, "d e", name="车站街")
    town.way(5, "e g", highway="service", maxspeed="18")
    return town.network(folder)


def test_every_turn_is_a_sentence_in_both_languages(tmp_path):
    route = old_town(tmp_path).route(at(0.1, 0), at(0.9, 0.355))
    assert [step.text.zh for step in route.steps] == [
        "沿人民路向东行驶900米，过桥。",
        "左转进入车站街，行驶350米。",
        "左转进入内部道路，行驶100米。",
        "步行10米。",
        "到达目的地。",
    ]
    assert [step.text.en for step in route.steps] == [
        "Head east on Renmin Road for 900 m, over the bridge.",
        "Turn left into 车站街 for 350 m.",
        "Turn left into the service road for 100 m.",
        "Walk 10 m.",
        "You have arrived.",
    ]
    assert [step.kind for step in route.steps] == ["depart", "left", "left", "walk", "arrive"]
    assert sum(step.metres for step in route.steps) == pytest.approx(1355, abs=3)
    assert route.seconds == pytest.approx(90 + 35 + 20 + 5 / 1.4, abs=0.5)
    assert np.allclose(route.coords[0], at(0.1, 0), atol=1e-6)


def test_being_there_already(tmp_path):
    route = old_town(tmp_path).route(0, 0)
    assert [step.kind for step in route.steps] == ["arrive"]
    assert route.seconds == 0


@pytest.mark.parametrize(
    ("degrees", "kind"),
    [(0, "straight"), (-20, "straight"), (45, "slight_right"), (-90, "left"), (90, "right"),
     (175, "back"), (-40, "slight_left")],
)  # fmt: skip
def test_words_for_turns(degrees, kind):
    assert turn_kind(degrees) == kind


@pytest.mark.parametrize(
    ("metres", "zh"),
    [(3, "10米"), (44, "40米"), (312, "300米"), (990, "1.0公里"), (2.4e3, "2.4公里")],
)
def test_distances_as_one_says_them(metres, zh):
    assert spoken_metres(metres).zh == zh


@settings(max_examples=100, deadline=None)
@given(towns(), st.integers(0, 200_000), st.booleans(), st.integers(0, 10**6))
def test_an_isochrone_ends_where_the_time_is_up(town, limit_ms, from_point, seed):
    """A place in an edge lies in a stretch exactly if it is reached in time."""
    edges, lon, lat = town
    if not len(edges):
        return
    network = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2] / 1000, lon, lat)
    rng = np.random.default_rng(seed)
    source = (116 + rng.random() / 100, 39 + rng.random() / 100) if from_point else int(edges[0, 0])
    when = network.travel_times(source, np.arange(len(network)))
    found = network.isochrone(source, limit_ms / 1000).streets
    spot = network.snap(*source) if from_point else None
    streets = network.streets
    for edge, (tail, _, ms) in enumerate(edges.tolist()):
        for share in (0.0, 0.25, 0.5, 0.99, 1.0):
            reached = when[tail] * 1000 + share * ms
            if spot is not None and streets.edge_segment[edge] == spot.segment[0]:
                begun = spot.fraction[0] if streets.edge_forward[edge] else 1 - spot.fraction[0]
                if share >= begun:
                    reached = min(reached, (share - begun) * ms)
            on = found.edge == edge
            inside = np.any(on & (found.begin <= share + 1e-9) & (found.end >= share - 1e-9))
            if abs(reached - limit_ms) > 2:
                assert inside == (reached < limit_ms)
