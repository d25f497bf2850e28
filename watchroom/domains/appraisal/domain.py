"""The one registration of appraisal."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import APPROVE, DRAFT, FLOWS, VIEW

TITLE = Text("考评", "Appraisal")

DOMAIN = Domain(
    key="appraisal",
    title=TITLE,
    order=89,
    flows=FLOWS,
    menu=(MenuItem(TITLE, "appraisal:list", VIEW, order=91),),
    permissions={
        VIEW: Text("查看考评方案和积分榜", "See schemes and their tables"),
        DRAFT: Text("提出考评方案", "Propose schemes"),
        APPROVE: Text("批准考评方案", "Approve schemes"),
    },
)
