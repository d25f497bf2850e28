"""The lives of dispatch, as data."""

from watchroom.base.text import Text

from .alert import ALERT
from .assignment import ASSIGNMENT, HOLDING, UNDER_WAY
from .incident import BEFORE_SCENE, INCIDENT, OPEN
from .permissions import APPROVE, CLOSE, DRAFT, FEEDBACK, HAND_OVER, RESPOND, SEND, TAKE

FLOWS = (INCIDENT, ASSIGNMENT, ALERT)

EVENTS = {
    "suggestion": Text("定位建议", "Place suggested"),
    "escalated": Text("超时督办", "Escalated"),
    "dispatch.unit.on_duty": Text("上勤", "On duty"),
    "dispatch.unit.off_duty": Text("下勤", "Off duty"),
    "dispatch.device.enrolled": Text("登记定位设备", "Device enrolled"),
    "dispatch.device.revoked": Text("停用定位设备", "Device revoked"),
    "dispatch.road.closed": Text("道路封闭", "Road closed"),
    "dispatch.road.opened": Text("道路恢复", "Road opened"),
    "dispatch.classes.imported": Text("导入警情类别", "Classes imported"),
    "dispatch.classes.in_force": Text("启用警情类别", "Classes in force"),
    "dispatch.plan.set": Text("设定预案", "Response plan set"),
    "dispatch.reserve.set": Text("设定预留警力", "Reserve set"),
    "dispatch.premise.noted": Text("添加地点提示", "Premise note added"),
    "dispatch.premise.ended": Text("取消地点提示", "Premise note ended"),
}
"""What else is entered in the trail, by name."""

__all__ = [
    "ALERT",
    "APPROVE",
    "ASSIGNMENT",
    "BEFORE_SCENE",
    "CLOSE",
    "DRAFT",
    "EVENTS",
    "FEEDBACK",
    "FLOWS",
    "HAND_OVER",
    "HOLDING",
    "INCIDENT",
    "OPEN",
    "RESPOND",
    "SEND",
    "TAKE",
    "UNDER_WAY",
]
