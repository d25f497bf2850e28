"""Worklist, board and matter page with 10,000 and with 1,000,000 matters: cost must not grow.

    python benchmarks/worklist.py                      # both sizes; some minutes
    python benchmarks/worklist.py --sizes 1000 20000   # a quick look

The same 400 matters are open at either size. Times are server times through Django's test client,
with a signed-in session. The peer is Django's own Paginator (COUNT and OFFSET) over the same rows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _ground
from _ground import keep, said, timed

INCIDENTS, SENT = 250, 150
ANSWER = "ANSWER"


def main() -> None:
    """Each size in a process and a database of its own, then side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        print(ANSWER + json.dumps(measure(told.one, told.repeat)))
        return
    report([ask(size, told.repeat) for size in told.sizes])


def ask(size: int, repeat: int) -> dict[str, Any]:
    """One size, measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, Path(__file__), "--one", str(size), "--repeat", str(repeat)],
        check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    (line,) = [x for x in done.stdout.splitlines() if x.startswith(ANSWER)]
    return dict(json.loads(line.removeprefix(ANSWER)))


def measure(size: int, repeat: int) -> dict[str, Any]:
    """A database with so many matters; every page timed."""
    with _ground.ground() as ground:
        import _history
        from _county import county

        place = county()
        begun = time.perf_counter()
        _history.grow(ground.server.address("postgres"), place, size)
        made = time.perf_counter() - begun
        print(f"{size:,} matters made in {made:.0f} s", file=sys.stderr)
        numbers = open_matters(place)
        verified = _history.check(place, chains=len(place.stations) if size <= 20_000 else 1)
        _analyze(ground)
        return {
            "matters": size,
            "made_s": round(made, 1),
            "entries_verified": verified,
            "database_mb": _megabytes(),
            "pages": pages(place, numbers, repeat),
            "deep": deep(place, repeat),
        }


def _analyze(ground: _ground.Ground) -> None:
    import psycopg

    with psycopg.connect(ground.server.address("postgres"), autocommit=True) as db:
        db.execute("VACUUM ANALYZE")


def _megabytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
        return int(cursor.fetchone()[0])


def open_matters(place: Any) -> list[Any]:
    """What is open now, by the product's own acts: 250 incidents, 150 of them with a unit."""
    from _county import at

    from watchroom.domains.dispatch import actions
    from watchroom.kernel.access import actor_of

    actor, made = actor_of(place.people[0]), []
    for n in range(INCIDENTS):
        lon, lat = at(n % len(place.stations))
        made.append(
            actions.report_call(
                actor,
                words="有人打架",
                place=f"解放路{n}号",
                lon=lon + n % 9 * 0.001,
                lat=lat,
                class_code="0201" if n % 10 else "",
                caller=f"1380000{n:04}",
            )
        )
    ready = [m for m in made if m.state == "classified"][:SENT]
    for incident, unit in zip(ready, place.units, strict=False):
        actions.dispatch(actor, incident.pk, [unit.pk])
    return made


def pages(place: Any, made: list[Any], repeat: int) -> dict[str, Any]:
    """Each page with its times and its count of queries."""
    from django.test import Client
    from django.urls import NoReverseMatch, reverse

    from watchroom.kernel.models import Matter

    client = Client(HTTP_HOST="localhost")
    client.force_login(place.people[1])
    past = list(Matter.objects.filter(kind="dispatch.incident", closed_at__isnull=False)[:50])
    asked: dict[str, Callable[[int], str]] = {
        "worklist, everything open": lambda i: "/?scope=all",
        "worklist, my agency": lambda i: "/?scope=agency",
        "worklist, mine": lambda i: "/?scope=mine",
        "board (API)": lambda i: "/api/v1/dispatch/board",
        "matter page, open": lambda i: reverse("matter", args=[made[i % 250].number]),
        "matter page, closed": lambda i: reverse("matter", args=[past[i % len(past)].number]),
        "incident in full (API)": lambda i: f"/api/v1/dispatch/incidents/{made[i % 250].pk}",
        "call being typed, assessed (API)": lambda i: "",
    }
    try:
        board = reverse("dispatch:board")
        asked["board page"] = lambda i: board
    except NoReverseMatch:
        print("The board has no page in this version", file=sys.stderr)
    found = {}
    for name, address in asked.items():
        call = _assess(client) if "typed" in name else _get(client, address)
        found[name] = {**timed(call, repeat), "queries": queries(call)}
    return found


