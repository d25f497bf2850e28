"""The one registration of the fraud centre."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import (
    ACKNOWLEDGE,
    ANSWER,
    APPROVE,
    ASK,
    AUTHORISE,
    CONFIGURE,
    FLOWS,
    MEND,
    REACTS,
    RECEIVE,
    RESPOND,
    VIEW,
)

DOMAIN = Domain(
    key="fraud",
    title=Text("反诈", "Fraud centre"),
    order=20,
    flows=FLOWS,
    menu=(
        MenuItem(Text("反诈台", "Fraud desk"), "fraud:desk", VIEW, key="f", order=20),
        MenuItem(Text("上门劝阻", "Visits"), "fraud:visits", VIEW, order=21),
        MenuItem(Text("止付返还", "Stops and returns"), "fraud:measures", ASK, order=22),
        MenuItem(Text("反诈指标", "Fraud figures"), "fraud:figures", "figures.view", order=23),
        MenuItem(Text("预警来源", "Sources of warnings"), "fraud:sources", MEND, order=24),
        MenuItem(Text("退回的预警", "Refused warnings"), "fraud:rejects", MEND, order=25),
        MenuItem(Text("预警分级规则", "Grading rules"), "fraud:rules", CONFIGURE, order=26),
        MenuItem(Text("银行", "Banks"), "fraud:banks", CONFIGURE, order=27),
    ),
    permissions={
        VIEW: Text("查看反诈预警", "See fraud cases"),
        RESPOND: Text("劝阻被骗人", "Reach and dissuade people"),
        RECEIVE: Text("推送预警", "Send warnings in"),
        MEND: Text("处理退回的预警", "Put refused warnings right"),
        CONFIGURE: Text("维护来源、类型和规则", "Keep sources, types and rules"),
        APPROVE: Text("批准规则上线", "Approve rules to go live"),
        ASK: Text("申请止付、冻结和返还", "Ask for stops, freezes and returns"),
        AUTHORISE: Text("批准止付、冻结和返还", "Approve stops, freezes and returns"),
        ACKNOWLEDGE: Text("登记银行答复", "Enter the answers of banks"),
        ANSWER: Text("银行接口答复本行指令", "Answer one's own orders, as a bank"),
    },
    # Where the person was the one to be protected: a warning is held against nobody.
    linked_with={"fraud.case": ("dispatch.incident", "fraud.*", "cases.case")},
    falls_to={
        "call_taker": (VIEW, RESPOND),
        "dispatcher": (VIEW, RESPOND, MEND, ASK, ACKNOWLEDGE),
        "duty_leader": (MEND, ASK, AUTHORISE, ACKNOWLEDGE),
        "station_chief": (ASK, AUTHORISE, ACKNOWLEDGE),
        # who gives machines their tokens must hold what they give
        "it_admin": (RECEIVE, MEND, ANSWER),
    },
    reacts={
        "fraud.case.overdue": "case_overdue",
        "dispatch.assignment.send": "unit_sent",
        "dispatch.assignment.arrive": "unit_arrived",
        **REACTS,
    },
)
