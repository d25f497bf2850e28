"""WGS-84 ↔ GCJ-02, the shifted coordinates of Chinese map services.

The shift has no official publication; this is the formula known since 2010 ("EvilTransform"),
on the Krasovsky ellipsoid. Inside `CHINA` it moves points by 100 to 700 m; outside it is the
identity, as map services do it with the same box.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from watchroom.base.geometry import Box

Array = npt.NDArray[np.float64]

CHINA = Box(72.004, 0.8293, 137.8347, 55.8271)
"""The box inside which the shift applies (degrees). A convention, not a border."""

_AXIS = 6_378_245.0
_ECCENTRICITY2 = 0.006_693_421_622_965_943
_TOLERANCE_DEG = 1e-13
_ROUNDS = 40


def to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """GCJ-02 (lon, lat) of WGS-84 points: scalars or arrays of one shape, degrees."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    dx, dy = _shift(x, y)
    inside = _inside(x, y)
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """WGS-84 (lon, lat) of GCJ-02 points: exact inverse to under 1e-9 degrees (0.1 mm).

    Fixed-point iteration; the shift hardly changes between neighbours, so each round
    gains about two digits.
    Within a shift's length of the box's edge two points can share an image: then the one inside
    the box is given.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    guess_x, guess_y = x, y
    for _ in range(_ROUNDS):
        dx, dy = _shift(guess_x, guess_y)
        next_x, next_y = x - dx, y - dy
        step = max(_largest(next_x - guess_x), _largest(next_y - guess_y))
        guess_x, guess_y = next_x, next_y
        if step < _TOLERANCE_DEG:
            break
    # A hair wider than the box: a point on its edge must not fall out of it by a rounding error.
    inside = _inside(guess_x, guess_y, hair=1e-11)
    return np.where(inside, guess_x, x), np.where(inside, guess_y, y)


def _largest(step: Array) -> float:
    return float(np.max(np.abs(step), initial=0.0))


def _inside(x: Array, y: Array, hair: float = 0.0) -> npt.NDArray[np.bool_]:
    return (
        (x >= CHINA.west - hair)
        & (x <= CHINA.east + hair)
        & (y >= CHINA.south - hair)
        & (y <= CHINA.north + hair)
    )


def _shift(lon: Array, lat: Array) -> tuple[Array, Array]:
    # Held near the box: the formula has no meaning far outside, and is singular at the poles.
    lon = np.clip(lon, CHINA.west - 0.5, CHINA.east + 0.5)
    lat = np.clip(lat, CHINA.south - 0.5, CHINA.north + 0.5)
    x, y = lon - 105.0, lat - 35.0
    phi = np.radians(lat)
    bend = 1 - _ECCENTRICITY2 * np.sin(phi) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY2) / (bend * np.sqrt(bend))
    parallel = _AXIS / np.sqrt(bend) * np.cos(phi)
    return (
        np.degrees(_east(x, y) / parallel),
        np.degrees(_north(x, y) / meridian),
    )


def _east(x: Array, y: Array) -> Array:
    metres = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    return np.asarray(metres + _ripple(x) + _waves(x, (20, 40, 150, 300)))


def _north(x: Array, y: Array) -> Array:
    metres = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    return np.asarray(metres + _ripple(x) + _waves(y, (20, 40, 160, 320)))


def _ripple(x: Array) -> Array:
    return np.asarray((20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3)


def _waves(v: Array, amplitudes: tuple[float, float, float, float]) -> Array:
    degrees = (1, 3, 12, 30)
    sines = sum(a * np.sin(v * np.pi / d) for a, d in zip(amplitudes, degrees, strict=True))
    return np.asarray(sines * 2 / 3)
