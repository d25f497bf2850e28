"""Decisions about directives, as plain functions of plain facts."""

from collections.abc import Iterable

from watchroom.base.citizens import numbers_of_citizens
from watchroom.base.text import Text

URGENCIES = {
    1: Text("特急", "At once"),
    2: Text("急", "Urgent"),
    3: Text("平", "Routine"),
}
TASK, COOPERATION = "task", "cooperation"
SORTS = {TASK: Text("指令", "Task"), COOPERATION: Text("协查", "Cooperation")}

MOST = 1
"""One person may have to be named; two are the beginning of a list."""


def why_not_told(*texts: str) -> Text | None:
    """Why this may not be sent around; None where it may. Counts travel, lists of people do not."""
    named = numbers_of_citizens(*texts)
    if len(named) <= MOST:
        return None
    return Text(
        f"内容里有 {len(named)} 个证件号或手机号：指令和反馈只写数量和结果，不传人员名单",
        f"This holds {len(named)} identity or telephone numbers: directives and answers carry "
        "counts and results, never lists of people",
    )


def sort_of(issuer_path: str, recipient_paths: Iterable[str]) -> str:
    """A task goes down one's own tree; what goes elsewhere asks for cooperation."""
    below = all(path.startswith(issuer_path) for path in recipient_paths)
    return TASK if below else COOPERATION


def why_no_result(sort: str, checked: int | None, found: int | None) -> Text | None:
    """Why this is no answer to a directive of this sort; None where it is."""
    if sort == COOPERATION and checked is None:
        return Text("协查的反馈要写明核查数", "Cooperation is answered with how many were checked")
    if any(n is not None and n < 0 for n in (checked, found)):
        return Text("数量不能小于零", "A count cannot be below zero")
    if found is not None and found > (checked or 0):
        return Text("查实数不能多于核查数", "No more can be found than were checked")
    return None
