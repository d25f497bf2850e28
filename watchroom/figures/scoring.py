"""League tables: declared schemes, points, places, and which places chance could have dealt.

Points are exact until the end and rounded once, half up. The same arithmetic runs over fractions
for the table and over draws for its uncertainty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.refusal import Refusal
from watchroom.base.rounding import half_up
from watchroom.base.text import Text

from .measure import Measure

Array = npt.NDArray[Any]

WAYS: Mapping[str, Text] = {
    "scale": Text("按程度计分", "points by how far it got"),
    "rank": Text("按名次计分", "points by rank"),
    "each": Text("按次计分", "points for each"),
}
DEDUCTED = Text("按次扣分", "a deduction for each")
PLACES = 2
DRAWS = 2000
SURE = 0.975
"""Two agencies are told apart where one is ahead in at least this share of draws: two-sided 5 %."""


@dataclass(frozen=True)
class Item:
    """One line of a scheme.

    `weight`: the points at best ("scale", "rank"), or for one of the unit ("each").
    "scale": nothing at `worst`, all at `best`, straight between; which of them is larger says which
    way is better. "rank": all for the first, nothing for the last, equal steps between; who is
    equal shares what the places are worth. "each": points for each, deducted where fewer are
    `better`.
    `floor`, `cap`: bounds of the item's points. `per`: "" for the figure as it is, "officers" or
    "people" or the key of an indicator (work) that it is measured against, `amount` of them.
    `level`: which percentile of a duration.
    A weight of zero: a statistic that stands beside the others and moves nothing.
    """

    indicator: str
    weight: Decimal
    way: str = "scale"
    worst: Decimal = Decimal(0)
    best: Decimal = Decimal(100)
    better: str = "higher"
    floor: Decimal | None = None
    cap: Decimal | None = None
    per: str = ""
    amount: int = 100
    level: float = 0.5

    @property
    def moves(self) -> bool:
        """Whether it can change anybody's points: a bound alone can, too."""
        return bool(self.weight or (self.floor or 0) > 0 or (self.cap or 0) < 0)

    @property
    def said(self) -> Text:
        """How it gives points."""
        return DEDUCTED if self.way == "each" and self.better == "lower" else WAYS[self.way]


@dataclass(frozen=True)
class Scheme:
    """How points are given: `base` to everybody, then the items."""

    items: tuple[Item, ...]
    base: Decimal = Decimal(0)

    @property
    def full(self) -> Decimal | None:
        """The most that can be had; None where an item has no upper end."""
        most = [_most(item) for item in self.items]
        return None if None in most else self.base + sum((m for m in most if m), Decimal(0))


@dataclass(frozen=True)
class Line:
    """One agency's line. `who` is its place among the agencies as they were given, `place` in the
    table (1 is best; equal points share it), both None without points. `low`, `high`: the places
    that chance could have given it, in 95 of 100 draws."""

    who: int
    points: Decimal | None
    place: int | None
    items: tuple[Decimal | None, ...]
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Table:
    """The lines from the first to the last, those without points at the end.

    `bands`: first and last line (from 0) of each longest run in which no two can be told apart.
    """

    lines: tuple[Line, ...]
    bands: tuple[tuple[int, int], ...] = field(default=())


