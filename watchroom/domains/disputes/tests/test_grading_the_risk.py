"""Risk of harm by declared rules, each shown in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.domains.disputes import rules

FACTORS = st.sets(st.sampled_from(sorted(rules.FACTORS)))


@pytest.mark.parametrize(
    ("factors", "level", "rule"),
    [
        ((), 3, "R12"),
        (("debt",), 2, "R11"),
        (("custody",), 2, "R9"),
        (("violence",), 2, "R7"),
        (("violence", "custody"), 1, "R4"),
        (("violence", "threats"), 1, "R2"),
        (("weapon",), 1, "R1"),
    ],
)
def test_the_first_rule_that_fits_decides(factors: tuple[str, ...], level: int, rule: str) -> None:
    graded = rules.grade(factors)
    assert (graded.level, graded.rule) == (level, rule)
    assert rules.LEVELS[level].zh in graded.why.zh
    assert graded.why == rules.explain(rule)
    for factor in factors:
        assert rules.FACTORS[factor].zh in graded.why.zh


@given(factors=FACTORS, more=FACTORS)
def test_more_factors_never_make_it_less(factors: set[str], more: set[str]) -> None:
    assert rules.grade(factors | more).level <= rules.grade(factors).level


@given(factors=FACTORS)
def test_one_weapon_is_enough(factors: set[str]) -> None:
    assert rules.grade(factors | {"weapon"}).level == 1


def test_an_unknown_factor_is_no_factor() -> None:
    with pytest.raises(KeyError):
        rules.grade(["religion"])


@given(st.text(max_size=20))
def test_a_name_is_compared_without_spaces_signs_and_widths(name: str) -> None:
    word = rules.match_word(name)
    assert rules.match_word(f" {name}·") == word or not word
    assert rules.match_word("１３８ 0000-1234") == "13800001234"


@pytest.mark.parametrize(
    "strokes", [None, [], [[]], [[[1, 2]]], [[[1, 2], [3, 999]]], [[[1.5, 2], [2, 3]]], "x", [[1]]]
)
def test_what_is_no_signature_is_none(strokes: object) -> None:
    assert rules.why_not_strokes(strokes) is not None
    assert rules.why_not_strokes([[[1, 2], [3, 4]]]) is None
