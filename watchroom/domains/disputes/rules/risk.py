"""How likely harm is in a dispute, by declared rules; the rule that fits is shown.

It grades a dispute, never a person: nothing of it is kept beyond the dispute.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from watchroom.base.text import Text

FACTORS: Mapping[str, Text] = {
    "violence": Text("此前有过暴力", "Violence before"),
    "weapon": Text("有刀具、器械", "A weapon at hand"),
    "threats": Text("扬言伤害", "Threats of harm"),
    "repeat": Text("反复发生", "It keeps coming back"),
    "debt": Text("涉及债务", "Debt"),
    "custody": Text("争夺子女抚养", "Custody of children"),
}
LEVELS: Mapping[int, Text] = {
    1: Text("高风险", "High risk"),
    2: Text("中风险", "Middle risk"),
    3: Text("低风险", "Low risk"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Where all these factors are present, the risk is at least this."""

    key: str
    level: int
    factors: frozenset[str]


def _rule(key: str, level: int, *factors: str) -> Rule:
    return Rule(key, level, frozenset(factors))


RULES: tuple[Rule, ...] = (
    _rule("R1", 1, "weapon"),
    _rule("R2", 1, "violence", "threats"),
    _rule("R3", 1, "violence", "repeat"),
    _rule("R4", 1, "violence", "custody"),
    _rule("R5", 1, "threats", "repeat"),
    _rule("R6", 1, "threats", "custody"),
    _rule("R7", 2, "violence"),
    _rule("R8", 2, "threats"),
    _rule("R9", 2, "custody"),
    _rule("R10", 2, "repeat"),
    _rule("R11", 2, "debt"),
    _rule("R12", 3),
)
"""Ours; the first that fits decides, and the last always fits."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A level, the rule it follows from, and both in words."""

    level: int
    rule: str
    why: Text


def grade(factors: Collection[str]) -> Graded:
    """The risk of harm of a dispute with these factors; an unknown factor is a KeyError."""
    present = frozenset(factors)
    if unknown := present - set(FACTORS):
        raise KeyError(sorted(unknown)[0])
    rule = next(rule for rule in RULES if rule.factors <= present)
    return Graded(rule.level, rule.key, _why(rule))


def explain(key: str) -> Text:
    """A rule in words, by its key."""
    return _why(next(rule for rule in RULES if rule.key == key))


def _why(rule: Rule) -> Text:
    level = LEVELS[rule.level]
    if not rule.factors:
        text = Text("规则 {k}：没有所列情形，{l}", "Rule {k}: none of the factors, {l}")
        return text.format(k=rule.key, l=Text(level.zh, level.en.lower()))
    names = [title for key, title in FACTORS.items() if key in rule.factors]
    zh, en = "＋".join(n.zh for n in names), " + ".join(n.en.lower() for n in names)
    return Text(f"规则 {rule.key}：{zh}，{level.zh}", f"Rule {rule.key}: {en}, {level.en.lower()}")
