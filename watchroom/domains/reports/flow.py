"""The life of a work report, as data."""

from watchroom.base.text import Text
from watchroom.kernel.flow import Flow, State, Step

VIEW, DRAFT, APPROVE = "reports.view", "reports.draft", "reports.approve"

UNDER_WAY = ("draft", "submitted", "checked")
OUT = ("issued", "replaced")
"""The states in which nothing of a report changes any more."""

REPORT = Flow(
    kind="reports.report",
    prefix="BG",
    title=Text("工作综述", "Work report"),
    view=VIEW,
    published=OUT,
    states={
        "draft": State(Text("起草中", "Being drafted"), tone="active"),
        "submitted": State(Text("待核稿", "To be checked"), tone="waiting"),
        "checked": State(Text("待印发", "To be issued"), tone="waiting"),
        "issued": State(Text("已印发", "Issued")),
        "replaced": State(Text("已被替换", "Replaced"), final=True),
        "withdrawn": State(Text("已撤稿", "Withdrawn"), final=True),
    },
    steps=(
        Step("draft", Text("起草", "Draft"), DRAFT, (), "draft"),
        Step("recount", Text("重新取数", "Count again"), DRAFT, ("draft",), key="c"),
        Step(
            "submit", Text("送核", "Send to be checked"), DRAFT, ("draft",), "submitted",
            key="s", main=True,
        ),
        Step(
            "check", Text("核稿通过", "Check"), DRAFT, ("submitted",), "checked",
            other_person=True, key="v", main=True,
        ),
        Step(
            "send_back", Text("退回修改", "Send back"), DRAFT, ("submitted", "checked"), "draft",
            reason=True,
        ),
        Step("issue", Text("印发", "Issue"), APPROVE, ("checked",), "issued", key="x", main=True),
        Step("replace", Text("替换", "Replace"), APPROVE, ("issued",), "replaced", hidden=True),
        Step(
            "withdraw", Text("撤稿", "Withdraw"), DRAFT, UNDER_WAY, "withdrawn", reason=True,
        ),
    ),
)  # fmt: skip

FLOWS = (REPORT,)

EVENTS = {
    "edited": Text("修改文稿", "Edited"),
    "exported": Text("导出文稿", "Exported"),
}
"""What else is entered in the trail, by name."""
