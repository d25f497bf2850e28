"""The board of figures over a long past: opened, kept up to date entry by entry, made anew.

    python benchmarks/figures_board.py                    # 400,000 matters; some minutes
    python benchmarks/figures_board.py --matters 20000    # a quick look

The past lies in two years. Times are server times through Django's test client, with a signed-in
session; every page has all declared indicators in 15 periods. The peer is the same board asked of
the records themselves, which is also the proof: both must say the same. An entry is a real act
(a call taken, a unit sent, signed for, arrived); after each the trail is followed and the board's
own number read back.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import Any

import _ground
from _ground import keep, said, timed

KEYS = ("this-week", "this-month", "last-month", "this-half", "this-year", "last-year")


def main() -> None:
    """One database; every part measured in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matters", type=int, default=400_000)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--entries", type=int, default=40)
    told = parser.parse_args()
    with _ground.ground() as ground:
        import _history
        from _county import county

        place = county()
        _history.grow(ground.server.address("postgres"), place, told.matters)
        result: dict[str, Any] = {"matters": told.matters, "build_s": build(ground), **counts()}
        result |= {"pages": pages(place, told.pages), "entry": entries(place, told.entries)}
        report(result)
        keep("figures_board", result)


def counts() -> dict[str, Any]:
    """How much there is to count."""
    from watchroom.kernel.indicators import all_indicators
    from watchroom.kernel.models import Entry, FigureSample

    return {
        "entries": Entry.objects.count(),
        "indicators": len(all_indicators()),
        "samples": FigureSample.objects.count(),
    }


def build(ground: _ground.Ground) -> float:
    """Seconds to make every sample from nothing."""
    import psycopg

    from watchroom.kernel import kept_samples

    begun = time.perf_counter()
    kept_samples.build()
    took = time.perf_counter() - begun
    with psycopg.connect(ground.server.address("postgres"), autocommit=True) as db:
        db.execute("VACUUM ANALYZE kernel_figuresample")
    return round(took, 1)


def pages(place: Any, repeat: int) -> dict[str, Any]:
    """Boards of the county and its stations, each for the first time and again; and the peer."""
    from django.test import Client

    client = Client()
    client.force_login(place.people[0])
    agencies = [place.bureau, *place.stations[:4]]
    asked = [(a.code, key) for key in KEYS for a in agencies]

    def opened(i: int) -> None:
        code, key = asked[i % len(asked)]
        answer = client.get(f"/figures/board/?agency={code}&period={key}")
        assert answer.status_code == 200, answer.status_code

    first = timed(opened, len(asked), warm=0)
    return {"first": first, "again": timed(opened, repeat, warm=0), "records": peer(place)}


def peer(place: Any) -> dict[str, float]:
    """The county's board of this year asked of the records; stops unless both say the same."""
    from watchroom.base.clock import now
    from watchroom.figures.periods import months_back, usual
    from watchroom.kernel.access import system
    from watchroom.kernel.indicators import Asked, all_indicators, ask
    from watchroom.kernel.kept_figures import board

    (year,) = [one for one in usual(now()) if one.key == "this-year"]
    periods = [year.period, year.before, year.year_ago, *months_back(now(), 12)]
    every = all_indicators()
    told: dict[str, Any] = {}

    def asked(_: int) -> None:
        for name, one in every.items():
            told[name] = ask(one, Asked(periods, (place.bureau.pk,)))

    row = timed(asked, 1, warm=0)
    if told != board(system(), every, periods, place.bureau):
        raise SystemExit("The board does not say what the records say")
    return row


def entries(place: Any, many: int) -> dict[str, Any]:
    """What each entry costs to take in, and how soon the county's board says it."""
    from watchroom.domains.dispatch import actions
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Matter

    actor, unit = system(place.stations[0]), place.units[0]
    steps = ("sign", "arrive", "clear")
    done: list[dict[str, Any]] = []
    for _ in range(max(1, many // 5)):
        call = partial(actions.report_call, actor, words="打架", class_code="0201")
        done.append(_followed(place, call))
        incident = done[-1]["matter"]
        done.append(_followed(place, partial(actions.dispatch, actor, incident.pk, [unit.pk])))
        sent = Matter.objects.get(parent=incident, closed_at=None)
        taken = (partial(actions.perform, actor, sent.pk, step, data={}) for step in steps)
        done.extend(_followed(place, act) for act in taken)
    return {
        "taking_in": _ground.percentiles([one["follow"] for one in done]),
        "until_the_board_says_it": _ground.percentiles([one["seen"] for one in done]),
        "acts": len(done),
    }


def _followed(place: Any, act: Any) -> dict[str, Any]:
    """One act; seconds to take its entries in, and until the board has counted again."""
    from watchroom.base.clock import now
    from watchroom.figures.periods import usual
    from watchroom.kernel import kept_samples
    from watchroom.kernel.access import system
    from watchroom.kernel.indicators import all_indicators
    from watchroom.kernel.kept_figures import board

    every = all_indicators()
    periods = [one.period for one in usual(now()) if one.key in ("today", "this-year")]
    matter = act()
    begun = time.perf_counter()
    kept_samples.follow()
    followed = time.perf_counter()
    board(system(), every, periods, place.bureau)
    return {
        "matter": matter,
        "follow": followed - begun,
        "seen": time.perf_counter() - begun,
    }


def report(result: dict[str, Any]) -> None:
    """The lines a person reads."""
    made = f"{result['samples']:,} samples of {result['indicators']} indicators"
    print(f"  {result['entries']:,} entries; {made} made in {result['build_s']} s")
    said("board, first time", result["pages"]["first"])
    said("board, again", result["pages"]["again"])
    said("the same of the records themselves (this year)", result["pages"]["records"])
    said("an entry: taken in", result["entry"]["taking_in"])
    said("an entry: until the county's board says it", result["entry"]["until_the_board_says_it"])


if __name__ == "__main__":
    main()
