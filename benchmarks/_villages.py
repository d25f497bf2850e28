"""A city of villages with years of visits and disputes behind it, made inside PostgreSQL in sets.

Beats on a lattice, each with its officer; households at their doors; a visit to each door each
year; disputes with their parties, whose keys are made as `disputes.queries.key_of` makes them.
What no page of these domains reads by the row is left out: the trail and the search index of what
is over (`_history.py` grows those, `worklist.py` and `search.py` measure them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

WEST, SOUTH, STEP, ROW = 112.0, 27.5, 0.02, 40
"""Beats stand on a lattice of 40 to a row, 0.02 degrees apart."""
STATIONS, NAMES, BEATS_APART = 100, 12, 1_362
"""Names to a beat: of its disputes some are between the same people again."""


@dataclass
class City:
    """`chief` leads the first station, `leader` the bureau; `officers` have a beat each."""

    stations: list[Any]
    officers: list[Any]
    chief: Any
    leader: Any


@dataclass(frozen=True)
class Size:
    """How much of it there is."""

    beats: int = 1_362
    households: int = 731_000
    disputes: int = 5_770
    years: int = 5


def city(size: Size) -> City:
    """Agencies, people and beats in the current database, as the product's own rows."""
    from _county import _agency

    from watchroom.domains.disputes import actions
    from watchroom.kernel import roles
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Beat

    known = roles.ensure()
    bureau = _agency("CNTY", "county", _agency("CITY", "city", None))
    stations = [_agency(f"S{n:03}", "station", bureau) for n in range(STATIONS)]
    leader, chief = _staff(known["duty_leader"], [bureau, bureau])
    chief = _staff(known["station_chief"], [stations[0]], "chief")[0]
    homes = [stations[n % STATIONS] for n in range(size.beats)]
    officers = _staff(known["community_officer"], homes, "beat")
    Beat.objects.bulk_create(
        [
            _beat(n, home, officer)
            for n, (home, officer) in enumerate(zip(homes, officers, strict=True))
        ]
    )
    actions.import_types(system(), actions.shipped_types(), source="benchmark")
    return City(stations, officers, chief, leader)


def _staff(role: Any, agencies: list[Any], name: str = "desk") -> list[Any]:
    from watchroom.kernel.models import Post, Staff

    rows = [
        Staff(username=f"{name}{n:04}", name=f"民警{n:04}", agency=agency, password="!")  # noqa: S106
        for n, agency in enumerate(agencies)
    ]
    made = Staff.objects.bulk_create(rows)
    Post.objects.bulk_create([Post(staff=row, role=role, agency=row.agency) for row in made])
    return made


