"""The one registration of dispatch."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Answered, Domain, MenuItem, Telling

from .flow import FLOWS

DOMAIN = Domain(
    key="dispatch",
    title=Text("接处警", "Dispatch"),
    order=10,
    first=True,
    flows=FLOWS,
    menu=(
        MenuItem(
            Text("指挥台", "Board"), "dispatch:board", "dispatch.view", "b", 10, "dispatch.dispatch"
        ),
        MenuItem(
            Text("接警", "Take a call"),
            "dispatch:new",
            "dispatch.take_call",
            "n",
            11,
            "dispatch.take_call",
        ),
        MenuItem(Text("补录", "Back-entry"), "dispatch:afterwards", "dispatch.take_call", order=12),
        MenuItem(Text("公共预警", "Public alerts"), "dispatch:alerts", "dispatch.view", order=14),
        MenuItem(Text("定位设备", "Devices"), "dispatch:devices", "dispatch.duty", order=15),
    ),
    permissions={
        "dispatch.view": Text("查看警情", "See incidents"),
        "dispatch.take_call": Text("接警", "Take calls"),
        "dispatch.dispatch": Text("派警", "Send units"),
        "dispatch.respond": Text("处警", "Respond"),
        "dispatch.feedback": Text("反馈", "Give feedback"),
        "dispatch.close": Text("办结警情", "Close incidents"),
        "dispatch.hand_over": Text("移交警情", "Hand incidents over"),
        "dispatch.duty": Text("警力上下勤", "Put units on and off duty"),
        "dispatch.premise": Text("维护地点提示", "Keep premise notes"),
        "dispatch.override": Text("突破预留警力", "Send the reserve"),
        "dispatch.draft": Text("起草、发布公共预警", "Draft and issue public alerts"),
        "dispatch.approve": Text("审批、解除公共预警", "Approve and cancel public alerts"),
        "dispatch.subscribe": Text("订阅公共预警", "Read the feed of public alerts"),
        "dispatch.configure": Text("维护警情类别与预案", "Keep classes and plans"),
    },
    tells=(
        Telling("dispatch.unit.*", "unit.view"),
        Telling("dispatch.road.*", "unit.view", anywhere=True),
    ),
    reacts={
        "dispatch.assignment.overdue": "assignment_overdue",
        "dispatch.alert.overdue": "alert_overdue",
        "fraud.case.ask_visit": "help_wanted",
        "fraud.case.escalate": "help_wanted",
    },
    answered={"dispatch.incident": Answered("dispatch.assignment", "sent", "arrived")},
)
