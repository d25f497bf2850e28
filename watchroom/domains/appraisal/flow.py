"""The life of a scheme, as data."""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

VIEW, DRAFT, APPROVE = "appraisal.view", "appraisal.draft", "appraisal.approve"

SCHEME = Flow(
    kind="appraisal.scheme",
    prefix="KP",
    title=Text("考评方案", "Scheme"),
    view=VIEW,
    published=("in_force", "ended"),
    states={
        "proposed": State(Text("已提出", "Proposed"), tone="waiting"),
        "checked": State(Text("已核查，待批准", "Checked, to be approved"), tone="waiting"),
        "refused": State(Text("不予采用", "Refused by the guard"), final=True),
        "approved": State(Text("已批准", "Approved"), tone="calm"),
        "in_force": State(Text("执行中", "In force"), tone="active"),
        "ended": State(Text("已结束", "Ended"), final=True),
        "withdrawn": State(Text("已撤回", "Withdrawn"), final=True),
    },
    clocks={"approve": Clock("appraisal.approve", Text("批准", "Approve"))},
    steps=(
        Step("propose", Text("提出", "Propose"), DRAFT, (), "proposed"),
        Step("change", Text("修改方案", "Change the scheme"), DRAFT, ("proposed",), hidden=True),
        Step(
            "check",
            Text("送核查", "Have it checked"),
            DRAFT,
            ("proposed",),
            "checked",
            starts=("approve",),
            key="c",
            main=True,
        ),
        Step(
            "refuse",
            Text("核查不通过", "Refused by the guard"),
            DRAFT,
            ("proposed", "checked", "approved"),
            "refused",
            stops=("approve",),
            hidden=True,
        ),
        Step(
            "approve",
            Text("批准", "Approve"),
            APPROVE,
            ("checked",),
            "approved",
            stops=("approve",),
            other_person=True,
            key="a",
            main=True,
        ),
        Step(
            "send_back",
            Text("退回修改", "Send back"),
            APPROVE,
            ("checked",),
            "proposed",
            stops=("approve",),
            reason=True,
        ),
        Step(
            "start",
            Text("开始执行", "Put in force"),
            APPROVE,
            ("approved",),
            "in_force",
            key="s",
            main=True,
        ),
        Step("end", Text("结束", "End"), APPROVE, ("in_force",), "ended", key="e", main=True),
        Step(
            "withdraw",
            Text("撤回", "Withdraw"),
            DRAFT,
            ("proposed", "checked", "approved"),
            "withdrawn",
            stops=("approve",),
            reason=True,
        ),
    ),
)

FLOWS = (SCHEME,)
