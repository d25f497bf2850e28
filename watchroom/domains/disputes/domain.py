"""The one registration of disputes."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import APPROVE, CONFIGURE, FLOWS, REGISTER, RESPOND, VIEW

TITLE = Text("矛盾纠纷", "Disputes")

DOMAIN = Domain(
    key="disputes",
    title=TITLE,
    order=40,
    flows=FLOWS,
    menu=(MenuItem(TITLE, "disputes:list", VIEW, key="j", order=40),),
    phone=(MenuItem(TITLE, "disputes:list", RESPOND),),
    permissions={
        VIEW: Text("查看矛盾纠纷", "See disputes"),
        REGISTER: Text("登记矛盾纠纷", "Register disputes"),
        RESPOND: Text("调解和回访", "Mediate and follow up"),
        APPROVE: Text("确认化解", "Confirm that a dispute is settled"),
        CONFIGURE: Text("维护纠纷类型", "Keep the list of types"),
    },
    falls_to={
        "community_officer": (REGISTER,),
        "patrol_officer": (REGISTER,),
        "station_chief": (REGISTER,),
        "duty_leader": (REGISTER,),
    },
    reacts={
        "dispatch.incident.close": "call_closed",
        "community.visit.need_found": "need_found",
        "disputes.dispute.overdue": "dispute_overdue",
    },
)
