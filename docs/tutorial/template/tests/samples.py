"""One item in every state, for the tests that every domain inherits (tests/conformance)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.lost_property import actions
from watchroom.kernel.models import Matter

KIND = "lost_property.item"
DATA: Mapping[str, dict[str, Any]] = {
    "announce": {"where": "派出所公告栏"},
    "claim": {"claimant": "王小明", "proof": "说得出伞柄上的划痕"},
    "forfeit": {"receipt": "国库2026-17"},
}
LIFE: Mapping[str, tuple[str, ...]] = {
    "handed_in": (),
    "announced": ("announce",),
    "claimed": ("announce", "claim"),
    "returned": ("announce", "claim", "give_back"),
    "forfeited": ("announce", "forfeit"),
}


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → an item that stands there."""
    return {(KIND, state): live(county, steps) for state, steps in LIFE.items()}


def live(county: County, steps: tuple[str, ...]) -> Matter:
    """Take an umbrella in two years ago and lead it through the steps, each by another person."""
    at = now() - timedelta(days=730)
    chief = county.act("chief")
    matter = actions.hand_in(chief, "样例雨伞", category="other", occurred_at=at)
    for day, step in enumerate(steps, 1):
        who = chief if step == "claim" else county.leader
        when = None if step == "forfeit" else at + timedelta(days=day)
        actions.perform(who, matter.pk, step, data=DATA.get(step), occurred_at=when)
    return Matter.objects.get(pk=matter.pk)
