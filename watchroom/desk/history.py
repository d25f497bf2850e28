"""A matter's trail as people read it: what, when, who, why, and how late it was entered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watchroom.base.clock import local
from watchroom.base.text import Text, join
from watchroom.kernel import entry_titles, fields
from watchroom.kernel.flow import Flow
from watchroom.kernel.models import Entry
from watchroom.kernel.registry import registry

SHOWN = 60
APART = timedelta(minutes=1)
"""Entered later than this after it happened: both times are shown."""

GIVEN = Text("已填写（不入留痕）", "given (kept out of the trail)")
"""For what a step was told in confidence: the trail says that it was told, and no more."""


@dataclass(frozen=True)
class Line:
    """One entry, ready to be shown. `facts`: (title, value) pairs; `tone`: step, late or ""."""

    entry: Entry
    title: Text
    tone: str
    facts: list[tuple[Text, Any]]
    late_entry: bool
    text: str


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Entries as lines."""
    return [_line(entry) for entry in entries]


def _line(entry: Entry) -> Line:
    kind, _, name = entry.event.rpartition(".")
    flow = registry.flows.get(kind)
    return Line(
        entry,
        entry_titles.of(entry.event),
        "late" if name == "overdue" else "step" if flow and name in flow.by_name else "",
        _facts(flow, name, entry.data) if flow else [],
        abs(entry.entered_at - entry.occurred_at) > APART,
        str(entry.data.get("text") or entry.data.get("words", "")) if name == "note" else "",
    )


def _facts(flow: Flow, name: str, data: dict[str, Any]) -> list[tuple[Text, Any]]:
    if name == "overdue":
        clock = flow.clocks.get(data.get("clock", ""))
        return [(Text("时限", "Clock"), clock.title)] if clock else []
    if name in ("document_added", "document_read"):
        return [(Text("文件", "File"), data.get("name", ""))]
    if name in ("linked", "unlinked"):
        return [(Text("事项", "Matter"), data.get("to") or data.get("from", ""))]
    if name == "corrected":
        return _corrected(flow, data)
    if name.startswith("exten"):
        return _more_time(flow, data)
    step = flow.by_name.get(name)
    asked = fields.of(flow, step) if step else ()
    return [(f.title, _said(f, data[f.name])) for f in asked if data.get(f.name) not in (None, "")]


def _corrected(flow: Flow, data: dict[str, Any]) -> list[tuple[Text, Any]]:
    declared = registry.domains[flow.domain].part("forms", "AMENDABLE", {}).get(flow.kind, ())
    titles = {one.field.name: one.field.title for one in declared}
    return [
        (titles.get(name, Text(name, name)), f"{both['was'] or '—'} → {both['now'] or '—'}")
        for name, both in data.get("changes", {}).items()
    ]


def _more_time(flow: Flow, data: dict[str, Any]) -> list[tuple[Text, Any]]:
    clock = flow.clocks.get(data.get("clock", ""))
    facts: list[tuple[Text, Any]] = [(Text("时限", "Clock"), clock.title)] if clock else []
    if until := data.get("until"):
        at = local(datetime.fromisoformat(until))
        facts.append((Text("延长后届满", "Due with it"), f"{at:%Y-%m-%d %H:%M}"))
    return [*facts, (Text("批准人", "Approved by"), data["by"])] if data.get("by") else facts


def _said(asked: fields.Field, value: Any) -> Any:
    if asked.kind == "tick":
        return Text("是", "yes") if value else Text("否", "no")
    if value is True:
        return GIVEN
    values = [str(v) for v in (value if isinstance(value, list) else [value])]
    if asked.named:
        found = [asked.named(v) for v in values]
    elif callable(asked.choices) or not asked.choices:
        return "、".join(values) if isinstance(value, list) else value
    else:
        known = {str(key): title for key, title in asked.choices}
        found = [known.get(v, v) for v in values]
    return join(t if isinstance(t, Text) else Text(t, t) for t in found) if found else ""
