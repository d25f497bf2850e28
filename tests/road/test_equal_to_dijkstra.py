"""Every answer of the engine is exactly Dijkstra's answer on the same weights."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.road import Network

FEW = settings(max_examples=150, deadline=None)


@st.composite
def street_maps(draw):
    """Small graphs with loops, parallel edges, zero times, parts that cannot be reached."""
    n = draw(st.integers(1, 24))
    edge = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 9))
    edges = np.array(draw(st.lists(edge, max_size=70)), np.int64).reshape(-1, 3)
    places = np.random.default_rng(draw(st.integers(0, 9))).random((2, n))
    closed = draw(st.sets(st.integers(0, len(edges) - 1), max_size=5)) if len(edges) else set()
    return edges, places, closed


def view_of(street_map):
    edges, (lon, lat), closed = street_map
    network = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2] / 1000, lon, lat)
    return network.at(closures=closed)


def all_by_dijkstra(street_map):
    edges, places, closed = street_map
    arms = [[] for _ in places[0]]
    for i, (tail, head, ms) in enumerate(edges.tolist()):
        if i not in closed:
            arms[tail].append((head, ms))
    return np.array([dijkstra(arms, start) for start in range(len(arms))]) / 1000


def dijkstra(arms, start):
    best = [float("inf")] * len(arms)
    best[start] = 0
    queue = [(0, start)]
    while queue:
        at, node = heapq.heappop(queue)
        if at > best[node]:
            continue
        for head, ms in arms[node]:
            if at + ms < best[head]:
                best[head] = at + ms
                heapq.heappush(queue, (at + ms, head))
    return best


@FEW
@given(street_maps(), st.data())
def test_rankings_and_matrices(street_map, data):
    view, truth = view_of(street_map), all_by_dijkstra(street_map)
    everyone = np.arange(len(truth))
    some = data.draw(st.lists(st.sampled_from(everyone.tolist()), min_size=1, max_size=4))
    assert np.array_equal(view.matrix(everyone, everyone), truth)
    assert np.array_equal(view.matrix(some, everyone), truth[some])
    assert np.array_equal(view.matrix(everyone, some), truth[:, some])
    assert np.array_equal(view.travel_times(everyone, some[0]), truth[:, some[0]])
    assert np.array_equal(view.pin(everyone).travel_times(some[0]), truth[:, some[0]])
    assert np.array_equal(view.travel_times(some[0], everyone), truth[some[0]])


@FEW
@given(street_maps(), st.integers(0, 30), st.data())
def test_isochrones(street_map, limit_ms, data):
    view, truth = view_of(street_map), all_by_dijkstra(street_map)
    source = data.draw(st.integers(0, len(truth) - 1))
    found = view.isochrone(source, limit_ms / 1000)
    inside = np.flatnonzero(truth[source] * 1000 <= limit_ms)
    assert sorted(found.nodes.tolist()) == inside.tolist()
    assert np.array_equal(found.seconds, truth[source][found.nodes])
    assert np.all(np.diff(found.seconds) >= 0)


@FEW
@given(street_maps(), st.integers(1, 6), st.data())
def test_the_nearest_few(street_map, count, data):
    view, truth = view_of(street_map), all_by_dijkstra(street_map)
    node = st.integers(0, len(truth) - 1)
    units, target = data.draw(st.lists(node, min_size=1, max_size=8)), data.draw(node)
    seconds = truth[units, target]
    order = np.lexsort((np.arange(len(units)), seconds))[:count]
    order = order[np.isfinite(seconds[order])]
    found, times = view.nearest(target, units, count)
    assert np.array_equal(found, order)
    assert np.array_equal(times, seconds[order])


@FEW
@given(street_maps(), st.data())
def test_routes_drive_what_they_promise(street_map, data):
    view, truth = view_of(street_map), all_by_dijkstra(street_map)
    node = st.integers(0, len(truth) - 1)
    start, goal = data.draw(node), data.draw(node)
    route = view.route(start, goal)
    if route is None:
        assert np.isinf(truth[start, goal])
        return
    edges, _, closed = street_map
    assert route.seconds == truth[start, goal]
    assert (route.nodes[0], route.nodes[-1]) == (start, goal)
    assert np.array_equal(edges[route.edges, 0], route.nodes[:-1])
    assert np.array_equal(edges[route.edges, 1], route.nodes[1:])
    assert edges[route.edges, 2].sum() == round(route.seconds * 1000)
    assert not closed & set(route.edges.tolist())
