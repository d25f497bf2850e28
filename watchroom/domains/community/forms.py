"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Amendable, Choices, Field
from watchroom.kernel.models import Counterpart, Matter

from . import queries, rules
from .flow import APPROVE, HAZARD, MEETING


def _organs(_actor: Actor, _matter: Matter) -> Choices:
    return [
        (organ.key, Text(organ.name, organ.name_en or organ.name)) for organ in queries.organs()
    ]


def _organ(key: str) -> str:
    return Counterpart.objects.filter(key=key).values_list("name", flat=True).first() or key


SERVICE = Field(
    "service",
    Text("上门服务", "Service at the door"),
    "choice",
    list(rules.SERVICES.items()),
    optional=True,
)
HELPED = Field("helped", Text("帮助人数", "People helped"), "number", optional=True)
NOTES = Field(
    "words",
    Text("情况", "What was found"),
    "text",
    optional=True,
    help=Text("不写姓名、证件号和手机号", "No names, identity or telephone numbers"),
)
FACTS = Field(
    "facts",
    Text("现场情形", "What was seen"),
    "several",
    [*((key, fact.title) for key, fact in rules.FACTS.items()), (rules.AGAIN, rules.AGAIN_TITLE)],
    optional=True,
)
KIND = Field(
    "kind", Text("隐患类型", "Kind of hazard"), "choice", list(rules.HAZARDS.items()), optional=True
)

FIELDS: Mapping[str, Sequence[Field]] = {
    "make": (SERVICE, HELPED, NOTES),
    "hold": (Field("attended", Text("到会人数", "How many came"), "number"),),
    "grade": (KIND, FACTS),
    "send": (
        Field("organ", Text("主管单位", "Responsible organ"), "choice", _organs, named=_organ),
    ),
    "answer": (Field("words", Text("答复内容", "What was answered"), "text"),),
    "put_right": (Field("words", Text("整改情况", "What was done"), "text"),),
}

AMENDABLE: Mapping[str, Sequence[Amendable]] = {
    HAZARD.kind: (Amendable(Field("title", Text("隐患", "What is dangerous")), APPROVE),),
    MEETING.kind: (Amendable(Field("title", Text("议题", "What it was about")), APPROVE),),
}
"""What may be put right afterwards; both values stay in the trail."""