def league(
    scheme: Scheme,
    measured: Sequence[Sequence[Measure]],
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> Table:
    """The table of agencies: `measured[agency][item]`.

    An agency of which an item is undefined is measured by the other items of "scale" and "rank"
    alone: what it got of their weight is taken for the whole. Where nothing is defined it has no
    points and no place. The same seed gives the same table.
    """
    there = np.array([[one.value is not None for one in row] for row in measured], dtype=bool)
    exact = [_points(item, _values(measured, place)) for place, item in enumerate(scheme.items)]
    totals = _totals(scheme, there, exact)
    shown = [None if total is None else half_up(total, PLACES) for total in totals]
    order = sorted(range(len(shown)), key=lambda who: (shown[who] is None, -(shown[who] or 0)))
    ranked = [who for who in order if shown[who] is not None]
    drawn = _drawn(scheme, measured, there, np.random.default_rng(seed), draws)[ranked]
    spans = [*_spans(drawn), *[(None, None)] * (len(order) - len(ranked))]
    lines = (
        Line(who, shown[who], _place(shown, who), _own(scheme, there, exact, who), *span)
        for who, span in zip(order, spans, strict=True)
    )
    return Table(tuple(lines), bands(apart(drawn)))


def _values(measured: Sequence[Sequence[Measure]], place: int) -> Array:
    found = [row[place].value for row in measured]
    return np.array([value for value in found if value is not None], dtype=object)


def _place(shown: Sequence[Decimal | None], who: int) -> int | None:
    mine = shown[who]
    return None if mine is None else 1 + sum(p is not None and p > mine for p in shown)


def _own(
    scheme: Scheme, there: Array, exact: Sequence[Array], who: int
) -> tuple[Decimal | None, ...]:
    """What each item gave one agency, rounded for the eye; the total is not made of these."""
    return tuple(
        half_up(exact[place][there[:who, place].sum()], PLACES)
        if there[who, place] and item.moves
        else None
        for place, item in enumerate(scheme.items)
    )


def points_of(item: Item, values: Array) -> Array:
    """The points an item gives for values: agencies along the first axis, fractions or draws.

    Undefined values must have been left out.
    """
    given = _WAYS[item.way](item, values)
    if item.floor is not None:
        given = np.maximum(given, _like(given, item.floor))
    return given if item.cap is None else np.minimum(given, _like(given, item.cap))


def reweighted(scheme: Scheme, weights: Mapping[int, Decimal]) -> Scheme:
    """The scheme with other weights for some items, by their place. What was a statistic stays one:
    a weight for an item that moves nothing is left aside."""
    items = tuple(
        replace(item, weight=weights.get(place, item.weight)) if item.moves else item
        for place, item in enumerate(scheme.items)
    )
    return replace(scheme, items=items)


def check(scheme: Scheme) -> None:
    """Refuse a scheme that says nothing, or contradicts itself, in a sentence about the line."""
    if not any(item.moves for item in scheme.items):
        raise Refusal(Text("方案里没有计分的指标", "No item of the scheme gives any points"))
    for number, item in enumerate(scheme.items, 1):
        for wrong, what in _wrongs(item):
            if wrong:
                raise Refusal(Text("第{n}项：{w}", "Item {n}: {w}").format(n=number, w=what))


def _wrongs(item: Item) -> tuple[tuple[bool, Text], ...]:
    return (
        (item.weight < 0, Text("分值不能为负", "its points cannot be negative")),
        (
            item.way == "scale" and item.best == item.worst,
            Text("满分值与零分值不能相同", "what earns all and what earns nothing are the same"),
        ),
        (
            item.floor is not None and item.cap is not None and item.floor > item.cap,
            Text("下限高于上限", "its lower bound lies above the upper one"),
        ),
        (item.amount <= 0, Text("“每多少”应大于零", "“per how many” must be above zero")),
        (
            item.way not in WAYS or item.better not in ("higher", "lower"),
            Text("没有这种计分方式", "there is no such way of giving points"),
        ),
    )


def as_dict(scheme: Scheme) -> dict[str, Any]:
    """For JSON; decimals as text."""
    return {"base": str(scheme.base), "items": [_item_dict(item) for item in scheme.items]}


def _item_dict(item: Item) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in vars(item).items()
    }


_DECIMALS = ("weight", "worst", "best", "floor", "cap")


def from_dict(data: Mapping[str, Any]) -> Scheme:
    """The reverse of `as_dict`."""
    return Scheme(tuple(_item(row) for row in data["items"]), Decimal(data["base"]))


def _item(row: Mapping[str, Any]) -> Item:
    read: dict[str, Any] = {
        name: Decimal(value) if name in _DECIMALS and value is not None else value
        for name, value in row.items()
    }
    return Item(**read)


def _most(item: Item) -> Decimal | None:
    if not item.moves:
        return Decimal(0)
    if item.way == "each":
        return item.cap if item.better == "higher" else (item.cap or Decimal(0))
    return item.weight if item.cap is None else min(item.weight, item.cap)


def _like(array: Array, number: Decimal) -> Any:
    """A number of the scheme in the arithmetic of an array: fractions stay fractions."""
    return Fraction(number) if array.dtype == object else float(number)


def _scale(item: Item, values: Array) -> Array:
    worst, best = _like(values, item.worst), _like(values, item.best)
    way = (values - worst) / (best - worst)
    zero, one = _like(values, Decimal(0)), _like(values, Decimal(1))
    reached: Array = np.minimum(np.maximum(way, zero), one)
    return np.asarray(reached * _like(values, item.weight))


