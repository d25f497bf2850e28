"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.fields import Field

from .rules import URGENCIES

FIELDS: Mapping[str, Sequence[Field]] = {
    "feed_back": (
        Field("result", Text("落实情况", "What was done"), "text"),
        Field("checked", Text("核查数", "How many checked"), "number", optional=True),
        Field("found", Text("查实数", "How many found"), "number", optional=True),
    ),
}

ISSUE: Sequence[Field] = (
    Field("title", Text("标题", "Title")),
    Field("words", Text("内容", "What is to be done"), "text"),
    Field(
        "urgency",
        Text("紧急程度", "Urgency"),
        "choice",
        [(str(level), title) for level, title in URGENCIES.items()],
    ),
    Field("to", Text("下达到", "To"), "several"),
)
