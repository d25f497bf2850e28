"""New York and real extracts: equal to Dijkstra, and to themselves under closures."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from watchroom.road import Network
from watchroom.road.shapes import isochrone_shape
from watchroom.road.view import View

pytestmark = pytest.mark.shared
EXTRACTS = ["Helsinki.osm.pbf", "columbus.osm.pbf", "heidelberg.test.osm.pbf"]
PAIRS = 10_000
"""Random journeys on every network; one run of Dijkstra's algorithm tells a hundred of them."""


def graph_of(view):
    """The arcs as a scipy graph; the cheapest of parallel arcs, zero times kept as zero."""
    t = view.network.topology
    order = np.lexsort((view.arc_ms, t.head, t.tail))
    key = t.tail[order].astype(np.int64) * len(t.base) + t.head[order]
    kept = order[np.concatenate(([True], np.diff(key) > 0))]
    kept = kept[(view.arc_ms[kept] < 10**9) & (t.tail[kept] != t.head[kept])]
    assert view.arc_ms[kept].min() > 0  # scipy may read a stored 0 as "no arc"
    n = len(t.base)
    return csr_array((view.arc_ms[kept].astype(float), (t.tail[kept], t.head[kept])), shape=(n, n))


def check_against_dijkstra(view, pairs, seed):
    """Every kind of question, for `pairs` random journeys in all."""
    network, random = view.network, np.random.default_rng(seed)
    t, starts = network.topology, pairs // 100
    sources = random.integers(0, len(network), starts)
    targets = random.integers(0, len(network), 100)
    cost = dijkstra(graph_of(view), indices=t.node[sources])
    by_place = np.full((starts, len(network)), np.inf)
    np.minimum.at(by_place, (slice(None), t.base), cost)
    truth = by_place[:, targets] / 1000
    assert np.array_equal(view.matrix(sources, targets), truth)
    assert np.array_equal(view.matrix(sources[:3], targets), truth[:3])
    pinned = view.pin(sources)
    for j, target in enumerate(targets):
        assert np.array_equal(view.travel_times(sources, target), truth[:, j])
        assert np.array_equal(pinned.travel_times(target), truth[:, j])
        near, seconds = view.nearest(target, sources, 5)
        assert np.array_equal(seconds, np.sort(truth[:, j])[: len(near)])
        assert np.array_equal(truth[near, j], seconds)
    reach = view.reached(sources, 120)
    minute = reach.within(60)
    for i, source in enumerate(sources):
        assert np.array_equal(view.travel_times(source, targets), truth[i])
        inside = np.flatnonzero(by_place[i] <= 120_000)
        part = slice(reach.first[i], reach.first[i + 1])
        nearer = reach.nodes[reach.first[i] : minute[i]]
        assert np.array_equal(np.sort(nearer), np.flatnonzero(by_place[i] <= 60_000))
        for nodes, ms in (
            (reach.nodes[part], reach.ms[part]),
            (view.isochrone(source, 120).nodes, None),
        ):
            assert np.array_equal(np.sort(nodes), inside)
            assert ms is None or np.array_equal(ms, by_place[i][nodes])
        route = view.route(source, targets[i])
        assert (np.inf if route is None else route.seconds) == truth[i, i]
        if route is not None and not len(t.turn_ms):
            assert view.edge_ms[route.edges].sum() == round(route.seconds * 1000)


@pytest.mark.parametrize("name", EXTRACTS)
def test_real_extracts(shared, name):
    network = Network.from_osm(shared / "data" / "roads" / name)
    assert network.topology.turn_ms.max() == 20_000  # turning round
    check_against_dijkstra(network.at(), PAIRS, 1)
    random = np.random.default_rng(2)
    closed = random.choice(len(network.streets.edge_ms), len(network.streets.edge_ms) // 50)
    check_against_dijkstra(network.at(closures=closed.tolist()), PAIRS // 10, 3)


def test_the_shape_of_an_isochrone_holds_what_it_should(shared):
    network = Network.from_osm(shared / "data" / "roads" / "columbus.osm.pbf")
    place = (-82.9988, 39.9612)
    shape = isochrone_shape(network.at(), place, 180)
    reached = network.isochrone(place, 180).nodes
    inside = shapely.contains_xy(shape, network.lon[reached], network.lat[reached])
    assert len(reached) > 50
    assert inside.all()
    assert shape.is_valid
    assert not shape.is_empty


def test_new_york(shared):
    roads = shared / "data" / "roads"
    with gzip.open(roads / "USA-road-t.NY.gr.gz", "rt") as lines:
        arcs = np.array([line.split()[1:] for line in lines if line[0] == "a"], np.int64)
    with gzip.open(roads / "USA-road-d.NY.co.gz", "rt") as lines:
        places = np.array([line.split()[1:] for line in lines if line[0] == "v"], np.int64)
    network = Network.from_arrays(
        arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 2] / 1000, places[:, 1] / 1e6, places[:, 2] / 1e6
    )
    assert len(network) == 264_346
    check_against_dijkstra(network.at(), PAIRS, 4)
    few = np.random.default_rng(5).integers(0, len(arcs), 10)
    shut = network.at(closures=few.tolist())
    anew = View(network, network.streets.edge_ms, np.isin(np.arange(len(arcs)), few))
    assert np.array_equal(shut.up, anew.up)
    assert np.array_equal(shut.down, anew.down)
    check_against_dijkstra(shut, PAIRS // 10, 6)
