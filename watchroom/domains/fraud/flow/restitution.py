"""The life of a return: frozen money goes back to those it was taken from.

Where anybody is paid in proportion, the public is told first and may object for as long as the law
says; nothing is approved before that is over and every objection is decided.
"""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

from .measure import ACKNOWLEDGE, ASK, AUTHORISE
from .permissions import VIEW

RETURN = Flow(
    kind="fraud.return",
    prefix="FH",
    title=Text("资金返还", "Return of money"),
    view=VIEW,
    states={
        "proposed": State(Text("方案拟定", "Proposed"), tone="active"),
        "noticed": State(Text("公告中", "Public notice"), tone="waiting"),
        "to_decide": State(Text("公告期满，待批准", "Notice over, to be approved"), tone="waiting"),
        "approved": State(Text("已批准，支付中", "Approved, being paid"), tone="active"),
        "paid": State(Text("已返还", "Paid"), final=True),
        "withdrawn": State(Text("已撤回", "Withdrawn"), final=True),
    },
    clocks={
        "notice": Clock("fraud.return.notice", Text("公告期", "Public notice")),
        "decide": Clock("fraud.return.decide", Text("审批", "Decide")),
        "pay": Clock("F03", Text("银行办理返还", "The bank pays")),
    },
    steps=(
        Step(
            "propose",
            Text("拟定返还方案", "Propose a return"),
            ASK,
            (),
            "proposed",
            starts=("decide",),
        ),
        Step(
            "announce",
            Text("发布公告", "Put out the notice"),
            ASK,
            ("proposed",),
            "noticed",
            stops=("decide",),
            starts=("notice",),
            needs=("where",),
            key="n",
        ),
        Step(
            "object",
            Text("登记异议", "Enter an objection"),
            ASK,
            ("noticed", "to_decide"),
            needs=("who", "words"),
            key="o",
        ),
        Step(
            "answer_objection",
            Text("答复异议", "Answer an objection"),
            AUTHORISE,
            ("noticed", "to_decide"),
            needs=("objection", "answer"),
            key="w",
        ),
        Step(
            "notice_over",
            Text("公告期满", "Notice over"),
            ACKNOWLEDGE,
            ("noticed",),
            "to_decide",
            stops=("notice",),
            starts=("decide",),
            hidden=True,
        ),
        Step(
            "revise",
            Text("重拟方案", "Propose anew"),
            ASK,
            ("noticed", "to_decide"),
            "proposed",
            stops=("notice",),
            starts=("decide",),
            reason=True,
        ),
        Step(
            "authorise",
            Text("批准返还", "Approve the return"),
            AUTHORISE,
            ("proposed", "to_decide"),
            "approved",
            stops=("decide",),
            starts=("pay",),
            key="a",
            main=True,
        ),
        Step(
            "pay_share",
            Text("登记一笔已返还", "One share is paid"),
            ACKNOWLEDGE,
            ("approved",),
            needs=("claim", "receipt"),
            key="s",
        ),
        Step(
            "finish",
            Text("全部返还完毕", "All is paid"),
            ACKNOWLEDGE,
            ("approved",),
            "paid",
            stops=("pay",),
            hidden=True,
        ),
        Step(
            "withdraw",
            Text("撤回方案", "Withdraw"),
            ASK,
            ("proposed", "noticed", "to_decide"),
            "withdrawn",
            stops=("notice", "decide"),
            reason=True,
        ),
    ),
)
