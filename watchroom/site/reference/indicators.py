"""The page of indicators: what every domain counts, from the declarations themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchroom.base.text import Text

if TYPE_CHECKING:
    from watchroom.figures.indicator import Indicator
    from watchroom.kernel.registry import Domain

UNITS = {
    "seconds": Text("用时：中位数，另有 P90、P95", "time: median, with P90 and P95"),
    "count": Text("次数", "count"),
    "share": Text("百分比", "per cent"),
    "ratio": Text("百分比（两数之比，可超过100）", "per cent of two counts, may pass 100"),
    "fen": Text("元", "yuan"),
    "distinct": Text("不同的个数", "how many different ones"),
}
BETTER = {
    "lower": Text("低为好", "lower is better"),
    "higher": Text("高为好", "higher is better"),
    "": Text("无好坏", "neither is better"),
}
_INTRODUCTION = """\
# 指标一览 Indicators

<!-- Written by `python -m watchroom.site.reference`. Do not edit: change what it shows. -->

本页由各业务的 `indicators.py` 生成。每个指标只有一个定义：同一个表达式既算出数，也点开记录。

- 范围：一个单位连同**当时**的下级；单位后来划转，以前的月份不变。
- 百分比、用时四舍五入到所写的位数；用时写到整秒。环比、同比保留两位小数，百分比之间用百分点。
- 基数为零：无法计算，写“—”，不写 0。百分位由逐条记录算出，不对平均数再平均。
- 单位以外的人看不到少于所写下限的数。
- 后来录入的记录会改变以前的数：出具过编号的数，当时所知与现在所知并列。

This page is written from each domain's `indicators.py`. An indicator has one definition: the same
expression makes the figure and opens its records.

- Scope: an agency with all below it **at the time**; months before it moved stay as they were.
- Per cent and times are rounded half up to the places said; times to whole seconds. Changes have
  two decimals; between percentages they are in points.
- A base of zero is undefined and shown as a dash, never as 0. Percentiles come from the records
  themselves, never from averages.
- Who stands outside an agency reads no number under the floor.
- Records entered later change figures of before: of a figure that was issued with an id, what was
  known then stands beside what is known now.
"""


def page() -> str:
    """The whole page, in both languages."""
    from watchroom.kernel.registry import registry

    parts = [_INTRODUCTION]
    for domain, module in registry.modules("indicators"):
        parts.append(f"\n## {domain.title.zh} {domain.title.en} · `{domain.key}`\n")
        parts += [_one(domain, one) for one in module.INDICATORS]
    return "\n".join(parts)


def _one(domain: Domain, one: Indicator) -> str:
    from watchroom.figures import proof
    from watchroom.figures.indicator import SHARES, TIMES

    facts = [UNITS[one.unit], TIMES[one.by], BETTER[one.better]]
    if one.unit in SHARES:
        facts.append(Text(f"{one.places} 位小数", f"{one.places} decimals"))
    facts.append(Text(f"下限 {one.floor}", f"floor {one.floor}"))
    lines = [f"### {one.title.zh} {one.title.en} · `{domain.key}.{one.key}`", ""]
    lines.append(f"{one.definition.zh}。 {one.definition.en}.\n")
    if one.of:
        lines.append(f"- 分母 Out of: {one.of.zh}。 {one.of.en}.")
    lines.append(f"- {'；'.join(f.zh for f in facts)}。 {'; '.join(f.en for f in facts)}.")
    read = [*proof.sources(one), *proof.events(one)]
    lines.append(f"- 出处 Source: {', '.join(f'`{name}`' for name in read)}")
    return "\n".join([*lines, ""])
