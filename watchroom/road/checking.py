"""Is this a road network at all? Every refusal is a sentence the person can act on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.road.arrays import F64, I32

LONGEST_S = 1_000_000
"""The longest time an edge may take, seconds: the engine's "never" lies just beyond it."""


def checked(
    tail: npt.ArrayLike, head: npt.ArrayLike, seconds: npt.ArrayLike,
    lon: npt.ArrayLike, lat: npt.ArrayLike,
) -> tuple[I32, I32, I32, F64, F64]:  # fmt: skip
    """(tail, head, milliseconds, lon, lat) as the engine wants them, or Refusal."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    t, h, s = _whole(tail), _whole(head), np.asarray(seconds, np.float64)
    if x.ndim != 1 or x.shape != y.shape or len(x) == 0:
        raise refusal(
            "经度和纬度必须一样多，且至少一个。", "lon and lat must be equally many, at least one."
        )
    if not (t.shape == h.shape == s.shape) or t.ndim != 1:
        raise refusal(
            "起点、终点和秒数必须一样多。", "tail, head and seconds must be equally many."
        )
    _check_coordinates(x, y)
    _check_nodes(t, len(x))
    _check_nodes(h, len(x))
    wrong = np.flatnonzero(~((s >= 0) & (s < LONGEST_S)))
    if len(wrong):
        i = int(wrong[0])
        raise refusal(
            f"第 {i} 条路段的秒数 {s[i]} 不在 0 到 {LONGEST_S} 之间。",
            f"Edge {i} takes {s[i]} seconds; it must be from 0 to {LONGEST_S}.",
        )
    return t.astype(np.int32), h.astype(np.int32), np.rint(s * 1000).astype(np.int32), x, y


def numbers(values: npt.ArrayLike | None, count: int, below: int, default: int) -> I32:
    """(count) whole numbers under `below`; all `default` where nothing is given."""
    if values is None:
        return np.full(count, default, np.int32)
    given = _whole(values)
    if given.shape != (count,) or np.any((given < 0) | (given >= below)):
        raise refusal(
            f"每条路段需要一个 0 到 {below - 1} 的编号，共 {count} 个。",
            f"Each edge needs a number from 0 to {below - 1}, {count} in all.",
        )
    return given.astype(np.int32)


def nodes(where: npt.ArrayLike, count: int) -> I32:
    """(k) node numbers from one or many, or Refusal."""
    given = np.atleast_1d(_whole(where))
    _check_nodes(given, count)
    return given.astype(np.int32)


def where(given: npt.ArrayLike) -> npt.NDArray[Any]:
    """(k) node numbers, or (k, 2) points, from one or many of either."""
    array = np.asarray(given)
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.ndim == 1 and array.size == 2 and not np.issubdtype(array.dtype, np.integer):
        array = array[None, :]
    array = np.atleast_1d(array)
    if array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 2):
        raise refusal(
            "地点应为节点编号，或（经度, 纬度）。", "Places are node numbers or (lon, lat) points."
        )
    return array


def points(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[F64, F64]:
    """(lon, lat) of k points as arrays, or Refusal."""
    x, y = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
    if x.shape != y.shape or x.ndim != 1:
        raise refusal("经度和纬度必须一样多。", "lon and lat must be equally many.")
    _check_coordinates(x, y)
    return x, y


def _whole(values: npt.ArrayLike) -> npt.NDArray[np.integer]:
    array = np.asarray(values)
    if array.size == 0:
        return array.astype(np.int64)
    if not np.issubdtype(array.dtype, np.integer):
        raise refusal("节点编号必须是整数。", "Node numbers must be whole numbers.")
    return array


def _check_nodes(numbers: npt.NDArray[np.integer], count: int) -> None:
    wrong = np.flatnonzero((numbers < 0) | (numbers >= count))
    if len(wrong):
        raise refusal(
            f"没有编号为 {numbers[wrong[0]]} 的节点；节点编号为 0 到 {count - 1}。",
            f"There is no node {numbers[wrong[0]]}; nodes are numbered 0 to {count - 1}.",
        )


def _check_coordinates(lon: F64, lat: F64) -> None:
    wrong = np.flatnonzero(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))
    if len(wrong):
        i = int(wrong[0])
        raise refusal(
            f"节点 {i} 的坐标（{lon[i]}, {lat[i]}）不是经纬度。",
            f"Node {i} lies at ({lon[i]}, {lat[i]}), which is not a longitude and latitude.",
        )


def refusal(zh: str, en: str) -> Refusal:
    """A refusal about road data, in both languages."""
    return Refusal(Text(zh, en), code="road-network")
