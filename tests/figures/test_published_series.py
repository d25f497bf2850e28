"""Series that were really published, recomputed; where one does not recompute, the reason."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from watchroom.base.rounding import change_percent, half_up, percent
from watchroom.figures.change import Against

pytestmark = pytest.mark.shared
Rows = list[dict[str, str]]
KINDS = ("criminal", "public_order", "traffic", "fire", "assistance", "report_complaint", "other")


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def bulletins(shared: Path) -> Path:
    return shared / "data" / "statistics" / "cn_police_bulletins"


@pytest.fixture
def statements(bulletins: Path) -> dict[str, dict[str, Any]]:
    told = json.loads((bulletins / "statements.json").read_text(encoding="utf-8"))
    return {one["id"]: one for one in told["records"]}


@pytest.fixture
def index(shared: Path) -> Rows:
    return rows_of(shared / "data" / "statistics" / "rtci_full_table_data.csv")


def both(row: dict[str, str]) -> tuple[Decimal, Decimal]:
    return Decimal(row["YTD"]), Decimal(row["PrevYTD"])


# -- year to date against last year: 5,474 rows ------------------------------------------------


def test_every_change_with_a_base_recomputes_to_its_last_digit_but_37(index: Rows) -> None:
    """Exactly 37 differ, by one in the fifteenth digit: there the publisher's binary arithmetic,
    repeated here, gives their digit, and the exact fraction rounds to ours."""
    assert len(index) == 5474
    other = []
    for row in index:
        now, base = both(row)
        if base <= 0:
            continue
        published = Decimal(row["Percent_Change"])
        places = max(0, -int(published.as_tuple().exponent))
        exact = change_percent(now, base, places)
        if exact != published:
            other.append(row)
            assert exact is not None and abs(exact - published) == Decimal(1).scaleb(-places)
            assert f"{(float(now) - float(base)) / float(base) * 100:.15g}" == str(published)
    assert len(other) == 37


def test_147_bases_of_zero_are_undefined_and_so_are_370_published_as_no_change(
    index: Rows,
) -> None:
    """Nothing after nothing is published as "0", a change in per cent of nothing; it has none."""
    without = [row for row in index if row["PrevYTD"] == "0"]
    told = [row["Percent_Change"] for row in without]
    assert (told.count("Undefined"), told.count("0"), len(told)) == (147, 370, 517)
    for row in without:
        change = Against(*both(row))
        assert change.percent is None
        assert change.said("zh") == "无法计算（基数为零）"


def test_a_count_below_zero_is_no_base(index: Rows) -> None:
    """One agency withdrew more than it reported (-1): "-500 %" is what comes of dividing by it."""
    (row,) = [row for row in index if int(row["PrevYTD"]) < 0]
    assert row["Percent_Change"] == "-500"
    change = Against(*both(row))
    assert change.percent is None
    assert change.said("en") == "undefined (the base is below zero)"


# -- bulletins of Chinese bureaus --------------------------------------------------------------


@pytest.mark.parametrize("name", ["ankang_month_2015-08_table.csv", "ankang_week_1591_table.csv"])
def test_every_row_adds_up(bulletins: Path, name: str) -> None:
    for row in rows_of(bulletins / name):
        kinds = [int(v) for k, v in row.items() if k not in ("period", "valid_total", "invalid")]
        assert sum(kinds) == int(row["valid_total"]), row


def test_a_table_by_county_adds_up_both_ways_and_its_shares_recompute(bulletins: Path) -> None:
    whole, *counties = rows_of(bulletins / "ankang_week_17165_table.csv")
    numbers = [name for name in whole if name not in ("unit", "valid_share_pct")]
    for name in numbers:
        assert sum(int(row[name]) for row in counties) == int(whole[name]), name
    for row in (whole, *counties):
        kinds = (*KINDS, "dispute")
        assert sum(int(row[kind]) for kind in kinds) == int(row["valid_total"])
        assert int(row["valid_total"]) + int(row["invalid"]) == int(row["calls_in"])
    for row in counties:
        share = percent(int(row["valid_total"]), int(whole["valid_total"]), 1)
        assert share == Decimal(row["valid_share_pct"]), row["unit"]


def test_every_band_of_answering_times_is_a_whole(bulletins: Path) -> None:
    for row in rows_of(bulletins / "ankang_instruction_speed.csv"):
        assert sum(Decimal(row[f"bucket_{n}"]) for n in range(1, 6)) == 100, row


def test_the_weeks_that_give_both_numbers_recompute(statements: dict[str, Any]) -> None:
    """All but one: 44 after 46 is -4.35 %, -4.3 to one place by half up; "-4.4" was published."""
    off = {}
    for key, one in statements.items():
        for name in [name.removesuffix("_prev") for name in one if name.endswith("_prev")]:
            published = Decimal(str(one[f"{name}_wow_pct"]))
            change = change_percent(one[name], one[f"{name}_prev"], 1)
            if change != published:
                off[key, name] = (change, published)
    assert off == {("ankang-17165", "criminal"): (Decimal("-4.3"), Decimal("-4.4"))}
    assert change_percent(44, 46, 5) == Decimal("-4.34783")


def month_of(bulletins: Path, name: str) -> tuple[int, int, int]:
    """August 2015, July 2015 and August 2014, as the month's own table says."""
    rows = {row["period"]: row for row in rows_of(bulletins / "ankang_month_2015-08_table.csv")}
    this, before, year_ago = (int(rows[p][name]) for p in ("2015-08", "2015-07", "2014-08"))
    return this, before, year_ago


