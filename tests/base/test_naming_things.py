from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base import ids

DIGITS = st.text("0123456789", min_size=1, max_size=20)


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [ids.uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_an_id_knows_when_it_was_made() -> None:
    before = datetime.now(UTC)
    made = ids.moment_of(ids.uuid7())
    assert before - timedelta(milliseconds=2) <= made <= datetime.now(UTC) + timedelta(seconds=1)
    assert ids.moment_of(UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")) == datetime(
        2022, 2, 22, 19, 22, 22, tzinfo=UTC
    )  # RFC 9562, appendix A.6
    with pytest.raises(ValueError, match="time-ordered"):
        ids.moment_of(uuid4())


def test_the_check_digit_of_the_published_example() -> None:
    assert ids.check_digit("572") == "4"
    assert ids.checks("5724")
    assert not ids.checks("5742")
    assert not ids.checks("0")
    with pytest.raises(ValueError, match="digits"):
        ids.check_digit("12a")


@given(DIGITS, st.data())
def test_one_misheard_digit_is_always_found(digits: str, data: st.DataObject) -> None:
    good = ids.with_check_digit(digits)
    at = data.draw(st.integers(0, len(good) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != good[at]]))
    assert ids.checks(good)
    assert not ids.checks(good[:at] + wrong + good[at + 1 :])


@given(DIGITS)
def test_two_swapped_neighbours_are_always_found(digits: str) -> None:
    good = ids.with_check_digit(digits)
    for at in range(len(good) - 1):
        if good[at] != good[at + 1]:
            swapped = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
            assert not ids.checks(swapped)
