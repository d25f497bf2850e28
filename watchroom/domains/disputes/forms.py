"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Amendable, Field
from watchroom.kernel.models import Matter
from watchroom.kernel.public import PublicForm

from . import queries, rules
from .flow import DISPUTE, OPEN, RESPOND

NAMES = Text("几个人之间用“、”隔开。", "Part several names with “、” or commas.")


def _officers(_actor: Actor, matter: Matter) -> list[tuple[str, Text | str]]:
    return [(str(row.pk), row.name) for row in queries.officers_of(matter)]


MEDIATORS: Sequence[Field] = (
    Field("officers", rules.MEDIATORS["officer"], "several", _officers, optional=True),
    *(
        Field(kind, title, help=NAMES, optional=True)
        for kind, title in rules.MEDIATORS.items()
        if kind != "officer"
    ),
)
FACTORS = Field(
    "factors", Text("风险情形", "What makes harm likely"), "several", list(rules.FACTORS.items())
)
CASE_NUMBER = Field("case_number", Text("案件编号", "Number of the case"))

FIELDS: Mapping[str, Sequence[Field]] = {
    "assign": MEDIATORS,
    "change_mediators": MEDIATORS,
    "regrade": (FACTORS,),
    "file_case": (CASE_NUMBER,),
    "hold_session": (Field("summary", Text("调解经过", "How it went"), "text"),),
    "draft": (
        Field("terms", Text("协议内容", "What is agreed"), "text"),
        Field("facts", Text("纠纷主要事实", "What it is about"), "text", optional=True),
        Field("perform_by", Text("履行期限", "To be performed by"), "day", optional=True),
        Field("oral", Text("口头协议（不签字）", "An oral agreement, not signed"), "tick"),
    ),
    "confirm": (
        Field(
            "confirmation",
            Text("双方的意愿", "What both want"),
            "choice",
            list(rules.CONFIRMATIONS.items()),
        ),
    ),
    "perform": (Field("how_performed", Text("如何履行", "How it was performed"), "text"),),
    "visit": (
        Field("visit_result", Text("情况", "How it stands"), "choice", list(rules.RESULTS.items())),
        Field("visit_words", Text("回访记录", "What was said"), "text"),
    ),
    "refer": (Field("route", Text("导入何处", "Where to"), "choice", list(rules.ROUTES.items())),),
    "to_case": (CASE_NUMBER,),
    "turned_criminal": (CASE_NUMBER,),
}

AMENDABLE: Mapping[str, Sequence[Amendable]] = {
    DISPUTE.kind: (
        Amendable(Field("title", Text("标题", "Title")), RESPOND, OPEN),
        Amendable(Field("words", Text("经过", "What happened"), "text"), RESPOND, OPEN),
    )
}
"""What may be put right afterwards; both values stay in the trail."""


def _types() -> list[tuple[str, Text | str]]:
    return [(one.code, Text(one.zh, one.en)) for one in queries.types()]


PUBLIC: Mapping[str, PublicForm] = {
    "mediation": PublicForm(
        Text("申请调解", "Ask for mediation"),
        Text(
            "与他人有纠纷，愿意请社区民警或人民调解员调解的，请填写。调解自愿、免费。有人正受到伤害时，请立即拨打110。",
            "For a quarrel that you want a community officer or people's mediator to help settle. "
            "It is voluntary and free. If somebody is being hurt, call 110 at once.",
        ),
        (
            Field("type", Text("是哪一类纠纷", "What kind of quarrel"), "choice"),
            Field("place", Text("在什么地方", "Where")),
            Field(
                "words",
                Text("发生了什么", "What happened"),
                "text",
                help=Text("不用写身份证号。", "Identity numbers are not needed."),
            ),
            Field("name", Text("怎么称呼您", "What to call you")),
            Field("phone", Text("您的电话", "Your telephone")),
            Field("other", Text("对方怎么称呼", "What the other side is called"), optional=True),
        ),
        {"type": _types},
    )
}
"""What citizens may ask for without signing in."""
