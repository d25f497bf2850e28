"""What the caller's words suggest, and how urgent that is, with the reason in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from watchroom.base.text import Text

KEYWORD, NAME_PART, LIKENESS = 10.0, 4.0, 3.0
"""Weights: a whole keyword found, a whole part of the name found, likeness of letter pairs."""

DANGER = {
    "knife": (("刀", "持械", "砍", "捅", "knife", "stab", "axe"), Text("提到刀械", "a blade")),
    "gun": (("枪", "gun", "shot", "shooting"), Text("提到枪支", "a gun")),
    "fire": (("起火", "着火", "爆炸", "fire", "explo"), Text("提到火情", "fire")),
    "life": (
        ("昏迷", "没有呼吸", "不动了", "自杀", "跳楼", "溺水", "落水", "unconscious", "suicide"),
        Text("有人生命危险", "a life in danger"),
    ),
    "now": (("正在", "还在打", "追我", "happening now", "right now"), Text("正在发生", "going on")),
}
MOST_URGENT_FOR = frozenset({"knife", "gun", "fire", "life"})


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class of the list as the rules see it."""

    code: str
    title: Text
    group: str
    priority: int
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class that fits, how well, and by which words."""

    code: str
    title: Text
    priority: int
    score: float
    why: Text


def pairs(text: str) -> frozenset[str]:
    """All neighbouring pairs of letters: what likeness of short Chinese texts is measured by."""
    plain = re.sub(r"[\s\W_]+", "", text.casefold())
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset(plain)


def suggest_classes(
    words: str, classes: Iterable[ClassFacts], limit: int = 5
) -> tuple[Suggestion, ...]:
    """Classes the words point to, best first. Empty where nothing points anywhere."""
    folded, own = words.casefold(), pairs(words)
    found = (_score(folded, own, item) for item in classes)
    good = sorted((s for s in found if s is not None), key=lambda s: (-s.score, s.priority, s.code))
    return tuple(good[:limit])


def _score(words: str, own: frozenset[str], item: ClassFacts) -> Suggestion | None:
    hits = [k for k in item.keywords if k and k.casefold() in words]
    names = [p for p in re.split(r"[\s、/（）()·,，]+", item.title.zh) if len(p) > 1 and p in words]
    if item.code.casefold() == words.strip():
        names.append(item.code)
    # A longer keyword says more than a short one: 入室盗窃 more than 盗窃.
    score = sum(KEYWORD + len(k) for k in hits) + NAME_PART * len(names)
    if own:
        theirs = pairs(item.title.zh) | pairs(item.title.en)
        score += LIKENESS * len(own & theirs) / len(own)
    if score < 1.0:
        return None
    said = hits + names
    return Suggestion(item.code, item.title, item.priority, round(score, 2), _because(said))


def _because(said: list[str]) -> Text:
    if not said:
        return Text("与类别名称相近", "like the name of the class")
    zh, en = "”“".join(said), "”, “".join(said)
    return Text(f"说到“{zh}”", f"the words say “{en}”")


def priority(item: ClassFacts, words: str, channel: str = "voice") -> tuple[int, Text]:
    """(1 most urgent to 4, the reason): the class's own, raised by what was said."""
    folded = words.casefold()
    signs = [key for key, (terms, _) in DANGER.items() if any(t in folded for t in terms)]
    own = Text(
        f"类别“{item.title.zh}”为{item.priority}级",
        f"class “{item.title.en}” is priority {item.priority}",
    )
    raised = _raised(item.priority, signs, channel)
    if raised >= item.priority:
        return item.priority, own
    because = [DANGER[key][1] for key in signs] or [
        Text("无声报警按紧急处理", "a silent call counts as urgent")
    ]
    zh, en = "、".join(t.zh for t in because), ", ".join(t.en for t in because)
    return raised, Text(f"{own.zh}；{zh}，升为{raised}级", f"{own.en}; {en}: raised to {raised}")


def _raised(own: int, signs: list[str], channel: str) -> int:
    if MOST_URGENT_FOR & set(signs):
        return 1
    if "now" in signs or channel == "silent":
        return min(own, 2)
    return own
