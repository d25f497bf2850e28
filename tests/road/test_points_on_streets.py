"""Journeys between points that lie on streets, not at crossings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.road.test_equal_to_dijkstra import dijkstra
from watchroom.base.refusal import Refusal
from watchroom.road import Network


@st.composite
def towns(draw):
    """(edges, lon, lat) of a small town with one-way streets and dead ends."""
    n = draw(st.integers(2, 10))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    edges = rng.integers(0, n, (draw(st.integers(1, 25)), 2))
    edges = np.column_stack([edges, rng.integers(0, 90_000, len(edges))])
    edges = edges[edges[:, 0] != edges[:, 1]]
    return edges, 116 + rng.random(n) / 100, 39 + rng.random(n) / 100


def with_points_as_crossings(network, edges, segment, fraction):
    """Arms of the graph in which every point is a crossing of its own."""
    n, streets = len(network), network.streets
    arms = [[] for _ in range(n + len(segment))]
    for edge, (tail, head, ms) in enumerate(edges.tolist()):
        on = np.flatnonzero(segment == streets.edge_segment[edge])
        share = fraction[on] if streets.edge_forward[edge] else 1 - fraction[on]
        marks = np.rint(share * ms).astype(int)
        order = np.argsort(share, kind="stable")
        stops = [(tail, 0), *((n + on[i], marks[i]) for i in order), (head, ms)]
        for (a, begun), (b, ended) in itertools.pairwise(stops):
            arms[a].append((b, ended - begun))
        for a in on:  # two points at one spot are one place
            arms[n + a] += [(n + b, 0) for b in on[fraction[on] == fraction[a]] if b != a]
    return arms


@settings(max_examples=150, deadline=None)
@given(towns(), st.integers(0, 10**6))
def test_a_point_behaves_like_a_crossing_in_the_street(town, seed):
    edges, lon, lat = town
    if not len(edges):
        return
    network = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2] / 1000, lon, lat)
    rng = np.random.default_rng(seed)
    points = np.column_stack([116 + rng.random(6) / 100, 39 + rng.random(6) / 100])
    points = np.concatenate([points, points[:1]])
    spots = network.snap(points[:, 0], points[:, 1])
    arms = with_points_as_crossings(network, edges, spots.segment, spots.fraction)
    truth = np.array([dijkstra(arms, len(network) + i) for i in range(len(points))])
    walks = np.rint(spots.walk_seconds * 1000)
    between, truth = (truth[:, len(network) :] + walks) / 1000, truth / 1000
    assert np.array_equal(network.matrix(points, points), between)
    assert np.array_equal(network.matrix(points[:2], points), between[:2])
    assert np.array_equal(network.travel_times(points, points[3]), between[:, 3])
    pinned = network.free_flow.pin(points)
    assert np.array_equal(pinned.travel_times(points[3]), between[:, 3])
    assert np.array_equal(network.travel_times(points[3], points), between[3])
    everywhere = np.arange(len(network))
    assert np.array_equal(network.matrix(points, everywhere), truth[:, : len(network)])
    best, seconds = network.nearest(points[0], points, 3)
    order = np.lexsort((np.arange(len(points)), between[:, 0]))[:3]
    order = order[np.isfinite(between[order, 0])]
    assert np.array_equal(best, order)
    assert np.array_equal(seconds, between[order, 0])
    route = network.route(points[1], points[4])
    assert (np.inf if route is None else route.seconds) == between[1, 4]


@settings(max_examples=100, deadline=None)
@given(towns(), st.integers(0, 10**6))
def test_the_street_snapped_to_is_the_nearest(town, seed):
    edges, lon, lat = town
    if not len(edges):
        return
    network = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2], lon, lat)
    grid = network.grid
    rng = np.random.default_rng(seed)
    x, y = grid.plane(116 + rng.normal(0, 0.02, 5), 39 + rng.normal(0, 0.02, 5))
    segment, _, metres = grid.nearest(x / grid.frame[0], y / grid.frame[1])
    for i in range(5):
        t = np.linspace(0, 1, 2001)[:, None]
        a, b = grid.start, grid.start + 1
        along_x = grid.x[a] + t * (grid.x[b] - grid.x[a])
        along_y = grid.y[a] + t * (grid.y[b] - grid.y[a])
        away = np.hypot(along_x - x[i], along_y - y[i]).min(axis=0)
        chosen = grid.segment == segment[i]
        assert metres[i] <= away[chosen].min() + 1e-6
        assert metres[i] + grid.handicap[chosen].min() <= (away + grid.handicap).min() + 1e-6


def test_an_island_is_chosen_only_when_much_nearer():
    lon = [116.0, 116.01, 116.005, 116.0051]
    lat = [39.0, 39.0, 39.003, 39.003]
    network = Network.from_arrays([0, 1, 2], [1, 0, 3], [60, 60, 1], lon, lat)
    near_the_island = network.snap(116.005, 39.0025)
    assert network.streets.edges_of(int(near_the_island.segment[0])).tolist() == [0, 1]
    assert near_the_island.walk_seconds[0] == pytest.approx(278 / 1.4, rel=0.01)
    on_the_island = network.snap(116.005, 39.02)
    assert on_the_island.metres[0] == pytest.approx(111_195 * 0.02, rel=0.01)


def test_closing_a_street_by_pointing_at_it():
    network = Network.from_arrays(
        [0, 1, 0, 2], [1, 0, 2, 1], [10, 10, 30, 30], [116, 116.01, 116.005], [39, 39, 39.01]
    )
    clicked = network.edges_near(116.005, 39.0001, 20)
    assert sorted(clicked.tolist()) == [0, 1]
    assert network.travel_times([0], 1).tolist() == [10]
    assert network.at(closures=clicked).travel_times([0], 1).tolist() == [60]


def test_points_that_are_no_places_are_refused():
    network = Network.from_arrays([0], [1], [10], [116, 116.01], [39, 39])
    for wrong in [(200.0, 39.0), [[1.0, 2.0, 3.0]], (float("nan"), 1.0), 7, [-1]]:
        with pytest.raises(Refusal):
            network.travel_times(wrong, 0)
