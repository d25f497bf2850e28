"""A case in every state, for the tests that every domain inherits."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.flow import CASE
from watchroom.domains.fraud.models import Feed
from watchroom.kernel.access import system
from watchroom.kernel.models import Matter

from . import measures

DATA: Mapping[str, dict[str, Any]] = {
    **measures.DATA,
    "message": {"template": "rebate"},
    "call": {"call_result": "no_answer"},
    "assess": {"intended": 20000},
    "locate": {"place": "东街12号", "lon": MIDDLE[0] + 0.01, "lat": MIDDLE[1]},
    "reach": {"how": "phone", "verified": "digits"},
    "ask_visit": {"why": "电话打不通"},
    "not_met": {"visit_result": "not_home"},
    "escalate": {"danger": "transferring"},
    "feed_back": {"outcome": "dissuaded", "evidence": "C", "saved": 12000},
    "dismiss": {"because": "not_victim"},
    "trace": {"words": "对方账户在外省"},
    "revisit": {"revisit_result": "safe"},
}
LIVES: Mapping[str, Sequence[str]] = {
    "waiting": (),
    "in_hand": ("sign",),
    "visiting": ("sign", "ask_visit"),
    "reached": ("sign", "reach"),
    "tracing": ("sign", "reach", "feed_back"),
    "closed": ("sign", "reach", "feed_back", "revisit"),
}
_numbers = count(1)


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a matter that stands there."""
    found = {(CASE.kind, state): live(county, steps) for state, steps in LIVES.items()}
    gone = warned(county, source_id="WITHDRAWN")
    actions.take_back(system(), "telecom-a", ["WITHDRAWN"], reason="误发")
    gone.refresh_from_db()
    return found | {(CASE.kind, "withdrawn"): gone} | measures.samples(county)


def feed(county: County) -> Feed:
    """A telecom whose warnings reach the county's desk."""
    said = {"kind": "telecom", "agency_id": county.bureau.pk, "name_en": "A telecom"}
    return actions.set_feed(system(), "telecom-a", "某电信", **said)


def warning(**more: Any) -> dict[str, Any]:
    """A row as a source sends it."""
    number = next(_numbers)
    return {
        "source_id": f"W{number}",
        "type": "rebate",
        "occurred_at": (now() - timedelta(minutes=1)).isoformat(),
        "phone": f"138{number:08d}",
        "name": "样例张三",
        "lon": MIDDLE[0] + 0.01,
        "lat": MIDDLE[1],
        **more,
    }


def warned(county: County, **more: Any) -> Matter:
    """A case that one warning has just opened."""
    feed(county)
    actions.receive(system(), "telecom-a", [warning(**more)])
    actions.open_waiting()
    return Matter.objects.filter(kind=CASE.kind).latest("id")


def live(county: County, steps: Sequence[str]) -> Matter:
    """Lead a case through steps at the desk."""
    matter = warned(county)
    for step in steps:
        actions.perform(county.dispatcher, matter.pk, step, data=DATA.get(step))
    matter.refresh_from_db()
    return matter
