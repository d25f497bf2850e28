"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Amendable, Choices, Field
from watchroom.kernel.models import Matter, Staff
from watchroom.kernel.public import PublicForm

from . import queries
from .flow import APPROVE, ARTICLE, RESPOND
from .rules import FIRM, HOW, WORRY


def _people(_actor: Actor, matter: Matter) -> Choices:
    return [(str(person.pk), person.name) for person in queries.may_take(matter)]


def _named(pk: str) -> str:
    return Staff.objects.filter(pk=pk).values_list("name", flat=True).first() or pk


FIELDS: Mapping[str, Sequence[Field]] = {
    "take": (
        Field(
            "by",
            Text("由谁办理（空着则为本人）", "Who answers it (empty: you)"),
            "choice",
            _people,
            optional=True,
            named=_named,
        ),
    ),
    "pass_on": (Field("to", Text("转交给", "Pass on to"), "choice", _people, named=_named),),
    "answer": (Field("answer", Text("答复内容", "The answer"), "text"),),
    "confirm": (
        Field("how", Text("如何确认", "How it was confirmed"), "choice", list(HOW.items())),
    ),
}

_WHO = (
    Field("name", Text("怎么称呼您", "Your name"), optional=True),
    Field(
        "phone",
        Text("联系电话", "Telephone"),
        help=Text("可以不填，凭编号也能看到答复。", "Not needed: the number shows you the answer."),
        optional=True,
    ),
)
_WHAT = (
    Field("title", Text("什么事（一句话）", "What it is about, in one sentence")),
    Field("words", Text("详细情况", "More about it"), "text", optional=True),
    Field("place", Text("地点", "Where"), optional=True),
)

PUBLIC = {
    WORRY: PublicForm(
        Text("反映烦心事", "Tell us what troubles you"),
        Text("一周内答复，凭编号查看。", "Answered within the week; your number shows it."),
        (*_WHAT, *_WHO),
    ),
    FIRM: PublicForm(
        Text("企业诉求", "What your firm needs"),
        Text("一周内答复，凭编号查看。", "Answered within the week; your number shows it."),
        (Field("firm", Text("企业名称", "Name of the firm")), *_WHAT, *_WHO),
    ),
}
"""What anybody may ask without signing in."""

AMENDABLE: Mapping[str, Sequence[Amendable]] = {
    ARTICLE.kind: (
        Amendable(Field("title", Text("标题", "Title")), APPROVE),
        Amendable(Field("words", Text("内容", "Text"), "text"), APPROVE),
    ),
    "requests.request": (Amendable(Field("title", Text("诉求", "What is asked")), RESPOND),),
}
"""What may be put right afterwards; both values stay in the trail."""
