"""`watchroom city live`: callers ring and officers drive, through the public interface alone."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from watchroom.site.trouble import Trouble

if TYPE_CHECKING:
    from watchroom.city.live import Tally
    from watchroom.city.model import City

TOKEN_FILE = "live.token"  # noqa: S105 - the name of a file
A_MONTH = 31


def run(data: Path, url: str, token: str, speed: float, per_day: float) -> None:
    """Play until stopped (Ctrl-C or SIGTERM)."""
    from watchroom.city import store

    folder = data / "city"
    if not (folder / "city.json").exists():
        raise Trouble(
            f"“{folder}”里没有城市：请先运行 watchroom city。",
            f"There is no city in '{folder}': run watchroom city first.",
        )
    secret = token or os.environ.get("WATCHROOM_TOKEN", "") or _read(folder / TOKEN_FILE)
    city = store.load(folder)
    try:
        asyncio.run(_play(city, url, secret, speed, per_day))
    except KeyboardInterrupt:
        print("…", file=sys.stderr)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except OSError as error:
        raise Trouble(
            "没有令牌：请用 --token，或设 WATCHROOM_TOKEN。",
            "There is no token: give --token or set WATCHROOM_TOKEN.",
        ) from error


async def _play(city: City, url: str, token: str, speed: float, per_day: float) -> None:
    from watchroom.city.demand import calls
    from watchroom.city.evening import Evening
    from watchroom.city.guards import Guards
    from watchroom.city.live import Driver
    from watchroom.city.live_http import HttpPort
    from watchroom.city.pace import Pace
    from watchroom.city.warnings import Upstream

    await _answers(url)
    evening = Evening.at(dt.datetime.now(dt.UTC))
    pace = Pace(evening.city, speed)

    def stamp(moment: dt.datetime) -> dt.datetime:
        """Played faster, the day is shorter; what it tells never lies ahead of the wall clock."""
        return evening.wall + (moment - evening.city) / speed

    places = {p.code: (p.lon, p.lat) for p in city.places}
    session = f"{evening.wall:%y%m%d%H%M}"
    port = HttpPort(url, token, stamp=stamp, places=places, session=session)
    driver = Driver(city, port, pace, _options(city))
    ring = (
        call
        for call in calls(city, evening.city.date(), A_MONTH, per_day)
        if call.received_at >= evening.city
    )
    await port.enrol({u.code: u.device for u in city.units})
    said = asyncio.create_task(_say(driver.tally))
    guards = asyncio.create_task(Guards(port, city.seed).run())
    upstream = asyncio.create_task(Upstream(port, city, session).run())
    try:
        await driver.run(ring, evening.city + dt.timedelta(days=A_MONTH))
    finally:
        said.cancel()
        guards.cancel()
        upstream.cancel()
        for work in driver.running:
            work.cancel()
        await asyncio.gather(*driver.running, return_exceptions=True)
        await port.aclose()


def _options(city: City):  # type: ignore[no-untyped-def] # the class is imported late
    from watchroom.city.live import Options

    return Options(
        fixes_per_second=25.0,
        poll_seconds=2.0,
        dispatcher=1.0,
        peoples=frozenset(_own_beats(city)),
        requests=12,
    )


def _own_beats(city: City) -> list[str]:
    own = {a.code for a in city.agencies if a.parent == own_district(city)}
    return [b.code for b in city.beats if b.station in own]


def own_district(city: City) -> str:
    """Code of the bureau whose incidents are left to people at first: the one with most beats."""
    bureau = {a.code: a.parent for a in city.agencies if a.kind == "station"}
    counts: dict[str, int] = {}
    for beat in city.beats:
        counts[bureau[beat.station]] = counts.get(bureau[beat.station], 0) + 1
    return max(sorted(counts), key=lambda code: counts[code])


async def _answers(url: str) -> None:
    """Wait for the pages to come up: the live day may be started at the same moment."""
    import httpx

    async with httpx.AsyncClient(base_url=url, timeout=5.0) as client:
        for _ in range(600):
            try:
                if (await client.get("/live/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.5)
    raise Trouble(f"{url} 没有应答。", f"Nothing answers at {url}.")


async def _say(tally: Tally) -> None:
    """A line a minute for the terminal."""
    while True:
        await asyncio.sleep(60.0)
        done = ", ".join(f"{name} {count}" for name, count in sorted(tally.done.items()))
        refused = sum(tally.refused.values())
        print(f"{done}; refused {refused}, no answer {tally.unreachable}", flush=True)
        for sentence, count in tally.refused.most_common(3):
            print(f"  {count}× {sentence}", flush=True)
