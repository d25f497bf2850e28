"""A number that names a citizen is found in a text, and an ordinary number is not taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.citizens import numbers_of_citizens

MOBILES = st.integers(13 * 10**9, 20 * 10**9 - 1).map(str)
CARDS = st.integers(10**16, 10**17 - 1).flatmap(
    lambda n: st.sampled_from("0123456789Xx").map(lambda end: f"{n}{end}")
)


@given(st.lists(st.one_of(MOBILES, CARDS), max_size=4, unique=True))
def test_every_number_is_found_in_a_sentence(numbers: list[str]) -> None:
    said = "，".join(f"张某{number}家" for number in numbers)
    assert numbers_of_citizens(said) == set(numbers)


@given(st.one_of(st.integers(0, 10**10), st.integers(2 * 10**10, 10**16)))
def test_a_count_an_amount_and_a_file_number_are_not_taken_for_one(number: int) -> None:
    assert numbers_of_citizens(f"核查 {number} 次") == set()
