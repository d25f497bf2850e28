"""Decisions about requests, as plain functions of plain facts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from watchroom.base.citizens import numbers_of_citizens
from watchroom.base.text import Text

WORRY, LAW, HARDSHIP, FIRM = "worry", "law", "hardship", "firm"


@dataclass(frozen=True)
class Sort:
    """One of the weekly loops. `own`: an officer asks for themselves; `sealed`: the chosen see."""

    title: Text
    about: Text
    own: bool = False
    sealed: bool = False


SORTS = {
    WORRY: Sort(Text("群众忧", "Worry"), Text("群众的烦心事", "What troubles the public")),
    FIRM: Sort(Text("企业需", "Firm's need"), Text("企业的需求", "What a firm needs")),
    LAW: Sort(
        Text("执法难", "Legal question"), Text("执法办案中的疑难", "A difficulty of law"), own=True
    ),
    HARDSHIP: Sort(
        Text("民警愁", "Hardship"),
        Text("本人的困难，只有所选的人能看到", "Your own: only those you choose see it"),
        own=True,
        sealed=True,
    ),
}
CHANNELS = {
    "window": Text("窗口", "At the window"),
    "visit": Text("走访", "On a visit"),
    "phone": Text("电话", "By telephone"),
    "form": Text("扫码表单", "By form"),
    "desk": Text("本人提出", "By themselves"),
}
HOW = {
    "asker": Text("本人确认", "By the asker"),
    "phone": Text("电话回访", "Called back"),
    "visit": Text("上门回访", "Visited"),
    "form": Text("扫码确认", "By form"),
}


def why_not_ask(sort: str, title: str, words: str, chosen: Collection[int]) -> Text | None:
    """Why this cannot be asked so; None where it can."""
    if sort not in SORTS:
        return Text("请选择诉求类型", "Choose what kind of request it is")
    if not title.strip():
        return Text("请用一句话写明诉求", "Say in one sentence what is asked")
    if SORTS[sort].sealed and not chosen:
        return Text("请选择由谁来看这件事", "Choose who shall see it")
    return why_not_told(title, words)


def why_not_article(sort: str, title: str, words: str, *, sealed: bool) -> Text | None:
    """Why this cannot become an article that everybody below reads; None where it can."""
    if sealed or sort == HARDSHIP:
        return Text("民警愁不进知识库", "A hardship does not go into the knowledge base")
    if sort not in SORTS:
        return Text("请选择类型", "Choose what kind of request it answers")
    if not title.strip() or not words.strip():
        return Text("请写标题和内容", "Give it a title and a text")
    return why_not_told(title, words)


def why_not_told(*texts: str) -> Text | None:
    """Why this may not stand where many read it; None where it may."""
    if not numbers_of_citizens(*texts):
        return None
    return Text(
        "内容里有证件号或手机号：请填在“联系电话”一栏，不要写进标题和内容",
        "This holds an identity or telephone number: put it in “Telephone”, not in the text",
    )


LONGEST: Mapping[str, tuple[Text, int]] = {
    "title": (Text("标题", "The title"), 200),
    "place": (Text("地点", "The place"), 240),
    "asker_name": (Text("称呼", "The name"), 64),
    "asker_phone": (Text("联系电话", "The telephone"), 32),
    "firm": (Text("企业名称", "The firm"), 120),
}
"""How many characters each can be; what is longer is said in full in the text."""


def why_too_long(**said: str) -> Text | None:
    """Which of these (by the names of LONGEST) is too long; None where all fit."""
    for name, words in said.items():
        title, most = LONGEST[name]
        if len(words.strip()) > most:
            return Text(
                f"{title.zh}太长：至多 {most} 个字",
                f"{title.en} is too long: {most} characters at most",
            )
    return None


def why_not_asker(asked_by: int | None, who: int | None, step: Text) -> Text | None:
    """Why this person may not speak for the asker; None where they may.

    Whoever has an account speaks for themselves; for others, staff enter what they said.
    """
    if asked_by is None or asked_by == who:
        return None
    return Text(f"“{step.zh}”只能由提出人本人办理", f"“{step.en}” belongs to whoever asked")
