"""A tiny county to test in: agencies on three levels, people with posts, beats, units, classes.

    county      in the test's own transaction (with `db`)
    build()     the same for committed databases: call it inside an `own_database` test

The county lies on a 0.2° square around 112.9 E, 28.2 N. `lon`, `lat` of a unit's home are on a line
eastward from the middle, 0.01° apart, so the order of distances is the order of the codes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

MIDDLE = (112.9, 28.2)
CLASSES = """version,code,parent,zh,en,group,priority,response_plan,gat_code,keywords,skills
T1,01,,刑事,Crime,crime,1,,,,
T1,0101,01,抢劫,Robbery,crime,1,car:2;foot:1,,抢劫 抢了,
T1,0201,02,打架,Fight,order,2,car:1,,打架 斗殴,
T1,0301,03,噪音,Noise,order,4,,,噪音 太吵,
T1,0401,04,溺水,Drowning,rescue,1,car:1,,溺水 落水,water
"""


@dataclass
class County:
    """The people and things of the county. `act(staff)` is what a signed-in person is."""

    city: Any
    bureau: Any
    centre: Any
    east: Any
    west: Any
    elsewhere: Any
    roles: dict[str, Any]
    staff: dict[str, Any] = field(default_factory=dict)
    beats: dict[str, Any] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)

    def act(self, name: str) -> Any:
        """The actor a person of the county is, with the posts they hold now."""
        from watchroom.kernel.access import actor_of

        return actor_of(self.staff[name])

    @property
    def operator(self) -> Any:
        """The call-taker of the county's command centre."""
        return self.act("operator")

    @property
    def dispatcher(self) -> Any:
        """The dispatcher of the county's command centre."""
        return self.act("dispatcher")

    @property
    def leader(self) -> Any:
        """The duty leader of the county."""
        return self.act("leader")

    @property
    def officer(self) -> Any:
        """A patrol officer, crew of P01, east station."""
        return self.act("officer")

    @property
    def colleague(self) -> Any:
        """Another patrol officer, crew of P02, east station."""
        return self.act("colleague")

    @property
    def colleague_elsewhere(self) -> Any:
        """A dispatcher of another county: same work, other place."""
        return self.act("colleague_elsewhere")

    @property
    def chief(self) -> Any:
        """The chief of the east station."""
        return self.act("chief")

    @property
    def stranger(self) -> Any:
        """Somebody who signs in and holds no post at all."""
        return self.act("stranger")

    @property
    def auditor(self) -> Any:
        """The auditor of the city."""
        return self.act("auditor")

    @property
    def admin(self) -> Any:
        """The administrator of the city's machines and lists."""
        return self.act("admin")

    def unit(self, code: str) -> Any:
        """A unit as it is in the database now."""
        row = self.units[code]
        row.refresh_from_db()
        return row


def build() -> County:
    """Make the county in the current database."""
    from watchroom.domains.dispatch import actions
    from watchroom.kernel import roles
    from watchroom.kernel.access import system

    known = roles.ensure()
    city = _agency("CITY", "市局", "City bureau", "city", None)
    bureau = _agency("CNTY", "县局", "County bureau", "county", city)
    county = County(
        city=city,
        bureau=bureau,
        centre=_agency("CTR", "指挥中心", "Command centre", "centre", bureau),
        east=_agency("EAST", "东城派出所", "East station", "station", bureau),
        west=_agency("WEST", "西城派出所", "West station", "station", bureau),
        elsewhere=_agency("OTHR", "邻县局", "Next county", "county", city),
        roles=known,
    )
    _people(county)
    _beats(county)
    _units(county)
    actions.import_classes(system(city), CLASSES.splitlines(), source="test")
    return county


def _agency(code: str, name: str, name_en: str, kind: str, parent: Any) -> Any:
    from watchroom.kernel.models import Agency

    row = Agency.objects.create(
        code=code, name=name, name_en=name_en, kind=kind, parent=parent, path="."
    )
    row.path = f"{parent.path if parent else '.'}{row.pk}."
    row.save(update_fields=["path"])
    return row


def _people(county: County) -> None:
    posts = (
        ("operator", "王接警", "call_taker", county.bureau),
        ("dispatcher", "李派警", "dispatcher", county.bureau),
        ("leader", "赵值班", "duty_leader", county.bureau),
        ("officer", "张巡逻", "patrol_officer", county.east),
        ("colleague", "刘巡逻", "patrol_officer", county.east),
        ("westerner", "陈巡逻", "patrol_officer", county.west),
        ("community", "周社区", "community_officer", county.east),
        ("chief", "孙所长", "station_chief", county.east),
        ("colleague_elsewhere", "吴邻县", "dispatcher", county.elsewhere),
        ("auditor", "郑督察", "auditor", county.city),
        ("admin", "冯管理", "it_admin", county.city),
        ("stranger", "何外人", "", county.elsewhere),
    )
    for username, name, role, agency in posts:
        county.staff[username] = _person(county, username, name, role, agency)


def _person(county: County, username: str, name: str, role: str, agency: Any) -> Any:
    from watchroom.kernel.models import Post, Staff

    staff = Staff.objects.create(
        username=username, name=name, badge=f"B-{username}", agency=agency, password="!"
    )
    if role:
        Post.objects.create(staff=staff, role=county.roles[role], agency=agency)
    return staff


def _beats(county: County) -> None:
    lon, lat = MIDDLE
    community = county.staff["community"]
    county.beats["east"] = _beat("BE", "东街警格", county.east, lon, lat - 0.1, 0.1, community)
    county.beats["west"] = _beat("BW", "西街警格", county.west, lon - 0.1, lat - 0.1, 0.1, None)


def _beat(
    code: str, name: str, agency: Any, west: float, south: float, width: float, officer: Any
) -> Any:
    from watchroom.kernel.models import Beat

    east, north = west + width, south + 0.2
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Beat.objects.create(
        code=code,
        name=name,
        agency=agency,
        officer=officer,
        outline={"type": "Polygon", "coordinates": [ring]},
        west=west,
        south=south,
        east=east,
        north=north,
    )


def _units(county: County) -> None:
    crews = {"P01": "officer", "P02": "colleague", "P05": "westerner", "F01": "community"}
    plan = (
        ("P01", "car", county.east),
        ("P02", "car", county.east),
        ("P03", "car", county.east),
        ("P04", "car", county.west),
        ("P05", "car", county.west),
        ("F01", "foot", county.east),
        ("F02", "foot", county.west),
    )
    for number, (code, kind, agency) in enumerate(plan, 1):
        county.units[code] = _unit(code, kind, agency, number)
        if code in crews:
            county.units[code].crew.add(county.staff[crews[code]])


def _unit(code: str, kind: str, agency: Any, number: int) -> Any:
    from watchroom.base.clock import now
    from watchroom.kernel.models import Unit, UnitPosition

    lon, lat = MIDDLE[0] + number * 0.01, MIDDLE[1]
    unit = Unit.objects.create(
        code=code,
        name=code,
        kind=kind,
        agency=agency,
        status="free",
        status_since=now(),
        home_lon=lon,
        home_lat=lat,
    )
    UnitPosition.objects.create(unit=unit, lon=lon, lat=lat, at=now(), received_at=now())
    return unit


@pytest.fixture
def county(db: None) -> County:
    """The tiny county, rolled back after the test."""
    return build()


@pytest.fixture
def committed_county(own_database: Any) -> SimpleNamespace:
    """The tiny county in a committed database of its own; `.county` and `.database`."""
    return SimpleNamespace(county=build(), database=own_database)