def _beat(number: int, agency: Any, officer: Any) -> Any:
    from watchroom.kernel.models import Beat

    west, south = WEST + STEP * (number % ROW), SOUTH + STEP * (number // ROW)
    east, north = west + STEP, south + STEP
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Beat(
        code=f"B{number:04}", name=f"警格{number:04}", agency=agency, officer=officer,
        outline={"type": "Polygon", "coordinates": [ring]},
        west=west, south=south, east=east, north=north,
    )  # fmt: skip


_BEATS = """
CREATE TEMP TABLE of AS
SELECT id AS beat, agency_id AS agency, officer_id AS officer, west, south,
       row_number() OVER (ORDER BY code) - 1 AS n
FROM kernel_beat
"""
_HOUSEHOLDS = """
INSERT INTO community_household (beat_id, address, door, lon, lat, last_visit_at, asked_at,
    contact_name, contact_phone)
SELECT of.beat, '幸福路' || h / %(beats)s %% 60 || '号', h || '室',
       of.west + %(step)s * random(), of.south + %(step)s * random(),
       CASE WHEN h %% 97 > 0 THEN now() - random() * interval '365 days' END,
       CASE WHEN h %% 997 = 0 THEN now() - random() * interval '9 days' END, '', ''
FROM generate_series(0, %(households)s - 1) AS h JOIN of ON of.n = h %% %(beats)s
"""
_MATTERS = """
INSERT INTO kernel_matter (id, number, kind, title, agency_id, beat_id, owner_id, state, version,
    priority, place, lon, lat, words, sealed, occurred_at, entered_at, closed_at, due_at)
SELECT {id}, {number}, {kind}, {title}, of.agency, of.beat, of.officer, {state}, 3, {priority},
       place, lon, lat, '', false, at, at, {closed}, {due}
FROM ({rows}) AS told JOIN (SELECT beat, agency, officer FROM of) AS of USING (beat)
"""
_VISITED = """
SELECT beat_id AS beat, id AS door, address || door AS place, lon, lat,
       row_number() OVER () AS n,
       coalesce(last_visit_at, now() - interval '2 days') - %(year)s * interval '365 days' AS at
FROM community_household
"""
_VISITS = """
INSERT INTO community_visit (matter_id, household_id, purpose, asked_by, planned_on, service,
    helped)
SELECT %(first)s + n, door, 'routine', '', NULL,
       CASE WHEN n %% 13 = 0 THEN 'identity' ELSE '' END, (n %% 13 = 0)::int
FROM ({rows}) AS told
"""
_QUARRELS = """
SELECT of.beat, q AS n, '解放路' || q / %(beats)s %% 5 || '号' AS place,
       of.west + %(step)s * random() AS lon, of.south + %(step)s * random() AS lat,
       now() - q * (%(years)s * interval '365 days') / %(disputes)s AS at
FROM generate_series(1, %(disputes)s) AS q JOIN of ON of.n = q * 7 %% %(beats)s
"""
_DISPUTES = """
INSERT INTO disputes_dispute (matter_id, type_id, source, track, factors, risk_rule, failures,
    case_number, route, confirmation, beat_id, place_word)
SELECT m.id, %(type)s, 'visit', 'civil', '{}', 'R12', 0, '', '', '', m.beat_id, m.place
FROM kernel_matter m WHERE m.id > %(first)s AND m.kind = 'disputes.dispute'
"""
_MEDIATORS = """
INSERT INTO disputes_mediator (dispute_id, kind, name, staff_id, since)
SELECT m.id, 'officer', '民警', m.owner_id, m.occurred_at
FROM kernel_matter m WHERE m.id > %(first)s AND m.kind = 'disputes.dispute'
"""


def grow(url: str, size: Size) -> None:
    """Fill the city's years. `url` is the superuser's; row triggers are off meanwhile."""
    from watchroom.domains.disputes.models import DisputeType

    told = {
        "beats": size.beats, "households": size.households, "years": size.years,
        "disputes": size.disputes * size.years, "step": STEP,
        "type": DisputeType.objects.order_by("code")[0].pk,
    }  # fmt: skip
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as db:
        db.execute("SET session_replication_role = replica; SET work_mem = '256MB'")
        db.execute(_BEATS)
        db.execute(_HOUSEHOLDS, told)
        first = 0
        for year in range(size.years):
            _visits(db, told, year, first)
            first += size.households
        _disputes(db, {**told, "first": first})
        last = first + told["disputes"]
        db.execute("SELECT setval(pg_get_serial_sequence('kernel_matter', 'id'), %s)", [last])
        _parties(db, first)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE")


def _visits(db: Any, told: dict[str, Any], year: int, first: int) -> None:
    """One year of visits; of this year's every five-hundredth is still to be made."""
    to_make = "n %% 500 = 0 AND %(year)s = 0"
    sql = _MATTERS.format(
        id="%(first)s + n", number="'ZF' || %(first)s + n", kind="'community.visit'",
        title="'走访 ' || place", priority="NULL", rows=_VISITED,
        state=f"CASE WHEN {to_make} THEN 'planned' ELSE 'made' END",
        closed=f"CASE WHEN NOT ({to_make}) THEN at END",
        due=f"CASE WHEN {to_make} THEN now() + n %% 9 * interval '1 day' END",
    )  # fmt: skip
    given = {**told, "year": year, "first": first}
    db.execute(sql, given)
    db.execute(_VISITS.format(rows=_VISITED), given)


def _disputes(db: Any, told: dict[str, Any]) -> None:
    """All years of disputes; of the newest some hundreds are still open."""
    sql = _MATTERS.format(
        id="%(first)s + n", number="'JF' || n", kind="'disputes.dispute'",
        title="'邻里纠纷：' || place", priority="1 + n %% 3", rows=_QUARRELS,
        state="CASE WHEN n < 500 THEN 'mediating' ELSE 'settled' END",
        closed="CASE WHEN n >= 500 THEN at + interval '30 days' END",
        due="CASE WHEN n < 500 THEN now() + n %% 20 * interval '1 day' END",
    )  # fmt: skip
    for statement in (sql, _DISPUTES, _MEDIATORS):
        db.execute(statement, told)


def _parties(db: Any, first: int) -> None:
    """Two parties each, of a dozen names to a beat, under the keys the product compares by."""
    from watchroom.domains.disputes.queries import key_of

    rows = db.execute(
        "SELECT id, beat_id FROM kernel_matter WHERE id > %s AND kind = 'disputes.dispute'", [first]
    ).fetchall()
    copied = "COPY disputes_party (dispute_id, role, name, phone, name_key, phone_key) FROM STDIN"
    with db.cursor().copy(copied) as copy:
        for matter, beat in rows:
            for part, role in enumerate(("applicant", "respondent")):
                seed = beat * NAMES + (matter // BEATS_APART + part * 5) % NAMES
                name, phone = f"居民{seed:04}", f"138{seed:08}"
                keys = (key_of(beat, name), key_of(beat, phone))
                copy.write_row((matter, role, name, phone, *keys))
