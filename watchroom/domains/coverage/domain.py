"""The one registration of posts and patrol."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import APPROVE, FLOWS, INSPECT, PLAN_DUTY, RESPOND, VIEW

DOMAIN = Domain(
    key="coverage",
    title=Text("布警", "Posts and patrol"),
    order=15,
    flows=FLOWS,
    menu=(
        MenuItem(Text("岗位", "Posts"), "coverage:board", VIEW, key="d", order=15),
        MenuItem(Text("一三五", "1-3-5"), "coverage:live", VIEW, order=15),
        MenuItem(Text("勤务方案", "Posting plans"), "coverage:plans", PLAN_DUTY, key="l", order=16),
        MenuItem(Text("查勤", "Inspections"), "coverage:inspections", INSPECT, order=17),
        MenuItem(Text("我的岗", "My post"), "coverage:mine", RESPOND, order=18),
    ),
    phone=(MenuItem(Text("岗位", "Post"), "coverage:mine", RESPOND),),
    permissions={
        VIEW: Text("查看岗位与勤务", "See posts and postings"),
        PLAN_DUTY: Text("安排勤务", "Plan duty"),
        APPROVE: Text("批准勤务方案", "Approve posting plans"),
        RESPOND: Text("上岗、交接、下岗", "Check in, hand over, check out"),
        INSPECT: Text("查勤", "Inspect posts"),
    },
    reacts={"coverage.posting.overdue": "posting_overdue"},
    falls_to={
        "dispatcher": (VIEW,),
        "duty_leader": (INSPECT,),
        "station_chief": (INSPECT,),
        "auditor": (INSPECT,),
    },
)
