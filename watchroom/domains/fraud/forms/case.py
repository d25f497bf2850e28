"""What the steps of a case ask for."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Choices, Field
from watchroom.kernel.models import Matter

from .. import queries, rules

LEVELS = [(str(level), title) for level, title in rules.LEVELS.items()]
WORDS = Field("words", Text("情况说明", "What was said"), "text", optional=True)
SAID = Field("words", Text("情况", "What was found"), "text")


def _templates(_actor: Actor, matter: Matter) -> Choices:
    """The message of the case's own type first, then those of the other types."""
    own = matter.fraud_case.type_code
    types = queries.type_names()
    first = [types[own]] if own in types else []
    rest = [row for code, row in types.items() if code != own]
    return [(row.code, Text(row.zh, row.en)) for row in (*first, *rest) if row.message_zh]


def _choice(
    name: str, zh: str, en: str, options: Mapping[str, Text], *, optional: bool = False
) -> Field:
    return Field(name, Text(zh, en), "choice", list(options.items()), optional=optional)


FIELDS: Mapping[str, Sequence[Field]] = {
    "fraud.case.message": (
        Field(
            "template",
            Text("短信模板", "Message"),
            "choice",
            _templates,
            named=lambda code: Text(queries.type_of(code).zh, queries.type_of(code).en),
        ),
    ),
    "fraud.case.call": (_choice("call_result", "结果", "Result", rules.CALL_RESULTS), WORDS),
    "fraud.case.assess": (
        Field("level", Text("等级", "Level"), "choice", LEVELS, optional=True),
        Field("intended", Text("涉及金额（元）", "Sum in danger (yuan)"), "number", optional=True),
        WORDS,
    ),
    "fraud.case.locate": (
        Field("place", Text("现在所在的地方", "Where the person is")),
        Field("lon", Text("经度", "Longitude"), "number", optional=True),
        Field("lat", Text("纬度", "Latitude"), "number", optional=True),
    ),
    "fraud.case.reach": (
        _choice("how", "怎样联系上", "How", rules.HOW),
        _choice("verified", "怎样核实身份", "Identity verified by", rules.VERIFIED),
        WORDS,
    ),
    "fraud.case.ask_visit": (Field("why", Text("为什么要上门", "Why a visit")),),
    "fraud.case.not_met": (
        _choice("visit_result", "结果", "Result", rules.VISIT_RESULTS),
        WORDS,
    ),
    "fraud.case.escalate": (_choice("danger", "危险", "Danger", rules.DANGERS), WORDS),
    "fraud.case.feed_back": (
        _choice("outcome", "结果", "Outcome", rules.OUTCOMES),
        _choice("evidence", "证据", "Evidence", rules.EVIDENCE),
        Field("saved", Text("挽回金额（元）", "Saved (yuan)"), "number", optional=True),
        Field("lost", Text("损失金额（元）", "Lost (yuan)"), "number", optional=True),
        _choice(
            "app",
            "已装国家反诈中心应用",
            "National anti-fraud app installed",
            {"yes": Text("已装", "Yes"), "no": Text("未装", "No")},
            optional=True,
        ),
        Field(
            "protected", Text("当场受教育人数", "People told on the spot"), "number", optional=True
        ),
        WORDS,
    ),
    "fraud.case.dismiss": (_choice("because", "为什么", "Why", rules.BECAUSE),),
    "fraud.case.trace": (SAID,),
    "fraud.case.again": (WORDS,),
    "fraud.case.revisit": (
        _choice("revisit_result", "结果", "Result", rules.REVISIT_RESULTS),
        WORDS,
    ),
}
