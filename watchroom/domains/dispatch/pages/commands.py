"""The command line at the bottom of the board: a line in, a sentence out."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter, Unit

from .. import actions, queries, rules
from ..rules import Command
from . import answers, assessment

GLUED = re.compile(r"^([派签出到清安退撤注结上下休看])(?=[^\s])")
HELP = Text(
    "派 23 P07 P08 · 签/出/到/清 P07 · 安 P07 报平安 · 退/撤 P07 原因 · "
    "注 23 备注 · 结 23 处置结果 · 上/下/休 P07 · 看 23 · 接 接警 · 优 最优派警",
    "assign 23 P07 P08 · sign/go/arrive/clear P07 · safe P07 · refuse/release P07 why · "
    "note 23 words · close 23 result · on/off/rest P07 · open 23 · new · best",
)
OPEN, NEW, BEST = ("open", "看"), ("new", "接"), ("best", "优")
DUTY: dict[str, Callable[..., Unit]] = {
    "on_duty": actions.unit_on_duty,
    "off_duty": actions.unit_off_duty,
    "rest": actions.unit_rest,
}
EXAMPLES: tuple[tuple[str, str, Text], ...] = (
    ("派", "assign", Text("派警：警情 警力", "send: incident unit")),
    ("签", "sign", Text("签收：警力", "signed: unit")),
    ("出", "go", Text("出警：警力", "under way: unit")),
    ("到", "arrive", Text("到场：警力", "arrived: unit")),
    ("清", "clear", Text("处置完毕：警力", "done: unit")),
    ("安", "safe", Text("报平安：警力", "safe: unit")),
    ("撤", "release", Text("撤回：警力 原因", "call back: unit why")),
    ("退", "refuse", Text("退单：警力 原因", "refused: unit why")),
    ("注", "note", Text("备注：警情 文字", "note: incident words")),
    ("结", "close", Text("办结：警情 结果", "close: incident result")),
    ("看", "open", Text("打开警情", "open an incident")),
    ("接", "new", Text("接警", "take a call")),
    ("优", "best", Text("最优派警", "best assignment")),
    ("上", "on", Text("上勤：警力", "on duty: unit")),
    ("下", "off", Text("下勤：警力", "off duty: unit")),
    ("休", "rest", Text("休整：警力", "resting: unit")),
)


@require_POST
@needs("dispatch.view")
def run(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Do what the line says."""
    line = GLUED.sub(r"\1 ", request.POST.get("line", "").strip().lstrip("/").strip())
    lang = answers.lang_of(request)
    try:
        text, href = _do(actor, line)
    except Refusal as refusal:
        status = answers.status_of(refusal)
        return JsonResponse({"ok": False, "text": refusal.text.say(lang)}, status=status)
    except NotFound:
        return JsonResponse({"ok": False, "text": answers.GONE.say(lang)}, status=404)
    return JsonResponse({"ok": True, "text": text.say(lang), **({"href": href} if href else {})})


def _do(actor: Actor, line: str) -> tuple[Text, str]:
    first, *rest = line.split() or [""]
    word = first.casefold()
    if word in ("", "help", "?", "？", "帮助"):
        return HELP, ""
    if word in NEW:
        return Text("接警", "Taking a call"), reverse("dispatch:new")
    if word in BEST:
        return Text("最优派警", "Best assignment"), reverse("dispatch:optimum")
    if word in OPEN and rest:
        number = queries.by_number(actor, rest[0]).number
        return Text(number, number), reverse("dispatch:incident", args=[number])
    return obey(actor, rules.parse(line)), ""


def obey(actor: Actor, command: Command) -> Text:
    """Carry out a command that was taken apart; the sentence says what was done."""
    if command.verb in DUTY:
        unit = DUTY[command.verb](actor, _unit(actor, command.units[0]).pk)
        return Text(f"{unit.code}：{STANDS[unit.status].zh}", f"{unit.code}: {STANDS[unit.status]}")
    if command.incident:
        return _incident(actor, command, queries.by_number(actor, command.incident))
    return _assignment(actor, command)


STANDS = {
    "free": Text("待命", "free"),
    "off": Text("下勤", "off duty"),
    "rest": Text("休整", "resting"),
    "busy": Text("处警", "busy"),
}


def _incident(actor: Actor, command: Command, matter: Matter) -> Text:
    if command.verb == "note":
        actions.note(actor, matter.pk, command.words)
        return Text(f"{matter.number}：已记备注", f"{matter.number}: noted")
    if command.verb == "close":
        done = actions.close(actor, matter.pk, disposition=command.words)
        return Text(f"{done.number} 已办结", f"{done.number} is closed")
    units = [_unit(actor, code).pk for code in command.units]
    done = actions.dispatch(actor, matter.pk, units)
    return assessment.said(done, "dispatch", {})


def _assignment(actor: Actor, command: Command) -> Text:
    code = command.units[0]
    _unit(actor, code)
    held = queries.holding(actor, code)
    if held is None:
        raise Refusal(
            Text(f"{code} 现在没有任务", f"{code} has no assignment now"), code="nothing-held"
        )
    done = actions.perform(actor, held, command.verb, reason=command.words)
    return assessment.said(done, command.verb, {})


def _unit(actor: Actor, code: str) -> Unit:
    found = queries.unit_of_code(actor, code)
    if found is None:
        raise Refusal(Text(f"没有警力“{code}”", f"There is no unit “{code}”"))
    return found


@require_GET
@needs("dispatch.view")
def complete(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the line could go on with: verbs, then incidents, then units."""
    lang = answers.lang_of(request)
    typed = GLUED.sub(r"\1 ", request.GET.get("q", "").lstrip("/"))
    parts = typed.split(" ")
    if len(parts) == 1:
        return JsonResponse({"completions": _verbs(parts[0], lang)})
    try:
        command = rules.WORDS.get(parts[0].casefold(), "")
        offers = _arguments(actor, command, parts, lang)
    except NotFound:
        offers = []
    return JsonResponse({"completions": offers})


def _verbs(start: str, lang: str) -> list[dict[str, str]]:
    folded = start.casefold()
    return [
        {"text": en if folded.isascii() else zh, "help": text.say(lang)}
        for zh, en, text in EXAMPLES
        if zh.startswith(folded) or en.startswith(folded)
    ]


def _arguments(actor: Actor, verb: str, parts: list[str], lang: str) -> list[dict[str, str]]:
    about_incident = verb in ("dispatch", "note", "close")
    start, before = parts[-1], " ".join(parts[:-1])
    if about_incident and len(parts) == 2:
        rows = [r for r in queries.board(actor) if r.short.lstrip("0").startswith(start)][:8]
        return [
            {"text": f"{before} {r.short.lstrip('0') or '0'}", "help": _about(r, lang)}
            for r in rows
        ]
    if verb == "dispatch" or (verb and not about_incident and len(parts) == 2):
        units = queries.units_by_code(actor, start)
        return [{"text": f"{before} {u.code}", "help": STANDS[u.status].say(lang)} for u in units]
    return []


def _about(row: queries.IncidentView, lang: str) -> str:
    title = row.class_title.say(lang) if row.class_title else row.title[:16]
    return f"{title} · {row.place[:16]} · {row.standing.say(lang)}"
