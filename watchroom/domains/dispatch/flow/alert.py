"""The life of a public alert, as data.

Nobody warns the public alone: whoever approves is not the author. What was issued is never edited:
an update is an alert of its own that replaces it (`replace`, taken by `actions` when it is issued).
"""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

from .permissions import APPROVE, DRAFT

ALERT = Flow(
    kind="dispatch.alert",
    prefix="YJ",
    title=Text("公共预警", "Public alert"),
    view="dispatch.view",
    states={
        "drafted": State(Text("待审批", "To be approved"), tone="waiting"),
        "approved": State(Text("待发布", "To be issued"), tone="waiting"),
        "issued": State(Text("生效中", "In force"), tone="active"),
        "updated": State(Text("已更新", "Updated"), final=True),
        "cancelled": State(Text("已解除", "Cancelled"), final=True),
        "expired": State(Text("已到期", "Expired"), final=True),
        "discarded": State(Text("未发布作废", "Discarded"), final=True),
    },
    clocks={
        "approve": Clock("dispatch.alert_approve", Text("审批", "Approve")),
        "issue": Clock("dispatch.alert_issue", Text("发布", "Issue")),
        "valid": Clock("dispatch.alert_valid.{valid}", Text("有效期", "Valid")),
    },
    steps=(
        Step(
            "draft", Text("起草预警", "Draft an alert"), DRAFT, (), "drafted", starts=("approve",)
        ),
        Step("revise", Text("修改", "Revise"), DRAFT, ("drafted",), hidden=True),
        Step(
            "approve",
            Text("批准", "Approve"),
            APPROVE,
            ("drafted",),
            "approved",
            stops=("approve",),
            starts=("issue",),
            other_person=True,
            main=True,
        ),
        Step(
            "send_back",
            Text("退回修改", "Send back"),
            APPROVE,
            ("drafted", "approved"),
            "drafted",
            stops=("approve", "issue"),
            starts=("approve",),
            reason=True,
        ),
        Step(
            "issue",
            Text("发布", "Issue"),
            DRAFT,
            ("approved",),
            "issued",
            stops=("issue",),
            starts=("valid",),
            main=True,
        ),
        Step(
            "cancel",
            Text("解除预警", "Cancel the alert"),
            APPROVE,
            ("issued",),
            "cancelled",
            stops=("valid",),
            reason=True,
        ),
        Step(
            "replace",
            Text("由更新替代", "Replaced by an update"),
            DRAFT,
            ("issued",),
            "updated",
            stops=("valid",),
            hidden=True,
        ),
        Step(
            "expire",
            Text("到期", "Expire"),
            DRAFT,
            ("issued",),
            "expired",
            stops=("valid",),
            hidden=True,
        ),
        Step(
            "discard",
            Text("作废", "Discard"),
            DRAFT,
            ("drafted", "approved"),
            "discarded",
            stops=("approve", "issue"),
            reason=True,
        ),
    ),
)
