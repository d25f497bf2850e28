"""One report in every state, for the tests that every domain inherits."""

from collections.abc import Mapping
from typing import Any

from tests.people import County
from watchroom.base.clock import local, now
from watchroom.domains.reports import actions
from watchroom.domains.reports.flow import REPORT
from watchroom.domains.reports.rules import spans
from watchroom.kernel.models import Matter

DATA: Mapping[str, dict[str, Any]] = {}
LIVES: Mapping[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submit",),
    "checked": ("submit", "check"),
    "issued": ("submit", "check", "issue"),
    "withdrawn": ("withdraw",),
}


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a report that stands there."""
    found = {(REPORT.kind, state): live(county, steps) for state, steps in LIVES.items()}
    old = live(county, LIVES["issued"])
    live(county, LIVES["issued"], replaces=old.pk)
    old.refresh_from_db()
    return found | {(REPORT.kind, "replaced"): old}


def drafted(county: County, **more: Any) -> Matter:
    """A report of the east station on this month, by its chief: one chapter, that is quick."""
    here = local(now())
    given = {"chapters": ("directives",), **more}
    month = spans.months("month", here.year, here.month)
    return actions.draft(county.chief, county.east.pk, "month", month, **given)


def live(county: County, steps: tuple[str, ...], **more: Any) -> Matter:
    """Lead a report through steps: the chief sends it, the county's duty leader does the rest."""
    matter = drafted(county, **more)
    for step in steps:
        who = county.chief if step in ("submit", "withdraw") else county.leader
        reason = "另行起草" if step == "withdraw" else ""
        actions.perform(who, matter.pk, step, reason=reason)
    return Matter.objects.get(pk=matter.pk)
