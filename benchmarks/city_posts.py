"""56 posts in the fictional city, placed in three ways: `python -m benchmarks.city_posts`.

The city's own posts, one post in each of the 56 beats with the most calls, and ours. Ours and the
ranking see the calls of the first half of the year; what counts is the second half, which nobody
has seen: every urgent event that needs somebody, at its own crossing, by road. One unit stands at
each post; it is busy while it drives and works and can be sent again once it is back. What is not
urgent is left to the stations' other units: 56 alone could not carry it all. Weeks are the
replications: all plans have the same calls, so their differences are paired.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from watchroom.city.build import build
from watchroom.city.demand import Source
from watchroom.city.force import POST_KINDS
from watchroom.plan.simulation import Calls, Scenario, Units, run
from watchroom.plan.simulation.figures import estimate
from watchroom.plan.siting import best_of, expected_cover, tiered_cover
from watchroom.road import Network

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "city_posts.json"
TIERS, GAINS = (60, 180, 300), (1.0, 0.6, 0.3)
FAR_TIERS, FAR_GAINS = (*TIERS, 600, 900, 1200), (1.0, 0.75, 0.6, 0.4, 0.25, 0.1)
"""1-3-5 leaves whoever is farther than 5 minutes to chance; this counts 10 to 20 minutes too."""
MONDAY, WEEK = dt.date(2026, 1, 5), 7 * 86_400
URGENT = 2
"""Calls of this priority or a higher one (1 is the highest) are for the posts."""
CELL_M = 300
"""Calls are put together in squares of this width for planning, never for playing."""
JUDGED = 4
"""The last so many of the weeks seen say which plan is taken."""
OURS = "ours, 1-3-5"
FIGURES = ("within_60", "within_180", "within_300", "response", "response_p90", "workload")


@dataclass(frozen=True)
class Week:
    """The urgent events of a week that need somebody, in order of time."""

    at: np.ndarray
    """(c) seconds since Monday 00:00."""
    node: np.ndarray
    """(c) crossing."""
    beat: np.ndarray
    """(c) code of the beat."""
    scene: np.ndarray
    """(c) seconds at the scene."""


class Town:
    """The city, its streets and its year."""

    def __init__(self, per_day):
        self.city, self.per_day = build(), per_day
        self.source = Source(self.city, self.city.seed)
        roads = self.city.roads
        self.roads = Network.from_arrays(
            roads.tail, roads.head, roads.seconds, roads.lon, roads.lat
        ).at()

    def week(self, number):
        """One call for each event; those referred elsewhere or called off need nobody."""
        days = [self.source.draw(MONDAY + dt.timedelta(7 * number + day), self.per_day)
                for day in range(7)]  # fmt: skip
        needed = [
            day.first & [
                self.source.classes[klass].priority <= URGENT
                and self.source.outcome(klass, dice) in ("real", "false")
                for klass, dice in zip(day.klass.tolist(), day.dice[:, 5].tolist(), strict=True)
            ]
            for day in days
        ]  # fmt: skip
        columns = [
            (day.second[which] + 86_400.0 * since, day.node[which],
             np.array(day.beat)[which], day.scene[which])
            for since, (day, which) in enumerate(zip(days, needed, strict=True))
        ]  # fmt: skip
        return Week(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))

    def shares(self, posts, week):
        """(figures) of one unit at each post through a week of calls, starting with all free."""
        scene, place = np.unique(week.node, return_inverse=True)
        k = len(posts)
        travel = np.full((k + len(scene), k + len(scene)), np.inf, np.float32)
        travel[:k, k:] = self.roads.matrix(posts, scene)
        travel[k:, :k] = self.roads.matrix(scene, posts)
        np.fill_diagonal(travel, 0.0)
        told = run(
            Scenario(
                calls=Calls(at=week.at, place=(k + place).astype(np.int32), service=week.scene),
                units=Units(post=np.arange(k)), travel=travel, seconds=WEEK, returns="blocked",
                limits=TIERS,
            )
        )  # fmt: skip
        return np.array([told.of(name)[0] for name in FIGURES])


# --- three ways to place posts -----------------------------------------------------------------


def by_rank(town, weeks, posts):
    """The centres of the beats with the most calls."""
    beat, calls = np.unique(np.concatenate([week.beat for week in weeks]), return_counts=True)
    busiest = beat[np.argsort(-calls, kind="stable")[:posts]]
    return np.array([town.city.beat[code].node for code in busiest])


def candidates(town):
    """Crossings where a post can stand: at the landmarks that the city's own kinds of post stand
    at, and at the centre of every beat."""
    kinds = {kind for *_, wanted in POST_KINDS for kind in wanted}
    landmarks = [place.node for place in town.city.places if place.kind in kinds]
    return np.unique([*landmarks, *(beat.node for beat in town.city.beats)])


def gathered(town, weeks):
    """(crossings, calls): the calls of each square at the crossing with the most of them."""
    node, calls = np.unique(np.concatenate([week.node for week in weeks]), return_counts=True)
    roads = town.city.roads
    metres = np.column_stack((roads.lon * 97_800, roads.lat * 110_850))[node]
    square = np.unique(metres // CELL_M, axis=0, return_inverse=True)[1].ravel()
    order = np.lexsort((-calls, square))
    first = np.unique(square[order], return_index=True)[1]
    return node[order][first], np.bincount(square, calls)


def ours(town, weeks, posts, patience):
    """(crossings of the plan for 1-3-5, of that which counts the far too, how they were found).

    For 1-3-5 the best of some plans, each of them optimal for a model of its own, by playing weeks
    that the models have seen too: what a busy unit costs is for simulation to say.
    """
    sites = candidates(town)
    scenes, calls = gathered(town, weeks)
    cost = town.roads.matrix(sites, scenes).T
    cost = np.where(np.isfinite(cost), cost, 1e6)
    tiers = tiered_cover(cost, calls, TIERS, GAINS, p=posts, stop=patience)
    far = tiered_cover(cost, calls, FAR_TIERS, FAR_GAINS, p=posts, stop=patience)
    busy = town.shares(sites[tiers.sites], weeks[-1])[FIGURES.index("workload")]
    plans = {"tiers": tiers} | {
        f"expected cover, {limit} s, units busy {busy:.0%}": expected_cover(
            cost <= limit, calls, posts, busy=busy, stop=patience
        )
        for limit in TIERS[1:]
    }
    marks = {}

    def judge(chosen):
        played = [town.shares(sites[chosen], week) for week in weeks[-JUDGED:]]
        marks[chosen.tobytes()] = float(worth(np.mean(played, 0)[: len(TIERS)]))
        return marks[chosen.tobytes()]

    best, _ = best_of(plans.values(), judge)
    told = {
        name: {"worth": plan.objective / calls.sum(), "gap": plan.gap / plan.objective,
               "seconds": plan.seconds, "mark": marks.get(plan.sites.tobytes()),
               "chosen": plan is best}
        for name, plan in {**plans, "tiers to 20 minutes": far}.items()
    }  # fmt: skip
    how = {"candidates": len(sites), "squares": len(scenes), "plans": told}
    return sites[best.sites], sites[far.sites], how


def worth(shares):
    """What shares within each tier are worth together: a call counts once, in its best tier."""
    return np.diff(shares, prepend=0.0) @ np.array(GAINS)


# --- what came of it ---------------------------------------------------------------------------


def compared(played):
    """Every plan's figures with their intervals, and how much ours differ, week by week."""
    weeks = {name: np.column_stack((values, [worth(row[: len(TIERS)]) for row in values]))
             for name, values in played.items()}  # fmt: skip
    names = (*FIGURES, "worth")
    return {
        name: {
            figure: told(values[:, k]) | {"ours_more": told(weeks[OURS][:, k] - values[:, k])}
            for k, figure in enumerate(names)
        }
        for name, values in weeks.items()
    }  # fmt: skip


