"""What is open costs; what is over does not: no screen reads everything there ever was."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from tests.people import MIDDLE, County
from watchroom.domains.dispatch import actions, queries

GROWING = {
    "kernel_matter", "kernel_entry", "kernel_deadline", "kernel_involvement", "kernel_document",
    "dispatch_incident", "dispatch_call", "dispatch_assignment",
}  # fmt: skip
LAST_FEW = ("AS recent",)
"""Queries that walk back from the newest row and stop after a stated number."""
OF_WHAT_IS_OPEN = {"matter_open", "matter_owned_open", "matter_open_at", "unit_open_assignments"}


TO_ONE_MATTER = [
    ("kernel_entry", "matter_id", 0.0),
    ("dispatch_call", "incident_id", 0.0),
    ("dispatch_incident", "duplicate_of_id", 0.9),
]
"""Few rows each, however many there are in all: table, column, share of rows without one."""


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


def plans(asked: Callable[[], object]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The plan of each query in a city with years behind it; only need leads to a whole read."""
    with CaptureQueriesContext(connection) as seen:
        asked()
    with connection.cursor() as cursor:
        after_years(cursor)
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in seen.captured_queries:
            if query["sql"].startswith("SELECT") and not query["sql"].endswith(LAST_FEW):
                cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
                told = cursor.fetchone()[0]
                plan = json.loads(told) if isinstance(told, str) else told
                yield query["sql"], plan[0]["Plan"]
        cursor.execute("SET LOCAL enable_seqscan = on")


def after_years(cursor: CursorWrapper) -> None:
    """Until rollback, the planner takes each growing table for one of a million rows a page.

    Over the test's own dozen rows it may rightly prefer to read them all, depending on what the
    server last happened to count.
    """
    for table in GROWING:
        cursor.execute(
            """SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s,
                                                'relpages', 1, 'reltuples', 1000000::real)""",
            [table],
        )
        cursor.execute(
            """SELECT pg_clear_attribute_stats('public', %s, attname, false) FROM pg_attribute
               WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped""",
            [table, table],
        )
    for table, column, empty in TO_ONE_MATTER:
        cursor.execute(
            """SELECT pg_restore_attribute_stats(
                   'schemaname', 'public', 'relname', %s, 'attname', %s, 'inherited', false,
                   'null_frac', %s::real, 'n_distinct', -0.1::real)""",
            [table, column, empty],
        )


SCREENS: dict[str, Callable[[County, Any], object]] = {
    "the board": lambda c, _: queries.board(c.dispatcher),
    "the queue": lambda c, _: queries.queue(c.dispatcher),
    "one incident in full": lambda c, m: queries.incident_detail(c.dispatcher, m.pk),
    "its history": lambda c, m: queries.history(c.dispatcher, m.pk),
    "who could go": lambda c, m: queries.ranked_units(c.dispatcher, m.pk),
    "an open incident by its digits": lambda c, m: queries.by_number(c.dispatcher, m.number[-3:]),
    "one that is over by its digits": lambda c, _: over_by_digits(c, 6),
    "one of today by fewer digits": lambda c, _: over_by_digits(c, 4),
    "a call being typed": lambda c, _: queries.duplicates_of(
        c.dispatcher,
        words="打架",
        lon=MIDDLE[0],
        lat=MIDDLE[1],
        place="解放路",
        caller="13800000001",
    ),
}


def reported(county: County) -> Any:
    return actions.report_call(
        county.operator, words="打架", lon=MIDDLE[0], lat=MIDDLE[1], class_code="0201"
    )


def over_by_digits(county: County, digits: int) -> object:
    matter = actions.cancel(county.operator, reported(county).pk, reason="误报")
    found = queries.by_number(county.dispatcher, matter.number[-digits:])
    assert found.pk == matter.pk
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_reads_by_index_what_grows(county: County, screen: str) -> None:
    matter = reported(county)
    actions.dispatch(county.dispatcher, matter.pk, [county.units["P01"].pk])
    for sql, plan in plans(lambda: SCREENS[screen](county, matter)):
        whole = [node for node in nodes(plan) if reads_everything(node)]
        assert whole == [], sql


def test_calls_of_duplicates_count_for_the_incident_they_belong_to(county: County) -> None:
    whole, twin = reported(county), reported(county)
    actions.link_duplicate(county.operator, twin.pk, whole.pk)
    assert [view.calls for view in queries.board(county.dispatcher)] == [2]
    assert len(queries.incident_detail(county.dispatcher, whole.pk).calls) == 2
