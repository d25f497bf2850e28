"""Putting the city into a running Watchroom: tree, people, beats, places, units, roads.

A city already loaded is left as it is: loading twice changes nothing.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from shapely.geometry import LineString, Point, mapping

from watchroom.base.clock import now
from watchroom.kernel import roles
from watchroom.kernel.models import Agency, Beat, Place, Post, Staff, Unit, UnitPosition
from watchroom.road import Network
from watchroom.road.streets import CLASSES

from .model import ROAD_CLASSES, City

PASSWORD = "lanchuan-demo-city"  # noqa: S105 - printed at the start of the demo, fictional people
Progress = Callable[[str], None]

ROLE_OF = {
    "call_taker": "call_taker",
    "dispatcher": "dispatcher",
    "leader": "city_leader",
    "chief": "station_chief",
    "deputy": "station_chief",
    "community_officer": "community_officer",
    "patrol_officer": "patrol_officer",
    "auxiliary": "patrol_officer",
    "it_admin": "it_admin",
    "auditor": "auditor",
}
STREET_CLASS = {"ramp": "motorway_link", "country": "unclassified", "lane": "living_street"}


def is_loaded(city: City) -> bool:
    """Whether this city's root agency is there."""
    return Agency.objects.filter(code=city.agencies[0].code).exists()


@transaction.atomic
def load(city: City, say: Progress = lambda _line: None) -> None:
    """Load everything the kernel holds; all or nothing."""
    agencies = _agencies(city)
    say(f"{len(agencies)} agencies")
    staff = _staff(city, agencies)
    say(f"{len(staff)} staff")
    beats = _beats(city, agencies, staff)
    say(f"{len(beats)} beats")
    say(f"{_places(city)} places")
    say(f"{_units(city, agencies, staff)} units")


def _agencies(city: City) -> dict[str, Agency]:
    made: dict[str, Agency] = {}
    for one in city.agencies:  # parents come first
        parent = made.get(one.parent)
        agency = Agency.objects.create(
            code=one.code,
            name=one.zh,
            name_en=one.en,
            kind=one.kind,
            parent=parent,
            path="",
            lon=one.lon,
            lat=one.lat,
        )
        agency.path = f"{parent.path if parent else '.'}{agency.pk}."
        agency.save(update_fields=["path"])
        made[one.code] = agency
    return made


def _staff(city: City, agencies: dict[str, Agency]) -> dict[str, Staff]:
    password = make_password(PASSWORD)  # one hash for all: these people do not exist
    rows = [
        Staff(
            username=one.username,
            name=one.zh,
            badge=one.badge,
            agency=agencies[one.agency],
            skills=list(one.skills),
            password=password,
        )
        for one in city.staff
    ]
    made = {row.username: row for row in Staff.objects.bulk_create(rows, batch_size=2000)}
    by_key = roles.ensure()
    posts = [
        Post(staff=made[one.username], role=by_key[key], agency=seat)
        for one in city.staff
        for key, seat in _posts(one.role, agencies[one.agency])
    ]
    Post.objects.bulk_create(posts, batch_size=2000)
    return made


def _posts(role: str, agency: Agency) -> Iterable[tuple[str, Agency]]:
    """A command centre and a squad serve the whole bureau they belong to."""
    wide = agency.kind in {"centre", "traffic", "patrol"} and role != "patrol_officer"
    seat = agency.parent if wide and agency.parent else agency
    yield ROLE_OF[role], seat
    if role == "leader":
        yield "duty_leader", seat  # leaders of the bureau take turns on duty


def _beats(city: City, agencies: dict[str, Agency], staff: dict[str, Staff]) -> list[Beat]:
    officers = {b: staff[one.username] for one in city.staff for b in one.beats[:1]}
    rows = []
    for one in city.beats:
        west, south, east, north = one.polygon.bounds
        rows.append(
            Beat(
                code=one.code,
                name=one.zh,
                agency=agencies[one.station],
                officer=officers.get(one.code),
                outline=dict(mapping(one.polygon)),
                west=west,
                south=south,
                east=east,
                north=north,
            )
        )
    return Beat.objects.bulk_create(rows, batch_size=500)


def _places(city: City) -> int:
    rows = [
        Place(
            name=one.zh,
            aliases=" ".join(one.aliases),
            initials=one.initials,
            kind=one.kind,
            lon=one.lon,
            lat=one.lat,
        )
        for one in city.places
    ]
    rows += [Place(name=p.zh, kind="post", lon=p.lon, lat=p.lat) for p in city.posts]
    return len(Place.objects.bulk_create(rows, batch_size=2000))


