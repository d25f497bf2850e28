"""Metres on a flat map around the city hall, and WGS-84 degrees for everybody else."""

import numpy as np
from numpy.typing import NDArray

LON0, LAT0 = 112.9, 28.5
METRES_PER_LAT = 110_850.0
METRES_PER_LON = 111_320.0 * 0.878817  # cos 28.5 deg, written out so that no libm can differ
DIGITS = 6  # 0.1 m: below any position device, above any difference between machines


def to_lon(x: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.round(LON0 + np.asarray(x) / METRES_PER_LON, DIGITS)


def to_lat(y: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.round(LAT0 + np.asarray(y) / METRES_PER_LAT, DIGITS)


def to_x(lon: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray((np.asarray(lon) - LON0) * METRES_PER_LON)


def to_y(lat: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray((np.asarray(lat) - LAT0) * METRES_PER_LAT)


def to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) metres -> (n, 2) lon, lat."""
    return np.column_stack([to_lon(xy[:, 0]), to_lat(xy[:, 1])])
