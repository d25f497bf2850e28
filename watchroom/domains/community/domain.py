"""The one registration of community policing."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, Import, MenuItem

from .flow import APPROVE, FEEDBACK, FLOWS, RESPOND, VIEW

TITLE = Text("社区警务", "Community")

DOMAIN = Domain(
    key="community",
    title=TITLE,
    order=45,
    flows=FLOWS,
    menu=(
        MenuItem(TITLE, "community:home", VIEW, key="c", order=45),
        MenuItem(Text("隐患", "Hazards"), "community:hazards", VIEW, key="h", order=46),
    ),
    permissions={
        VIEW: Text("查看社区警务", "See visits, meetings and hazards"),
        RESPOND: Text("走访、登记隐患", "Visit, meet and report hazards"),
        FEEDBACK: Text("登记隐患答复和整改", "Enter what an organ answers and puts right"),
        APPROVE: Text("销去误报隐患、指定副手", "Drop what is no hazard, name deputies"),
    },
    reacts={
        "community.visit.overdue": "visit_overdue",
        "community.meeting.overdue": "visit_overdue",
        "community.hazard.overdue": "hazard_overdue",
        "community.hazard.send": "hazard_sent",
    },
    imports={
        "villages": Import(
            "import_villages",
            Text("导入村（社区）", "Import villages with division codes"),
            ("code", "name", "beat", "lon", "lat"),
        ),
        "households": Import(
            "import_households",
            Text("导入住户（门牌，不含人员）", "Import households: doors, no people"),
            ("area", "address", "door", "lon", "lat"),
        ),
    },
)
