"""A leader looks at all figures of an agency, beside last month, last year and twelve months."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import held_at
from watchroom.desk.pages.board_of_figures import polylines
from watchroom.domains.disputes.tests.samples import registered
from watchroom.kernel import kept_samples

MIDDAY = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
WHEN = {2: MIDDAY.replace(month=2), 3: MIDDAY}


@pytest.fixture
def quarrels(county: County) -> Iterator[County]:
    """Four disputes in February, six in March up to the tenth; one of those in the west."""
    for number, counts in ((2, (4, 0)), (3, (5, 1))):
        for beat, count in zip(("east", "west"), counts, strict=True):
            for _ in range(count):
                with held_at(WHEN[number]):
                    registered(county, by="leader", beat_id=county.beats[beat].pk)
    with held_at(MIDDAY):
        yield county


def row(county: County, who: str, query: str = "") -> list[str]:
    """What the board says of disputes found: now, before, last year."""
    client = Client()
    client.force_login(county.staff[who])
    page = client.get(f"/figures/board/?period=this-month{query}").text
    (found,) = re.findall(r"<tr data-href=\"/figures/disputes\.found/.*?</tr>", page, re.DOTALL)
    cells = re.findall(r"<td class=\"num\"[^>]*>(.*?)</td>", found, re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", cell).strip() for cell in cells]


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False], ids=["from what is kept", "from the records"])
def test_now_before_and_last_year(quarrels: County, kept: bool) -> None:
    if kept:
        kept_samples.build()
    now, before, year_ago = row(quarrels, "leader")
    assert now == "6"
    assert before.split() == ["4", "上升", "50.00%"]
    assert year_ago.split() == ["0", "无法计算（基数为零）"]


@pytest.mark.django_db
def test_down_the_tree_as_far_as_the_reader_reaches(quarrels: County) -> None:
    assert row(quarrels, "leader", "&agency=EAST")[0] == "5"
    assert row(quarrels, "chief")[0] == "5"
    client = Client()
    client.force_login(quarrels.staff["chief"])
    assert "西城派出所" not in client.get("/figures/board/").text
    for code in ("WEST", "CNTY", "XX"):
        assert client.get(f"/figures/board/?agency={code}").status_code == 404
    client.force_login(quarrels.staff["stranger"])
    assert client.get("/figures/board/").status_code in (403, 404)


@pytest.mark.django_db
def test_the_number_opens_to_exactly_its_records(quarrels: County) -> None:
    client = Client()
    client.force_login(quarrels.staff["leader"])
    page = client.get("/figures/board/?period=this-month&agency=EAST").text
    (address,) = set(re.findall(r'data-href="(/figures/disputes\.found/[^"]*)"', page))
    behind = client.get(address.replace("&amp;", "&")).text
    assert behind.count('data-href="/m/') == 5


def test_a_month_without_a_value_is_a_gap_in_the_line() -> None:
    one, two = polylines([Decimal(1), Decimal(2), None, Decimal(4)])
    assert len(one.split()) == 2
    assert two.split() == ["94.0,2.0", "94.0,2.0"]
    assert polylines([None, None]) == []
