"""The one registration of lost property."""

from watchroom.base.text import Text
from watchroom.kernel.registry import Domain, MenuItem

from .flow import FLOWS, TAKE_CARE, VIEW

TITLE = Text("失物招领", "Lost property")

DOMAIN = Domain(
    key="lost_property",
    title=TITLE,
    order=60,
    flows=FLOWS,
    menu=(MenuItem(TITLE, "lost_property:items", VIEW, key="l", order=60),),
    permissions={
        VIEW: Text("查看遗失物", "See lost property"),
        TAKE_CARE: Text("保管遗失物", "Take care of lost property"),
        "lost_property.approve": Text("批准发还", "Approve giving things back"),
    },
)
