"""One directive and one order in every state, for the tests that every domain inherits."""

from collections.abc import Mapping
from typing import Any

from tests.people import County
from watchroom.domains.directives import actions
from watchroom.domains.directives.flow import DIRECTIVE, ORDER
from watchroom.kernel.models import Matter

DATA: Mapping[str, dict[str, Any]] = {"feed_back": {"result": "已落实", "checked": 3, "found": 1}}
LIVES: Mapping[str, tuple[str, ...]] = {
    "issued": (),
    "signed": ("sign",),
    "set_out": ("sign", "set_out"),
    "on_scene": ("sign", "set_out", "arrive"),
    "fed_back": ("sign", "feed_back"),
    "verified": ("sign", "feed_back", "verify"),
    "withdrawn": ("withdraw",),
}


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a matter that stands there."""
    found = {(ORDER.kind, state): live(county, steps) for state, steps in LIVES.items()}
    closed, gone = (found[ORDER.kind, state].parent_id for state in ("verified", "withdrawn"))
    return found | {
        (DIRECTIVE.kind, "running"): issued(county),
        (DIRECTIVE.kind, "closed"): actions.perform(county.leader, int(closed or 0), "close"),
        (DIRECTIVE.kind, "withdrawn"): actions.perform(
            county.leader, int(gone or 0), "withdraw", reason="另行部署"
        ),
    }


def issued(county: County, **more: Any) -> Matter:
    """A directive of the county bureau to the east station."""
    given = {"words": "核查辖区加油站，反馈数量", "urgency": 2, **more}
    return actions.issue(county.leader, "加油站安全检查", [county.east.pk], **given)


def order_of(directive: Matter) -> Matter:
    """Its first order."""
    return Matter.objects.filter(parent=directive, kind=ORDER.kind).earliest("id")


def live(county: County, steps: tuple[str, ...]) -> Matter:
    """Lead an order through steps, the agency's by its chief, the issuer's by the duty leader."""
    order = order_of(issued(county))
    for step in steps:
        who = county.leader if step in ("verify", "withdraw") else county.chief
        reason = "另行部署" if step == "withdraw" else ""
        actions.perform(who, order.pk, step, data=DATA.get(step), reason=reason)
    return Matter.objects.select_related("parent").get(pk=order.pk)
