"""Which sites may be open together: how many in all, how many of a kind, which in any case."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from watchroom.plan.siting.gains import Bools, Floats, Ints


@dataclass(frozen=True)
class Rules:
    """Limits by team and, inside a team, by kind: nested, so that the best set for given scores of
    sites is found greedily (a laminar matroid; Edmonds, "Matroids and the greedy algorithm",
    Mathematical Programming 1 (1971)). `rows` hold what does not nest."""

    team: Ints
    """(m) team of each site, for example the period it would be staffed in."""
    team_limit: Ints
    """(teams) how many sites of a team may be open."""
    kind: Ints
    """(m) kind of each site; all sites of a kind are of one team."""
    kind_limit: Ints
    """(kinds) how many sites of a kind may be open."""
    fixed: Bools
    """(m) sites that stay open; they count against the limits."""
    barred: Bools
    """(m) sites that stay shut."""
    rows: list[Row] = field(default_factory=list)
    """What else must hold."""

    @property
    def most(self) -> int:
        """How many sites may be open at most."""
        return int(self.team_limit.sum())

    def kept(self, sites: Ints) -> Rules:
        """The same for some of the sites; a row keeps the sites that are left."""
        number = np.full(len(self.team), -1)
        number[sites] = np.arange(len(sites))
        rows = [row.kept(number) for row in self.rows]
        return Rules(
            self.team[sites], self.team_limit, self.kind[sites], self.kind_limit,
            self.fixed[sites], self.barred[sites], rows,
        )  # fmt: skip

    def rounded(self, x: Floats) -> Bools:
        """Open the most open sites that the limits allow together."""
        team, kind = self.team_limit.copy(), self.kind_limit.copy()
        opened = self.fixed.copy()
        np.subtract.at(team, self.team[opened], 1)
        np.subtract.at(kind, self.kind[opened], 1)
        order = np.argsort(-x, kind="stable")
        for j in order[x[order] > 1e-6]:
            free = not (opened[j] or self.barred[j])
            if free and team[self.team[j]] > 0 and kind[self.kind[j]] > 0:
                opened[j] = True
                team[self.team[j]] -= 1
                kind[self.kind[j]] -= 1
        return opened


@dataclass(frozen=True)
class Row:
    """sum of factor[k] x[site[k]] >= least."""

    site: Ints
    factor: Floats
    least: float

    def kept(self, number: Ints) -> Row:
        """The same with the sites renumbered; -1 has gone."""
        left = number[self.site] >= 0
        return Row(number[self.site[left]], self.factor[left], self.least)


def any_of(sites: int, p: int) -> Rules:
    """At most p of the sites, or p units at them where a site holds several."""
    zeros, no = np.zeros(sites, np.int64), np.zeros(sites, np.bool_)
    limit = np.array([p], np.int64)
    return Rules(zeros, limit, zeros, limit, no, no)
