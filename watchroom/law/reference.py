"""The page of all time limits, written from the rules: `python -m watchroom.law.reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from watchroom.base.text import Text
from watchroom.law import bands
from watchroom.law.explain import seen
from watchroom.law.rule import Extension, Rule
from watchroom.law.rulebook import RuleBook, shipped

PAGE = Path("docs/reference/limits.md")

_INTRODUCTION = """\
# 时限一览 Time limits

<!-- Written by `python -m watchroom.law.reference`. Do not edit: change the rule files. -->

本页由规则文件生成。法定时限摘自公开文本，**投入使用前须对照官方文本核对**；“核对”一栏写明每条核对到什么程度。
内部时限是默认值，本单位可以用自己的文件覆盖；出自法律的时限不能覆盖。

This page is written from the rule files. Statutory limits were taken from public copies:
**check them against the official text before relying on them**; the column "Evidence" says how far
each was checked. Policy limits are defaults that an agency overrides with a file of its own; limits
of law cannot be overridden.

## 怎样计算 How it is counted

- 秒、分钟、小时自起算时刻连续计算。Seconds, minutes and hours run from the moment of the start.
- 日和月：届满于末日24时；月的末日为对应日，没有对应日的为月末日。
  Days and months end at 24:00 of the last day; a month ends on the same day of the month, or on its
  last day where there is none.
- “硬”时限关系人身自由，任何情况下不因节假日顺延。
  A hard limit concerns a person's liberty and never moves for a holiday.
- 扣除期间按整日计：自停止之日至恢复之日，两日之差。
  Excluded time is counted in whole days: from the day of the pause to the day it goes on.
- 某年放假安排尚未公布时，先按周一至周五计算并注明，公布后重算。
  Where a year's holidays are not announced, Mondays to Fridays are counted for now, this is said,
  and the answer is computed again afterwards.
"""

_OPERATOR = """\
## 用本单位的文件覆盖内部时限 Overriding policy with a file of your own

只写要改的字段。写 `valid_from` 则自该日起改，此前的时钟不变。
Write only the fields you change. With `valid_from` the change begins on that day and clocks that
started before keep the old limit.

```toml
issuer = { zh = "某市公安局", en = "Some City Public Security Bureau" }

[[rule]]
id = "dispatch.sign"
length = 30
valid_from = 2026-07-01

[[rule]]
id = "local.night_check"
title = { zh = "夜间查岗", en = "Night check of posts" }
starts = { zh = "上岗", en = "post taken" }
length = 2
unit = "hours"
source = { zh = "本局规定", en = "an order of this bureau" }
seen = "ours"
```
"""

_HEAD = (
    "| 编号 Rule | 时限 Limit | 起算 Start | 期限 Length | 末日 Last day | 延长 Extensions "
    "| 扣除、重算 Excluded, restarts | 依据 Source | 核对 Evidence |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def page(book: RuleBook) -> str:
    """The whole page in Markdown, both languages side by side."""
    groups: dict[Text, list[Rule]] = {}
    for rule in book.rules():
        groups.setdefault(rule.group, []).append(rule)
    parts = [_INTRODUCTION, _countings(book)]
    parts += ["\n".join(_group(group, members)) for group, members in groups.items()]
    return "\n".join([*parts, "\n".join(_bands()), _OPERATOR])


def _countings(book: RuleBook) -> str:
    rows = [
        f"| `{key}` | {_cell(way.basis)} | {_cell(seen(way.seen))} |"
        for key, way in book.terms.counting.items()
    ]
    return "\n".join(["| 算法 Counting | 依据 Basis | 核对 Evidence |\n|---|---|---|", *rows, ""])


def _group(group: Text, rules: Iterable[Rule]) -> Iterator[str]:
    yield f"## {group.zh} {group.en}\n\n{_HEAD}"
    for rule in rules:
        cells = (
            _cell(_titled(rule)),
            _cell(rule.starts),
            _cell(rule.lasts),
            _cell(_last_day(rule)),
            _list(_rung(rung) for rung in rule.extensions),
            _list([*(one.title for one in rule.deductions), *_restarts(rule)]),
            _cell(rule.source),
            _cell(seen(rule.seen)),
        )
        yield f"| `{rule.id}` | {' | '.join(cells)} |"
    yield ""


def _titled(rule: Rule) -> Text:
    title = rule.title
    if rule.valid_from or rule.valid_until:
        title = Text("{t}（{v}）", "{t} ({v})").format(t=title, v=rule.version)
    if rule.kind == "policy":
        title = Text("{t}［内部］", "{t} [policy]").format(t=title)
    return Text("{t}。{n}", "{t}. {n}").format(t=title, n=rule.note) if rule.note else title


def _last_day(rule: Rule) -> Text:
    if not rule.unit.counted or rule.unit.by_the_clock:
        return Text("—（硬）", "— (hard)") if rule.unit.hard else Text("—", "—")
    if rule.backward:
        return Text("倒计", "counted back")
    if rule.unit.hard:
        return Text("硬，不顺延", "hard, never moves")
    return Text("遇节假日顺延", "rolls") if rule.rolls else Text("不顺延", "does not roll")


def _rung(rung: Extension) -> Text:
    text = Text("{g}（{a}；{c}）", "{g} ({a}; {c})")
    text = text.format(g=rung.gives, a=rung.approver, c=rung.condition)
    if rung.times is None:
        return text + Text("次数不限", "any number of times")
    return text + Text(f"最多{rung.times}次", f"{rung.times}×") if rung.times > 1 else text


def _restarts(rule: Rule) -> Iterator[Text]:
    for one in rule.restarts:
        yield Text("重算：{t}", "restart: {t}").format(t=one.title)


def _bands() -> Iterator[str]:
    yield "## 用时分段 Bands\n\n| 分段 Scale | 各段 Bands |\n|---|---|"
    for name, scale in bands.scales().items():
        told = Text(
            "、".join(one.title.zh for one in scale.bands),
            ", ".join(one.title.en for one in scale.bands),
        )
        yield f"| `{name}` {_cell(scale.title)} | {_cell(told)} |"
    tiers = bands.tiers()
    yield f"\n**{tiers.title.zh} {tiers.title.en}**\n"
    for tier in tiers.tiers:
        yield f"- {tier.minutes}: {tier.applies.zh} {tier.applies.en} (`{tier.rule}`)"
    yield ""


def _list(texts: Iterable[Text]) -> str:
    return "<br>".join(_cell(text) for text in texts) or "—"


def _cell(text: Text) -> str:
    both = text.zh if text.zh == text.en else f"{text.zh}<br>{text.en}"
    return both.replace("|", "\\|")


def main(arguments: list[str]) -> None:
    """Write the page to the path given, or where it belongs under the current folder."""
    path = Path(arguments[0]) if arguments else PAGE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(shipped()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