@pytest.mark.parametrize(
    ("name", "told", "exact"),
    [
        ("valid_total", "valid", ("-22.22", "-7.23")),
        ("criminal", "criminal", ("-17.99", "-3.13")),
        ("public_order", "public_order", ("-22.04", "-7.75")),
        ("traffic", "type122", ("-19.76", "-11.03")),
    ],
)
def test_the_month_of_august_2015(
    bulletins: Path, statements: dict[str, Any], name: str, told: str, exact: tuple[str, str]
) -> None:
    """-17.9 % for crime was cut off, not rounded: 310 after 378 is -17.989 %, so -18.0."""
    this, before, year_ago = month_of(bulletins, name)
    assert Against(Decimal(this), Decimal(before)).percent == Decimal(exact[0])
    assert Against(Decimal(this), Decimal(year_ago)).percent == Decimal(exact[1])
    published = statements["ankang-1548"]
    said = [Decimal(str(published[f"{told}_{against}_pct"])) for against in ("mom", "yoy")]
    ours = [change_percent(this, base, 1) for base in (before, year_ago)]
    off = [(one, other) for one, other in zip(ours, said, strict=True) if one != other]
    assert off == ([(Decimal("-18.0"), Decimal("-17.9"))] if name == "criminal" else [])


def test_239_a_day_is_the_month_over_28_days_though_august_has_31(
    bulletins: Path, statements: dict[str, Any]
) -> None:
    this, _, _ = month_of(bulletins, "valid_total")
    published = statements["ankang-1548"]
    assert (half_up(Decimal(this) / 28), published["daily_valid"]) == (239, 239)
    assert half_up(Decimal(this) / 31, 1) == Decimal("215.8")
    assert half_up(Decimal(published["type110"]) / 28) == published["type110_daily"] == 198
    # 1,145 over 28 is 40.89: also cut off, not rounded.
    assert half_up(Decimal(published["type122"]) / 28, 1) == Decimal("40.9")
    assert published["type122_daily"] == 40.8


def test_shares_of_a_year_recompute(statements: dict[str, Any]) -> None:
    year = statements["hefei-2018"]
    for name in ("dispatched", "non_police"):
        share = percent(year[name], year["calls_in"], 1)
        assert share == Decimal(str(year[f"{name}_share_pct"]))
    assert year["dispatched"] + year["non_police"] == year["calls_in"]
    assert half_up(Decimal(year["calls_in"]) / 365) == year["daily"]
