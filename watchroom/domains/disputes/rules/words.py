"""What things are called."""

from collections.abc import Mapping

from watchroom.base.text import Text

SOURCES: Mapping[str, Text] = {
    "visit": Text("走访发现", "Found on a visit"),
    "call": Text("警情发现", "Found by a call"),
    "grid": Text("网格员上报", "Told by a grid worker"),
    "court": Text("法院委派", "Sent by a court"),
    "citizen": Text("群众申请", "Asked for by a citizen"),
}
CIVIL, PUBLIC_ORDER = "civil", "public_order"
TRACKS: Mapping[str, Text] = {
    CIVIL: Text("民间纠纷调解", "Civil mediation"),
    PUBLIC_ORDER: Text("治安调解（已立治安案件）", "Public-order mediation (a case is filed)"),
}
ROLES: Mapping[str, Text] = {
    "applicant": Text("申请人", "Applicant"),
    "respondent": Text("对方当事人", "Other party"),
    "third": Text("第三人", "Third person"),
}
MEDIATORS: Mapping[str, Text] = {
    "officer": Text("民警", "Officer"),
    "village_committee": Text("村（居）人民调解委员会", "Village mediation committee"),
    "peoples_mediator": Text("人民调解员", "People's mediator"),
    "lawyer": Text("律师", "Lawyer"),
    "trade_body": Text("行业调解组织", "Trade body"),
}
ROUTES: Mapping[str, Text] = {
    "arbitration": Text("仲裁", "Arbitration"),
    "court": Text("诉讼", "Court"),
    "administrative": Text("行政裁决、行政处理", "Another administrative organ"),
    "legal_aid": Text("法律援助", "Legal aid"),
}
CONFIRMATIONS: Mapping[str, Text] = {
    "asked": Text("双方已共同申请", "Both have asked for it"),
    "declined": Text("已告知期限，双方不申请", "Both were told of the limit and do not want it"),
}
RESULTS: Mapping[str, Text] = {
    "calm": Text("平稳", "Calm"),
    "tense": Text("仍有隐患", "Still tense"),
}
