"""Which sites may be open together: how many in all, how many of a kind, which in any case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.plan.siting.gains import Bools, Ints


@dataclass(frozen=True)
class Rules:
    """Every site is in one team and in one kind of that team; limits are nested, so that the best
    set for given site scores is found greedily (a laminar matroid; Edmonds 1971)."""

    team: Ints
    """(m) team of each site, for example the period it would be staffed in."""
    team_limit: Ints
    """(teams) how many sites of a team may be open."""
    kind: Ints
    """(m) kind of each site; the sites of a kind are of one team."""
    kind_limit: Ints
    """(kinds) how many sites of a kind may be open."""
    fixed: Bools
    """(m) sites that stay open; they count against the limits."""

    def kept(self, sites: Ints, fixed: Bools) -> Rules:
        """The same rules for some of the sites, of which more may be fixed."""
        return Rules(self.team[sites], self.team_limit, self.kind[sites], self.kind_limit, fixed)


def any_of(sites: int, p: int) -> Rules:
    """At most p of the sites."""
    zeros = np.zeros(sites, np.int64)
    limit = np.array([min(p, sites)], np.int64)
    return Rules(zeros, limit, zeros, limit, np.zeros(sites, np.bool_))
