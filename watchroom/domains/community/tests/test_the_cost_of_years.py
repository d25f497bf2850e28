"""731,000 households and five years of visits: no page reads them all."""

import json
from collections.abc import Callable, Iterator
from math import asinh, pi, radians, tan
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from tests.people import County
from watchroom.domains.community import actions, queries
from watchroom.domains.community.actions import Call
from watchroom.domains.community.models import Household
from watchroom.domains.community.queries.tiles import on_tile
from watchroom.domains.community.tests.samples import hazard, household
from watchroom.kernel.places import beat_at
from watchroom.kernel.vector_tiles import Tile

pytestmark = pytest.mark.django_db
GROWING = {
    "kernel_matter": 5_000_000,
    "kernel_entry": 10_000_000,
    "kernel_involvement": 100_000,
    "community_household": 731_000,
    "community_visit": 3_655_000,
    "community_hazard": 100_000,
    "community_meeting": 28_000,
}
STANDING = {"kernel_agency": 200, "kernel_beat": 1_362}
"""Tables that a city fills once; whole they may be read."""
DISTINCT = {
    ("kernel_matter", "beat_id"): 1362.0,
    ("kernel_matter", "kind"): 20.0,
    ("kernel_matter", "agency_id"): 200.0,
    ("community_household", "beat_id"): 1362.0,
    ("community_visit", "household_id"): -0.2,
}
OF_WHAT_IS_OPEN = {"matter_open", "matter_owned_open", "matter_open_at"}


def city_of_years(cursor: CursorWrapper, tables: dict[str, int]) -> None:
    """Lay down a city's statistics: until rollback the planner takes the tables for that large.

    All of it on one page: the planner multiplies rows a page by the pages there really are, and
    here there may be just one.
    """
    for table, rows in tables.items():
        cursor.execute(
            """SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s,
                                                'relpages', 1, 'reltuples', %s::real)""",
            [table, rows],
        )
        cursor.execute(
            """SELECT pg_clear_attribute_stats('public', %s, attname, false) FROM pg_attribute
               WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped""",
            [table, table],
        )
    for (table, column), distinct in DISTINCT.items():
        cursor.execute(
            """SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', %s,
               'attname', %s, 'inherited', false, 'null_frac', 0::real, 'n_distinct', %s::real)""",
            [table, column, distinct],
        )


def plans(
    asked: Callable[[], object], tables: dict[str, int] = GROWING
) -> Iterator[tuple[str, dict[str, Any]]]:
    with CaptureQueriesContext(connection) as seen:
        asked()
    with connection.cursor() as cursor:
        city_of_years(cursor, tables)
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in seen.captured_queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
                told = cursor.fetchone()[0]
                plan = json.loads(told) if isinstance(told, str) else told
                yield query["sql"], plan[0]["Plan"]
        cursor.execute("SET LOCAL enable_seqscan = on")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def reads_everything(node: dict[str, Any]) -> bool:
    """A table that grows is read without a condition its index serves."""
    if node["Node Type"] == "Seq Scan":
        return node["Relation Name"] in GROWING
    if node.get("Index Name", "") in OF_WHAT_IS_OPEN:
        return False
    growing = node.get("Relation Name") in GROWING
    return growing and "Index" in node["Node Type"] and "Index Cond" not in node


def square(zoom: int, door: Household) -> Tile:
    many = 1 << zoom
    lon, lat = float(door.lon or 0), radians(float(door.lat or 0))
    return Tile(zoom, int((lon + 180) / 360 * many), int((1 - asinh(tan(lat)) / pi) / 2 * many))


def behind(county: County, door: Household) -> queries.After:
    return queries.After(door.last_visit_at, door.pk)


SCREENS: dict[str, Callable[[County, Household], object]] = {
    "the doors of a beat": lambda _c, d: queries.longest_ago(d.beat),
    "its next page": lambda c, d: queries.longest_ago(d.beat, behind(c, d)),
    "who asked": lambda _c, d: queries.asked(d.beat),
    "an address": lambda _c, d: queries.found(d.beat, "幸福"),
    "visits to make": lambda c, d: queries.planned(c.act("community"), [d.beat_id]),
    "hazards of the beat": lambda c, d: list(
        queries.hazards(c.act("community"), beat_ids=[d.beat_id])[:50]
    ),
    "hazards of the station": lambda c, _d: list(queries.hazards(c.chief)[:50]),
    "a square of the whole city": lambda c, d: on_tile(c.chief, square(9, d)),
    "a square of a town": lambda c, d: on_tile(c.chief, square(12, d)),
    "a square of a street": lambda c, d: on_tile(c.act("community"), square(15, d)),
    "how fifty beats stand": lambda c, _d: queries.standing(queries.beats_page(c.chief)),
    "a door's visits": lambda c, d: queries.visits_there(c.act("community"), d),
    "the visit planned there": lambda _c, d: queries.open_visit(d),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_reads_by_index_what_grows(county: County, screen: str) -> None:
    door = household(county)
    actions.record_visit(county.act("community"), door.pk, Call())
    actions.plan_visit(county.act("community"), household(county, "2 号").pk)
    hazard(county)
    door.refresh_from_db()
    for sql, plan in plans(lambda: SCREENS[screen](county, door)):
        whole = [node for node in nodes(plan) if reads_everything(node)]
        assert whole == [], sql


def test_a_place_finds_its_beat_by_the_index_of_boxes(county: County) -> None:
    door = household(county)
    ((sql, plan),) = plans(lambda: beat_at(door.lon, door.lat), STANDING)
    assert [node for node in nodes(plan) if node.get("Index Name") == "beat_box"], sql
