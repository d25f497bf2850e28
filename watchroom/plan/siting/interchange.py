"""Good plans fast: exchange one open site for a shut one, with a short memory against circles.

Every exchange is judged in constant time from three tables: what a site adds, what closing an open
one loses, and what of that the new one catches.
Source: Resende, Werneck, "A fast swap-based local search procedure for location problems", Annals
of Operations Research 150 (2007); memory: Glover, "Tabu search", ORSA Journal on Computing 1
(1989).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from watchroom.plan.siting.gains import Bools, Gains
from watchroom.plan.siting.rules import Rules
from watchroom.plan.siting.run import Run

CHUNK = 500
"""Exchanges between two looks at the clock."""


def search(
    gains: Gains, rules: Rules, run: Run, *, seed: int, exchanges: int, start: Bools | None = None
) -> tuple[Bools, float]:
    """(open sites, their worth) after this many exchanges from `start`, or from a greedy plan."""
    table = Table(gains, rules)
    table.build(rules.fixed if start is None else start)
    for chunk in range(0, exchanges, CHUNK):
        if run.stopped:
            break
        table.exchange(min(CHUNK, exchanges - chunk), seed + chunk)
    return table.best_open, table.best


class Table:
    """The search's whole state, so that it can be carried on."""

    def __init__(self, gains: Gains, rules: Rules):
        n, m = gains.demands, gains.sites
        self._gains = (gains.start, gains.site, gains.gain, *gains.by_site)
        limits = (rules.team, rules.team_limit, rules.kind, rules.kind_limit)
        self._rules = (*limits, rules.fixed, rules.barred)
        self._open, self.best_open = np.zeros(m, np.bool_), np.zeros(m, np.bool_)
        self._near = (np.full((n, 2), -1), np.zeros((n, 2)))
        p = min(m, rules.most)
        self._tables = (np.zeros(m), np.zeros(m), np.zeros((p + 1, m)))
        self._slots = (np.full(p + 1, -1), np.full(m, -1))
        self._until = np.zeros(m, np.int64)
        self._worth = np.zeros(3)  # now, best, exchanges made

    @property
    def best(self) -> float:
        """Worth of the best plan seen."""
        return float(self._worth[1])

    def build(self, open_sites: Bools) -> None:
        """Open these, then greedily what the rules allow."""
        self._call(_build, open_sites)

    def exchange(self, times: int, seed: int) -> None:
        """Make exchanges, the best allowed each time."""
        self._call(_exchange, times, seed)

    def _call(self, work, *given) -> None:  # type: ignore[no-untyped-def]
        work(
            self._gains, self._rules, self._open, self.best_open, *self._near, *self._tables,
            *self._slots, self._until, self._worth, *given,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def _put(i, sign, start, site, gain, near, bring, add, lose, catch, slot_of):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add (or take away) what demand i says about every exchange."""
    first, g1, g2 = near[i, 0], bring[i, 0], bring[i, 1]
    if first >= 0:
        lose[first] += sign * (g1 - g2)
    for e in range(start[i], start[i + 1]):
        g = gain[e]
        if g <= g2:
            break
        j = site[e]
        if g > g1:
            add[j] += sign * (g - g1)
        if first >= 0:
            catch[slot_of[first], j] += sign * (min(g, g1) - g2)


@njit(cache=True, nogil=True)
def _nearest(i, start, site, gain, opened, near, bring):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The two best open sites of demand i."""
    found = 0
    near[i, 0] = near[i, 1] = -1
    bring[i, 0] = bring[i, 1] = 0.0
    for e in range(start[i], start[i + 1]):
        if opened[site[e]]:
            near[i, found], bring[i, found] = site[e], gain[e]
            found += 1
            if found == 2:
                return


@njit(cache=True, nogil=True)
def _open_site(j, slot, gains, opened, near, bring, add, lose, catch, slots, slot_of, worth):  # type: ignore[no-untyped-def]  # pragma: no cover
    start, site, gain, by_start, by_demand, by_gain = gains
    opened[j] = True
    slots[slot], slot_of[j] = j, slot
    for e in range(by_start[j], by_start[j + 1]):
        i, g = by_demand[e], by_gain[e]
        if g > bring[i, 1]:
            _put(i, -1.0, start, site, gain, near, bring, add, lose, catch, slot_of)
            worth[0] -= bring[i, 0]
            if g > bring[i, 0]:
                near[i, 1], bring[i, 1] = near[i, 0], bring[i, 0]
                near[i, 0], bring[i, 0] = j, g
            else:
                near[i, 1], bring[i, 1] = j, g
            worth[0] += bring[i, 0]
            _put(i, 1.0, start, site, gain, near, bring, add, lose, catch, slot_of)


@njit(cache=True, nogil=True)
def _shut_site(j, gains, opened, near, bring, add, lose, catch, slots, slot_of, worth):  # type: ignore[no-untyped-def]  # pragma: no cover
    start, site, gain, by_start, by_demand, _ = gains
    opened[j] = False
    for e in range(by_start[j], by_start[j + 1]):
        i = by_demand[e]
        if near[i, 0] == j or near[i, 1] == j:
            _put(i, -1.0, start, site, gain, near, bring, add, lose, catch, slot_of)
            worth[0] -= bring[i, 0]
            _nearest(i, start, site, gain, opened, near, bring)
            worth[0] += bring[i, 0]
            _put(i, 1.0, start, site, gain, near, bring, add, lose, catch, slot_of)
    catch[slot_of[j], :] = 0.0
    slots[slot_of[j]], slot_of[j] = -1, -1


@njit(cache=True, nogil=True)
def _build(  # type: ignore[no-untyped-def]
    gains, rules, opened, best_open, near, bring, add, lose, catch, slots, slot_of, until, worth,
    given,
):  # fmt: skip  # pragma: no cover
    team, team_limit, kind, kind_limit, _, barred = rules
    team_used, kind_used = np.zeros_like(team_limit), np.zeros_like(kind_limit)
    start, site, gain = gains[0], gains[1], gains[2]
    for i in range(len(start) - 1):
        _put(i, 1.0, start, site, gain, near, bring, add, lose, catch, slot_of)
    slot = 0
    for j in range(len(given)):
        if given[j]:
            _open_site(j, slot, gains, opened, near, bring, add, lose, catch, slots, slot_of, worth)
            team_used[team[j]] += 1
            kind_used[kind[j]] += 1
            slot += 1
    while True:
        best = -1
        for j in range(len(given)):
            fits = (
                not (opened[j] or barred[j])
                and team_used[team[j]] < team_limit[team[j]]
                and kind_used[kind[j]] < kind_limit[kind[j]]
            )
            if fits and (best < 0 or add[j] > add[best]):
                best = j
        if best < 0:
            break
        _open_site(best, slot, gains, opened, near, bring, add, lose, catch, slots, slot_of, worth)
        team_used[team[best]] += 1
        kind_used[kind[best]] += 1
        slot += 1
    worth[1] = worth[0]
    best_open[:] = opened


@njit(cache=True, nogil=True)
def _exchange(  # type: ignore[no-untyped-def]
    gains, rules, opened, best_open, near, bring, add, lose, catch, slots, slot_of, until, worth,
    times, seed,
):  # fmt: skip  # pragma: no cover
    np.random.seed(seed)
    team, _, kind, kind_limit, fixed, barred = rules
    p = len(slots)
    m = len(team)
    kind_used = np.zeros_like(kind_limit)
    closed, shut_count = np.empty(m, np.int64), 0
    for j in range(m):
        if opened[j]:
            kind_used[kind[j]] += 1
        elif not barred[j]:
            closed[shut_count] = j
            shut_count += 1
    for _ in range(times):
        now = worth[2]
        best, out, into, at = -np.inf, -1, -1, -1
        for slot in range(len(slots)):
            r = slots[slot]
            if r < 0 or fixed[r]:
                continue
            held = until[r] > now
            for c in range(shut_count):
                j = closed[c]
                change = add[j] - lose[r] + catch[slot, j]
                if change <= best or team[j] != team[r]:
                    continue
                if kind[j] != kind[r] and kind_used[kind[j]] >= kind_limit[kind[j]]:
                    continue
                if (held or until[j] > now) and worth[0] + change <= worth[1]:
                    continue
                best, out, into, at = change, r, j, c
        worth[2] += 1
        if out < 0:
            continue
        slot = slot_of[out]
        _shut_site(out, gains, opened, near, bring, add, lose, catch, slots, slot_of, worth)
        _open_site(into, slot, gains, opened, near, bring, add, lose, catch, slots, slot_of, worth)
        closed[at] = out
        kind_used[kind[out]] -= 1
        kind_used[kind[into]] += 1
        until[into] = now + 2 + np.random.randint(0, 3 + p // 8)
        until[out] = now + 5 + np.random.randint(0, 5 + p // 3)
        if worth[0] > worth[1]:
            worth[1] = worth[0]
            best_open[:] = opened
