"""What many units reach together: the two nearest of every place, the shares, the drawn area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.road.test_equal_to_dijkstra import FEW, street_maps, view_of
from tests.road.test_points_on_streets import towns
from watchroom.road import Network, cells
from watchroom.road.coverage import NOBODY, Reach
from watchroom.road.outline import polygons


def two_least(matrix, limit):
    """(l, 2) by plain sorting, `inf` beyond the limit."""
    padded = np.vstack([matrix, np.full((2, matrix.shape[1]), np.inf)])
    least = np.sort(padded, axis=0)[:2].T
    return np.where(least <= limit, least, np.inf)


def agree(found, matrix, limit):
    assert np.array_equal(found.seconds, two_least(matrix, limit))
    for place, (seconds, sources) in enumerate(zip(found.seconds, found.source, strict=True)):
        assert sources[0] == NOBODY or sources[0] != sources[1]
        for at, source in zip(seconds, sources, strict=True):
            told = np.inf if source == NOBODY else matrix[source, place]
            assert told == at


@FEW
@given(street_maps(), st.data())
def test_the_two_nearest_are_the_two_least_of_the_matrix(street_map, data):
    view = view_of(street_map)
    n = len(view.network)
    sources = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=8)))
    limit = data.draw(st.integers(0, 30)) / 1000
    everywhere = np.arange(n)
    agree(Reach(view, sources, limit).nearest(everywhere), view.matrix(sources, everywhere), limit)


@settings(max_examples=100, deadline=None)
@given(towns(), st.integers(0, 10**6), st.integers(0, 200))
def test_points_on_streets_are_covered_as_the_matrix_says(town, seed, limit):
    edges, lon, lat = town
    if not len(edges):
        return
    view = Network.from_arrays(edges[:, 0], edges[:, 1], edges[:, 2] / 1000, lon, lat).at()
    rng = np.random.default_rng(seed)
    points = np.column_stack([116 + rng.random(12) / 100, 39 + rng.random(12) / 100])
    units, calls = points[:5], points[4:]
    agree(Reach(view, units, limit).nearest(calls), view.matrix(units, calls), limit)


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_what_is_lost_is_what_the_others_do_not_reach(seed):
    rng = np.random.default_rng(seed)
    n = 40
    tail, head = rng.integers(0, n, (2, 120))
    view = Network.from_arrays(tail, head, rng.random(120) * 9, *rng.random((2, n))).at()
    units, weight = rng.integers(0, n, 6), rng.random(n)
    matrix = view.matrix(units, np.arange(n))
    found = Reach(view, units, 12.0).nearest(np.arange(n))
    told = found.share_lost(weight, 12.0, len(units))
    for i in range(len(units)):
        alone = (matrix[i] <= 12.0) & ~(np.delete(matrix, i, axis=0) <= 12.0).any(axis=0)
        assert told[i] == pytest.approx(weight[alone].sum() / weight.sum())
    reached = [weight[matrix.min(axis=0) <= s].sum() / weight.sum() for s in (3.0, 12.0)]
    assert found.share_within(weight, (3.0, 12.0)) == pytest.approx(reached)


def test_nobody_on_duty_reaches_nothing():
    view = Network.from_arrays([0], [1], [10], [116, 116.01], [39, 39]).at()
    found = Reach(view, np.empty((0, 2)), 60.0).nearest([0, 1])
    assert found.share_within([1, 1], (60,)) == [0.0]
    assert found.share_lost([1, 1], 60, 0).tolist() == []
    assert found.share_within([0, 0], (60,)) == [0.0]


def street_of_600_m():
    return Network.from_arrays([0, 1], [1, 0], [60, 60], [116, 116.00694], [39, 39])


def test_the_drawn_area_ends_where_the_time_is_up_and_not_at_the_next_crossing():
    network = street_of_600_m()
    laid = cells.lay(network, 100.0)
    view = network.at()
    seconds = laid.seconds(Reach(view, [0], 30.0), laid.spots(view))
    assert len(seconds) in (6, 7)
    assert np.isfinite(seconds).sum() == 3
    (rings,) = laid.outline(np.isfinite(seconds))
    assert shapely.Polygon(rings[0]).bounds[2] < 116.00694 * 0.5 + 116 * 0.5 + 0.0012
    assert laid.outline(seconds < 0) == []


@given(st.sets(st.tuples(st.integers(-4, 4), st.integers(-4, 4))))
@settings(max_examples=300, deadline=None)
def test_the_outline_of_cells_is_their_union(chosen):
    row, column = np.array(sorted(chosen), np.int64).reshape(-1, 2).T
    found = [shapely.Polygon(rings[0], rings[1:]) for rings in polygons(row, column)]
    assert all(part.is_valid for part in found)
    assert all(shapely.LinearRing(r[0]).is_ccw for r in polygons(row, column))
    boxes = shapely.union_all([shapely.box(x, y, x + 1, y + 1) for y, x in chosen])
    assert shapely.MultiPolygon(found).is_valid
    assert shapely.union_all(found).symmetric_difference(boxes).area == 0
    assert sum(part.area for part in found) == len(chosen)
