"""Decisions about schemes, as plain functions of plain facts."""

from collections.abc import Mapping, Sequence
from datetime import date

from watchroom.base.text import Text
from watchroom.figures import guard
from watchroom.figures.guard import Known, Refused, Wanted
from watchroom.figures.scoring import Item, Scheme

OFFICERS = "officers"
LEVELS: Mapping[str, Text] = {
    "station": Text("派出所", "Stations"),
    "bureau": Text("县级公安机关", "County and district bureaus"),
    "county": Text("县级公安机关", "County and district bureaus"),
    "traffic": Text("交警大队", "Traffic squads"),
    "patrol": Text("巡特警大队", "Patrol and tactical squads"),
    "centre": Text("指挥中心", "Command centres"),
}
"""Which agencies can be compared with each other: kind → title."""
MOST = 12
"""Items of one scheme: more than a person can hold in view is no goal."""


def why_not_proposed(title: str, since: date, until: date, items: Sequence[Item]) -> Text | None:
    """Why a scheme cannot be proposed as it was written; None where it can."""
    if not title.strip():
        return Text("请写方案名称", "Give the scheme a name")
    if until < since:
        return Text("结束日期早于开始日期", "It would end before it begins")
    if len(items) > MOST:
        return Text(f"最多 {MOST} 项", f"At most {MOST} items")
    asked = [(item.indicator, item.level) for item in items]
    if len(set(asked)) < len(asked):
        return Text("同一指标写了两次", "One figure stands there twice")
    return None


def why_no_base(item: Item, unit: str) -> Text | None:
    """Why an item cannot be measured over something: only what is counted can."""
    if item.per and unit not in ("count", "distinct", "fen"):
        return Text(
            "比率和用时已有自己的分母，不能再按人或按量折算",
            "A share or a time has its own base: it cannot be taken per officer or per work",
        )
    return None


def guarded(scheme: Scheme, known: Mapping[str, Known]) -> list[Refused]:
    """What the guard says of a scheme. `known`: indicators by key."""
    return guard.check(
        [
            Wanted(
                known[item.indicator],
                item.moves,
                item.said,
                per=known.get(item.per) if item.per != OFFICERS else None,
            )
            for item in scheme.items
        ]
    )


def why_not_approved(proposed_by: int | None, approver: int | None) -> Text | None:
    """Who proposed a scheme does not approve it, whoever sent it to be checked."""
    if proposed_by is not None and proposed_by == approver:
        return Text(
            "方案须由提出人以外的人批准", "Somebody other than who proposed it has to approve it"
        )
    return None
