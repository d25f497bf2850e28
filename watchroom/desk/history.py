"""A matter's trail as people read it: what, when, who, why, and how late it was entered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watchroom.base.clock import local
from watchroom.base.text import Text, join
from watchroom.kernel import fields
from watchroom.kernel.flow import Flow
from watchroom.kernel.models import Entry
from watchroom.kernel.registry import registry

SHOWN = 60
APART = timedelta(minutes=1)
"""Entered later than this after it happened: both times are shown."""

GIVEN = Text("已填写（不入留痕）", "given (kept out of the trail)")
"""For what a step was told in confidence: the trail says that it was told, and no more."""

TITLES: dict[str, Text] = {
    "note": Text("备注", "Note"),
    "overdue": Text("超时", "Overdue"),
    "linked": Text("关联事项", "Linked"),
    "document_added": Text("添加文件", "Document added"),
    "document_read": Text("查看文件", "Document read"),
    "unlinked": Text("解除关联", "Unlinked"),
    "extension_asked": Text("申请延长期限", "More time asked for"),
    "extended": Text("批准延长期限", "More time granted"),
    "extension_refused": Text("不予延长期限", "More time refused"),
    "extension_withdrawn": Text("撤回延长申请", "Request for more time withdrawn"),
    "corrected": Text("更正", "Corrected"),
    "personal_read": Text("查看个人信息", "Personal data read"),
}
SHELL: dict[str, Text] = {
    "search.person": Text("按号码查找", "Search by a number"),
    "trail.exported": Text("导出留痕", "Trail exported"),
    "signin.entered": Text("登录", "Signed in"),
    "signin.left": Text("退出登录", "Signed out"),
    "signin.failed": Text("登录失败", "Sign-in failed"),
    "signin.locked": Text("账号锁定", "Account locked"),
    "trail.verified": Text("校验留痕", "Trail verified"),
    "organisation.agencies_imported": Text("导入单位", "Agencies imported"),
    "organisation.units_imported": Text("导入警力", "Units imported"),
    "organisation.staff_imported": Text("导入人员", "Staff imported"),
    "organisation.beats_imported": Text("导入警格", "Beats imported"),
    "staff.session_ended": Text("结束登录会话", "Session ended"),
    "phone.cut_off": Text("停用遗失手机", "Lost phone cut off"),
    "phone.wiped": Text("手机已清除", "Phone wiped"),
    "staff.added": Text("添加人员", "Person added"),
    "staff.changed": Text("修改人员", "Person changed"),
    "staff.post_given": Text("授予岗位", "Post given"),
    "staff.post_ended": Text("撤销岗位", "Post ended"),
    "staff.unlocked": Text("解除锁定", "Unlocked"),
    "staff.password_changed": Text("修改密码", "Password changed"),
    "staff.password_reset": Text("重置密码", "Password reset"),
    "staff.signed_out_everywhere": Text("所有设备退出", "Signed out everywhere"),
    "staff.second_factor_on": Text("开启两步验证", "Second factor on"),
    "staff.second_factor_off": Text("关闭两步验证", "Second factor off"),
    "staff.provider_linked": Text("关联统一身份", "Identity provider linked"),
    "token.created": Text("发放令牌", "Token issued"),
    "token.revoked": Text("吊销令牌", "Token revoked"),
    "webhook.subscribed": Text("订阅推送", "Webhook subscribed"),
    "webhook.paused": Text("暂停推送", "Webhook paused"),
    "webhook.resumed": Text("恢复推送", "Webhook resumed"),
    "webhook.ended": Text("停止推送", "Webhook ended"),
    "kernel.history.brought_in": Text("导入历史", "History brought in"),
}


@dataclass(frozen=True)
class Line:
    """One entry, ready to be shown. `facts`: (title, value) pairs; `tone`: step, late or ""."""

    entry: Entry
    title: Text
    tone: str
    facts: list[tuple[Text, Any]]
    late_entry: bool
    text: str


def event_title(event: str) -> Text | None:
    """What an event is called, or None for one that nobody named.

    A step has its flow's title; a domain names its other events in `flow.EVENTS` by the last part
    of their names or in full.
    """
    if event in SHELL:
        return SHELL[event]
    kind, _, name = event.rpartition(".")
    flow = registry.flows.get(kind)
    if flow is None:
        return _declared(event.split(".", maxsplit=1)[0], event, name)
    if name in flow.by_name:
        return flow.by_name[name].title
    return TITLES.get(name) or _declared(flow.domain, event, name)


def _declared(domain: str, event: str, name: str) -> Text | None:
    if domain not in registry.domains:
        return None
    said: dict[str, Text] = registry.domains[domain].part("flow", "EVENTS", {})
    return said.get(event) or said.get(name)


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Entries as lines."""
    return [_line(entry) for entry in entries]


def _line(entry: Entry) -> Line:
    kind, _, name = entry.event.rpartition(".")
    flow = registry.flows.get(kind)
    return Line(
        entry,
        event_title(entry.event) or Text(entry.event, entry.event),
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
