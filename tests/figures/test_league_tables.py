"""Points, places, ties and what chance could have dealt."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.figures import scoring
from watchroom.figures.measure import Count, Exact, Quantile, Share
from watchroom.figures.scoring import Item, Scheme, league

CAMPAIGN = Scheme(
    (
        Item("directives.in_time", D(40), "scale", worst=D(50), best=D(100)),
        Item("dispatch.sent_to_arrival", D(20), "scale", worst=D(900), best=D(300), level=0.9),
        Item("coverage.inspections", D("0.5"), "each", cap=D(15), per="officers"),
    )
)


def _station(part: int, whole: int, seconds: float, done: int, officers: int) -> list[object]:
    trace = {"levels": (0.0, 1.0), "values": (seconds * 0.5, seconds * 1.1)}
    return [
        Share(part, whole),
        Quantile(seconds, 0.9, 400, **trace),
        Count(done, officers, 100),
    ]


STATIONS = [
    _station(13, 15, 517, 14, 95),  # by hand below: 49.47
    _station(190, 200, 420, 30, 110),
    _station(97, 100, 480, 22, 90),
    _station(60, 80, 700, 9, 80),
    _station(92, 100, 505, 25, 100),
]


def test_a_campaign_by_hand_gives_49_47_points_and_the_fourth_place() -> None:
    """40 · (86.667 - 50)/50 = 29.3333; 20 · (900 - 517)/600 = 12.7667; 0.5 · 14.7368 = 7.3684."""
    table = league(CAMPAIGN, STATIONS)
    ours = next(line for line in table.lines if line.who == 0)
    assert (ours.points, ours.place) == (D("49.47"), 4)
    assert ours.items == (D("29.33"), D("12.77"), D("7.37"))


def test_another_by_hand_gives_35_75_points_and_the_second_place() -> None:
    """20 to everybody; 15 · 75 % = 11.25; second of three by rank: 9 · 1/2 = 4.5."""
    items = (Item("a", D(15)), Item("b", D(9), "rank", better="lower"))
    rows = [(60, 300), (75, 200), (90, 100)]
    table = league(Scheme(items, D(20)), [[Exact(Fraction(v)) for v in row] for row in rows])
    second = table.lines[1]
    assert (second.who, second.points, second.place) == (1, D("35.75"), 2)


def test_who_is_equal_shares_the_place_and_the_next_place_is_left_out() -> None:
    scheme = Scheme((Item("a", D(10), "rank"),))
    table = league(scheme, [[Exact(Fraction(v))] for v in (7, 9, 7, 3)])
    assert [(line.who, line.points, line.place) for line in table.lines] == [
        (1, D("10.00"), 1),
        (0, D("5.00"), 2),
        (2, D("5.00"), 2),
        (3, D("0.00"), 4),
    ]


def test_what_is_undefined_is_left_out_of_an_agencys_weight_and_nothing_gives_no_place() -> None:
    scheme = Scheme((Item("a", D(30)), Item("b", D(10))))
    rows = [[Share(0, 0), Share(1, 2)], [Share(1, 2), Share(1, 2)], [Share(0, 0), Share(0, 0)]]
    table = league(scheme, rows)
    assert [(line.points, line.place) for line in table.lines] == [
        (D("20.00"), 1),
        (D("20.00"), 1),
        (None, None),
    ]


def test_a_statistic_stands_beside_the_points_and_what_if_cannot_give_it_any() -> None:
    scheme = Scheme((Item("a", D(10)), Item("cases", D(0), "each")))
    rows = [[Share(1, 2), Count(500)], [Share(2, 3), Count(1)]]
    assert [line.who for line in league(scheme, rows).lines] == [1, 0]
    other = scoring.reweighted(scheme, {0: D(20), 1: D(5)})
    assert [item.weight for item in other.items] == [D(20), D(0)]


def test_places_that_chance_could_have_dealt_are_one_band_and_far_ones_are_not() -> None:
    scheme = Scheme((Item("a", D(100)),))
    close = [[Share(900, 1000)], [Share(60, 100)], [Share(59, 100)], [Share(61, 100)]]
    table = league(scheme, close)
    assert table.bands == ((1, 3),)
    assert (table.lines[0].low, table.lines[0].high) == (1, 1)
    assert {(line.low, line.high) for line in table.lines[1:]} == {(2, 4)}


def test_a_number_without_chance_is_always_told_apart() -> None:
    table = league(Scheme((Item("a", D(1), "each"),)), [[Exact(Fraction(v))] for v in (1, 2, 3)])
    assert table.bands == ()
    assert [(line.low, line.high) for line in table.lines] == [(1, 1), (2, 2), (3, 3)]


def test_the_95_per_cent_of_places_hold_the_true_place_as_often_as_they_say() -> None:
    """20 agencies whose true rates are known, 60 periods: the true place lies inside in about 95 %
    or more (places are whole, so a little more)."""
    rng = np.random.default_rng(5)
    rates = np.linspace(40, 120, 20)
    true = {who: 20 - who for who in range(20)}
    scheme, held = Scheme((Item("a", D(1), "each"),)), 0
    for period in range(60):
        counts = rng.poisson(rates)
        table = league(scheme, [[Count(int(n))] for n in counts], seed=period, draws=400)
        held += sum((line.low or 0) <= true[line.who] <= (line.high or 0) for line in table.lines)
    assert held / (60 * 20) >= 0.93


values = st.lists(st.integers(0, 1000), min_size=2, max_size=7)
weights = st.lists(st.integers(1, 50), min_size=2, max_size=4)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Scheme, list[list[Exact]]]:
    ways = st.sampled_from(["scale", "rank", "each"])
    betters = st.sampled_from(["higher", "lower"])
    items = tuple(
        Item(f"i{n}", D(w), draw(ways), D(0), D(1000), draw(betters))
        for n, w in enumerate(draw(weights))
    )
    agencies = draw(st.integers(2, 6))
    numbers = st.integers(0, 1000)
    rows = [[Exact(Fraction(draw(numbers))) for _ in items] for _ in range(agencies)]
    return Scheme(items), rows


def _points(scheme: Scheme, rows: list[list[Exact]]) -> dict[int, D | None]:
    return {line.who: line.points for line in league(scheme, rows, draws=2).lines}


@given(tables(), st.integers(2, 9))
@settings(max_examples=60, deadline=None)
def test_weights_times_something_are_points_times_it_and_places_stay(
    table: tuple[Scheme, list[list[Exact]]], by: int
) -> None:
    scheme, rows = table
    more = Scheme(tuple(replace(item, weight=item.weight * by) for item in scheme.items))
    before, after = league(scheme, rows, draws=2), league(more, rows, draws=2)
    for line in before.lines:
        other = next(one for one in after.lines if one.who == line.who)
        assert abs((other.points or 0) - (line.points or 0) * by) <= D("0.005") * (by + 1)


@given(tables(), st.data())
@settings(max_examples=60, deadline=None)
def test_doing_better_in_one_thing_never_costs_points(
    table: tuple[Scheme, list[list[Exact]]], data: st.DataObject
) -> None:
    scheme, rows = table
    who = data.draw(st.integers(0, len(rows) - 1))
    what = data.draw(st.integers(0, len(scheme.items) - 1))
    item = scheme.items[what]
    up = item.way == "scale" or item.better == "higher"
    step = data.draw(st.integers(1, 200)) * (1 if up else -1)
    better = [list(row) for row in rows]
    better[who][what] = Exact((rows[who][what].value or 0) + step)
    assert (_points(scheme, better)[who] or 0) >= (_points(scheme, rows)[who] or 0)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_it_does_not_matter_in_which_order_agencies_come(
    table: tuple[Scheme, list[list[Exact]]],
) -> None:
    scheme, rows = table
    forth, back = _points(scheme, rows), _points(scheme, rows[::-1])
    assert forth == {len(rows) - 1 - who: points for who, points in back.items()}


@given(tables())
@settings(max_examples=60, deadline=None)
def test_points_lie_between_nothing_and_all_the_weight(
    table: tuple[Scheme, list[list[Exact]]],
) -> None:
    scheme, rows = table
    bounded = Scheme(tuple(replace(i, way="scale") for i in scheme.items))
    assert all(D(0) <= (p or 0) <= (bounded.full or 0) for p in _points(bounded, rows).values())
    assert bounded.full == sum(item.weight for item in scheme.items)


def test_a_scheme_is_kept_as_data_and_read_back() -> None:
    assert scoring.from_dict(scoring.as_dict(CAMPAIGN)) == CAMPAIGN


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Item("a", D(-1)), "不能为负"),
        (Item("a", D(1), worst=D(5), best=D(5)), "不能相同"),
        (Item("a", D(1), floor=D(3), cap=D(2)), "下限高于上限"),
        (Item("a", D(0)), "没有计分"),
    ],
)
def test_a_scheme_that_contradicts_itself_is_refused(item: Item, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        scoring.check(Scheme((item,)))
