"""One request and one article in every state, for the tests that every domain inherits."""

from collections.abc import Mapping
from typing import Any

from tests.people import County
from watchroom.domains.requests import actions
from watchroom.domains.requests.flow import ARTICLE, REQUEST
from watchroom.kernel.models import Matter

DATA: Mapping[str, dict[str, Any]] = {
    "answer": {"answer": "路灯已报修，周五前修好"},
    "confirm": {"how": "phone"},
}
LIVES: Mapping[str, tuple[str, ...]] = {
    "asked": (),
    "taken": ("take",),
    "answered": ("take", "answer"),
    "confirmed": ("take", "answer", "confirm"),
    "refused": ("refuse",),
    "withdrawn": ("withdraw",),
}


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a matter that stands there."""
    found = {(REQUEST.kind, state): live(county, steps) for state, steps in LIVES.items()}
    drafts = {state: article(county) for state in ("draft", "published", "retired")}
    for state in ("published", "retired"):
        drafts[state] = actions.perform(county.leader, drafts[state].pk, "publish")
    retired = actions.perform(county.leader, drafts["retired"].pk, "retire", reason="规定已改")
    drafts["retired"] = retired
    return found | {(ARTICLE.kind, state): matter for state, matter in drafts.items()}


def worry(county: County, **more: Any) -> Matter:
    """A worry of the public, entered at the east station."""
    given = {"sort": "worry", "channel": "visit", "asker_name": "王小明", **more}
    return actions.ask(county.act("chief"), "巷子里的路灯坏了", asker_phone="13900000001", **given)


def live(county: County, steps: tuple[str, ...]) -> Matter:
    """Lead a worry through steps; the chief answers, the duty leader calls back."""
    matter = worry(county)
    for step in steps:
        who = county.leader if step == "confirm" else county.chief
        reason = "不归公安机关管" if step in ("refuse", "withdraw") else ""
        matter = actions.perform(who, matter.pk, step, data=DATA.get(step), reason=reason)
    return matter


def article(county: County, **more: Any) -> Matter:
    """A draft of the east station's chief, in the county bureau's name."""
    given = {"sort": "law", **more}
    words = "行政拘留执行前应当告知家属；无法通知的，注明理由。"
    return actions.draft(county.chief, "行政拘留通知家属怎么办", words, **given)
