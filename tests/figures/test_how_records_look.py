"""Digits and rates that do not look as they came about; many agencies are tested at once."""

import numpy as np

from watchroom.figures import quality


def test_minutes_rounded_to_fives_are_named_and_even_ones_are_not() -> None:
    rng = np.random.default_rng(2)
    even = [rng.multinomial(400, np.full(10, 0.1)) for _ in range(60)]
    rounded = np.array([120, 20, 25, 22, 20, 110, 24, 20, 21, 18])
    few = np.array([9, 0, 0, 0, 0, 9, 0, 0, 0, 0])
    assert quality.round_minutes([rounded, few, *even]) == [True, False, *[False] * 60]


def test_durations_that_grew_by_themselves_are_left_alone_and_filled_in_ones_are_not() -> None:
    rng = np.random.default_rng(4)
    natural = np.exp(rng.uniform(np.log(10), np.log(100_000), size=3000))
    typed = np.repeat([600, 660, 720, 6600, 61, 60_500], 200)
    digits = [_first(natural), _first(typed)]
    assert quality.first_digits(digits, [9000.0, 1000.0]) == [False, True]
    assert quality.first_digits(digits, [9000.0, 20.0]) == [False, False]  # the law does not apply


def _first(values: np.ndarray) -> np.ndarray:
    found = [int(str(int(value))[0]) for value in values]
    return np.bincount(found, minlength=10)[1:]


def test_a_share_is_almost_all_only_where_there_are_enough_to_say_so() -> None:
    assert quality.almost_all(1568, 1574)
    assert quality.almost_all(999, 1000)
    assert not quality.almost_all(20, 20)
    assert not quality.almost_all(970, 1000)
    assert not quality.almost_all(0, 0)


def test_no_finding_says_that_a_person_did_wrong() -> None:
    """It names what stands in the records, and the harmless reason first."""
    for kind in quality.KINDS.values():
        said = kind.title.zh + kind.means.zh + kind.title.en + kind.means.en
        for word in ("造假", "作假", "弄虚", "违纪", "fraud", "fake", "false", "cheat"):
            assert word not in said