def told(values):
    """Mean over the weeks, with its 95 % interval."""
    one = estimate(values)
    return {"mean": one.mean, "low": one.low, "high": one.high}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weeks", type=int, default=51, help="of the year; the first half is seen")
    parser.add_argument("--per-day", type=float, default=1200, help="calls, with the repeated ones")
    parser.add_argument("--patience", type=float, default=60, help="seconds for each siting")
    asked = parser.parse_args()
    begun, cpu = time.perf_counter(), time.process_time()
    town = Town(asked.per_day)
    weeks = [town.week(number) for number in range(asked.weeks)]
    seen, unseen = weeks[: asked.weeks // 2], weeks[asked.weeks // 2 :]
    own = np.array([post.node for post in town.city.posts])
    near, far, how = ours(town, seen, len(own), asked.patience)
    plans = {
        "the city's own": own, "busiest beats": by_rank(town, seen, len(own)),
        "ours, far calls too": far, OURS: near,
    }  # fmt: skip
    played = {
        name: np.array([town.shares(posts, week) for week in unseen])
        for name, posts in plans.items()
    }
    result = {
        "about": {
            "machine": platform.processor() or platform.machine(), "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1), "python": platform.python_version(),
            "seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - cpu,
        },
        "posts": len(own), "weeks_seen": len(seen), "weeks_played": len(unseen),
        "calls_seen": sum(len(week.at) for week in seen),
        "calls_played": sum(len(week.at) for week in unseen),
        "how": how, "plans": compared(played),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    for name, row in result["plans"].items():
        shown = [f"{figure} {row[figure]['mean']:.3g} ({row[figure]['low']:.3g} to "
                 f"{row[figure]['high']:.3g})" for figure in row]  # fmt: skip
        print(f"{name:>20}: {', '.join(shown)}")
    print(f"written: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
