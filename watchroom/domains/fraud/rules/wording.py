"""A rule's conditions as people read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from watchroom.base.text import Text, join

from .grading import FACTS, YES
from .money import yuan

OPERATORS: Mapping[str, Text] = {
    "=": Text("为", "is"),
    "!=": Text("不是", "is not"),
    "in": Text("属于", "is one of"),
    "contains": Text("含有", "contains"),
    ">=": Text(" ≥ ", "≥"),
    "<=": Text(" ≤ ", "≤"),
    ">": Text(" > ", ">"),
    "<": Text(" < ", "<"),
}
SAID = Text("{t}{o}{v}", "{t} {o} {v}")
AMOUNT = Text("涉及金额", "sum in danger")
Names = Mapping[str, Mapping[str, Text]]
"""Fact → code → what it is called."""


def in_words(when: Sequence[tuple[str, str, Any]], names: Names) -> Text:
    """All conditions of a rule, which hold at once."""
    said = [_one(*condition, names) for condition in when]
    whole = said[0]
    for one in said[1:]:
        whole = Text("{a}，且{b}", "{a} and {b}").format(a=whole, b=one)
    return whole


def _one(fact: str, operator: str, value: Any, names: Names) -> Text:
    kind, title = FACTS[fact]
    if kind == YES:
        return title if value else Text("不是：{t}", "not: {t}").format(t=title)
    if fact == "amount_fen":
        told = Text("{n} 元", "{n} yuan").format(n=yuan(value))
        return SAID.format(t=AMOUNT, o=OPERATORS[operator], v=told)
    known = names.get(fact, {})
    values = value if isinstance(value, list) else [value]
    told = join([known.get(str(one), Text(str(one), str(one))) for one in values])
    return SAID.format(t=title, o=OPERATORS[operator], v=told)
