"""Five years of a city's villages: no page of disputes and community policing may be slow.

    python benchmarks/prevention.py                       # 731,000 doors, 3.7 million visits
    python benchmarks/prevention.py --households 20000 --disputes 500   # a quick look

Server times through Django's test client with a signed-in session: a beat's officer, a station's
chief, a bureau's leader. The bound is 150 ms at the 95th percentile; a page above it is named. On a
machine that others use too, wall times say how busy it was: beside them stands the CPU, that of the
thread that asked at its 95th percentile and, as a mean, that of all PostgreSQL processes.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from collections.abc import Callable
from typing import Any

import _ground
import _villages
from _ground import cpu_s, keep, timed

BOUND_MS = 150.0


def main() -> None:
    """Make the years, ask every page, compare with the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=731_000)
    parser.add_argument("--disputes", type=int, default=5_770, help="a year")
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=100)
    told = parser.parse_args()
    size = _villages.Size(households=told.households, disputes=told.disputes, years=told.years)
    with _ground.ground() as ground:
        city = _villages.city(size)
        begun = time.perf_counter()
        _villages.grow(ground.server.address("postgres"), size)
        made = round(time.perf_counter() - begun, 1)
        print(f"made in {made} s", file=sys.stderr)
        calls = asked(city, size)
        for call in calls.values():
            call(0)
        gc.collect()
        gc.freeze()  # as `watchroom serve` does once everything is loaded
        pages = {name: measured(name, ground, call, told.repeat) for name, call in calls.items()}
    for what, above in (("wall", _above(pages, "p95_ms")), ("CPU", _above(pages, "cpu_ms"))):
        print(f"\nabove the bound by {what}:", ", ".join(above) or "none")
    keep("prevention", {
        "households": size.households, "visits": size.households * size.years, "beats": size.beats,
        "disputes": size.disputes * size.years, "years": size.years, "made_s": made,
        "bound_ms": BOUND_MS, "pages": pages,
    })  # fmt: skip


def _above(pages: dict[str, Any], what: str) -> list[str]:
    return [name for name, row in pages.items() if row[what] > BOUND_MS]


def measured(name: str, ground: Any, call: Callable[[int], int], repeat: int) -> dict[str, Any]:
    """Times, this thread's CPU, PostgreSQL's CPU a call, queries and bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        size = call(0)
    queries = len(seen)
    before = cpu_s(ground.server.pid())
    row: dict[str, Any] = timed(call, repeat)
    used = (cpu_s(ground.server.pid()) - before) / (repeat + 5)
    db_ms = round(used * 1e3, 2)
    row |= {"db_cpu_ms": db_ms, "cpu_ms": round(row["p95_cpu_ms"] + db_ms, 2)}
    row |= {"queries": queries, "bytes": size}
    _ground.said(name, row, f"PostgreSQL {db_ms} ms  p95 {row['p95_ms']} ms")
    return row


def asked(city: Any, size: Any) -> dict[str, Callable[[int], int]]:
    """Every page by name; the number of the call moves it to another beat, place or tile."""
    from watchroom.domains.community.models import Household

    chief, leader = _signed_in(city.chief), _signed_in(city.leader)
    mine = [_signed_in(officer) for officer in city.officers[:20]]
    doors = list(Household.objects.order_by("pk").values_list("pk", flat=True)[:400:20])

    def tile(zoom: int) -> Callable[[int], int]:
        def call(i: int) -> int:
            lon, lat = _middle(i % 20)
            x, y = _tile(zoom, lon, lat)
            return _get(leader, f"/community/tiles/{zoom}/{x}/{y}.mvt")

        return call

    return {
        "disputes open, of a station": lambda i: _get(chief, "/disputes/"),
        "disputes open, of the bureau": lambda i: _get(leader, "/disputes/"),
        "disputes that ended": lambda i: _get(leader, "/disputes/?over"),
        "same place while typing": lambda i: _near(leader, i),
        "same parties, looked for": lambda i: _same(city, size, i),
        "worklist, everything open": lambda i: _get(leader, "/?scope=all"),
        "worklist, a beat's officer": lambda i: _get(mine[i % 20], "/?scope=mine"),
        "the phone of a beat's officer": lambda i: _get(mine[i % 20], "/phone/"),
        "fifty beats and how they stand": lambda i: _get(leader, "/community/?all=1"),
        "one beat": lambda i: _get(mine[i % 20], f"/community/beats/B{i % 20:04}/"),
        "an address in a beat": lambda i: _get(
            mine[i % 20], f"/community/beats/B{i % 20:04}/?q={i}"
        ),
        "which beat a place lies in": _beat_at,
        "a household": lambda i: _get(leader, f"/community/households/{doors[i % 20]}/"),
        "households, tile of the whole city (zoom 9)": tile(9),
        "households, tile of a town (zoom 12)": tile(12),
        "households, tile of a street (zoom 15)": tile(15),
    }


def _signed_in(staff: Any) -> Any:
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    client.force_login(staff)
    return client


def _get(client: Any, address: str) -> int:
    answer = client.get(address)
    if answer.status_code not in (200, 204):
        raise SystemExit(f"{address}: {answer.status_code} {answer.content[:300]!r}")
    return len(answer.content)


def _near(client: Any, i: int) -> int:
    from watchroom.kernel.models import Beat

    beat = Beat.objects.get(code=f"B{i % 20:04}").pk
    return _get(client, f"/disputes/near/?place=解放路{i % 4}号&beat={beat}")


def _same(city: Any, size: Any, i: int) -> int:
    from watchroom.domains.disputes import queries
    from watchroom.domains.disputes.models import Dispute
    from watchroom.kernel.access import actor_of

    dispute = Dispute.objects.select_related("matter").order_by("-pk")[i]
    return len(queries.between_the_same(actor_of(city.leader), dispute))


def _beat_at(i: int) -> int:
    from watchroom.kernel.places import beat_at

    found = beat_at(*_middle(i))
    if found is None or found.code != f"B{i:04}":
        raise SystemExit(f"Another beat than B{i:04}: {found}")
    return 1


def _middle(number: int) -> tuple[float, float]:
    row, column = divmod(number, _villages.ROW)
    half = _villages.STEP / 2
    return (
        _villages.WEST + _villages.STEP * column + half,
        _villages.SOUTH + _villages.STEP * row + half,
    )


def _tile(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    many = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * many), int(y * many)


if __name__ == "__main__":
    main()
