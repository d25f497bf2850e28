"""From a call to the ranked list of 2,000 units over HTTP, while 400 positions a second come in.

    python benchmarks/intake.py
    python benchmarks/intake.py --size small --calls 20   # a quick look

A real `watchroom serve --with-live` on the fictional city with its road network. Each call is
POSTed with its class and place; then its ranking is asked for: units by road time, with what
coverage each would leave open. The peer is what open dispatch tools do, straight-line distance
sorted in plain Python, over the same rows in the same run; how often it would have sent another
unit, and what that costs by road, stands beside its time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import _ground
from _ground import Running, keep, percentiles, said
from _http import Client, every

UNITS, A_SECOND, DESKS, HANDS = 2000, 400, 4, 100
SHOWN, ROUNDS, WARM = 20, 50, 5
SCOPES = ["dispatch.view", "dispatch.take_call", "unit.view"]
BASE, CODE = "/api/v1/dispatch", "0102"


def main() -> None:
    """The city, the processes, the calls, the peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("full", "small"), default="full")
    parser.add_argument("--calls", type=int, default=200)
    told = parser.parse_args()
    with _ground.ground() as ground:
        spots = prepare(ground, told.size)
        secret = token()
        with serving(ground) as server:
            result = asyncio.run(measure(server, secret, spots, told.calls))
    report({"city": told.size, **result})


def prepare(ground: _ground.Ground, size: str) -> list[Any]:
    """The fictional city with 2,000 units on duty, its roads, and where calls are expected."""
    from watchroom.city import loading
    from watchroom.city.build import build
    from watchroom.city.classes import CLASS_LIST
    from watchroom.domains.dispatch.actions import import_classes
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Agency

    city = build(size=size, units=UNITS if size == "full" else None)
    loading.load(city)
    with CLASS_LIST.open(encoding="utf-8", newline="") as lines:
        import_classes(system(), lines, source=CLASS_LIST.name)
    if size == "small":
        from _county import add_units

        seats = list(Agency.objects.filter(kind="station"))
        _scatter(add_units(seats, UNITS - len(city.units)), city)
    loading.save_roads(city, ground.data / "roads")
    expect_calls(city)
    return at_streets(city)


def at_streets(city: Any) -> list[Any]:
    """Named places no further than 500 m from a street: calls come from there."""
    from watchroom.kernel.roads import roads

    network = roads.network()
    assert network is not None
    metres = network.snap([p.lon for p in city.places], [p.lat for p in city.places]).metres
    return [place for place, away in zip(city.places, metres, strict=True) if away <= 500]


def _scatter(units: list[Any], city: Any) -> None:
    from watchroom.kernel.models import UnitPosition

    chance = random.Random(1)
    for unit in units:
        where = chance.choice(city.places)
        UnitPosition.objects.filter(unit=unit).update(lon=where.lon, lat=where.lat)


def expect_calls(city: Any) -> None:
    """Calls are expected where the city's named places are, at all hours alike."""
    from watchroom.base.clock import now
    from watchroom.domains.dispatch.flow import INCIDENT
    from watchroom.kernel.demand import CELL_DEGREES as STEP
    from watchroom.kernel.models import DemandCell

    cells = Counter((round(p.lon / STEP), round(p.lat / STEP)) for p in city.places)
    kind, moment = INCIDENT.kind, now()
    DemandCell.objects.bulk_create(
        DemandCell(
            kind=kind, lon=x * STEP, lat=y * STEP, count=n, by_hour=[float(n)] * 24, rebuilt=moment
        )
        for (x, y), n in cells.most_common(2000)
    )


def token() -> str:
    """A machine's key that may take calls and see units."""
    from watchroom.base.clock import now
    from watchroom.kernel import tokens
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Agency

    root = Agency.objects.get(parent=None)
    return tokens.create(system(), "desk", root, SCOPES, now() + timedelta(days=1))[1]


def serving(ground: _ground.Ground) -> Any:
    """Pages, API and live stream at one address, as the demo runs them."""
    return _ground.running(
        lambda port: _ground.command("serve", "--with-live", "--port", str(port)),
        ground.data / "serve.log", "/live/ready",
    )  # fmt: skip


