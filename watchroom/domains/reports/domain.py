"""The one registration of work reports."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import APPROVE, DRAFT, FLOWS, VIEW

TITLE = Text("工作综述", "Work reports")

DOMAIN = Domain(
    key="reports",
    title=TITLE,
    order=88,
    flows=FLOWS,
    menu=(MenuItem(TITLE, "reports:list", VIEW, key="r", order=92),),
    permissions={
        VIEW: Text("查看工作综述", "See work reports"),
        DRAFT: Text("起草、核稿", "Draft and check work reports"),
        APPROVE: Text("印发工作综述", "Issue work reports"),
    },
)
