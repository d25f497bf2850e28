"""All rules in force: those shipped, and an agency's own policy laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.law.files import read_toml, wrong
from watchroom.law.reading import read_rule
from watchroom.law.rule import Rule
from watchroom.law.terms import Terms, pair

RULES = Path(__file__).parent / "rules"
OF_DOMAINS = Path(__file__).parent.parent / "domains"
_NOT_RULES = {"terms.toml", "bands.toml"}


@dataclass(frozen=True)
class RuleBook:
    """Rules by id, each in its versions. Never changed: laying policy over it gives a new book."""

    versions: Mapping[str, tuple[Rule, ...]]
    terms: Terms
    tables: Mapping[str, Mapping[str, Any]]
    """The policy rules as written, so that an agency need only write what it changes."""

    def rules(self) -> tuple[Rule, ...]:
        """Every rule in every version, by id, the oldest version first."""
        return tuple(rule for key in sorted(self.versions) for rule in self.versions[key])

    def rule(self, rule_id: str, on: date) -> Rule:
        """The version in force on a day. Raises Refusal for an unknown id or a day without one."""
        versions = self.versions.get(rule_id)
        if not versions:
            raise Refusal(
                Text(f"没有时限规则 {rule_id}。", f"There is no time limit {rule_id}."),
                code="unknown-rule",
            )
        for rule in versions:
            if rule.in_force(on):
                return rule
        raise _not_in_force(versions[-1], on)

    def overlaid(self, path: Path) -> RuleBook:
        """This book with an agency's policy file laid over it. Raises Refusal for a wrong file."""
        data = read_toml(path)
        terms = self.terms.with_tables(data)
        issuer = pair(data.get("issuer"))
        versions, tables = dict(self.versions), dict(self.tables)
        for table in data.get("rule", ()):
            rule_id = str(table.get("id", "?"))
            merged = {**tables.get(rule_id, {}), **table}
            _may_override(rule_id, versions.get(rule_id, ()))
            group = versions[rule_id][-1].group if rule_id in versions else issuer
            rule = read_rule(merged, terms, kind="policy", group=group)
            versions[rule_id] = _succeed(versions.get(rule_id, ()), replace(rule, issuer=issuer))
            tables[rule_id] = merged
        return RuleBook(versions, terms, tables)


@lru_cache(maxsize=1)
def shipped() -> RuleBook:
    """The rules that come with Watchroom, read once when first asked for.

    Those of `rules/`, and what a domain keeps in its own folder: `limits.toml`, and, where a part
    is law and another policy, `limits_<part>.toml`.
    """
    terms = Terms().with_tables(read_toml(RULES / "terms.toml"))
    rules: list[Rule] = []
    tables: dict[str, Mapping[str, Any]] = {}
    for path in (*sorted(RULES.glob("*.toml")), *sorted(OF_DOMAINS.glob("*/limits*.toml"))):
        if path.name in _NOT_RULES:
            continue
        data = read_toml(path)
        kind, group = data["kind"], pair(data["group"])
        for table in data["rule"]:
            rules.append(read_rule(table, terms, kind=kind, group=group))
            if kind == "policy":
                tables[table["id"]] = table
    return RuleBook(_by_id(rules), terms, tables)


def _by_id(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    versions: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        earlier = versions.get(rule.id, ())
        if any(_overlap(rule, other) for other in earlier):
            raise wrong(
                f"规则 {rule.id} 有两个版本的施行期重叠。",
                f"Two versions of rule {rule.id} are in force on the same day.",
            )
        versions[rule.id] = tuple(
            sorted((*earlier, rule), key=lambda one: one.valid_from or date.min)
        )
    return versions


def _overlap(one: Rule, other: Rule) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_until or date.max, other.valid_until or date.max)


def _may_override(rule_id: str, versions: tuple[Rule, ...]) -> None:
    if any(rule.kind == "law" for rule in versions):
        raise wrong(
            f"规则 {rule_id} 出自法律，本单位不能改；可另立一条更短的内部时限。",
            f"Rule {rule_id} comes from the law and is not yours to change; "
            "write a shorter limit of your own beside it.",
        )


def _succeed(earlier: tuple[Rule, ...], rule: Rule) -> tuple[Rule, ...]:
    """The new version after the old ones, which end the day before it starts."""
    if rule.valid_from is None:
        return (rule,)
    eve = rule.valid_from - timedelta(days=1)
    kept = [old for old in earlier if old.valid_from is None or old.valid_from <= eve]
    closed = [replace(old, valid_until=min(old.valid_until or eve, eve)) for old in kept]
    return (*closed, rule)


def _not_in_force(rule: Rule, on: date) -> Refusal:
    text = Text(
        f"规则 {rule.id} 在 {on} 不适用（{rule.version.zh}）。",
        f"Rule {rule.id} does not apply on {on} ({rule.version.en}).",
    )
    if rule.successor:
        text += Text(f"请用 {rule.successor}。", f"Use {rule.successor}.")
    return Refusal(text, code="rule-not-in-force")
