"""A sentence says what its figure says: risen, fallen, unchanged, a record, no base, too few."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.clock import day_start
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.domains.reports.rules import spans, tokens, wording
from watchroom.domains.reports.rules.wording import Base, Facts

YEAR = Text("上年同期", "the same period last year")
SAID = Text("接报警情{n}起", "{n} incidents were reported")
TITLE = Text("警情数", "Incidents")


def _told(facts: Facts, lang: str, said: Text = SAID) -> str:
    return wording.sentence(said, facts, lambda key: f"<{key}>", lang)


def _count(now: int, base: Base | None = None, **more: object) -> Facts:
    return Facts(TITLE, "count", D(now), now, [base] if base else [], **more)  # type: ignore[arg-type]


def _year(value: int) -> Base:
    return Base("year", YEAR, D(value), value)


@pytest.mark.parametrize(
    ("base", "zh", "en"),
    [
        (_year(80), "比上年同期上升<change:year>", "<change:year> more than in"),
        (_year(120), "比上年同期下降<change:year>", "<change:year> fewer than in"),
        (_year(100), "与上年同期持平", "the same as in"),
        (_year(0), "上年同期为零，不作比较", "there were none in"),
        (_year(3), "上年同期件数较少，不作比较", "too few in"),
    ],
)
def test_it_says_how_a_count_compares(base: Base, zh: str, en: str) -> None:
    assert _told(_count(100, base), "zh") == f"接报警情<n>起，{zh}。"
    assert _told(_count(100, base), "en").startswith("<n> incidents were reported, " + en)


def test_few_are_told_as_they_are_and_compared_with_nothing() -> None:
    assert _told(_count(3, _year(80)), "zh") == "“警情数”共<n>件，件数较少，不作比较。"
    assert wording.nothing_of([TITLE, YEAR]).zh == "本期没有记录的：警情数、上年同期。"
    share = Facts(Text("劝阻成功", "Dissuaded"), "share", D("66.7"), 3)
    assert "share" not in _told(share, "zh", Text("占{share}", "{share} were"))


def test_shares_change_in_points_and_spans_grow_longer() -> None:
    share = Facts(TITLE, "share", D("66.7"), 90, [Base("year", YEAR, D("60.0"), 80)])
    said = Text("占{share}", "{share} were")
    assert _told(share, "zh", said) == "占<share>，比上年同期上升<change:year>个百分点。"
    assert wording.change_of("share", D("66.7"), D("60.0")) == D("6.70")
    span = Facts(TITLE, "seconds", D(90), 90, [Base("year", YEAR, D(120), 80)])
    told = _told(span, "en", Text("中位数{median}", "it took {median}"))
    assert told == "It took <median>, <change:year> shorter than in the same period last year."


def test_a_record_needs_six_earlier_periods() -> None:
    each = Text("个月", "months")
    six = [D(n) for n in (5, 9, 7, 6, 8, 5)]
    assert _told(_count(10, earlier=six, each=each), "zh").endswith("，为近7个月最高。")
    assert "lowest of the last 7" in _told(_count(5, earlier=[D(6)] * 6, each=each), "en")
    assert "最" not in _told(_count(10, earlier=six[:5], each=each), "zh")
    assert "最" not in _told(_count(9, earlier=six, each=each), "zh")  # equalled is no record


def test_numbers_are_printed_as_each_language_prints_them() -> None:
    assert wording.shown("n", D(12345), "zh") == "12,345"
    assert wording.shown("median", D(522), "zh") == "8分42秒"
    assert wording.shown("median", D(522), "en") == "8 min 42 s"
    assert wording.shown("p90", D(93784), "zh") == "1日2小时"
    assert wording.shown("percent", D("-17.99"), "en") == "17.99 %"
    assert wording.shown("yuan", D("1250000.5"), "zh") == "1,250,000.50元"
    assert wording.shown("share", None, "zh") == "—"


@given(st.lists(st.one_of(st.text(st.characters(exclude_characters="⟦⟧")), st.integers(0, 9999))))
def test_a_text_is_its_pieces(pieces: list[str | int]) -> None:
    words = "".join(tokens.token(p) if isinstance(p, int) else p for p in pieces)
    again = "".join(tokens.token(p) if isinstance(p, int) else p for p in tokens.pieces(words))
    assert again == words
    assert tokens.numbers(words) == [p for p in pieces if isinstance(p, int)]


@given(st.text("一二3⟦⟧n1 "), st.text("一二3⟦⟧n1 "))
def test_what_an_edit_kept_and_put_in_is_the_text_after_it(before: str, after: str) -> None:
    marks = tokens.marked(before, after)
    assert "".join(text for how, text in marks if how != "out") == after
    assert "".join(text for how, text in marks if how != "in") == before


def test_a_broken_token_is_refused_and_typed_digits_are_told() -> None:
    for broken in ("⟦n1", "⟦nx⟧", "⟦n9⟧", "⟦n1⟧⟧"):
        with pytest.raises(Refusal):
            tokens.check(broken, {1})
    tokens.check("共⟦n1⟧件", {1})
    assert tokens.typed("⟦n1⟧件，另3件，1,200元", "⟦n1⟧件，另3件") == ["1,200"]


def test_periods_are_called_what_bureaus_call_them() -> None:
    half = spans.months("half", 2026, 1)
    assert spans.named("half", half) == Text("2026年上半年", "the first half of 2026")
    other = spans.named("half", spans.months("half", 2026, 5))
    assert other == Text("2026年5月至2026年10月", "May 2026 to October 2026")
    year, before = spans.against("half", half)
    assert (year.period.start, before.period.end) == (
        day_start(half.first.replace(year=2025)), half.start,
    )  # fmt: skip
    assert len(spans.earlier("month", spans.months("month", 2026, 5))) == 12
    with pytest.raises(Refusal):
        spans.campaign(half.last, half.first)
