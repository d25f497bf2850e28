"""One scheme in every state, for the tests that every domain inherits (tests/conformance)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal as D
from typing import Any

from tests.people import County
from watchroom.domains.appraisal import actions
from watchroom.domains.appraisal.actions import Draft
from watchroom.domains.appraisal.flow import SCHEME
from watchroom.figures.scoring import Item, Scheme
from watchroom.kernel.access import actor_of
from watchroom.kernel.models import Matter, Post, Staff

DATA: Mapping[str, dict[str, Any]] = {}
GOOD = Scheme(
    (
        Item("requests.confirmed", D(40), "scale", D(50), D(100)),
        Item("directives.issued_to_signed", D(30), "scale", D(3600), D(300), level=0.9),
        Item("coverage.inspections", D("0.5"), "each", cap=D(10), per="officers"),
        Item("dispatch.incidents", D(0), "each"),
    ),
    base=D(20),
)
BAD = Scheme((*GOOD.items[:1], Item("dispatch.incidents", D(10), "rank", better="lower")))
LIFE: Mapping[str, tuple[str, ...]] = {
    "proposed": (),
    "checked": ("check",),
    "approved": ("check", "approve"),
    "in_force": ("check", "approve", "start"),
    "ended": ("check", "approve", "start", "end"),
    "withdrawn": ("withdraw",),
}


def draft(scheme: Scheme = GOOD, title: str = "样例考评方案") -> Draft:
    """A scheme that compares the stations of the county over a half-year."""
    return Draft(title, "station", date(2026, 1, 1), date(2026, 6, 30), scheme)


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a scheme that stands there."""
    found = {(SCHEME.kind, state): live(county, steps) for state, steps in LIFE.items()}
    refused = live(county, ("check",), BAD)
    return found | {(SCHEME.kind, "refused"): refused}


def live(county: County, steps: tuple[str, ...], scheme: Scheme = GOOD) -> Matter:
    """Propose one for the county and lead it through the steps; somebody else approves it."""
    matter = actions.propose(county.leader, draft(scheme), agency_id=county.bureau.pk)
    for step in steps:
        who = second(county) if step == "approve" else county.leader
        actions.perform(who, matter.pk, step, reason="另行安排" if step == "withdraw" else "")
    return Matter.objects.get(pk=matter.pk)


def second(county: County) -> Any:
    """Another duty leader of the county."""
    found = Staff.objects.filter(username="second_leader").first()
    if found is None:
        found = Staff.objects.create_user(
            "second_leader", None, name="孙副值", agency=county.bureau
        )
        Post.objects.create(staff=found, role=county.roles["duty_leader"], agency=county.bureau)
    return actor_of(found)
