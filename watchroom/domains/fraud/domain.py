"""The one registration of the fraud centre."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import (
    ACKNOWLEDGE,
    APPROVE,
    ASK,
    AUTHORISE,
    CONFIGURE,
    FLOWS,
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
        MenuItem(Text("预警分级规则", "Grading rules"), "fraud:rules", CONFIGURE, order=24),
        MenuItem(Text("银行", "Banks"), "fraud:banks", CONFIGURE, order=25),
    ),
    permissions={
        VIEW: Text("查看反诈预警", "See fraud cases"),
        RESPOND: Text("劝阻被骗人", "Reach and dissuade people"),
        RECEIVE: Text("推送预警", "Send warnings in"),
        CONFIGURE: Text("维护来源、类型和规则", "Keep sources, types and rules"),
        APPROVE: Text("批准规则上线", "Approve rules to go live"),
        ASK: Text("申请止付、冻结和返还", "Ask for stops, freezes and returns"),
        AUTHORISE: Text("批准止付、冻结和返还", "Approve stops, freezes and returns"),
        ACKNOWLEDGE: Text("登记银行答复", "Enter the answers of banks"),
    },
    # Where the person was the one to be protected: a warning is held against nobody.
    linked_with={"fraud.case": ("dispatch.incident", "fraud.*", "cases.case")},
    falls_to={
        "call_taker": (VIEW, RESPOND),
        "dispatcher": (VIEW, RESPOND, ASK, ACKNOWLEDGE),
        "duty_leader": (ASK, AUTHORISE, ACKNOWLEDGE),
        "station_chief": (ASK, AUTHORISE, ACKNOWLEDGE),
        "it_admin": (RECEIVE,),  # who gives machines their tokens must hold what they give
    },
    reacts={
        "fraud.case.overdue": "case_overdue",
        "dispatch.assignment.send": "unit_sent",
        "dispatch.assignment.arrive": "unit_arrived",
        **REACTS,
    },
)