async def report_positions(port: int, devices: list[tuple[str, float, float]], tally: Any) -> None:
    """Every unit reports once in five seconds, a few metres from where it was."""

    async def hand(number: int) -> None:
        client = Client(port)
        async for n in every(HANDS / A_SECOND, 10**9):
            device, lon, lat = devices[(n * HANDS + number) % len(devices)]
            lon, lat = lon + random.gauss(0, 2e-4), lat + random.gauss(0, 2e-4)
            path = f"/live/position?id={device}&lon={lon:.6f}&lat={lat:.6f}"
            begun = time.perf_counter()
            status, _ = await client.ask("POST", path)
            tally[status] += 1
            tally["seconds"].append(time.perf_counter() - begun)

    await asyncio.gather(*(hand(n) for n in range(HANDS)))


async def measure(server: Running, secret: str, spots: list[Any], calls: int) -> dict[str, Any]:
    """Calls by four desks while positions come in; then the peer, positions still coming in."""
    devices = await asyncio.to_thread(_devices)
    tally: dict[Any, Any] = {200: 0, 403: 0, 503: 0, "seconds": []}
    moving = asyncio.create_task(report_positions(server.port, devices, tally))
    await take_calls(server.port, secret, spots, DESKS * 2, random.Random(0))  # warm
    tally["seconds"].clear()
    begun, cpu = time.monotonic(), server.cpu_s()
    took = await take_calls(server.port, secret, spots, calls, random.Random(1))
    spent, reports = time.monotonic() - begun, tally["seconds"].copy()
    result = {
        "units": len(devices),
        "calls": calls,
        "positions_per_second": round(len(reports) / spent, 1),
        "server_cpu": round((server.cpu_s() - cpu) / spent, 2),
        "take_call": percentiles([a for a, _ in took]),
        "ranked_list": percentiles([b for _, b in took]),
        "call_to_ranked_list": percentiles([a + b for a, b in took]),
        "one_position": percentiles(reports),
        "peer": await asyncio.to_thread(against_straight_lines, spots),
    }
    if moving.done():
        moving.result()
    moving.cancel()
    return {**result, "positions_by_status": {str(k): tally[k] for k in (200, 403, 503)}}


def _devices() -> list[tuple[str, float, float]]:
    from watchroom.domains.dispatch import actions
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Unit

    rows = Unit.objects.exclude(status="off").order_by("pk")
    found = rows.values_list("pk", "position__lon", "position__lat")[:UNITS]
    actor = system()
    return [(actions.enrol_device(actor, pk, "benchmark")[1], lon, lat) for pk, lon, lat in found]


async def take_calls(
    port: int, secret: str, spots: list[Any], calls: int, chance: random.Random
) -> list[tuple[float, float]]:
    """(seconds of the POST, seconds of the ranking) of each call; each desk takes one a second."""
    places = [chance.choice(spots) for _ in range(calls)]

    async def desk(number: int) -> list[tuple[float, float]]:
        client = Client(port, {"Authorization": f"Bearer {secret}"})
        await asyncio.sleep(number / DESKS)
        mine = places[number::DESKS]
        return [await _one_call(client, mine[n], chance) async for n in every(1.0, len(mine))]

    return [pair for took in await asyncio.gather(*map(desk, range(DESKS))) for pair in took]


async def _one_call(client: Client, place: Any, chance: random.Random) -> tuple[float, float]:
    call = {
        "words": "有人打架，快来", "place": place.zh, "class_code": CODE,
        "lon": place.lon + chance.gauss(0, 5e-4), "lat": place.lat + chance.gauss(0, 5e-4),
        "caller": f"139{chance.randrange(10**8):08}",
    }  # fmt: skip
    begun = time.perf_counter()
    body = json.dumps(call).encode()
    status, answer = await client.ask("POST", f"{BASE}/calls", body, "application/json")
    taken = time.perf_counter()
    if status != 200:
        raise SystemExit(f"calls: {status} {answer[:300]!r}")
    pk = json.loads(answer)["id"]
    status, answer = await client.ask("GET", f"{BASE}/incidents/{pk}/ranking?limit={SHOWN}")
    ranked = time.perf_counter()
    if status != 200 or len(json.loads(answer)) != SHOWN or not json.loads(answer)[0]["by_road"]:
        raise SystemExit(f"ranking: {status} {answer[:300]!r}")
    return taken - begun, ranked - taken


