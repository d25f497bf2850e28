"""Many desks take random acts at once on a database of their own: every promise still holds.

    python benchmarks/desks.py                          # 50 desks x 40 acts, some minutes
    python benchmarks/desks.py --desks 50 --acts 2000   # the whole run
    python benchmarks/desks.py --acts 2000 --minutes 20 # as far as it comes in that time

Afterwards every promise is asked for: no unit on two assignments, every standing has its entry,
every chain verifies. The peer is one desk that does the same acts alone, one after the other: what
fifty desks do at once costs against what it costs without anybody to wait for.
"""

from __future__ import annotations

import argparse
import math
import time
from typing import Any

import _ground
from _ground import keep, percentiles, said

WHOLE = 50 * 2000


def main() -> None:
    """Alone, then all at once, each in the same county; then ask the promises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=50)
    parser.add_argument("--acts", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with _ground.ground():
        from tests.people import build
        from watchroom.domains.dispatch.tests.test_many_desks_at_once import promises_hold

        county = build()
        alone = race(county, 1, max(50, min(told.acts, 500)), told.seed + 1)
        together = race(county, told.desks, told.acts, told.seed, told.minutes * 60)
        promises_hold()
    report(told.desks, told.acts, alone, together)


def race(
    county: Any, desks: int, acts: int, seed: int, seconds: float = math.inf
) -> dict[str, Any]:
    """One race; stops if anything broke."""
    from watchroom.domains.dispatch.tests import desks as room

    begun, used = time.perf_counter(), time.process_time()
    tally = room.race(county, desks, acts, seed, seconds)
    spent = time.perf_counter() - begun
    if tally.broken:
        raise SystemExit(f"{len(tally.broken)} desks broke: {tally.broken[0]!r}")
    done = len(tally.seconds)
    return {
        "acts": done,
        "taken": sum(tally.taken.values()),
        "refused_with_a_sentence": sum(tally.refused.values()),
        "seconds": round(spent, 1),
        "cpu_seconds": round(time.process_time() - used, 1),
        "acts_per_second": round(done / spent, 1),
        "one_act": percentiles(tally.seconds),
        "by_act": dict(tally.taken.most_common()),
    }


def report(desks: int, acts: int, alone: dict[str, Any], together: dict[str, Any]) -> None:
    """Print the ratio and keep it, with how much of the whole run this was."""
    share = round(together["acts"] / WHOLE, 4)
    said("one desk alone", alone["one_act"], f"{alone['acts_per_second']} acts/s")
    said(f"{desks} desks at once", together["one_act"], f"{together['acts_per_second']} acts/s")
    ratio = round(together["acts_per_second"] / alone["acts_per_second"], 2)
    print(f"\n{desks} desks do {ratio} x the acts a second of one; every promise holds; "
          f"{together['acts']:,} acts, {share:.1%} of the whole run's {WHOLE:,}")  # fmt: skip
    result = {"desks": desks, "acts_each": acts, "share_of_whole_run": share, "broken": 0}
    keep("desks", {**result, "alone": alone, "together": together, "against_alone": ratio})


if __name__ == "__main__":
    main()
