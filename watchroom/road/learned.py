"""How fast the streets really are: learned from the units' own finished journeys, nobody else's.

A journey tells one ratio: free-flow time over the time it took. It speaks for a street class in an
area in an hour band as far as it drove there. The factor of such a cell is the median of what its
journeys say, drawn towards 1 while they are few; a cell with fewer than `least` journeys keeps 1.
The median does not mind a unit that stopped for a coffee; a mean would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from watchroom.road.arrays import F64, I32, I64
from watchroom.road.checking import refusal
from watchroom.road.cordon import metres_of
from watchroom.road.hours import SLOTS
from watchroom.road.route import Route
from watchroom.road.streets import CLASSES, Streets

LEAST, PRIOR = 20.0, 20.0
"""Journeys that a cell needs, and the journeys at free-flow speed that it is mixed with."""
PLAUSIBLE = (0.1, 3.0)
"""Ratios outside are no drives: a stop on the way, a position that lagged."""
NIGHT, PEAK, DAY, EVENING = range(4)


def _bands() -> I32:
    hours = np.full(24, DAY)
    hours[[22, 23, 0, 1, 2, 3, 4, 5]] = NIGHT
    hours[[7, 8, 17, 18]] = PEAK
    hours[[19, 20, 21]] = EVENING
    week = np.tile(hours, 7)
    week[5 * 24 :][week[5 * 24 :] == PEAK] = DAY  # no rush at the weekend
    return week.astype(np.int32)


BANDS = _bands()
"""(168) the band of every hour of the week: night, weekday peaks, day, evening."""


@dataclass(frozen=True)
class Journey:
    """One finished drive of a unit on its own duty."""

    edges: I32
    """The directed edges it took, or is taken to have taken (`View.route`)."""
    seconds: float
    """How long it took."""
    slot: int
    """Hour of the week at its beginning, 0 to 167."""
    ms: I32 | None = None
    """Free-flow milliseconds driven on each edge; None: each is driven from end to end."""
    beside_s: float = 0.0
    """Seconds of it that no street took: turns, the walk at the end."""


def taken(route: Route, streets: Streets, seconds: float, slot: int) -> Journey:
    """A drive of so many seconds that is taken to have gone by a free-flow route."""
    ms = streets.edge_ms[route.edges].copy()
    for i in {0, len(ms) - 1} if len(ms) else ():  # only there an edge is driven in part
        whole = metres_of(streets.line_of(int(route.edges[i])))
        ms[i] = round(ms[i] * min(1.0, metres_of(route.lines[i]) / whole)) if whole else 0
    beside_s = max(0.0, route.seconds - float(ms.sum()) / 1000)
    return Journey(route.edges, seconds, slot, ms, beside_s)


@dataclass(frozen=True)
class Learned:
    """Speed factors by band, area and street class; 1 is free flow."""

    factor: F64
    """(bands, areas, classes)."""
    median: F64
    """(bands, areas, classes) what the journeys say themselves; nan where there are none."""
    samples: F64
    """(bands, areas, classes) journeys, each counted by the share of it that was driven there."""
    least: float
    """With fewer samples than these the factor is 1."""
    left_out: int
    """Journeys that were no plausible drives."""
    bands: I32
    """(168) band of every hour of the week."""
    areas: I32
    """(s) area of every segment."""

    def of_edges(self, streets: Streets, slot: int) -> F64:
        """(E) the factor of every edge at an hour of the week."""
        table = self.factor[self.bands[slot]]
        found: F64 = table[self.areas[streets.edge_segment], streets.edge_class]
        return found


def learn(
    streets: Streets,
    journeys: Sequence[Journey],
    areas: npt.ArrayLike,
    *,
    bands: npt.ArrayLike = BANDS,
    least: float = LEAST,
    prior: float = PRIOR,
) -> Learned:
    """Factors from finished journeys.

    areas: (s) area number of every segment, as a station's or a beat's; bands: (168). Raises
    Refusal where they do not fit. Weighted median; shrinkage n / (n + prior) towards 1.
    """
    area, band = np.asarray(areas, np.int32), np.asarray(bands, np.int32)
    if area.shape != streets.segment_name.shape or band.shape != (SLOTS,):
        raise refusal(
            f"需要每段道路的片区（{len(streets.segment_name)} 个）和 {SLOTS} 个小时的时段。",
            f"An area for each of {len(streets.segment_name)} segments and a band for each of "
            f"{SLOTS} hours are needed.",
        )
    shape = (int(band.max()) + 1, int(area.max(initial=0)) + 1, len(CLASSES))
    cell, ratio, share, left_out = _spoken(streets, journeys, area, band, shape)
    median, samples = _medians(cell, ratio, share, int(np.prod(shape)))
    enough = samples >= least
    towards = samples / np.where(samples > 0, samples + prior, 1.0)  # 0 where nothing was seen
    drawn = 1 + (np.nan_to_num(median, nan=1.0) - 1) * towards
    factor = np.where(enough, drawn, 1.0)
    return Learned(
        factor.reshape(shape), median.reshape(shape), samples.reshape(shape), least, left_out,
        band, area,
    )  # fmt: skip


def _spoken(
    streets: Streets, journeys: Sequence[Journey], area: I32, band: I32, shape: tuple[int, ...]
) -> tuple[I64, F64, F64, int]:
    """(cell, ratio, share) of every journey's part in every cell; journeys left out."""
    cells, ratios, shares, left_out = [], [], [], 0
    for one in journeys:
        ms = (streets.edge_ms[one.edges] if one.ms is None else one.ms).astype(float)
        drove_s = one.seconds - one.beside_s
        ratio = ms.sum() / 1000 / drove_s if drove_s > 0 else np.inf
        if not PLAUSIBLE[0] <= ratio <= PLAUSIBLE[1]:
            left_out += 1
            continue
        where = area[streets.edge_segment[one.edges]]
        flat = np.ravel_multi_index(
            (np.full(len(ms), band[one.slot]), where, streets.edge_class[one.edges]), shape
        )
        own, place = np.unique(flat, return_inverse=True)
        cells.append(own)
        shares.append(np.bincount(place, ms) / ms.sum())
        ratios.append(np.full(len(own), ratio))
    if not cells:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0), left_out
    return np.concatenate(cells), np.concatenate(ratios), np.concatenate(shares), left_out


def _medians(cell: I64, ratio: F64, share: F64, cells: int) -> tuple[F64, F64]:
    """(cells) the weighted median of each cell (nan for none) and its total weight."""
    total = np.bincount(cell, share, cells).astype(np.float64)
    order = np.lexsort((ratio, cell))
    cell, ratio = cell[order], ratio[order]
    run = np.cumsum(share[order])
    before = np.concatenate(([0.0], np.cumsum(total)))[cell]
    reached = np.flatnonzero(run - before >= total[cell] / 2 - 1e-12)
    median: F64 = np.full(cells, np.nan)
    own, first = np.unique(cell[reached], return_index=True)
    median[own] = ratio[reached[first]]
    return median, total
