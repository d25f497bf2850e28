"""The one registration of requests."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import APPROVE, ASK, EVERYBODY, FLOWS, KNOW, RESPOND, VIEW

TITLE = Text("诉求", "Requests")

DOMAIN = Domain(
    key="requests",
    title=TITLE,
    order=60,
    flows=FLOWS,
    menu=(
        MenuItem(TITLE, "requests:list", ASK, key="q", order=60),
        MenuItem(Text("知识库", "Knowledge"), "requests:knowledge", KNOW, key="k", order=61),
    ),
    permissions={
        VIEW: Text("查看诉求", "See requests"),
        ASK: Text("提出、登记诉求", "Ask, and enter what others ask"),
        RESPOND: Text("办理诉求", "Take and answer requests"),
        KNOW: Text("查阅知识库", "Read the knowledge base"),
        APPROVE: Text("发布知识条目", "Publish to the knowledge base"),
    },
    falls_to=dict.fromkeys(EVERYBODY, (ASK, KNOW)),
    reacts={
        "requests.request.overdue": "request_overdue",
        "community.visit.need_found": "need_found",
    },
)
