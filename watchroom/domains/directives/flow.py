"""The life of a directive and of each agency's order, as data."""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

VIEW, ISSUE, RESPOND = "directives.view", "directives.dispatch", "directives.respond"

OPEN = ("issued", "signed", "set_out", "on_scene", "fed_back")
AT_WORK = ("signed", "set_out", "on_scene")

DIRECTIVE = Flow(
    kind="directives.directive",
    prefix="ZL",
    title=Text("指令", "Directive"),
    view=VIEW,
    states={
        "running": State(Text("落实中", "Being carried out"), tone="active"),
        "closed": State(Text("已办结", "Closed"), final=True),
        "withdrawn": State(Text("已撤销", "Withdrawn"), final=True),
    },
    steps=(
        Step("issue", Text("下达指令", "Issue a directive"), ISSUE, (), "running"),
        Step("close", Text("办结", "Close"), ISSUE, ("running",), "closed", key="x", main=True),
        Step(
            "withdraw", Text("撤销指令", "Withdraw"), ISSUE, ("running",), "withdrawn", reason=True
        ),
    ),
)

ORDER = Flow(
    kind="directives.order",
    prefix="LS",
    title=Text("指令落实单", "Order"),
    view=VIEW,
    states={
        "issued": State(Text("待签收", "To be signed"), tone="waiting"),
        "signed": State(Text("已签收", "Signed"), tone="active"),
        "set_out": State(Text("已出动", "Set out"), tone="active"),
        "on_scene": State(Text("已到场", "On scene"), tone="active"),
        "fed_back": State(Text("待核验", "To be verified"), tone="waiting"),
        "verified": State(Text("已核验", "Verified"), final=True),
        "withdrawn": State(Text("已撤销", "Withdrawn"), final=True),
    },
    clocks={
        "sign": Clock("directives.sign.P{priority}", Text("签收", "Sign")),
        "feed_back": Clock("directives.feed_back.P{priority}", Text("反馈", "Feed back")),
        "verify": Clock("directives.verify", Text("核验", "Verify")),
    },
    steps=(
        Step(
            "issue",
            Text("下达", "Issue"),
            ISSUE,
            (),
            "issued",
            starts=("sign", "feed_back"),
        ),
        Step(
            "sign",
            Text("签收", "Sign"),
            RESPOND,
            ("issued",),
            "signed",
            stops=("sign",),
            key="s",
            main=True,
        ),
        Step("set_out", Text("出动", "Set out"), RESPOND, ("signed",), "set_out", key="o"),
        Step("arrive", Text("到场", "On scene"), RESPOND, ("set_out",), "on_scene", key="a"),
        Step(
            "feed_back",
            Text("反馈结果", "Feed back"),
            RESPOND,
            AT_WORK,
            "fed_back",
            stops=("feed_back",),
            starts=("verify",),
            needs=("result",),
            key="f",
            main=True,
        ),
        Step(
            "verify",
            Text("核验通过", "Verify"),
            ISSUE,
            ("fed_back",),
            "verified",
            stops=("verify",),
            other_person=True,
            key="v",
            main=True,
        ),
        Step(
            "send_back",
            Text("退回重办", "Send back"),
            ISSUE,
            ("fed_back",),
            "signed",
            stops=("verify",),
            starts=("feed_back",),
            reason=True,
        ),
        Step(
            "withdraw",
            Text("撤销", "Withdraw"),
            ISSUE,
            OPEN,
            "withdrawn",
            stops=("sign", "feed_back", "verify"),
            reason=True,
        ),
    ),
)

FLOWS = (DIRECTIVE, ORDER)

OF_THE_ISSUER = ("verify", "send_back", "withdraw")
"""Steps of an order that belong to whoever issued the directive, wherever the order is."""

EVENTS = {"escalated": Text("超时督办", "Escalated")}
"""What else is entered in the trail, by name."""
