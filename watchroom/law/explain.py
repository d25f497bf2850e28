"""A deadline's reckoning in words: rule, source, start, every event, roll, result."""

from __future__ import annotations

from datetime import date, timedelta

from watchroom.base import clock
from watchroom.base.text import Text
from watchroom.law.arithmetic import Finish
from watchroom.law.event import Event
from watchroom.law.replay import Run
from watchroom.law.rule import Extension, Rule, amount
from watchroom.law.wording import day, end_of, moment

_SEEN = {
    "S": Text("见公开条文", "text read in a public copy"),
    "P": Text("据公开网页", "from a public page"),
    "M": Text("待核对", "from memory, to be checked"),
    "S+P": Text("见公开条文及网页", "text read in a public copy, and a public page"),
    "P+M": Text("据公开网页，部分待核对", "from a public page, partly to be checked"),
    "ours": Text("本系统设定", "set by us"),
}


def lines(run: Run, end: Finish | None) -> list[Text]:
    """The explanation of a clock that ends at `end` (None where there is no number)."""
    return [
        *rule_lines(run.rule),
        Text("起算：{what}，{at}。", "Start: {what}, {at}.").format(
            what=run.rule.starts, at=moment(run.started_at)
        ),
        *(_event(run.rule, event) for event in run.applied),
        *_roll(run, end),
        _result(run, end),
        *_next(run),
        *warnings(run, end),
    ]


def rule_lines(rule: Rule) -> list[Text]:
    """What the rule says, before any clock runs."""
    kind = Text("法定", "law") if rule.kind == "law" else Text("内部时限", "policy")
    if rule.kind == "policy":
        kind = Text("{k}，{i}", "{k}, {i}").format(k=kind, i=rule.issuer)
    head = Text(
        "规则 {id} {title}（{kind}；{version}）。", "Rule {id}: {title} ({kind}; {version})."
    )
    source = Text("依据：{source}（{seen}）。", "Source: {source} ({seen}).")
    length = Text("期限：{lasts}{how}。", "Length: {lasts}{how}.")
    out = [
        head.format(id=rule.id, title=rule.title, kind=kind, version=rule.version),
        source.format(source=rule.source, seen=seen(rule.seen)),
        length.format(lasts=rule.lasts, how=_how(rule)),
    ]
    return [*out, Text("说明：{n}", "Note: {n}").format(n=rule.note)] if rule.note else out


def seen(grade: str) -> Text:
    """What a grade of evidence means."""
    return _SEEN[grade]


def warnings(run: Run, end: Finish | None) -> tuple[Text, ...]:
    """What the reader must know before relying on the answer."""
    found: list[Text] = []
    if end and end.missing:
        years = ", ".join(map(str, end.missing))
        found.append(_MISSING.format(years=years))
    if run.rule.unit == "no_number":
        found.append(_NO_NUMBER)
    if run.rule.soft:
        found.append(_SOFT)
    if run.rule.unit.monthly and end and _month_end_disputed(run, end):
        found.append(_MONTH_END)
    return tuple(found)


_MISSING = Text(
    "注意：{years}年的放假安排尚未取得，暂按周一至周五为工作日计算，取得后须重算。",
    "Note: the holidays of {years} are not known yet; Mondays to Fridays are counted as working "
    "days for now, and this must be computed again.",
)
_NO_NUMBER = Text(
    "注意：规定没有写明具体数字，可由本单位另设内部时限。",
    "Note: the rule sets no number; the agency may set a limit of its own.",
)
_SOFT = Text(
    "注意：此期限为倡导性，可由当事人同意继续。", "Note: a soft limit; parties may agree to go on."
)
_MONTH_END = Text(
    "注意：起算日为月末，有解释主张算到届满月的最后一日；此处取较早之日。",
    "Note: the start is a month's last day; one reading runs to the last day of the final month. "
    "The earlier day is shown.",
)


def _month_end_disputed(run: Run, end: Finish) -> bool:
    """The reading of the court interpretation of the Criminal Procedure Law (2021), art. 202."""
    first = clock.local_date(run.start)
    last = end.before_roll or end.last_day
    return bool(run.rule.unit.hard and last and _is_month_end(first) and not _is_month_end(last))


def _is_month_end(on: date) -> bool:
    return (on + timedelta(days=1)).day == 1


