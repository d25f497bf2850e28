"""The one registration of directives."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import FLOWS, ISSUE, RESPOND, VIEW

TITLE = Text("指令", "Directives")

DOMAIN = Domain(
    key="directives",
    title=TITLE,
    order=30,
    flows=FLOWS,
    menu=(MenuItem(TITLE, "directives:list", VIEW, key="z", order=30),),
    permissions={
        VIEW: Text("查看指令", "See directives"),
        ISSUE: Text("下达和核验指令", "Issue and verify directives"),
        RESPOND: Text("签收和落实指令", "Sign and carry out directives"),
    },
    falls_to={"dispatcher": (VIEW, ISSUE, RESPOND)},
    reacts={
        "directives.order.overdue": "order_overdue",
        "coverage.plan.put_in_force": "plan_in_force",
    },
)
