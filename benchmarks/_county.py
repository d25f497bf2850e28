"""A county to measure in: stations, people, beats, units, one after the other by number."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

WEST, SOUTH, STEP = 112.8, 28.1, 0.02
"""Stations stand on a lattice of 8 to a row, 0.02 degrees apart."""


@dataclass
class Place:
    """The county: `bureau` above `stations`; `people` are dispatchers, one after the other."""

    bureau: Any
    stations: list[Any]
    people: list[Any]
    units: list[Any]


def county(stations: int = 40, people: int = 10, units: int = 200) -> Place:
    """Make it in the current database."""
    from tests.people import CLASSES
    from watchroom.domains.dispatch import actions
    from watchroom.kernel import roles
    from watchroom.kernel.access import system

    known = roles.ensure()
    city = _agency("CITY", "city", None)
    bureau = _agency("CNTY", "county", city)
    below = [_agency(f"S{n:02}", "station", bureau) for n in range(stations)]
    made = Place(bureau, below, [], [])
    made.people = _people(known["duty_leader"], bureau, people)
    _beats(below)
    made.units = add_units(below, units)
    actions.import_classes(system(city), CLASSES.splitlines(), source="benchmark")
    return made


def _agency(code: str, kind: str, parent: Any) -> Any:
    from watchroom.kernel.models import Agency

    row = Agency.objects.create(code=code, name=code, kind=kind, parent=parent, path=".")
    row.path = f"{parent.path if parent else '.'}{row.pk}."
    row.save(update_fields=["path"])
    return row


def _people(role: Any, agency: Any, count: int) -> list[Any]:
    from watchroom.kernel.models import Post, Staff

    rows = [
        Staff(username=f"desk{n:03}", name=f"席位{n:03}", agency=agency, password="!")  # noqa: S106
        for n in range(count)
    ]
    made = Staff.objects.bulk_create(rows)
    Post.objects.bulk_create([Post(staff=row, role=role, agency=agency) for row in made])
    return made


def at(number: int) -> tuple[float, float]:
    """Where the station of this number stands."""
    return WEST + STEP * (number % 8), SOUTH + STEP * (number // 8)


def _beats(stations: list[Any]) -> None:
    from watchroom.kernel.models import Beat

    for number, station in enumerate(stations):
        lon, lat = at(number)
        half = STEP / 2
        ring = [[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half],
                [lon - half, lat + half], [lon - half, lat - half]]  # fmt: skip
        Beat.objects.create(
            code=f"B{number:02}", name=f"警格{number:02}", agency=station,
            outline={"type": "Polygon", "coordinates": [ring]},
            west=lon - half, south=lat - half, east=lon + half, north=lat + half,
        )  # fmt: skip


def key(number: int) -> str:
    """What the phone of a unit of `add_units` reports with."""
    return f"bench-{number:04}"


def digest(number: int) -> str:
    """What is kept of that key."""
    return sha256(key(number).encode()).hexdigest()


def add_units(stations: list[Any], count: int) -> list[Any]:
    """Free units of these stations, each with a position."""
    from watchroom.base.clock import now
    from watchroom.kernel.models import Device, Unit, UnitPosition

    moment, rows = now(), []
    for number in range(count):
        seat = number % len(stations)
        lon, lat = at(seat)
        rows.append(
            Unit(
                code=f"X{number:04}",
                name=f"X{number:04}",
                kind="car",
                agency=stations[seat],
                status="free",
                status_since=moment,
                home_lon=lon + number % 7 * 0.001,
                home_lat=lat + number % 5 * 0.001,
            )
        )
    made = Unit.objects.bulk_create(rows, batch_size=1000)
    Device.objects.bulk_create(
        Device(unit=unit, name="bench", digest=digest(number), enrolled_at=moment)
        for number, unit in enumerate(made)
    )
    UnitPosition.objects.bulk_create(
        [
            UnitPosition(unit=u, lon=u.home_lon, lat=u.home_lat, at=moment, received_at=moment)
            for u in made
        ]
    )
    return made