def _how(rule: Rule) -> Text:
    if not rule.unit.counted:
        return Text("（即时）", " (no count)")
    if rule.unit.by_the_clock:
        return (
            Text("，连续计算，不因节假日顺延", ", running on through holidays")
            if rule.unit.hard
            else Text("，自起算时刻连续计算", ", counted from the moment of the start")
        )
    if rule.backward:
        return Text("，自该日倒计", ", counted back from that day")
    return _days_how(rule)


def _days_how(rule: Rule) -> Text:
    first = (
        Text("，开始之日计算在内", ", the first day counted")
        if rule.counting.first_day_counts
        else Text("，开始之日不计算在内", ", the first day not counted")
    )
    end = Text("；{b}", "; {b}").format(b=rule.counting.basis)
    return Text(first.zh + end.zh, first.en + end.en)


def _event(rule: Rule, event: Event) -> Text:
    title = _title(rule, event.reason)
    base = _EVENTS[event.kind].format(
        at=moment(event.at), what=title or _UNNAMED, by=event.by, **_granted(rule, event)
    )
    person = "" if event.kind == "extend" else event.by
    extra = [text for text in (person, "" if title else event.reason, event.note) if text]
    if not extra:
        return base
    return Text(
        f"{base.zh.rstrip('。')}（{'；'.join(extra)}）。",
        f"{base.en.rstrip('.')} ({'; '.join(extra)}).",
    )


def _title(rule: Rule, key: str) -> Text | None:
    for deduction in rule.deductions:
        if deduction.key == key:
            return deduction.title
    for restart in rule.restarts:
        if restart.key == key:
            return restart.title
    return None


_UNNAMED = Text("其他", "other")
_EVENTS = {
    "pause": Text("{at}停止计算：{what}。", "{at}: the clock stands still, {what}."),
    "resume": Text("{at}恢复计算。", "{at}: the clock goes on."),
    "extend": Text(
        "{at}{gives}，由{by}批准（批准权限：{approver}）；条件：{condition}。",
        "{at}: {gives}, approved by {by} (for {approver} to approve); condition: {condition}.",
    ),
    "restart": Text("{at}重新计算：{what}。", "{at}: counted afresh, {what}."),
    "stop": Text("{at}办结，停止计时。", "{at}: done, the clock ends."),
}


def _granted(rule: Rule, event: Event) -> dict[str, Text]:
    for rung in rule.extensions:
        if event.kind == "extend" and rung.key == event.rung:
            gives = rung.gives
            if event.amount is not None:
                given = amount(event.amount, rung.unit)
                gives = Text("延长{n}", "{n} more").format(n=given)
            return {"gives": gives, "approver": rung.approver, "condition": rung.condition}
    return {}


def _roll(run: Run, end: Finish | None) -> list[Text]:
    if end is None or end.before_roll is None or end.last_day is None or run.paused:
        return []
    text = Text(
        "期满日{a}为节假日，顺延至{b}（{why}）。",
        "The last day {a} is a holiday, so it moves to {b} ({why}).",
    )
    return [text.format(a=day(end.before_roll), b=day(end.last_day), why=run.rule.counting.basis)]


def _result(run: Run, end: Finish | None) -> Text:
    if run.paused:
        return Text(
            "现状：停止计算中，恢复后再算届满时间。",
            "Now: standing still; there is no end until it goes on.",
        )
    if end is None and run.rule.unit == "no_number":
        return Text("届满：规定没有具体数字。", "Due: no number is set.")
    last = end_of(end.last_day) if end and end.last_day else moment(end.at if end else run.start)
    return Text("届满：{end}（北京时间）。", "Due: {end} (China Standard Time).").format(end=last)


def _next(run: Run) -> list[Text]:
    if run.stopped:
        return []
    return [_option(rung, by) for rung, by in run.next_rungs()]


def _option(rung: Extension, ask_by: date | None) -> Text:
    text = Text(
        "还可{gives}：{approver}批准；条件：{condition}{ask}。",
        "Possible: {gives}, by {approver}; condition: {condition}{ask}.",
    )
    if ask_by is None:
        text = Text(text.zh.replace("{ask}", ""), text.en.replace("{ask}", ""))
    ask = Text("；最迟{by}提请", "; to be asked for by {by}")
    return text.format(
        gives=rung.gives,
        approver=rung.approver,
        condition=rung.condition,
        ask=ask.format(by=day(ask_by)) if ask_by else None,
    )
