"""A visit, a meeting and a hazard in every state, for the tests that every domain inherits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.community import actions
from watchroom.domains.community.actions import Call
from watchroom.domains.community.flow import HAZARD, MEETING, VISIT
from watchroom.domains.community.models import Household
from watchroom.kernel.models import Counterpart, Matter

DATA: Mapping[str, dict[str, Any]] = {
    "make": {"service": "identity", "helped": 1},
    "hold": {"attended": 35},
    "grade": {"kind": "fire", "facts": ["exit"]},
    "send": {"organ": "fire-brigade"},
    "answer": {"words": "已派员查看，三日内清理"},
    "put_right": {"words": "杂物已清，通道畅通"},
}
HAZARDS: Mapping[str, tuple[str, ...]] = {
    "found": (),
    "graded": ("grade",),
    "sent": ("grade", "send"),
    "answered": ("grade", "send", "answer"),
    "put_right": ("grade", "send", "answer", "put_right"),
    "verified": ("grade", "send", "answer", "put_right", "verify"),
    "dropped": ("drop",),
}


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a matter that stands there."""
    doors = [household(county, f"{n} 号") for n in range(1, 5)]
    officer = county.act("community")
    plans = [actions.plan_visit(officer, door.pk, act_id=None) for door in doors[:3]]
    found = {
        (VISIT.kind, "planned"): plans[0],
        (VISIT.kind, "not_met"): actions.perform(officer, plans[1].pk, "not_meet"),
        (VISIT.kind, "cancelled"): actions.perform(officer, plans[2].pk, "cancel", reason="已搬走"),
        (VISIT.kind, "made"): actions.record_visit(officer, doors[3].pk, Call()),
    }
    found |= {(MEETING.kind, state): meeting(county, state) for state in MEETING.states}
    return found | {(HAZARD.kind, state): hazard(county, steps) for state, steps in HAZARDS.items()}


def household(county: County, door: str = "1 号", beat: str = "east") -> Household:
    """A door in a beat."""
    row = county.beats[beat]
    place = {"lon": row.west + 0.01, "lat": row.south + 0.01}
    return Household.objects.create(beat=row, address="幸福路", door=door, **place)


def organ() -> Counterpart:
    """Who answers for fire hazards."""
    given = {"name": "消防救援大队", "name_en": "Fire brigade"}
    return Counterpart.objects.get_or_create(key="fire-brigade", defaults=given)[0]


def meeting(county: County, state: str) -> Matter:
    """A meeting of the east beat."""
    officer, beat = county.act("community"), county.beats["east"].pk
    at = now() + timedelta(days=1)
    if state == "held":
        return actions.plan_meeting(
            officer, "冬季防火", beat_id=beat, planned_at=now(), attended=30
        )
    matter = actions.plan_meeting(officer, "冬季防火", beat_id=beat, planned_at=at)
    if state == "cancelled":
        return actions.perform(officer, matter.pk, "cancel", reason="改期")
    return matter


def hazard(county: County, steps: tuple[str, ...] = (), **more: Any) -> Matter:
    """A hazard of the east beat, led through steps: the officer works, the chief verifies."""
    organ()
    officer = county.act("community")
    given = {"kind": "fire", "beat_id": county.beats["east"].pk, "place": "幸福路 1 号", **more}
    matter = actions.find_hazard(officer, "楼道堆满杂物", **given)
    for step in steps:
        who = county.chief if step in ("verify", "drop") else officer
        reason = "现场已清" if step == "drop" else ""
        matter = actions.perform(who, matter.pk, step, data=DATA.get(step), reason=reason)
    return matter
