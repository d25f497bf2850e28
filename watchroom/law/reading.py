"""From a TOML table to a Rule, with a sentence for everything that can be wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text, join
from watchroom.law.files import wrong
from watchroom.law.rule import Deduction, Extension, Restart, Rule, Unit
from watchroom.law.terms import Terms, look_up, pair

_FIELDS = {
    *("id", "row", "title", "starts", "length", "unit", "counting", "cite", "source", "seen"),
    *("at_least", "backward", "soft", "extension", "deductions", "restart", "valid_from"),
    *("valid_until", "successor", "note"),
}
_SEEN = {"S", "P", "M", "S+P", "P+M", "ours"}


def read_rule(table: Mapping[str, Any], terms: Terms, *, kind: str, group: Text) -> Rule:
    """One `[[rule]]`. Raises Refusal naming the rule and the field that is wrong."""
    name = str(table.get("id", "?"))
    try:
        return _rule(table, terms, kind, group)
    except Refusal as refusal:
        raise _inside(name, refusal.text) from refusal
    except (KeyError, ValueError, TypeError) as error:
        fault = f"{type(error).__name__}: {error}"
        raise _inside(
            name, Text(f"字段有误（{fault}）。", f"A field is wrong ({fault}).")
        ) from error


def _inside(name: str, text: Text) -> Refusal:
    return wrong(f"规则 {name}：{text.zh}", f"Rule {name}: {text.en}")


def _rule(table: Mapping[str, Any], terms: Terms, kind: str, group: Text) -> Rule:
    if unknown := sorted(set(table) - _FIELDS):
        raise wrong(
            f"不认识的字段：{'、'.join(unknown)}。", f"Unknown fields: {', '.join(unknown)}."
        )
    unit = _unit(table["unit"])
    rule = Rule(
        id=table["id"],
        row=table.get("row", table["id"].split(".")[0]),
        group=group,
        title=pair(table["title"]),
        starts=pair(table["starts"]),
        unit=unit,
        length=_length(table.get("length"), unit),
        counting=look_up(terms.counting, table.get("counting", "by_the_clock"), "counting"),
        source=_source(table, terms),
        seen=_seen(table["seen"]),
        kind=kind,
        at_least=table.get("at_least"),
        backward=bool(table.get("backward", False)),
        soft=bool(table.get("soft", False)),
        extensions=tuple(_extension(rung, unit, terms) for rung in table.get("extension", ())),
        deductions=tuple(
            Deduction(key, look_up(terms.deductions, key, "deductions"))
            for key in table.get("deductions", ())
        ),
        restarts=tuple(_restart(entry, terms) for entry in table.get("restart", ())),
        valid_from=_day(table.get("valid_from")),
        valid_until=_day(table.get("valid_until")),
        successor=table.get("successor"),
        note=pair(table["note"]) if "note" in table else None,
    )
    _check(rule)
    return rule


def _known(table: Mapping[str, Any], fields: set[str]) -> None:
    if unknown := sorted(set(table) - fields):
        raise wrong(
            f"不认识的字段：{'、'.join(unknown)}。", f"Unknown fields: {', '.join(unknown)}."
        )


def _unit(name: Any) -> Unit:
    if name not in set(Unit):
        units = ", ".join(Unit)
        raise wrong(
            f"没有计量单位“{name}”，可用：{units}。", f'No unit "{name}"; use one of {units}.'
        )
    return Unit(name)


def _length(value: Any, unit: Unit) -> int:
    if not unit.counted:
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise wrong(
        f"length 须为大于零的整数，实际为 {value!r}。",
        f"length must be a whole number above zero, found {value!r}.",
    )


def _source(table: Mapping[str, Any], terms: Terms) -> Text:
    if "source" in table:
        return pair(table["source"])
    return join([terms.cite(reference) for reference in table["cite"]], zh="；", en="; ")


def _seen(grade: Any) -> str:
    if grade not in _SEEN:
        raise wrong(
            f"seen 只能是 {'、'.join(sorted(_SEEN))}，实际为 {grade!r}。",
            f"seen must be one of {', '.join(sorted(_SEEN))}, found {grade!r}.",
        )
    return str(grade)


def _day(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    raise wrong(
        f"日期须写成 2026-01-01（不加引号），实际为 {value!r}。",
        f"Write a date as 2026-01-01 without quotes, found {value!r}.",
    )


_RUNG = {
    *("key", "approver", "condition", "unit", "adds", "to", "at_least", "after", "not_after"),
    *("times", "ask_before_days"),
}


def _extension(rung: Mapping[str, Any], unit: Unit, terms: Terms) -> Extension:
    _known(rung, _RUNG)
    times = rung.get("times", 1)
    return Extension(
        key=rung["key"],
        approver=look_up(terms.approvers, rung["approver"], "approvers"),
        condition=pair(rung["condition"]),
        unit=_unit(rung.get("unit", unit)),
        adds=rung.get("adds"),
        to=rung.get("to"),
        at_least=rung.get("at_least"),
        after=tuple(rung.get("after", ())),
        not_after=tuple(rung.get("not_after", ())),
        times=None if times == "unlimited" else times,
        ask_before_days=rung.get("ask_before_days"),
        seat=terms.seats.get(rung["approver"], "outside"),
    )


def _restart(entry: Mapping[str, Any], terms: Terms) -> Restart:
    _known(entry, {"key", "times", "after_expiry"})
    return Restart(
        key=entry["key"],
        title=look_up(terms.restarts, entry["key"], "restarts"),
        times=entry.get("times"),
        after_expiry=bool(entry.get("after_expiry", False)),
    )


def _check(rule: Rule) -> None:
    keys = {rung.key for rung in rule.extensions}
    for rung in rule.extensions:
        if (rung.adds is None) == (rung.to is None):
            raise wrong(
                f"延长档次 {rung.key} 须在 adds 与 to 中写且只写一个。",
                f"Extension {rung.key} needs exactly one of adds and to.",
            )
        if {*rung.after, *rung.not_after} - keys:
            raise wrong(
                f"延长档次 {rung.key} 的 after 或 not_after 指向不存在的档次。",
                f"Extension {rung.key} names a rung that does not exist.",
            )
        if rung.unit.by_the_clock != rule.unit.by_the_clock:
            raise wrong(
                f"延长档次 {rung.key} 的单位不能与期限混用（小时与日）。",
                f"Extension {rung.key} mixes hours with days.",
            )
    if rule.backward and (rule.extensions or rule.deductions or rule.restarts):
        raise wrong("倒计期限不能延长、扣除或重新计算。", "A limit counted back cannot be changed.")
    if rule.valid_from and rule.valid_until and rule.valid_from > rule.valid_until:
        raise wrong("valid_from 晚于 valid_until。", "valid_from is later than valid_until.")
