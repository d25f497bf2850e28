"""The lives of a visit, a meeting and a hazard, as data."""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

VIEW, RESPOND = "community.view", "community.respond"
FEEDBACK, APPROVE = "community.feedback", "community.approve"

VISIT = Flow(
    kind="community.visit",
    prefix="ZF",
    title=Text("走访", "Visit"),
    view=VIEW,
    of_beat=True,
    states={
        "planned": State(Text("待走访", "To be made"), tone="waiting"),
        "made": State(Text("已走访", "Made"), final=True),
        "not_met": State(Text("未遇", "Nobody met"), final=True),
        "cancelled": State(Text("已取消", "Cancelled"), final=True),
    },
    clocks={"visit": Clock("community.visit.{purpose}", Text("走访", "Visit"))},
    steps=(
        Step("plan", Text("安排走访", "Plan a visit"), RESPOND, (), "planned", starts=("visit",)),
        Step("record", Text("登记走访", "Record a visit"), RESPOND, (), "made"),
        Step(
            "record_not_met", Text("登记未遇", "Record that nobody was met"), RESPOND, (), "not_met"
        ),
        Step(
            "make",
            Text("已走访", "Visit made"),
            RESPOND,
            ("planned",),
            "made",
            stops=("visit",),
            key="v",
            main=True,
        ),
        Step(
            "not_meet",
            Text("未遇", "Nobody met"),
            RESPOND,
            ("planned",),
            "not_met",
            stops=("visit",),
            key="x",
        ),
        Step(
            "cancel",
            Text("取消走访", "Cancel"),
            RESPOND,
            ("planned",),
            "cancelled",
            stops=("visit",),
            reason=True,
        ),
    ),
)

MEETING = Flow(
    kind="community.meeting",
    prefix="HY",
    title=Text("群众会议", "Meeting"),
    view=VIEW,
    of_beat=True,
    states={
        "planned": State(Text("待召开", "To be held"), tone="waiting"),
        "held": State(Text("已召开", "Held"), final=True),
        "cancelled": State(Text("已取消", "Cancelled"), final=True),
    },
    clocks={"hold": Clock("community.meeting", Text("召开", "Hold"))},
    steps=(
        Step("plan", Text("安排会议", "Plan a meeting"), RESPOND, (), "planned", starts=("hold",)),
        Step("record", Text("登记会议", "Record a meeting"), RESPOND, (), "held"),
        Step(
            "hold",
            Text("已召开", "Held"),
            RESPOND,
            ("planned",),
            "held",
            stops=("hold",),
            needs=("attended",),
            key="v",
            main=True,
        ),
        Step(
            "cancel",
            Text("取消会议", "Cancel"),
            RESPOND,
            ("planned",),
            "cancelled",
            stops=("hold",),
            reason=True,
        ),
    ),
)

HAZARD = Flow(
    kind="community.hazard",
    prefix="YH",
    title=Text("安全隐患", "Hazard"),
    view=VIEW,
    of_beat=True,
    states={
        "found": State(Text("待定级", "To be graded"), tone="waiting"),
        "graded": State(Text("待移送", "To be sent"), tone="active"),
        "sent": State(Text("待答复", "To be answered"), tone="waiting"),
        "answered": State(Text("整改中", "Being put right"), tone="active"),
        "put_right": State(Text("待复核", "To be verified"), tone="waiting"),
        "verified": State(Text("已销号", "Verified"), final=True),
        "dropped": State(Text("不构成隐患", "No hazard"), final=True),
    },
    clocks={
        "grade": Clock("community.hazard.grade", Text("定级", "Grade")),
        "send": Clock("community.hazard.send.G{grade}", Text("移送", "Send")),
        "answer": Clock("community.hazard.answer.G{grade}", Text("主管单位答复", "Answer")),
        "put_right": Clock("community.hazard.put_right.G{grade}", Text("整改", "Put right")),
        "bureau": Clock("community.hazard.bureau.G{grade}", Text("提级督办", "Reaches the bureau")),
        "verify": Clock("community.hazard.verify", Text("复核", "Verify")),
    },
    steps=(
        Step("find", Text("发现隐患", "Report a hazard"), RESPOND, (), "found", starts=("grade",)),
        Step(
            "grade",
            Text("定级", "Grade"),
            RESPOND,
            ("found",),
            "graded",
            stops=("grade",),
            starts=("send", "bureau"),
            key="g",
            main=True,
        ),
        Step(
            "send",
            Text("移送主管单位", "Send to the responsible organ"),
            RESPOND,
            ("graded",),
            "sent",
            stops=("send",),
            starts=("answer", "put_right"),
            needs=("organ",),
            key="s",
            main=True,
        ),
        Step(
            "answer",
            Text("登记答复", "Enter the answer"),
            FEEDBACK,
            ("sent",),
            "answered",
            stops=("answer",),
            needs=("words",),
            key="a",
            main=True,
        ),
        Step(
            "decline",
            Text("对方不受理", "The organ declines"),
            FEEDBACK,
            ("sent", "answered"),
            "graded",
            stops=("answer", "put_right"),
            starts=("send",),
            reason=True,
        ),
        Step(
            "put_right",
            Text("已整改", "Put right"),
            FEEDBACK,
            ("graded", "sent", "answered"),
            "put_right",
            stops=("send", "answer", "put_right"),
            starts=("verify",),
            needs=("words",),
            key="p",
        ),
        Step(
            "verify",
            Text("复核销号", "Verify"),
            RESPOND,
            ("put_right",),
            "verified",
            stops=("verify", "bureau"),
            other_person=True,
            key="v",
            main=True,
        ),
        Step(
            "not_right",
            Text("整改不到位，退回", "Not put right"),
            RESPOND,
            ("put_right",),
            "graded",
            stops=("verify",),
            starts=("send",),
            reason=True,
        ),
        Step(
            "drop",
            Text("不构成隐患", "No hazard"),
            APPROVE,
            ("found", "graded"),
            "dropped",
            reason=True,
            other_person=True,
        ),
    ),
)

FLOWS = (VISIT, MEETING, HAZARD)
FLOW_OF = {flow.kind: flow for flow in FLOWS}

NEED_FOUND = "need_found"
EVENTS = {
    NEED_FOUND: Text("发现需求", "Need found"),
    "escalated": Text("超时督办", "Escalated"),
    "told": Text("移送函已送达", "The organ was told"),
    "not_told": Text("移送函未送达", "The organ could not be told"),
    "community.beat.card": Text("更新联系卡", "Contact card changed"),
    "community.beat.contact_added": Text("添加网格力量", "Contact added"),
    "community.beat.contact_ended": Text("移除网格力量", "Contact removed"),
    "community.beat.deputies": Text("指定副手", "Deputies named"),
    "community.household.contact": Text("更新住户联系人", "Household's contact changed"),
    "community.villages_imported": Text("导入村（社区）", "Villages imported"),
    "community.households_imported": Text("导入住户", "Households imported"),
}
"""What else is entered in the trail, by name."""
