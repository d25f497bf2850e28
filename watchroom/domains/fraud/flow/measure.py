"""The life of a measure: one order to one bank about one account, with an end of its own.

A freeze that follows a stop, and a second stop, are measures of their own, approved anew. More time
for a freeze is asked for and approved as for any clock; the bank is told by an order of its own.
"""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

from .permissions import VIEW

ASK, AUTHORISE, ACKNOWLEDGE = "fraud.ask_measure", "fraud.authorise", "fraud.acknowledge"

AT_THE_BANK = ("approved", "sent", "unanswered")
IN_FORCE = ("in_force", "lifting")

MEASURE = Flow(
    kind="fraud.measure",
    prefix="ZF",
    title=Text("止付冻结", "Stop or freeze"),
    view=VIEW,
    states={
        "requested": State(Text("待批准", "To be approved"), tone="waiting"),
        "approved": State(Text("已批准，发送中", "Approved, being sent"), tone="active"),
        "sent": State(Text("银行已收到", "With the bank"), tone="waiting"),
        "unanswered": State(Text("银行没有答复", "No answer from the bank"), tone="danger"),
        "in_force": State(Text("执行中", "In force"), tone="active"),
        "lifting": State(Text("解除中", "Being lifted"), tone="waiting"),
        "followed": State(Text("已由后续措施接替", "Followed by another"), final=True),
        "lifted": State(Text("已解除", "Lifted"), final=True),
        "expired": State(Text("到期自动解除", "Ended by itself"), final=True),
        "refused": State(Text("银行未执行", "Not done by the bank"), final=True),
        "rejected": State(Text("不予批准", "Not approved"), final=True),
        "withdrawn": State(Text("已撤回", "Withdrawn"), final=True),
    },
    clocks={
        "decide": Clock("fraud.measure.decide", Text("审批", "Decide")),
        "answer": Clock("fraud.measure.answer", Text("银行答复", "Answer of the bank")),
        "end": Clock("{end_rule}", Text("措施到期", "End of the measure")),
        "appeal": Clock("E17", Text("答复申诉", "Answer the appeal")),
    },
    steps=(
        Step(
            "request",
            Text("申请止付或冻结", "Ask for a measure"),
            ASK,
            (),
            "requested",
            starts=("decide",),
        ),
        Step(
            "approve",
            Text("批准", "Approve"),
            AUTHORISE,
            ("requested",),
            "approved",
            stops=("decide",),
            starts=("answer",),
            needs=("bank", "account", "holder"),
            other_person=True,
            key="a",
            main=True,
        ),
        Step(
            "reject",
            Text("不批准", "Do not approve"),
            AUTHORISE,
            ("requested",),
            "rejected",
            stops=("decide",),
            reason=True,
        ),
        Step(
            "withdraw",
            Text("撤回申请", "Withdraw the request"),
            ASK,
            ("requested",),
            "withdrawn",
            stops=("decide",),
            reason=True,
        ),
        Step(
            "send",
            Text("银行收到", "Received by the bank"),
            ACKNOWLEDGE,
            ("approved", "unanswered"),
            "sent",
            hidden=True,
        ),
        Step(
            "time_out",
            Text("银行没有答复", "No answer from the bank"),
            ACKNOWLEDGE,
            ("approved", "sent"),
            "unanswered",
            stops=("answer",),
            hidden=True,
        ),
        Step(
            "send_again",
            Text("再次发送", "Send again"),
            ASK,
            ("unanswered",),
            "approved",
            starts=("answer",),
            key="g",
            main=True,
        ),
        Step(
            "execute",
            Text("登记银行已执行", "The bank has done it"),
            ACKNOWLEDGE,
            AT_THE_BANK,
            "in_force",
            stops=("answer",),
            starts=("end",),
            needs=("amount", "receipt"),
            key="e",
        ),
        Step(
            "refuse",
            Text("登记银行未执行", "The bank has not done it"),
            ACKNOWLEDGE,
            AT_THE_BANK,
            "refused",
            stops=("answer",),
            reason=True,
        ),
        Step(
            "lift",
            Text("解除", "Lift"),
            ASK,
            ("in_force", "sent", "unanswered"),
            "lifting",
            starts=("answer",),
            key="l",
        ),
        Step(
            "confirm_lift",
            Text("登记银行已解除", "The bank has lifted it"),
            ACKNOWLEDGE,
            ("lifting",),
            "lifted",
            stops=("answer", "end"),
            key="e",
            main=True,
        ),
        Step(
            "expire",
            Text("到期", "Ended"),
            ACKNOWLEDGE,
            IN_FORCE,
            "expired",
            stops=("end", "answer"),
            hidden=True,
        ),
        Step(
            "follow",
            Text("由后续措施接替", "Followed by another"),
            ACKNOWLEDGE,
            IN_FORCE,
            "followed",
            stops=("end", "answer"),
            hidden=True,
        ),
        Step(
            "appeal",
            Text("登记申诉", "Enter an appeal"),
            ASK,
            IN_FORCE,
            starts=("appeal",),
            needs=("who", "words"),
            key="s",
        ),
        Step(
            "answer_appeal",
            Text("答复申诉", "Answer the appeal"),
            AUTHORISE,
            IN_FORCE,
            stops=("appeal",),
            needs=("answer",),
            key="w",
        ),
    ),
)

REACTS = {
    "fraud.case.message": "case_messaged",
    "fraud.measure.approve": "measure_approved",
    "fraud.measure.send_again": "measure_approved",
    "fraud.measure.lift": "measure_lifted",
    "fraud.measure.extended": "measure_extended",
    "fraud.measure.overdue": "measure_overdue",
    "fraud.return.authorise": "return_authorised",
    "fraud.return.overdue": "return_overdue",
}
"""What follows by itself, and by which job: orders and messages go out, what is over ends."""

MEASURE_EVENTS = {
    "order_sent": Text("指令送达银行", "Order reached the bank"),
    "order_answered": Text("银行答复", "The bank answered"),
    "order_unanswered": Text("银行没有答复", "No answer from the bank"),
    "message_sent": Text("短信已提交", "Message sent"),
    "message_delivered": Text("短信已送达", "Message delivered"),
    "message_failed": Text("短信未送达", "Message not delivered"),
    "message_unknown": Text("短信去向不明", "Message: not known"),
    "fraud.bank.set": Text("登记银行", "Bank set"),
    "money_moved": Text("资金归类变更", "Money changed class"),
}
