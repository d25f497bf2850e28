"""What a scheme is written in: the lines of the form, read into items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.scoring import Item, Scheme
from watchroom.kernel.fields import read_day

from . import rules
from .actions import Draft

LINES = 8
LEVELS = {"0.5": Text("中位数", "Median"), "0.9": Text("P90", "P90"), "0.95": Text("P95", "P95")}
BETTER = {"higher": Text("越多越好", "more is better"), "lower": Text("越少越好", "less is better")}
SINCE, UNTIL = Text("开始日期", "First day"), Text("结束日期", "Last day")


def read(sent: QueryDict) -> Draft:
    """A scheme as it was typed. Refusal for what cannot be read."""
    items = tuple(_item(sent, n) for n in range(LINES) if sent.get(f"i{n}_indicator"))
    return Draft(
        title=sent.get("title", ""),
        level=sent.get("level", ""),
        since=read_day(sent.get("since", ""), SINCE),
        until=read_day(sent.get("until", ""), UNTIL),
        scheme=Scheme(items, decimal(sent.get("base", "")) or Decimal(0)),
        words=sent.get("words", ""),
    )


def decimal(said: str | None) -> Decimal | None:
    """A number as typed; None for nothing. Refusal for anything else."""
    if said is None or not said.strip():
        return None
    try:
        found = Decimal(said.strip())
    except InvalidOperation as error:
        raise Refusal(Text(f"“{said}”不是数字", f"“{said}” is not a number")) from error
    if not found.is_finite() or abs(found) > MOST or found != round(found, PLACES):
        raise Refusal(Text(f"{said} 超出范围", f"{said} is out of range"))
    return found


MOST, PLACES = Decimal(10) ** 9, 6


def _item(sent: QueryDict, n: int) -> Item:
    def said(name: str, default: str = "") -> str:
        return sent.get(f"i{n}_{name}", "").strip() or default

    if said("at", "0.5") not in LEVELS:
        raise Refusal(Text("没有这种计分方式", "There is no such way of giving points"))
    amount = said("amount", "100")
    return Item(
        said("indicator"),
        decimal(said("weight", "0")) or Decimal(0),
        way=said("way", "scale"),
        worst=decimal(said("worst", "0")) or Decimal(0),
        best=decimal(said("best", "100")) or Decimal(0),
        better=said("better", "higher"),
        floor=decimal(said("floor")),
        cap=decimal(said("cap")),
        per=said("per"),
        amount=int(amount) if amount.isdigit() and len(amount) < 9 else 0,
        level=float(said("at", "0.5")),
    )


def empty() -> dict[str, str]:
    """A form nobody has written in: the last thirty days."""
    today = local_date(now())
    return {"since": (today - timedelta(days=30)).isoformat(), "until": today.isoformat()}


def written(draft: Draft) -> dict[str, str]:
    """A scheme as the form shows it."""
    found = {
        "title": draft.title,
        "words": draft.words,
        "level": draft.level,
        "since": draft.since.isoformat(),
        "until": draft.until.isoformat(),
        "base": str(draft.scheme.base),
    }
    for n, item in enumerate(draft.scheme.items):
        found |= {f"i{n}_{name}": value for name, value in _line(item).items()}
    return found


def _line(item: Item) -> Mapping[str, str]:
    said: dict[str, Any] = {**vars(item), "at": item.level}
    return {name: "" if value is None else str(value) for name, value in said.items()}


def bases(titles: Mapping[str, Text]) -> list[tuple[str, Text]]:
    """What a count can be measured over: the officers, or work that is counted."""
    return [(rules.OFFICERS, Text("每多少名民警", "per officers")), *titles.items()]
