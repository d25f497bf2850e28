"""Search among a million matters, from common words to rare ones, from the top and from a station.

    python benchmarks/search.py                  # a million matters; some minutes
    python benchmarks/search.py --size 20000     # a quick look

Each question is asked both ways over the same rows and index: "anywhere" finds every match and
then filters by access, "by agency" has the agency in the index too. Which one a reader gets is
decided by how much of the tree they read (`search.SHARE`).
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import _ground
from _ground import keep, said, timed

WORDS = ("打架", "纠纷 商铺", "火灾", "溺水", "解放路88", "卫星云图")


def main() -> None:
    """Make the past, ask each word as both readers, both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=9)
    told = parser.parse_args()
    with _ground.ground() as ground:
        import _history
        from _county import county

        place, begun = county(), time.perf_counter()
        _history.grow(ground.server.address("postgres"), place, told.size)
        print(f"{told.size:,} matters in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        keep("search", {"matters": told.size, "sizes_mb": _sizes(), **ask(place, told.repeat)})


def ask(place: Any, repeat: int) -> dict[str, Any]:
    """Times in milliseconds of every word, reader and way; both ways must find the same."""
    from watchroom.kernel import search
    from watchroom.kernel.access import actor_of

    found: dict[str, Any] = {}
    for who, staff in (("county", place.people[0]), ("one of forty", _at_a_station(place))):
        for words in WORDS:
            row, answers = {}, []
            for way, share in (("anywhere", 10**9), ("by agency", 0)):
                search.SHARE = share
                answers.append([m.pk for m in search.matters(actor_of(staff), words).matters])
                row[way] = timed(lambda _, s=staff, w=words: search.matters(actor_of(s), w), repeat)
            if answers[0] != answers[1]:
                raise SystemExit(f"{who}, {words}: the two ways find different matters")
            ratio = round(row["anywhere"]["p50_ms"] / max(row["by agency"]["p50_ms"], 0.01), 1)
            said(f"{who}: {words}", row["by agency"], f"{ratio} x faster; {len(answers[0])} found")
            found[f"{who}: {words}"] = {**row, "ratio": ratio, "found": len(answers[0])}
    return {"asked": found}


def _at_a_station(place: Any) -> Any:
    from watchroom.kernel.models import Post, Role, Staff

    station = place.stations[7]
    staff = Staff.objects.create_user("chief007", None, name="所长", agency=station)
    Post.objects.create(staff=staff, role=Role.objects.get(key="station_chief"), agency=station)
    return staff


def _sizes() -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('words_grams') >> 20, pg_relation_size('kernel_words') >> 20"
        )
        index, table = cursor.fetchone()
    return {"index": index, "table": table}


if __name__ == "__main__":
    main()
