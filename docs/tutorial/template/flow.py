"""The life of a thing that was handed in, as data."""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

VIEW, TAKE_CARE, APPROVE = (
    "lost_property.view",
    "lost_property.respond",
    "lost_property.approve",
)

ITEM = Flow(
    kind="lost_property.item",
    prefix="SW",
    title=Text("遗失物", "Lost item"),
    view=VIEW,
    states={
        "handed_in": State(Text("已登记", "Handed in"), tone="waiting"),
        "announced": State(Text("招领中", "Announced"), tone="waiting"),
        "claimed": State(Text("待核认领", "Claimed"), tone="active"),
        "returned": State(Text("已发还", "Given back"), final=True),
        "forfeited": State(Text("已归国家", "Belongs to the State"), final=True),
    },
    clocks={
        "announce": Clock("lost_property.announce", Text("发布招领", "Announce")),
        "keep": Clock("lost_property.keep", Text("招领满一年", "One year announced")),
    },
    steps=(
        Step(
            "hand_in",
            Text("登记遗失物", "Take a thing in"),
            TAKE_CARE,
            (),
            "handed_in",
            starts=("announce",),
        ),
        Step(
            "announce",
            Text("发布招领公告", "Announce it"),
            TAKE_CARE,
            ("handed_in",),
            "announced",
            stops=("announce",),
            starts=("keep",),
            needs=("where",),
            key="a",
            main=True,
        ),
        Step(
            "claim",
            Text("有人认领", "Somebody claims it"),
            TAKE_CARE,
            ("handed_in", "announced"),
            "claimed",
            stops=("announce",),
            needs=("claimant", "proof"),
            key="c",
        ),
        Step(
            "refuse_claim",
            Text("不予认领", "Refuse the claim"),
            APPROVE,
            ("claimed",),
            "handed_in",
            starts=("announce",),
            reason=True,
        ),
        Step(
            "give_back",
            Text("发还", "Give it back"),
            APPROVE,
            ("claimed",),
            "returned",
            stops=("keep",),
            other_person=True,
            main=True,
        ),
        Step(
            "forfeit",
            Text("无人认领，归国家所有", "Nobody came: to the State"),
            APPROVE,
            ("announced",),
            "forfeited",
            stops=("keep",),
            needs=("receipt",),
        ),
    ),
)

FLOWS = (ITEM,)
