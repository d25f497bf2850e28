import pickle

import pytest

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text, join

UNIT = Text("巡组", "patrol")


def test_a_sentence_speaks_the_language_asked_for() -> None:
    assert [UNIT.say(lang) for lang in ("zh", "zh-hans", "zh_CN", "en", "en-gb")] == [
        "巡组",
        "巡组",
        "巡组",
        "patrol",
        "patrol",
    ]


def test_a_text_inside_a_text_speaks_the_same_language() -> None:
    sentence = Text("{unit}{n}已签收", "{unit} {n} has signed").format(unit=UNIT, n=7)
    assert sentence == Text("巡组7已签收", "patrol 7 has signed")
    assert sentence + UNIT == Text("巡组7已签收巡组", "patrol 7 has signed patrol")
    assert join([UNIT, UNIT]) == Text("巡组、巡组", "patrol, patrol")


def test_half_a_sentence_is_a_defect() -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text("只有中文", "")
    with pytest.raises(KeyError):
        Text("{a}", "{a}").format(b=1)


def test_a_sentence_goes_through_json_and_back() -> None:
    assert Text.from_dict(UNIT.as_dict()) == UNIT


def test_a_refusal_carries_its_sentence_across_processes() -> None:
    refusal = Refusal(UNIT, code="gone")
    copy = pickle.loads(pickle.dumps(refusal))  # noqa: S301
    assert (copy.text, copy.code, copy.say("zh")) == (UNIT, "gone", "巡组")
    assert str(copy) == "巡组 / patrol"
