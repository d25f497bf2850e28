"""Rules that grade: their versions, a draft, what one would change, and letting it go live."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs, signed_in

from .. import actions, queries, rules
from ..flow import APPROVE, CONFIGURE
from ..models import Feed, RuleSet
from ..rules.fields import KINDS
from ..rules.grading import FACTS, OPERATORS, Rule
from ..rules.wording import in_words

STATES = {
    "draft": Text("草稿", "Draft"),
    "shadow": Text("试运行", "In the shadow"),
    "live": Text("在用", "Live"),
    "retired": Text("已停用", "Retired"),
}
DAYS = (1, 7, 30)
NOT_JSON = Text("规则应是 JSON 列表：{why}", "The rules should be a list in JSON: {why}")


def _in_words(rule: Rule) -> Text:
    """When a rule fires, as people read it."""
    types = {code: Text(row.zh, row.en) for code, row in queries.type_names().items()}
    return in_words(rule.when, {"type_code": types, "feed_kind": KINDS})


@require_GET
@signed_in
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every version, and the rules that grade now."""
    values = {
        "sets": queries.rule_sets(actor),
        "states": STATES,
        "live": queries.grading(),
        "in_words": _in_words,
        "levels": rules.LEVELS,
        "may_draft": actor.holds(CONFIGURE),
    }
    return render(request, "fraud/rules.html", values)


@require_http_methods(["GET", "POST"])
@needs(CONFIGURE)
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new version, beginning from the rules that grade now. A refusal keeps what was typed."""
    typed = request.POST.get("rules") or _as_typed()
    values: dict[str, Any] = {
        "typed": typed,
        "version": request.POST.get("version", ""),
        "facts": FACTS,
        "operators": OPERATORS,
    }
    if request.method == "GET":
        return render(request, "fraud/rules_draft.html", values)
    try:
        made = actions.draft_rules(actor, values["version"], _read(typed))
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "fraud/rules_draft.html", values, status=422)
    return redirect("fraud:rules-one", made.version)


def _as_typed() -> str:
    live = queries.grading()
    names = {level: name for name, level in rules.NAMES.items()}
    given = [
        {
            "key": rule.key,
            "zh": rule.title.zh,
            "en": rule.title.en,
            "level": names[rule.level],
            "when": [list(condition) for condition in rule.when],
        }
        for rule in live.rules
    ]
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in given)
    return f"[\n{lines}\n]"


def _read(typed: str) -> list[dict[str, Any]]:
    try:
        given = json.loads(typed)
    except json.JSONDecodeError as error:
        raise Refusal(NOT_JSON.format(why=str(error))) from error
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refusal(NOT_JSON.format(why="[{…}, …]"))
    return given


@require_GET
@signed_in
def one(request: HttpRequest, actor: Actor, version: str) -> HttpResponse:
    """One version, and what it would have changed in the last days."""
    return _one(request, actor, queries.rule_set(actor, version))


def _one(
    request: HttpRequest, actor: Actor, row: RuleSet, refusal: Refusal | None = None
) -> HttpResponse:
    wish = request.GET.get("days", "")
    days = int(wish) if wish in {str(n) for n in DAYS} else DAYS[1]
    start = now() - timedelta(days=days)
    values = {
        "set": row,
        "state": STATES[row.state],
        "days": days,
        "choices": DAYS,
        "in_words": _in_words,
        "types": queries.type_names(),
        "compared": queries.back_test(row, start, now()),
        "levels": rules.LEVELS,
        "feeds": {feed.pk: feed for feed in Feed.objects.all()},
        "may_draft": actor.holds(CONFIGURE),
        "may_approve": actor.holds(APPROVE) and row.drafted_by_id != actor.staff_id,
        "refusal": refusal and refusal.text,
    }
    return render(request, "fraud/rules_one.html", values, status=422 if refusal else 200)


def _approve(actor: Actor, version: str, given: Mapping[str, str]) -> RuleSet:
    return actions.approve_rules(actor, version, reason=given.get("reason", ""))


ACTS: Mapping[str, Callable[[Actor, str, Mapping[str, str]], RuleSet]] = {
    "shadow": lambda actor, version, _given: actions.shadow_rules(actor, version),
    "approve": _approve,
}


@require_POST
@signed_in
def act(request: HttpRequest, actor: Actor, version: str, act: str) -> HttpResponse:
    """Run it in the shadow, or let it go live."""
    if act not in ACTS:
        raise NotFound
    row = queries.rule_set(actor, version)
    try:
        ACTS[act](actor, version, request.POST.dict())  # type: ignore[arg-type]
    except Refusal as refusal:
        return _one(request, actor, row, refusal)
    return redirect("fraud:rules-one", version)
