"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.fields import Amendable, Field

CATEGORIES = (
    ("papers", Text("证件", "Papers")),
    ("money", Text("钱包、现金", "Purse or money")),
    ("phone", Text("手机", "Telephone")),
    ("bag", Text("箱包", "Bag")),
    ("vehicle", Text("车辆", "Vehicle")),
    ("other", Text("其他", "Something else")),
)

FIELDS: Mapping[str, Sequence[Field]] = {
    "announce": (Field("where", Text("公告发布在哪里", "Where the notice was put")),),
    "claim": (
        Field("claimant", Text("认领人", "Who claims it")),
        Field("proof", Text("如何证明", "How they show that it is theirs"), "text"),
    ),
    "forfeit": (Field("receipt", Text("上缴凭证号", "Number of the receipt")),),
}

AMENDABLE: Mapping[str, Sequence[Amendable]] = {
    "lost_property.item": (
        Amendable(Field("title", Text("什么东西", "What it is")), "lost_property.respond"),
    )
}
"""What may be put right afterwards; both values stay in the trail."""

HAND_IN: Sequence[Field] = (
    Field("what", Text("什么东西", "What it is")),
    Field("category", Text("类别", "Category"), "choice", CATEGORIES),
    Field("words", Text("特征", "What it looks like"), "text", optional=True),
    Field("place", Text("拾得地点", "Where it was found"), optional=True),
    Field("shelf", Text("存放位置", "Shelf"), optional=True),
    Field("finder", Text("拾得人", "Finder"), optional=True),
    Field("finder_phone", Text("拾得人电话", "The finder's telephone"), optional=True),
)
