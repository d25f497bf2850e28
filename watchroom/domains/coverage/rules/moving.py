"""What moving one free unit would change: what its place loses, what the new place gains.

Each proposal stands by itself, exactly: of every cell the two nearest units are known, so that
without one of them the other is the nearest (`kernel.coverage`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SITES, UNITS = 12, 25
"""How many sites are looked at, those that would gain most; how many units, the nearest to each."""
WORTH = 0.003
"""A move that wins less than this share of the expected calls is not worth proposing."""
ALIKE = 0.5
"""A second proposal for a site whose gain is more than half another's gain is the same proposal."""


@dataclass(frozen=True, slots=True)
class Move:
    """Unit `unit` to site `site` (indices): shares gained and lost, and the way in seconds."""

    unit: int
    site: int
    gain: float
    loss: float
    seconds: float

    @property
    def net(self) -> float:
        """What is won in all."""
        return self.gain - self.loss


def moves(
    nearest_s: F64,
    nearest: npt.NDArray[np.int32],
    weight: F64,
    site_s: F64,
    way_s: F64,
    limit_s: float,
    most: int = 5,
) -> list[Move]:
    """The moves worth proposing, the best first; no unit and no gain twice.

    nearest_s, nearest: (c, 2) seconds and index of the two nearest units of each cell; weight: (c)
    share of the calls expected there; site_s: (s, c) seconds from each site to each cell; way_s:
    (u, s) seconds from each unit to each site; limit_s: what counts as in time.
    """
    covered = nearest_s[:, 0] <= limit_s
    new = (site_s <= limit_s) & ~covered
    gains = new @ weight
    found: list[Move] = []
    for site in np.argsort(-gains, kind="stable")[:SITES].tolist():
        if gains[site] < WORTH:
            break
        taken = [new[move.site] for move in found]
        if any(float(weight[new[site] & one].sum()) > ALIKE * gains[site] for one in taken):
            continue
        busy = {move.unit for move in found}
        best = _best(site, nearest_s, nearest, weight, site_s[site], way_s[:, site], limit_s, busy)
        if best is not None and best.net >= WORTH:
            found.append(best)
    return sorted(found, key=lambda move: -move.net)[:most]


def _best(
    site: int,
    nearest_s: F64,
    nearest: npt.NDArray[np.int32],
    weight: F64,
    site_s: F64,
    way_s: F64,
    limit_s: float,
    busy: set[int],
) -> Move | None:
    """Who of the nearest units should go: most won in all, the shorter way where it is equal."""
    covered, there = nearest_s[:, 0] <= limit_s, site_s <= limit_s
    gain = float(weight[there & ~covered].sum())
    choices = []
    for unit in np.argsort(way_s, kind="stable")[:UNITS].tolist():
        if unit in busy or not np.isfinite(way_s[unit]):
            continue
        alone = covered & (nearest[:, 0] == unit) & (nearest_s[:, 1] > limit_s) & ~there
        choices.append(Move(unit, site, gain, float(weight[alone].sum()), float(way_s[unit])))
    return max(choices, key=lambda move: (round(move.net, 4), -move.seconds), default=None)
