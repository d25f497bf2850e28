"""Money in classes, and sharing it out: to the fen, whatever the amounts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.domains.fraud.rules import money, orders, returning
from watchroom.domains.fraud.rules.money import CLASSES, MAY_BECOME, OUTSIDE, Ledger, Move
from watchroom.domains.fraud.rules.returning import Claim

DAY = datetime(2026, 5, 20, 2, tzinfo=UTC)
FEN = st.integers(1, 10**14)
MOVES = st.builds(
    Move, st.sampled_from([OUTSIDE, *CLASSES]), st.sampled_from([OUTSIDE, *CLASSES]), FEN
)


@given(st.lists(MOVES, max_size=15))
def test_no_fen_is_in_two_classes_and_none_is_below_zero(moves: list[Move]) -> None:
    ledger, came, went = Ledger(), 0, 0
    for move in moves:
        if ledger.why_not(move):
            with pytest.raises(Refusal):
                ledger.after([move])
            continue
        ledger = ledger.after([move])
        came += move.fen if move.source == OUTSIDE else 0
        went += move.fen if move.target == OUTSIDE else 0
        assert ledger.whole == came - went
        assert min(getattr(ledger, name) for name in CLASSES) >= 0


@given(FEN, FEN, st.sampled_from(["stopped", "frozen"]))
def test_a_measure_that_ends_leaves_the_money_as_it_found_it(
    lost: int, caught: int, by: str
) -> None:
    before = Ledger(lost=lost)
    moves = money.caught(before, caught, by)
    during = before.after(moves)
    assert getattr(during, by) == caught
    known = sum(move.fen for move in moves if move.source == "lost")
    assert during.after(money.let_go(by, caught, known)) == before


def test_money_that_was_only_asked_for_is_never_counted_as_stopped() -> None:
    for source in ("intended", "held"):
        assert not MAY_BECOME[source] & {"stopped", "frozen", "returned"}
    assert not MAY_BECOME["returned"]


def test_a_hundred_thousand_yuan_on_its_way_through_a_case() -> None:
    ledger = Ledger().after([Move(OUTSIDE, "intended", 10_000_000)])
    ledger = ledger.after(
        [Move("intended", "held", 4_000_000), Move("intended", "lost", 6_000_000)]
    )
    ledger = ledger.after(money.caught(ledger, 5_000_001, "stopped"))
    ledger = ledger.after([Move("stopped", "frozen", 5_000_001)])
    ledger = ledger.after([Move("frozen", "returned", 5_000_001)])
    assert ledger == Ledger(held=4_000_000, returned=5_000_001, lost=999_999)
    with pytest.raises(Refusal, match=r"9,999\.99"):
        ledger.after([Move("lost", "stopped", 1_000_000)])


SAID = st.none() | st.integers(0, 10**13)
LEDGERS = st.builds(Ledger, *(st.integers(0, 10**13) for _ in CLASSES))


@given(LEDGERS, SAID, SAID, SAID)
def test_what_is_said_anew_of_a_case_is_how_its_money_stands(
    before: Ledger, intended: int | None, saved: int | None, lost: int | None
) -> None:
    after = before.after(money.restated(before, intended=intended, saved=saved, lost=lost))
    caught = before.stopped + before.frozen + before.returned
    assert (after.stopped, after.frozen, after.returned) == (
        before.stopped, before.frozen, before.returned
    )  # fmt: skip
    assert intended is None or after.intended == intended
    assert after.held == (before.held if saved is None else saved)
    assert after.lost + caught == (before.lost + caught if lost is None else max(lost, caught))


@given(st.integers(1, 10**15 - 1))
def test_an_amount_is_read_as_it_is_written(fen: int) -> None:
    assert money.fen(money.yuan(fen)) == fen


@pytest.mark.parametrize(
    "said", ["", "-3", "1.234", "12e3", "0", "0.00", "٣", "1.", "NaN", "1" * 14]
)
def test_what_is_no_amount_is_refused_with_a_sentence(said: str) -> None:
    with pytest.raises(Refusal):
        money.fen(said)


CLAIMS = st.lists(
    st.tuples(st.integers(1, 10**11), st.integers(0, 10**11), st.integers(0, 5)), min_size=1
).map(
    lambda rows: [
        Claim(i, DAY + timedelta(hours=h), lost, min(traced, lost))
        for i, (lost, traced, h) in enumerate(rows)
    ]
)


@given(st.integers(1, 10**12), CLAIMS)
def test_shares_add_up_and_nobody_gets_more_than_they_lost(pot: int, claims: list[Claim]) -> None:
    if returning.why_no_plan(pot, claims):
        with pytest.raises(Refusal):
            returning.plan(pot, claims)
        return
    plan = returning.plan(pot, claims)
    by_number = {claim.number: claim for claim in claims}
    assert sum(share.fen for share in plan.shares) + plan.left == pot
    assert plan.left == max(0, pot - sum(claim.lost for claim in claims))
    for share in plan.shares:
        claim = by_number[share.number]
        assert share.direct == claim.traced
        assert 0 <= share.pro_rata <= claim.lost - claim.traced
    rest = pot - sum(claim.traced for claim in claims)
    beyond = sum(claim.lost - claim.traced for claim in claims)
    if rest < beyond:
        for share in plan.shares:  # within one fen of the exact part
            claim = by_number[share.number]
            assert abs(share.pro_rata * beyond - rest * (claim.lost - claim.traced)) < beyond


@given(st.integers(1, 10**12), CLAIMS)
def test_the_order_of_entering_claims_changes_no_share(pot: int, claims: list[Claim]) -> None:
    if returning.why_no_plan(pot, claims) is None:
        assert returning.plan(pot, claims) == returning.plan(pot, claims[::-1])


def test_the_fen_that_does_not_divide_goes_to_who_reported_first() -> None:
    later, first = Claim(1, DAY + timedelta(hours=1), 500), Claim(2, DAY, 500)
    plan = returning.plan(101, [later, first])
    assert {share.number: share.fen for share in plan.shares} == {2: 51, 1: 50}
    assert plan.needs_notice


def test_what_can_be_traced_goes_straight_back_without_a_notice() -> None:
    plan = returning.plan(900, [Claim(1, DAY, 500, 500), Claim(2, DAY, 300, 300)])
    assert [share.fen for share in plan.shares] == [500, 300]
    assert (plan.left, plan.needs_notice) == (100, False)


def test_two_people_must_have_typed_the_same_account() -> None:
    first = orders.target("ICBC", "6222 0211-2233 4455", "张 三")
    assert (
        orders.why_no_match(
            first, orders.target("ICBC", "６２２２０２１１２２３３４４５５", "张 三")
        )
        is None
    )
    why_not = orders.why_no_match(first, orders.target("ICBC", "6222021122334456", "张 三"))
    assert why_not is not None
    assert "账号" in why_not.zh
    assert "6222" not in why_not.zh + why_not.en


def test_an_account_is_stopped_no_more_often_than_the_limit_says() -> None:
    assert orders.why_not_again("stop", 1, 2) is None
    assert orders.why_not_again("stop", 2, 2) is not None
    assert orders.why_not_again("stop", 9, None) is None
    assert orders.why_not_again("freeze", 9, 2) is None


def test_a_bank_may_have_caught_all_part_or_nothing() -> None:
    assert orders.outcome(500, 500) == orders.outcome(None, 3) == "executed"
    assert orders.outcome(500, 499) == "partly"
    assert orders.outcome(None, 0) == "nothing"