def _get(client: Any, address: Callable[[int], str]) -> Callable[[int], None]:
    def call(i: int) -> None:
        answer = client.get(address(i))
        if answer.status_code != 200:
            raise SystemExit(f"{address(i)}: {answer.status_code} {answer.content[:300]!r}")

    return call


def _assess(client: Any) -> Callable[[int], None]:
    from _county import at

    def call(i: int) -> None:
        lon, lat = at(i % 40)
        typed = {"words": "有人打架", "place": f"解放路{i}号", "lon": lon, "lat": lat,
                 "caller": f"1380000{i:04}"}  # fmt: skip
        answer = client.post("/api/v1/dispatch/assess", typed, content_type="application/json")
        if answer.status_code != 200:
            raise SystemExit(f"assess: {answer.status_code} {answer.content[:300]!r}")

    return call


def queries(call: Callable[[int], Any]) -> int:
    """How many queries one call asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        call(0)
    return len(seen)


def deep(place: Any, repeat: int) -> dict[str, Any]:
    """The peer: Paginator over the worklist's rows, and both half-way through all incidents."""
    from django.core.paginator import Paginator

    from watchroom.desk import worklist
    from watchroom.domains.dispatch import queries as reads
    from watchroom.kernel import access
    from watchroom.kernel.models import Matter

    actor = access.actor_of(place.people[1])
    everything = worklist.Filters(scope="all")
    rows = worklist.scoped(actor, everything).select_related("agency", "owner")
    rows = rows.order_by("due_at", "pk")
    seen = access.visible(actor, Matter.objects.filter(kind="dispatch.incident"))
    seen = seen.order_by("-occurred_at", "-pk")
    half = seen.count() // 2
    mark = seen[half]
    after = f"{mark.occurred_at.isoformat()}_{mark.pk}"

    def offset(of: Any, page: int) -> Callable[[int], None]:
        def call(_: int) -> None:
            paginator = Paginator(of, worklist.PAGE)
            list(paginator.page(min(page, paginator.num_pages)))

        return call

    def ours_half(_: int) -> None:
        reads.listed(actor, after=after, limit=worklist.PAGE)

    def peer_half(_: int) -> None:
        paginator = Paginator(seen.values_list("pk", flat=True), worklist.PAGE)
        reads.incidents.views_of(paginator.page(half // worklist.PAGE + 1))

    few = max(5, repeat // 5)
    return {
        "worklist: ours": timed(lambda _: worklist.page(actor, everything), repeat),
        "worklist: Paginator": timed(offset(rows, 1), repeat),
        "half-way through all incidents: ours": timed(ours_half, repeat),
        "half-way through all incidents: Paginator": timed(peer_half, few),
    }


def report(sizes: list[dict[str, Any]]) -> None:
    """Print both sizes side by side with the ratio of the last to the first."""
    first, last = sizes[0], sizes[-1]
    growth: dict[str, float] = {}
    for part in ("pages", "deep"):
        print(f"\n{part}: {first['matters']:,} matters, then {last['matters']:,}")
        for name, row in last[part].items():
            growth[name] = round(row["p50_ms"] / max(first[part][name]["p50_ms"], 0.01), 2)
            note = f"{growth[name]:6.2f} x {first['matters']:,}"
            said(name, row, note + (f"  {row['queries']} queries" if "queries" in row else ""))
    half = "half-way through all incidents: "
    ours, peer = last["deep"][half + "ours"], last["deep"][half + "Paginator"]
    ratio = round(peer["p50_ms"] / ours["p50_ms"], 1)
    print(f"\nPaginator takes {ratio} x ours half-way through {last['matters']:,} matters")
    keep("worklist", {"open": INCIDENTS + SENT, "sizes": sizes, "growth": growth,
                      "paginator_against_ours": ratio})  # fmt: skip


if __name__ == "__main__":
    main()
