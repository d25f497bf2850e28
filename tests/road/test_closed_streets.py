"""Closed streets are not driven, not even in part; who must go in or come out walks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.road.test_equal_to_dijkstra import dijkstra
from tests.road.test_points_on_streets import towns
from watchroom.base.geometry import distance_m
from watchroom.base.refusal import Refusal
from watchroom.road import Jam, Network
from watchroom.road.cordon import WALKING_SPEED
from watchroom.road.view import View

FEW = settings(max_examples=120, deadline=None)


class Layers:
    """The rule as a plain graph: out on foot, then driving, then in on foot.

    Every crossing and every point exists three times; one changes layers at any place for nothing,
    forward only. Open edges lead on the middle layer, closed segments on the outer two.
    """

    def __init__(self, network, edges, closed, spots):
        self.network, self.spots = network, spots
        self.places = len(network) + len(spots.segment)
        self.arms = [[] for _ in range(3 * self.places)]
        for i in range(self.places):
            self.arms[i].append((self.places + i, 0))
            self.arms[self.places + i].append((2 * self.places + i, 0))
        streets = network.streets
        for edge, (tail, head, ms) in enumerate(edges.tolist()):
            if edge not in closed:
                self.lay(1, streets.edge_segment[edge], streets.edge_forward[edge], tail, head, ms)
        for segment in {int(streets.edge_segment[edge]) for edge in closed}:
            edge = int(streets.edges_of(segment)[0])
            tail, head, _ = edges[edge].tolist()
            begin, end = (tail, head) if streets.edge_forward[edge] else (head, tail)
            a, b = streets.piece(segment, 0, 1)
            ms = round(distance_m(*a, *b) / WALKING_SPEED * 1000)
            for layer in (0, 2):
                self.lay(layer, segment, True, begin, end, ms, both=True)

    def lay(self, layer, segment, forward, tail, head, ms, both=False):
        base, n = layer * self.places, len(self.network)
        on = np.flatnonzero(self.spots.segment == segment)
        share = self.spots.fraction[on] if forward else 1 - self.spots.fraction[on]
        order = np.argsort(share, kind="stable")
        stops = [(tail, 0), *((n + on[i], round(share[i] * ms)) for i in order), (head, ms)]
        for (a, begun), (b, ended) in itertools.pairwise(stops):
            self.arms[base + a].append((base + b, ended - begun))
            if both:
                self.arms[base + b].append((base + a, ended - begun))
        for i, j in itertools.permutations(on, 2):  # two points at one spot are one place
            if self.spots.fraction[i] == self.spots.fraction[j]:
                self.arms[base + n + i].append((base + n + j, 0))

    def seconds(self):
        """(points, points) with the walk from the street to the goal."""
        n, k = len(self.network), len(self.spots.segment)
        walks = np.rint(self.spots.walk_seconds * 1000)
        goals = slice(2 * self.places + n, 2 * self.places + n + k)
        rows = [np.array(dijkstra(self.arms, n + i))[goals] + walks for i in range(k)]
        return np.array(rows) / 1000


@st.composite
def closed_towns(draw):
    edges, lon, lat = draw(towns())
    some = st.sets(st.integers(0, max(0, len(edges) - 1)), max_size=8)
    return edges, lon, lat, draw(some) if len(edges) else set()


@FEW
@given(closed_towns(), st.integers(0, 10**6))
def test_every_question_obeys_the_closures(town, seed):
    edges, lon, lat, closed = town
    if not len(edges):
        return
    network = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2] / 1000, lon, lat)
    view = network.at(closures=closed)
    rng = np.random.default_rng(seed)
    points = np.column_stack([116 + rng.random(12) / 100, 39 + rng.random(12) / 100])
    points = np.concatenate([points, points[:1]])
    truth = Layers(network, edges, closed, network.snap(points[:, 0], points[:, 1])).seconds()
    assert np.array_equal(view.matrix(points, points), truth)
    assert np.array_equal(view.matrix(points[:2], points), truth[:2])
    assert np.array_equal(view.travel_times(points, points[3]), truth[:, 3])
    assert np.array_equal(view.travel_times(points[3], points), truth[3])
    assert np.array_equal(view.pin(points).travel_times(points[3]), truth[:, 3])
    best, seconds = view.nearest(points[0], points, 3)
    order = np.lexsort((np.arange(len(points)), truth[:, 0]))[:3]
    order = order[np.isfinite(truth[order, 0])]
    assert np.array_equal(best, order)
    assert np.array_equal(seconds, truth[order, 0])
    for a, b in rng.integers(0, len(points), (4, 2)):
        route = view.route(points[a], points[b])
        assert (np.inf if route is None else route.seconds) == truth[a, b]
        if route is not None:
            assert not closed & set(route.edges.tolist())
            assert route.steps[-1].kind == "arrive"


@FEW
@given(closed_towns(), st.integers(0, 10**6))
def test_few_changes_give_the_same_weights_as_all_anew(town, seed):
    edges, lon, lat, closed = town
    if not len(edges):
        return
    network = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2] / 1000, lon, lat)
    rng = np.random.default_rng(seed)
    slower = rng.choice(len(edges), rng.integers(0, len(edges) + 1), replace=False)
    times = rng.integers(0, 90_000, len(slower)).astype(np.int32)
    shut = np.array(sorted(closed), np.int64)
    view = network.free_flow.changed(shut, np.full(len(shut), 10**9, np.int32))
    view = view.changed(slower, times)
    plain = edges[:, 2].astype(np.int32)
    plain[shut] = 10**9
    plain[slower] = times
    anew = View(network, plain, plain >= 10**9)
    assert np.array_equal(view.up, anew.up)
    assert np.array_equal(view.down, anew.down)
    assert np.array_equal(view.edge_ms, anew.edge_ms)
    everyone = np.arange(len(network))
    assert np.array_equal(view.matrix(everyone, everyone), anew.matrix(everyone, everyone))
    assert not network.scratch.waiting.any()


def street():
    """A triangle of streets that take a minute each, both ways: 0 - 1 along a parallel."""
    lon, lat = [116, 116.01, 116.01], [39, 39, 39.01]
    return Network.from_arrays([0, 1, 1, 2, 0, 2], [1, 0, 2, 1, 2, 0], [60] * 6, lon, lat)


def test_a_unit_at_the_end_of_a_closed_street_does_not_slip_through_it():
    network = street()
    shut = network.at(closures=[0, 1])
    at_the_crossing = (116.00001, 39.0)  # beside crossing 0, snapped into the closed street
    seconds = shut.travel_times([at_the_crossing], 1)[0]
    assert seconds == pytest.approx(121, abs=1)  # a step back, then the way round by 2
    assert network.travel_times([at_the_crossing], 1)[0] == pytest.approx(60, abs=1)


def test_a_scene_inside_a_closure_can_still_be_reached_on_foot():
    shut = street().at(closures=[0, 1])
    seconds = shut.travel_times([0], (116.001, 39.0))[0]
    assert seconds == pytest.approx(distance_m(116, 39, 116.001, 39) / WALKING_SPEED, abs=0.1)
    route = shut.route(0, (116.001, 39.0))
    assert [step.kind for step in route.steps] == ["walk", "arrive"]
    assert "封闭" in route.steps[0].text.zh
    assert shut.travel_times([0], 1).tolist() == [120]


def test_a_cordon_of_several_streets_is_crossed_on_foot():
    shut = street().at(closures=[0, 1, 2, 3, 4, 5])
    there = shut.travel_times([(116.008, 39.0)], (116.01, 39.002))[0]
    walk = (distance_m(116.008, 39, 116.01, 39) + distance_m(116.01, 39, 116.01, 39.002)) / 1.4
    assert there == pytest.approx(walk, abs=0.1)
    assert shut.travel_times([0], 1).tolist() == [np.inf]


def test_jams_slow_an_area_down():
    network = street()
    box = shapely.box(115.99, 38.99, 116.02, 39.001)  # around the street between 0 and 1
    slow = network.at(jams=[Jam(box, 0.5)])
    assert slow.travel_times([0], 1).tolist() == [120]
    assert slow.travel_times([1], 2).tolist() == [60]
    other = network.at(jams=[Jam(box, 0.5, frozenset({"motorway"}))])
    assert other.travel_times([0], 1).tolist() == [60]
    assert network.at(closures=[0], jams=[Jam(box, 0.5)]).travel_times([0], 1).tolist() == [120]
    for factor, classes in ((0, ()), (1, ("boulevard",))):
        with pytest.raises(Refusal):
            Jam(box, factor, frozenset(classes))


def test_a_bridge_is_closed_without_the_street_below():
    lon, lat = [116.0, 116.01, 116.005, 116.005], [39.0, 39.0, 38.995, 39.005]
    network = Network.from_arrays([0, 2], [1, 3], [60, 60], lon, lat, level=[1, 0])
    crossing_point = (116.0051, 39.0)
    assert network.edges_near(*crossing_point, 30).tolist() == [0]
    assert network.edges_near(116.005, 38.9998, 30).tolist() == [1]
    ((name, edges),) = network.bridges()
    assert (name.en, edges.tolist()) == ("Unnamed bridge", [0])
