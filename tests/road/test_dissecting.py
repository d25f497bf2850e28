"""The order of contraction: every node once, and cuts as small as a lattice allows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.road import dissection, hierarchy


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.data())
def test_every_node_gets_one_rank_however_the_streets_lie(n, data):
    node = st.integers(0, n - 1)
    edges = np.array(data.draw(st.lists(st.tuples(node, node), max_size=120)), np.int32)
    edges = edges.reshape(-1, 2)
    spot = st.sampled_from([0.0, 0.0, 0.5, 1.0])
    lon, lat = (np.array(data.draw(st.lists(spot, min_size=n, max_size=n))) for _ in range(2))
    rank = dissection.order(edges[:, 0], edges[:, 1], lon, lat)
    assert sorted(rank.tolist()) == list(range(n))


def test_a_lattice_is_parted_along_its_rows():
    side = 32
    number = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()]).astype(np.int32)
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()]).astype(np.int32)
    lat, lon = (x.ravel() / 100 for x in np.mgrid[:side, :side])
    rank = dissection.order(tail, head, lon, lat)
    order = hierarchy.contract(rank[tail], rank[head], side * side)
    depth = np.zeros(side * side + 1, np.int64)
    for v in range(side * side - 1, -1, -1):
        depth[v] = depth[order.parent[v]] + 1
    # 32 for the first cut, at most 32 for the two quarters, 16, 16, ...: 2 * 2 * 32 at the most.
    assert depth.max() <= 4 * side
    assert len(order.up_head) < 31 * side * side / 2
