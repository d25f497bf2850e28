"""What the steps of measures and returns ask a person for."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Choices, Field
from watchroom.kernel.models import Matter

from ..queries import measures as queries
from ..rules.money import yuan


def banks(_actor: Actor, _matter: Matter) -> Choices:
    """Banks that orders can go to."""
    return [(bank.code, Text(bank.name, bank.label("en"))) for bank in queries.banks()]


def unpaid(_actor: Actor, matter: Matter) -> Choices:
    """Shares of a return that are still to be paid, by their number: no name."""
    rows = queries.unpaid(matter.pk)
    return [(str(row.pk), f"#{row.pk} · {yuan(row.share)}") for row in rows]


def objections(_actor: Actor, matter: Matter) -> Choices:
    """Objections that are still to be answered."""
    return [(str(row.pk), f"#{row.pk}") for row in queries.open_objections(matter.pk)]


AGAIN = Text(
    "对照原始材料自行录入，不要照抄申请；与申请不一致时不能批准",
    "Type it from the source, not from the request: what differs cannot be approved",
)
RECEIPT = Field("receipt", Text("银行回执号", "Number of the bank's receipt"))
WHO = Field("who", Text("何人提出", "Who says so"))

FIELDS: Mapping[str, Sequence[Field]] = {
    "fraud.measure.approve": (
        Field("bank", Text("银行", "Bank"), "choice", banks),
        Field("account", Text("账号（再次录入）", "Account number, typed again"), help=AGAIN),
        Field("holder", Text("户名（再次录入）", "Account holder, typed again")),
    ),
    "fraud.measure.execute": (
        Field("amount", Text("实际控制金额（元）", "Yuan actually under it")),
        RECEIPT,
    ),
    "fraud.measure.appeal": (WHO, Field("words", Text("申诉内容", "What they say"), "text")),
    "fraud.measure.answer_appeal": (Field("answer", Text("答复内容", "The answer"), "text"),),
    "fraud.return.announce": (Field("where", Text("公告发布在哪里", "Where the notice was put")),),
    "fraud.return.object": (WHO, Field("words", Text("异议内容", "The objection"), "text")),
    "fraud.return.answer_objection": (
        Field("objection", Text("哪一件异议", "Which objection"), "choice", objections),
        Field("answer", Text("答复内容", "The answer"), "text"),
    ),
    "fraud.return.pay_share": (
        Field("claim", Text("哪一笔", "Which share"), "choice", unpaid),
        RECEIPT,
    ),
}