def against_straight_lines(spots: list[Any]) -> dict[str, Any]:
    """Both in this process, one after the other for each place, over the rows as they are then."""
    from django.db import connection

    from watchroom.domains.dispatch import queries
    from watchroom.kernel.access import system
    from watchroom.kernel.roads import roads

    actor, chance = system(), random.Random(2)
    places = [chance.choice(spots) for _ in range(ROUNDS + WARM)]
    nearest: dict[int, tuple[int, list[tuple[float, float]]]] = {}

    def ours(i: int) -> None:
        queries.ranked_units(actor, lon=places[i].lon, lat=places[i].lat, limit=SHOWN)

    def peer(i: int) -> None:
        nearest[i] = straight(connection, places[i].lon, places[i].lat)

    took = _ground.timed(ours, ROUNDS, WARM)
    straight_took = _ground.timed(peer, ROUNDS, WARM)
    lost = []
    for i, (first, points) in nearest.items():
        seconds = roads.times_to(places[i].lon, places[i].lat, points).seconds
        lost.append(float(seconds[first] - seconds.min()))
    connection.close()
    return {
        "ours_in_process": took,
        "straight_lines": straight_took,
        "cpu_of_ours": round(took["p50_cpu_ms"] / straight_took["p50_cpu_ms"], 1),
        "another_unit_than_the_quickest": f"{sum(s > 0 for s in lost)} of {len(lost)}",
        "mean_seconds_lost": round(sum(lost) / len(lost), 1),
        "most_seconds_lost": round(max(lost), 1),
    }


ROWS = """
SELECT u.code, u.name, u.kind, u.status, p.lon, p.lat FROM kernel_unit u
JOIN kernel_unitposition p ON p.unit_id = u.id WHERE u.status <> 'off' ORDER BY u.id
"""


def straight(connection: Any, lon: float, lat: float) -> tuple[int, list[tuple[float, float]]]:
    """The peer: read the units, distance as the crow flies, sort. No road, no coverage, no why.

    The row of the nearest, and where all stand.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        rows = cursor.fetchall()
    found = []
    for index, (code, name, kind, status, x, y) in enumerate(rows):
        a = math.sin(math.radians(y - lat) / 2) ** 2
        b = math.sin(math.radians(x - lon) / 2) ** 2
        c = a + math.cos(math.radians(lat)) * math.cos(math.radians(y)) * b
        metres = 2 * 6_371_000 * math.asin(math.sqrt(c))
        found.append((metres, index, code, name, kind, status))
    found.sort()
    return found[:SHOWN][0][1], [(row[4], row[5]) for row in rows]


def report(result: dict[str, Any]) -> None:
    """Print and keep."""
    peer = result["peer"]
    print(f"\n{result['units']} units, {result['positions_per_second']} positions/s, "
          f"server CPU {result['server_cpu']}")  # fmt: skip
    for name in ("take_call", "ranked_list", "call_to_ranked_list", "one_position"):
        said(f"over HTTP: {name.replace('_', ' ')}", result[name])
    said("in process: ranked by road, with coverage and reasons", peer["ours_in_process"])
    said("in process: straight lines in plain Python", peer["straight_lines"],
         f"ours takes {peer['cpu_of_ours']} x its CPU")  # fmt: skip
    print(f"\nStraight lines send another unit than the quickest for "
          f"{peer['another_unit_than_the_quickest']} calls: {peer['mean_seconds_lost']} s later on "
          f"average, {peer['most_seconds_lost']} s at most")  # fmt: skip
    keep("intake", result)


if __name__ == "__main__":
    main()
