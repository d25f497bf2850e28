"""Five years of disputes behind it, no screen reads them all: every query goes by an index."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import MIDDLE, County
from watchroom.domains.disputes import phone, queries
from watchroom.domains.disputes.tests.samples import AGREED, PLACE, live, registered
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.django_db
YEARS = 5 * 5_770
GROWING = {
    "kernel_matter": 2_000_000, "kernel_entry": 20_000_000, "kernel_involvement": 1_000_000,
    "kernel_document": YEARS, "disputes_dispute": YEARS, "disputes_party": 2 * YEARS,
    "disputes_mediator": YEARS, "disputes_session": 2 * YEARS, "disputes_agreement": YEARS,
    "disputes_visit": 2 * YEARS, "disputes_signature": 3 * YEARS,
}  # fmt: skip
"""Rows of a city after five years; calls and their trail are there beside the disputes."""
FEW_EACH = [
    ("kernel_entry", "matter_id"), ("kernel_involvement", "matter_id"),
    ("disputes_party", "dispute_id"), ("disputes_mediator", "dispute_id"),
    ("disputes_session", "dispute_id"), ("disputes_visit", "dispute_id"),
    ("disputes_agreement", "dispute_id"), ("disputes_signature", "agreement_id"),
]  # fmt: skip
"""Of one dispute there are two or three of these, however many there are in all."""
OF_WHAT_IS_OPEN = {"matter_open", "matter_owned_open", "matter_open_at", "matter_kind_history"}
"""Partial ones, and the one that lists what ended, newest first, and stops after a page."""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def reads_everything(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Seq Scan":
        return node["Relation Name"] in GROWING
    if node.get("Index Name", "") in OF_WHAT_IS_OPEN or node.get("Relation Name") not in GROWING:
        return False
    return "Index" in node["Node Type"] and "Index Cond" not in node


def after_years() -> None:
    """Until rollback, the planner takes each table for what it is after five years."""
    with connection.cursor() as cursor:
        for table, rows in GROWING.items():  # each holds a page: the density of it is what counts
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

        for table, column in FEW_EACH:
            cursor.execute(
                """SELECT pg_restore_attribute_stats(
                       'schemaname', 'public', 'relname', %s, 'attname', %s, 'inherited', false,
                       'null_frac', 0::real, 'n_distinct', -0.4::real)""",
                [table, column],
            )


def plans(asked: Callable[[], object]) -> Iterator[tuple[str, dict[str, Any]]]:
    with CaptureQueriesContext(connection) as seen:
        asked()
    after_years()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in seen.captured_queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
                told = cursor.fetchone()[0]
                plan = json.loads(told) if isinstance(told, str) else told
                yield query["sql"], plan[0]["Plan"]
        cursor.execute("SET LOCAL enable_seqscan = on")


SCREENS: dict[str, Callable[[County, Matter], object]] = {
    "the list of a station": lambda c, _: list(queries.disputes(c.chief)[:200]),
    "the list of a county": lambda c, _: list(queries.disputes(c.leader)[:200]),
    "the list of a beat's officer": lambda c, _: list(queries.disputes(c.act("community"))[:200]),
    "what I have in hand, on the phone": lambda c, _: list(
        queries.in_my_hands(c.act("community"), tuple(phone.WORK))[: phone.MOST]
    ),
    "what ended": lambda c, _: list(queries.disputes(c.chief, over=True)[:200]),
    "one dispute in full": lambda c, m: (queries.dispute_of(c.chief, m.pk), queries.told(m.pk)),
    "the same place while typing": lambda c, m: queries.at_the_same_place(
        c.chief, m.beat_id, PLACE, MIDDLE[0] + 0.05, MIDDLE[1]
    ),
    "the same parties": lambda c, m: queries.between_the_same(
        c.chief, queries.dispute_of(c.chief, m.pk)
    ),
    "whether a call left one already": lambda c, m: list(
        queries.Dispute.objects.filter(found_by=m.pk)
    ),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_reads_by_index_what_grows(county: County, screen: str) -> None:
    registered(county)
    matter = live(county, (*AGREED, "perform", "visit"))  # a row in each table
    for sql, plan in plans(lambda: SCREENS[screen](county, matter)):
        whole = [node for node in nodes(plan) if reads_everything(node)]
        assert whole == [], sql
