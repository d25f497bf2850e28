"""Grading by declared rules: one definition, read as a Python function and as SQL.

A rule is data: {"key", "zh", "en", "level", "when": [[fact, operator, value], …]}; all its
conditions hold at once. Every rule only lifts: the grade is the highest level among the rules that
fired, and low where none did. So a rule about age can add attention and never take any away. What
is not known makes a condition false.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watchroom.base.text import Text

from .levels import EXTREME, HIGH, LOW, MEDIUM

NAMES = {"low": LOW, "medium": MEDIUM, "high": HIGH, "extreme": EXTREME}
MOST_RULES = 62
TEXT, NUMBER, YES = "text", "number", "yes"
FACTS: Mapping[str, tuple[str, Text]] = {
    "feed_kind": (TEXT, Text("来源种类", "kind of source")),
    "type_code": (TEXT, Text("诈骗类型", "fraud type")),
    "amount_fen": (NUMBER, Text("涉及金额（分）", "sum in danger (fen)")),
    "score": (NUMBER, Text("来源评分", "the source's score")),
    "age": (NUMBER, Text("年龄", "age")),
    "minutes_on_call": (NUMBER, Text("通话分钟", "minutes on the call")),
    "transferred": (YES, Text("已转账", "has transferred")),
    "screen_shared": (YES, Text("屏幕共享", "shares the screen")),
    "words": (TEXT, Text("内容", "words")),
}
"""What a rule may ask. Sex and district are not among it: they may not change how soon anybody is
helped."""
OPERATORS: Mapping[str, tuple[str, ...]] = {
    TEXT: ("=", "!=", "in", "contains"),
    NUMBER: ("=", "!=", ">=", "<=", ">", "<"),
    YES: ("=",),
}
PYTHON = {"=": "==", "!=": "!=", ">=": ">=", "<=": "<=", ">": ">", "<": "<"}
Grade = Callable[..., tuple[int, int]]
"""(*facts in the order of FACTS) → (level, bits of the rules that fired)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, checked."""

    key: str
    title: Text
    level: int
    when: tuple[tuple[str, str, Any], ...]


class RuleError(ValueError):
    """A rule that cannot be; `text` says what to change."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def read_rules(given: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules from data; RuleError where one makes no sense."""
    rules = tuple(_rule(one) for one in given)
    keys = [rule.key for rule in rules]
    if len(keys) != len(set(keys)):
        raise RuleError(Text("规则的编号（key）重复", "Two rules share a key"))
    if not 0 < len(rules) <= MOST_RULES:
        raise RuleError(Text(f"规则应为1至{MOST_RULES}条", f"A set has 1 to {MOST_RULES} rules"))
    return rules


def _rule(one: Mapping[str, Any]) -> Rule:
    try:
        key, level = str(one["key"]), NAMES[str(one["level"])]
        title = Text(str(one["zh"]), str(one["en"]))
        when = tuple((str(f), str(o), v) for f, o, v in one["when"])
    except (KeyError, ValueError, TypeError) as error:
        raise RuleError(
            Text(
                f"规则应有 key、zh、en、level（low/medium/high/extreme）和 when：{one}",
                f"A rule has key, zh, en, level (low/medium/high/extreme) and when: {one}",
            )
        ) from error
    if not when:
        raise RuleError(Text(f"规则 {key} 没有条件", f"Rule {key} has no condition"))
    for condition in when:
        _check(key, *condition)
    return Rule(key, title, level, when)


def _check(key: str, fact: str, operator: str, value: Any) -> None:
    if fact not in FACTS:
        known = "、".join(FACTS)
        raise RuleError(
            Text(f"规则 {key}：没有“{fact}”，可用：{known}", f"Rule {key}: no {fact}: {known}")
        )
    kind = FACTS[fact][0]
    fits = {
        TEXT: isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
        if operator == "in"
        else isinstance(value, str) and value != "",
        NUMBER: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62,
        YES: isinstance(value, bool),
    }[kind]
    if operator not in OPERATORS[kind] or not fits or "\x00" in str(value):
        raise RuleError(
            Text(
                f"规则 {key}：{fact} {operator} {value} 不成立",
                f"Rule {key}: {fact} {operator} {value} makes no sense",
            )
        )


def compiled(rules: Sequence[Rule]) -> Grade:
    """The rules as one Python function, generated: no loop, no look-up, at half a million a second.

    Arguments are the facts in the order of FACTS; numbers may be None.
    """
    lines = [f"def grade({', '.join(FACTS)}):", "    level, bits = 1, 0"]
    values: dict[str, Any] = {}
    for n, rule in enumerate(rules):
        asked = " and ".join(_python(c, values) for c in rule.when)
        lines.append(f"    if {asked}:")
        lines.append(f"        bits |= {1 << n}")
        lines.append(f"        if level < {rule.level}: level = {rule.level}")
    lines.append("    return level, bits")
    space: dict[str, Any] = dict(values)
    exec("\n".join(lines), space)  # noqa: S102 - made of checked names and bound values only
    grade: Grade = space["grade"]
    return grade


def _python(condition: tuple[str, str, Any], values: dict[str, Any]) -> str:
    fact, operator, value = condition
    name = f"v{len(values)}"
    kind = FACTS[fact][0]
    values[name] = frozenset(value) if operator == "in" else value
    if kind == YES:
        return fact if value else f"not {fact}"
    if operator == "in":
        return f"{fact} in {name}"
    if operator == "contains":
        return f"{name} in {fact}"
    known = f"{fact} is not None and " if kind == NUMBER else ""
    return f"{known}{fact} {PYTHON[operator]} {name}"


def sql(rules: Sequence[Rule]) -> tuple[str, str, list[Any]]:
    """The same rules as two SQL expressions over columns named as the facts, and their parameters.

    (level, bits, parameters): the parameters come first for the level, then again for the bits.
    """
    levels, bits, values = ["1"], ["0"], []
    for n, rule in enumerate(rules):
        asked = " AND ".join(_sql(c) for c in rule.when)
        levels.append(f"CASE WHEN {asked} THEN {rule.level} ELSE 1 END")
        bits.append(f"CASE WHEN {asked} THEN {1 << n}::bigint ELSE 0 END")
        values += [_bound(c) for c in rule.when if FACTS[c[0]][0] != YES]
    return f"GREATEST({', '.join(levels)})", " + ".join(bits), [*values, *values]


def _sql(condition: tuple[str, str, Any]) -> str:
    fact, operator, value = condition
    if FACTS[fact][0] == YES:
        return fact if value else f"NOT {fact}"
    if operator == "in":
        return f"{fact} = ANY(%s)"
    if operator == "contains":
        return f"strpos({fact}, %s) > 0"
    return f"{fact} {'<>' if operator == '!=' else operator} %s"


def _bound(condition: tuple[str, str, Any]) -> Any:
    return list(condition[2]) if condition[1] == "in" else condition[2]


def fired(rules: Sequence[Rule], bits: int) -> tuple[Rule, ...]:
    """The rules that made a grade, in their order."""
    return tuple(rule for n, rule in enumerate(rules) if bits >> n & 1)