def _units(city: City, agencies: dict[str, Agency], staff: dict[str, Staff]) -> int:
    at = now() - timedelta(minutes=1)
    rows = [
        Unit(
            code=one.code,
            name=one.zh,
            kind=one.kind,
            agency=agencies[one.agency],
            skills=list(one.skills),
            status="free",
            status_since=at,
            home_lon=one.lon,
            home_lat=one.lat,
        )
        for one in city.units
    ]
    made = Unit.objects.bulk_create(rows, batch_size=2000)
    crews = Unit.crew.through
    crews.objects.bulk_create(
        [
            crews(unit_id=row.pk, staff_id=staff[name].pk)
            for row, one in zip(made, city.units, strict=True)
            for name in one.crew
        ]
    )
    UnitPosition.objects.bulk_create(
        [
            UnitPosition(unit=row, lon=one.lon, lat=one.lat, at=at, received_at=at)
            for row, one in zip(made, city.units, strict=True)
        ]
    )
    return len(made)


def network(city: City) -> Network:
    """The city's streets as a road network, with class and name."""
    roads = city.roads
    number = {name: CLASSES.index(STREET_CLASS.get(name, name)) for name in ROAD_CLASSES}
    classes = np.array([number[name] for name in ROAD_CLASSES], np.uint8)[roads.klass]
    names = (("", ""), *zip(roads.names_zh, roads.names_en, strict=True))
    return Network.from_arrays(
        roads.tail,
        roads.head,
        roads.seconds,
        roads.lon,
        roads.lat,
        road_class=classes,
        name=roads.name + 1,
        names=names,
    )


Shapes = list[tuple[Any, dict[str, Any], int]]

PAINT = {"river": "water", "stream": "water", "lake": "water", "builtup": "built"}


def map_layers(city: City) -> dict[str, Shapes]:
    """The city as the base map's layers: (shape, properties, zoom from which it shows)."""
    layers: dict[str, Shapes] = {"water": [], "green": [], "built": []}
    for area in city.areas:
        layer = layers[PAINT.get(area.kind, "green")]
        layer.append((area.polygon, {"class": area.kind, **_named(area)}, 6))
    beats = [(beat.polygon, {"code": beat.code, **_named(beat)}, 11) for beat in city.beats]
    border: Shapes = [(city.boundary.boundary, {"class": "city", **_named(city)}, 6)]
    return {
        **layers,
        "road": _road_lines(city),
        "beat": beats,
        "agency": border,
        "place": _place_points(city),
    }


def _named(thing: Any) -> dict[str, str]:
    return {"name": thing.zh, "name_en": thing.en}


ROAD_ZOOM = {
    "motorway": 6, "trunk": 7, "primary": 8, "ramp": 10, "secondary": 10, "tertiary": 11,
    "country": 10, "residential": 12, "lane": 13,
}  # fmt: skip


def _road_lines(city: City) -> Shapes:
    roads, lines = city.roads, []
    pairs = list(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    both = set(pairs)
    for edge, (a, b) in enumerate(pairs):
        if a > b and (b, a) in both:
            continue  # the other direction draws this street
        kind = ROAD_CLASSES[roads.klass[edge]]
        name = int(roads.name[edge])
        called = {"name": roads.names_zh[name], "name_en": roads.names_en[name]}
        line = LineString([(roads.lon[a], roads.lat[a]), (roads.lon[b], roads.lat[b])])
        lines.append((line, {"class": kind, **(called if name >= 0 else {})}, ROAD_ZOOM[kind]))
    return lines


PLACE_ZOOM = {"hospital": 13, "rail": 11, "bridge": 12, "mall": 13, "village": 12, "community": 13}


def _place_points(city: City) -> Shapes:
    points = [
        (Point(p.lon, p.lat), {"class": p.kind, **_named(p)}, PLACE_ZOOM.get(p.kind, 14))
        for p in city.places
        if p.kind != "crossing"
    ]
    seats: Shapes = [
        (
            Point(a.lon, a.lat),
            {"class": "district" if a.kind == "bureau" else "town", **_named(a)},
            zoom,
        )
        for a in city.agencies
        if (zoom := {"bureau": 7, "station": 10}.get(a.kind))
    ]
    return seats + points


def people(city: City) -> list[tuple[str, str, str]]:
    """Whom to sign in as: (role zh / en, user name, agency), one for each chair."""
    wanted = [
        ("接警员 call-taker", "call_taker", "990001"),
        ("调度员 dispatcher", "dispatcher", "990001"),
        ("局领导 leader", "leader", "990000"),
        ("审计员 auditor", "auditor", ""),
        ("管理员 IT administrator", "it_admin", ""),
        ("派出所所长 station chief", "chief", ""),
        ("社区民警 community officer", "community_officer", ""),
    ]
    found = []
    for title, role, agency in wanted:
        match = [s for s in city.staff if s.role == role and agency in ("", s.agency)]
        if match:
            found.append((title, match[0].username, city.agency[match[0].agency].zh))
    leader = {unit.crew[0]: unit for unit in city.units if unit.kind == "car" and unit.crew}
    if leader:
        username, unit = next(iter(leader.items()))
        found.append((f"巡组 patrol {unit.code}", username, city.agency[unit.agency].zh))
    return found


def save_roads(city: City, folder: Path) -> None:
    """Write the road network where the road service reads it."""
    network(city).save(folder)


__all__ = ["PASSWORD", "is_loaded", "load", "map_layers", "network", "people", "save_roads"]
