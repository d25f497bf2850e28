"""The map draws our own tiles and the night's data, and asks nobody outside for anything."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from desk_server import Answer, DeskServer, Handler
from frame import render
from patience import until
from playwright.sync_api import Page, expect

from watchroom.desk.tiles import Feature, build_tiles

pytestmark = pytest.mark.browser

LON, LAT = 114.05, 34.05
GREEN_WATER = "#c6dbe9"


def city() -> dict[str, list[Feature]]:
    roads: list[Feature] = []
    for i in range(20):
        at = i * 0.005
        kind, zoom = ("primary", 8) if i % 5 == 0 else ("residential", 12)
        props = {"class": kind, "name": f"第{i}大街 Street {i}"}
        roads.append((shapely.LineString([(114 + at, 34), (114 + at, 34.1)]), props, zoom))
        roads.append((shapely.LineString([(114, 34 + at), (114.1, 34 + at)]), props, zoom))
    lake = shapely.Point(114.06, 34.06).buffer(0.008)
    beat = shapely.box(114.02, 34.02, 114.08, 34.08)
    return {
        "road": roads,
        "water": [(lake, {"name": "东湖", "name_en": "East Lake"}, 6)],
        "beat": [(beat, {"name": "解放社区"}, 9)],
        "place": [(shapely.Point(LON - 0.02, LAT + 0.012), {"name": "川阳市", "class": "city"}, 6)],
    }


@pytest.fixture(scope="session")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out: Path = tmp_path_factory.mktemp("map") / "city.pmtiles"
    build_tiles(city(), out)
    return out.read_bytes()


def ranged(data: bytes) -> Callable[[Handler], Answer]:
    def serve(handler: Handler) -> Answer:
        first, last = handler.headers["Range"].removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last), len(data) - 1)
        headers = {"Content-Range": f"bytes {start}-{end}/{len(data)}", "ETag": '"1"'}
        return 206, headers, data[start : end + 1]

    return serve


def point(lon: float, lat: float, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "Feature",
        "id": properties["id"],
        "properties": properties,
        "geometry": geometry,
    }


def collection(*features: dict[str, Any]) -> Callable[[Handler], Answer]:
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return lambda _: (200, {"Content-Type": "application/geo+json"}, body)


def night(desk: DeskServer) -> dict[str, str]:
    now = datetime.now(UTC)
    fresh, old = now.isoformat(), (now - timedelta(minutes=20)).isoformat()
    desk.routes["/units"] = collection(
        point(LON, LAT, id="P07", label="P07", kind="car", status="free", at=fresh),
        point(LON + 0.01, LAT, id="P12", label="P12", kind="foot", status="en_route", at=old),
    )
    late = (now - timedelta(minutes=90)).isoformat()
    desk.routes["/incidents"] = collection(
        point(LON, LAT + 0.01, id=23, number="23", title="纠纷", priority=1, due=late)
    )
    return {
        "data-units": "/units",
        "data-incidents": "/incidents",
        "center": f"{LON},{LAT}",
        "zoom": "13",
    }


def open_map(
    desk: DeskServer, screen: Page, attributes: dict[str, str], theme: str = "light"
) -> list[str]:
    """Opens the board and waits until the map is drawn; returns addresses asked outside."""
    outside: list[str] = []
    screen.on(
        "request",
        lambda one: (
            outside.append(one.url)
            if not one.url.startswith((desk.url, "data:", "blob:"))
            else None
        ),
    )
    desk.page("/", lambda: render("board.html", "zh", theme, map=attributes))
    screen.goto(desk.url)
    screen.wait_for_selector("wr-map[data-ready]", timeout=60_000)
    return outside


def rendered(layer: str) -> str:
    return f"document.querySelector('wr-map').map.queryRenderedFeatures({{layers: ['{layer}']}})"


DRAWN = f"{rendered('units')}.length === 2 && {rendered('incidents')}.length === 1"


def test_the_city_is_drawn_without_asking_anybody(
    desk: DeskServer, screen: Page, complaints: list[str], tiles: bytes
) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    outside = open_map(desk, screen, night(desk))
    until(screen, DRAWN)
    for layer in ("road", "water", "beat", "road-name", "place-name"):
        until(screen, f"{rendered(layer)}.length > 0")
    assert outside == []
    assert complaints == []


def test_stale_units_are_hollow_and_late_incidents_say_so(
    desk: DeskServer, screen: Page, tiles: bytes
) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    open_map(desk, screen, night(desk))
    until(screen, DRAWN)
    icons = screen.evaluate(f"{rendered('units')}.map((one) => one.properties.icon).sort()")
    assert icons == ["unit|car|free|fresh|light", "unit|foot|en_route|stale|light"]
    caption = screen.evaluate(f"{rendered('incidents')}[0].properties.caption")
    assert caption.startswith("23 · 超时 1:3")


def test_what_the_server_says_of_silent_units_goes_before_their_age(
    desk: DeskServer, screen: Page, tiles: bytes
) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    open_map(desk, screen, night(desk))
    until(screen, f"{rendered('units')}.length === 2")
    send = "([name, detail]) => document.dispatchEvent(new CustomEvent(name, {detail}))"
    stale = f"{rendered('units')}.filter((one) => one.properties.icon.includes('stale'))"

    def hollow(*kinds: str) -> None:
        until(screen, f"{stale}.map((one) => one.properties.kind).join() === '{','.join(kinds)}'")

    screen.evaluate(send, ["wr:silence", {"all": True, "silent": ["P07"], "heard": []}])
    hollow("car")
    screen.evaluate(send, ["wr:silence", {"all": False, "silent": [], "heard": ["P07"]}])
    hollow()
    screen.evaluate(send, ["wr:lost", None])
    hollow("foot")  # with nobody to ask, age decides


def test_a_unit_moves_with_the_stream_and_never_back_to_an_older_place(
    desk: DeskServer, screen: Page, tiles: bytes
) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    open_map(desk, screen, night(desk))
    now = datetime.now(UTC)
    newer, older = (now + timedelta(hours=1)).isoformat(), (now - timedelta(hours=1)).isoformat()
    send = "(units) => document.dispatchEvent(new CustomEvent('wr:positions', {detail: {units}}))"
    screen.evaluate(send, [{"id": "P07", "lon": LON + 0.005, "lat": LAT, "at": newer}])

    def stands(unit: str, lon: float) -> str:
        there = f"one.properties.key === '{unit}' && "
        there += f"Math.abs(one.geometry.coordinates[0] - {lon}) < 1e-4"
        return f"{rendered('units')}.some((one) => {there})"

    until(screen, stands("P07", LON + 0.005))
    p12 = {"id": "P12", "lon": LON + 0.015, "lat": LAT, "at": newer}
    screen.evaluate(send, [{"id": "P07", "lon": LON, "lat": LAT, "at": older}, p12])
    until(screen, stands("P12", LON + 0.015))  # what was sent together is drawn together
    until(screen, stands("P07", LON + 0.005))
    assert not screen.evaluate(stands("P07", LON))


def test_what_is_on_the_map_can_be_chosen_from_a_list_by_keyboard(
    desk: DeskServer, screen: Page, tiles: bytes
) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    open_map(desk, screen, night(desk))
    until(screen, DRAWN)
    screen.evaluate(
        "document.addEventListener('wr:select', (event) => { window.chosen = event.detail })"
    )
    screen.locator(".map-list-toggle").focus()
    screen.keyboard.press("Enter")
    expect(screen.locator(".map-list")).to_contain_text("位置过期")
    serious = [
        one["id"]
        for one in Axe().run(screen).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
    screen.keyboard.press("Enter")
    until(screen, "window.chosen")
    assert screen.evaluate("[window.chosen.layer, window.chosen.id]") == ["incidents", "23"]
    screen.keyboard.press("Escape")
    expect(screen.locator(".map-list")).to_be_hidden()


def test_a_click_picks_a_unit_or_a_place(desk: DeskServer, screen: Page, tiles: bytes) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    open_map(desk, screen, night(desk))
    until(screen, f"{rendered('units')}.length === 2")
    screen.evaluate(
        "for (const name of ['wr:select', 'wr:place'])"
        " document.addEventListener(name, (event) => { window.last = event.detail })"
    )
    pixel = screen.evaluate(f"document.querySelector('wr-map').map.project([{LON}, {LAT}])")
    canvas = screen.locator("wr-map canvas")
    canvas.click(position={"x": pixel["x"], "y": pixel["y"]})
    until(screen, "window.last?.id === 'P07'")
    canvas.click(position={"x": pixel["x"] + 60, "y": pixel["y"] + 80})
    until(screen, "window.last.id === undefined")
    assert abs(screen.evaluate("window.last.lon") - LON) < 0.05


def test_night_falls_on_the_map_too(desk: DeskServer, screen: Page, tiles: bytes) -> None:
    desk.routes["/map/city.pmtiles"] = ranged(tiles)
    open_map(desk, screen, night(desk))
    water = "document.querySelector('wr-map').map.getPaintProperty('water', 'fill-color')"
    assert screen.evaluate(water) == GREEN_WATER
    screen.get_by_text("王芳", exact=True).first.click()
    screen.get_by_role("button", name="深色（夜间）").click()
    until(screen, f"{water} !== '{GREEN_WATER}'")
    until(screen, f"{rendered('units')}.some((one) => one.properties.icon.endsWith('dark'))")


def test_outside_tiles_in_gcj02_shift_the_data_and_clicks_come_back_true(
    desk: DeskServer, screen: Page
) -> None:
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c636060606000000005000103a6c6b50000000049454e44ae426082"
    )
    asked = threading.Event()

    def tile(_: Handler) -> Answer:
        asked.set()
        return 200, {"Content-Type": "image/png"}, pixel

    for x in range(6680, 6700):
        for y in range(3260, 3280):
            desk.routes[f"/tiles/13/{x}/{y}.png"] = tile
    source = {"type": "raster", "tiles": [desk.url + "/tiles/{z}/{x}/{y}.png"], "gcj02": True}
    attributes = night(desk) | {"outside": json.dumps(source).replace('"', "&quot;")}
    html = render("board.html", "zh", "light", map=attributes).replace("&amp;quot;", "&quot;")
    desk.page("/", html)
    screen.goto(desk.url)
    screen.wait_for_selector("wr-map[data-ready]", timeout=60_000)
    until(screen, f"{rendered('units')}.length === 2")
    drawn = screen.evaluate(
        f"{rendered('units')}.find((one) => one.properties.key === 'P07').geometry.coordinates"
    )
    assert 0.003 < drawn[0] - LON < 0.01
    screen.evaluate(
        "document.addEventListener('wr:place', (event) => { window.place = event.detail })"
    )
    at = screen.evaluate(
        f"document.querySelector('wr-map').map.project([{drawn[0]}, {drawn[1] - 0.01}])"
    )
    screen.locator("wr-map canvas").click(position={"x": at["x"], "y": at["y"]})
    until(screen, "window.place")
    assert abs(screen.evaluate("window.place.lon") - LON) < 2e-3


def test_without_tiles_the_data_is_still_drawn(desk: DeskServer, screen: Page) -> None:
    open_map(desk, screen, night(desk))
    until(screen, f"{rendered('units')}.length === 2")
    assert screen.locator("wr-map").get_attribute("data-tiles-failed") == "1"
