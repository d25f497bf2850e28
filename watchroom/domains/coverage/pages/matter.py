"""What the page of a matter adds for a plan, a posting or an inspection."""

from typing import Any

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries
from ..flow import INSPECTION, PLAN
from ..rules import words


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """Its own things, as `coverage/matter.html` draws them."""
    if matter.kind == PLAN.kind:
        return {"content": queries.content(matter), "plan_kinds": words.PLANS, "days": words.DAYS}
    if matter.kind == INSPECTION.kind:
        return {"inspection": queries.inspection(actor, matter.pk), "findings": words.FINDINGS}
    return {"posting": queries.detail(actor, matter.pk), "how": words.HOW}
