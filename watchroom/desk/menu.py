"""The shell's menu: its own pages first, then what the domains declare, as far as one may go."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.registry import MenuItem, registry

OWN = (
    MenuItem(Text("我的事项", "My work"), "worklist", "", key="w", order=0),
    MenuItem(Text("审批", "Approvals"), "approvals", "deadline.approve", key="a", order=1),
    MenuItem(Text("手机端", "Phone"), "phone", "", key="p", order=13),
    MenuItem(Text("查找", "Search"), "search", "", key="s", order=90),
    MenuItem(Text("指标", "Figures"), "figures", "figures.view", key="i", order=91),
    MenuItem(Text("每日研判", "Daily picture"), "picture", "figures.view", order=90),
    MenuItem(Text("记录质量", "Record quality"), "quality", "figures.view", order=92),
    MenuItem(Text("图表", "Charts"), "charts", "figures.view", key="v", order=91),
    MenuItem(Text("留痕", "Trail"), "trail", "trail.view", key="t", order=92),
    MenuItem(Text("人员", "People"), "people", "staff.manage", key="e", order=93),
    MenuItem(Text("手机", "Phones"), "handsets", "phone.cut_off", order=93),
    MenuItem(Text("令牌", "Tokens"), "tokens", "tokens.manage", key="o", order=94),
    MenuItem(Text("查阅复核", "Looks"), "looks", "looks.review", order=95),
    MenuItem(Text("到期清除", "Erasure"), "retention", "retention.view", order=96),
    MenuItem(Text("本人信息", "Own data"), "subjects", "subject.ask", order=97),
    MenuItem(Text("运行状态", "Health"), "system", "system.view", order=98),
)


def items(actor: Actor) -> Iterable[MenuItem]:
    """What the actor may open, in order."""
    declared = [item for domain in registry.domains.values() for item in domain.menu]
    every = sorted([*OWN, *declared], key=lambda item: item.order)
    return [i for i in every if not i.permission or actor.holds(i.permission)]


def start(actor: Actor) -> str:
    """Where the actor's work begins: the first page made for what they do, else the worklist."""
    made = [item for item in items(actor) if item.start and actor.holds(item.start)]
    return next((href for item in made if (href := _href(item))), reverse("worklist"))


def of(request: HttpRequest, lang: str) -> list[dict[str, Any]]:
    """The menu as base.html takes it; empty for nobody. The longest address that fits is active."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return []
    found = [(item, href) for item in items(actor) if (href := _href(item))]
    fitting = [href for _, href in found if request.path.startswith(href)]
    active = max(fitting, key=len, default="")
    return [
        {
            "title": item.title.say(lang),
            "href": href,
            "key": item.key,
            "active": href == active and (href != "/" or request.path == "/"),
        }
        for item, href in found
    ]


def _href(item: MenuItem) -> str:
    """A part of the menu whose page does not exist is left out, not broken."""
    try:
        return reverse(item.route)
    except NoReverseMatch:
        return ""