def _rank(item: Item, values: Array) -> Array:
    many = len(values)
    signed = values if item.better == "higher" else -values
    mine, theirs = signed[:, None], signed[None, :]
    # 1 for each one that is behind, a half for each one that is equal, oneself not counted
    beaten = np.sum(mine > theirs, axis=1) * 2 + np.sum(mine == theirs, axis=1) - 1
    if many == 1:
        return np.full(values.shape, _like(values, item.weight), dtype=values.dtype)
    share = _like(values, item.weight) / _like(values, Decimal(2 * (many - 1)))
    return np.asarray(beaten.astype(object if values.dtype == object else float) * share)


def _each(item: Item, values: Array) -> Array:
    sign = Decimal(1) if item.better == "higher" else Decimal(-1)
    return np.asarray(values * _like(values, item.weight * sign))


_WAYS = {"scale": _scale, "rank": _rank, "each": _each}


def _points(item: Item, values: Array) -> Array:
    """Points, and nothing at all of a statistic."""
    return points_of(item, values) if item.moves and len(values) else values * 0


def _totals(scheme: Scheme, there: Array, given: Sequence[Array]) -> Array:
    """Points of each agency: `there` agency × item, `given` for each item the points of those that
    have it. None (of draws: nan) for an agency with nothing to go by."""
    like = next((points for points in given if len(points)), np.zeros(0, dtype=object))
    shape = (len(there), *like.shape[1:])
    zero: Any = Fraction(0) if like.dtype == object else 0.0
    alone, reached = np.full(shape, zero), np.full(shape, zero)
    for place, item in enumerate(scheme.items):
        kept = alone if item.way == "each" else reached
        kept[there[:, place]] += given[place]
    moving = np.array([item.moves for item in scheme.items], dtype=bool)
    scales = [_scaled_by(scheme, row & moving) for row in there]
    by = np.array(scales, dtype=object).astype(like.dtype).reshape(-1, *[1] * (len(shape) - 1))
    totals: Array = alone + reached * by + _like(like, scheme.base)
    totals[~(there & moving).any(axis=1)] = None if like.dtype == object else np.nan
    return totals


def _scaled_by(scheme: Scheme, counted: Array) -> Fraction:
    """All the weight there is over the weight of what was counted."""
    weighted = [item.moves and item.way != "each" for item in scheme.items]
    every = sum((i.weight for i, w in zip(scheme.items, weighted, strict=True) if w), Decimal(0))
    own = sum(
        (
            item.weight
            for item, w, c in zip(scheme.items, weighted, counted, strict=True)
            if w and c
        ),
        Decimal(0),
    )
    return Fraction(every) / Fraction(own) if own else Fraction(1)


def _drawn(
    scheme: Scheme,
    measured: Sequence[Sequence[Measure]],
    there: Array,
    rng: np.random.Generator,
    draws: int,
) -> Array:
    """agency × draw: points as chance could have dealt them."""
    given = []
    for place, item in enumerate(scheme.items):
        rows = [row[place].draw(rng, draws) for row in measured if row[place].value is not None]
        values = np.array(rows, dtype=np.float64).reshape(-1, draws)
        given.append(_points(item, values))
    return _totals(scheme, there, given) if given else np.zeros((len(measured), draws))


def _spans(drawn: Array) -> list[tuple[int, int]]:
    """Of each agency the places it takes in 95 of 100 draws."""
    if not len(drawn):
        return []
    places = 1 + np.sum(drawn[None, :, :] > drawn[:, None, :], axis=1)
    ends = np.quantile(places, [1 - SURE, SURE], axis=1, method="inverted_cdf")
    return [(int(low), int(high)) for low, high in ends.T]


def apart(drawn: Array) -> Array:
    """agency × agency: whether one is ahead of the other in at least `SURE` of the draws."""
    ahead = np.mean(drawn[:, None, :] > drawn[None, :, :], axis=2)
    return np.asarray(np.maximum(ahead, ahead.T) >= SURE)


def bands(told_apart: Array) -> tuple[tuple[int, int], ...]:
    """First and last of each longest run of lines in which no two are told apart; runs of one are
    left out."""
    found: list[tuple[int, int]] = []
    for first in range(len(told_apart)):
        last = first
        while last + 1 < len(told_apart) and not told_apart[first : last + 1, last + 1].any():
            last += 1
        if last > first and (not found or found[-1][1] < last):
            found.append((first, last))
    return tuple(found)
