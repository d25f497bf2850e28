"""What is reached, drawn: valid areas, as near to the streets as is promised."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.road.contour import around

MARGIN = 60.0
OFF = MARGIN / 4 * 2**0.5 + 1
"""A cell's diagonal, and a metre for points left out."""

metres = st.integers(0, 600)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(metres, metres, metres, metres), min_size=1, max_size=25))
def test_a_drawn_area_is_valid_and_nowhere_off_by_more_than_a_cell(drawn):
    pieces = np.array(drawn, np.float64)
    area = around(pieces, MARGIN)
    lines = shapely.multilinestrings([shapely.linestrings(p.reshape(2, 2)) for p in pieces])
    assert area.is_valid
    assert shapely.covers(area, shapely.buffer(lines, MARGIN - OFF))
    assert shapely.covers(shapely.buffer(lines, MARGIN + OFF), area)


def test_a_ring_of_streets_keeps_its_empty_middle_and_what_lies_in_it():
    square = np.array([[0, 0], [900, 0], [900, 900], [0, 900], [0, 0]], float)
    ring = np.concatenate([square[:-1], square[1:]], axis=1)
    yard = np.array([[440.0, 450.0, 460.0, 450.0]])
    area = around(np.concatenate([ring, yard]), MARGIN)
    parts = shapely.get_parts(area)
    assert [len(part.interiors) for part in parts] == [1, 0]
    exact = 1020**2 - (4 - np.pi) * MARGIN**2 - 780**2, np.pi * MARGIN**2 + 20 * 2 * MARGIN
    assert np.allclose([part.area for part in parts], exact, rtol=0.03)


def test_nothing_reached_is_drawn_as_nothing():
    assert around(np.zeros((0, 4)), MARGIN).is_empty
