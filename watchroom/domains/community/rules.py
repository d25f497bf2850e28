"""Decisions about visits and hazards, as plain functions of plain facts."""

from collections.abc import Collection
from dataclasses import dataclass

from watchroom.base.citizens import numbers_of_citizens
from watchroom.base.text import Text

ROUTINE, ASKED, FOLLOW_UP, SERVICE, LESSON = "routine", "asked", "follow_up", "service", "lesson"
PURPOSES = {
    ROUTINE: Text("日常走访", "Routine"),
    ASKED: Text("群众约访", "Asked for"),
    FOLLOW_UP: Text("回访", "Follow-up"),
    SERVICE: Text("上门服务", "Service at the door"),
    LESSON: Text("反诈宣传", "Lesson on fraud"),
}
ASKERS = {
    "household": Text("本户", "The household"),
    "committee": Text("村（居）委会", "The committee"),
    "grid": Text("网格员", "A grid worker"),
    "hotline": Text("12345", "12345"),
    "station": Text("本单位", "Our station"),
}
"""Who asked for a visit: a role, never a name."""
SERVICES = {
    "residence": Text("户籍、居住证代办", "Residence papers"),
    "identity": Text("上门办身份证", "Identity card at home"),
    "driving": Text("车驾管代办", "Licence and vehicle papers"),
    "delivery": Text("送证上门", "Papers delivered"),
    "care": Text("帮扶老弱病残", "Help for who cannot come"),
    "app": Text("安装国家反诈中心 App", "Anti-fraud app set up"),
    "other": Text("其他", "Other"),
}
NEEDS = {
    "request": Text("诉求", "A request"),
    "dispute": Text("矛盾纠纷", "A dispute"),
    "hazard": Text("安全隐患", "A hazard"),
    "lesson": Text("反诈宣传", "A lesson on fraud"),
}
MADE, NOT_MET = "made", "not_met"

HAZARDS = {
    "fire": Text("消防", "Fire"),
    "electric": Text("用电、充电", "Electricity, charging"),
    "gas": Text("燃气", "Gas"),
    "building": Text("房屋", "Building"),
    "road": Text("道路交通", "Road traffic"),
    "water": Text("水域", "Water"),
    "goods": Text("危险物品", "Dangerous goods"),
    "crowd": Text("人员密集场所", "Crowded place"),
    "school": Text("校园周边", "Around a school"),
    "other": Text("其他", "Other"),
}
MAJOR, LARGER, COMMON = 1, 2, 3
GRADES = {
    MAJOR: Text("重大", "Major"),
    LARGER: Text("较大", "Serious"),
    COMMON: Text("一般", "Common"),
}


@dataclass(frozen=True)
class Fact:
    """What somebody saw there. `grade` is what it makes of any hazard, or of the `kinds` alone."""

    title: Text
    grade: int
    kinds: tuple[str, ...] = ()


FACTS = {
    "life": Fact(Text("随时可能伤人", "May hurt somebody at any moment"), MAJOR),
    "sleeping": Fact(
        Text("生产、经营、仓储场所住人", "People sleep in a workshop, shop or store"),
        MAJOR,
        ("fire", "electric", "gas", "goods"),
    ),
    "many": Fact(
        Text("学校、医院、养老院、市场等人员密集", "School, hospital, care home or market"), LARGER
    ),
    "exit": Fact(
        Text("疏散通道、消防车通道堵塞", "Exit or fire lane is blocked"), LARGER, ("fire", "crowd")
    ),
    "children": Fact(
        Text("儿童可到达且无防护", "Children can reach it unguarded"),
        LARGER,
        ("water", "road", "building", "electric"),
    ),
}
AGAIN = "again"
AGAIN_TITLE = Text("同类隐患曾整改后再现", "It was put right before and is back")


@dataclass(frozen=True)
class Graded:
    """The grade, and every sentence that made it so."""

    grade: int
    because: tuple[Text, ...]


def grade(kind: str, facts: Collection[str]) -> Graded:
    """The grade of a hazard: the worst of its facts; two serious facts, or a return, one worse."""
    counted = [FACTS[f] for f in FACTS if f in facts and _counts(FACTS[f], kind)]
    found = min((fact.grade for fact in counted), default=COMMON)
    because = [fact.title for fact in counted]
    if found == LARGER and len(counted) > 1:
        found = MAJOR
        because.append(Text("两项以上较大情形，提一级", "Two serious facts: one grade worse"))
    if AGAIN in facts and found > MAJOR:
        found -= 1
        because.append(Text("同类隐患再现，提一级", "It is back after it was put right: one worse"))
    return Graded(found, tuple(because) or (Text("无加重情形", "Nothing makes it worse"),))


def _counts(fact: Fact, kind: str) -> bool:
    return not fact.kinds or kind in fact.kinds


def why_not_told(*texts: str) -> Text | None:
    """Why this may not stand where many read it; None where it may."""
    if not numbers_of_citizens(*texts):
        return None
    return Text(
        "内容里有证件号或手机号：请不要写进标题和内容",
        "This holds an identity or telephone number: leave it out of title and text",
    )


def why_not_visit(purpose: str, asked_by: str, service: str, helped: int) -> Text | None:
    """Why a visit cannot be entered so; None where it can."""
    if purpose not in PURPOSES:
        return Text("请选择走访目的", "Choose what the visit is for")
    if purpose == ASKED and asked_by not in ASKERS:
        return Text("请选择由谁约访", "Choose who asked for it")
    if service and service not in SERVICES:
        return Text("请选择服务项目", "Choose the service")
    if not 0 <= helped <= 99:
        return Text("帮助人数应在 0 至 99 之间", "People helped are 0 to 99")
    return None


def why_not_need(kind: str, title: str) -> Text | None:
    """Why a need cannot be passed on so; None where it can."""
    if kind not in NEEDS:
        return Text("请选择需求类型", "Choose what kind of need it is")
    if not title.strip():
        return Text("请用一句话写明需求", "Say in one sentence what is needed")
    return why_not_told(title)


def why_not_hazard(kind: str, title: str, words: str) -> Text | None:
    """Why a hazard cannot be reported so; None where it can."""
    if kind not in HAZARDS:
        return Text("请选择隐患类型", "Choose what kind of hazard it is")
    if not title.strip():
        return Text("请用一句话写明隐患", "Say in one sentence what is dangerous")
    return why_not_told(title, words)


DIVISION_LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
"""Digits of a division code (GB/T 2260, GB/T 10114 and the statistical code) → its level."""


def division_level(code: str) -> str | None:
    """The level of a division code, None where it is none."""
    return DIVISION_LEVELS.get(len(code)) if code.isascii() and code.isdigit() else None
