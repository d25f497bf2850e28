"""Who mediates, how it goes, and when it fails."""

import re
from collections.abc import Mapping
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.models import Staff

from .. import rules
from ..models import Agreement, Mediator, Session
from ..queries import MEDIATOR
from .doing import Doing
from .registering import FINDER, check_factors


def assign(doing: Doing) -> Mapping[str, Any]:
    """These mediate it from now on, and nobody else."""
    rows = _named(doing)
    if not rows:
        raise Refusal(Text("请至少指派一名调解员", "Name at least one mediator"))
    dispute = doing.dispute
    Mediator.objects.filter(dispute=dispute, until=None).update(until=doing.at)
    Mediator.objects.bulk_create(rows)
    acts.release_all([dispute.pk], [MEDIATOR, FINDER])
    acts.involve(doing.matter, [row.staff_id for row in rows if row.staff_id], MEDIATOR)
    return {"mediators": sorted({row.kind for row in rows})}


def _named(doing: Doing) -> list[Mediator]:
    given: list[tuple[str, str, int | None]] = [
        ("officer", officer.name, officer.pk) for officer in _officers(doing)
    ]
    for kind in rules.MEDIATORS:
        names = re.split(r"[、,，;；\n]+", doing.text(kind))
        given += [(kind, name.strip()[:80], None) for name in names if name.strip()]
    return [
        Mediator(dispute=doing.dispute, kind=kind, name=name, staff_id=staff, since=doing.at)
        for kind, name, staff in given
    ]


def _officers(doing: Doing) -> list[Staff]:
    """Of the dispute's own agency: mediating must not become a way to let others look."""
    wanted = {str(pk) for pk in doing.data.get("officers", ())}
    ids = [int(pk) for pk in wanted if pk.isdigit()]
    rows = Staff.objects.filter(pk__in=ids, agency_id=doing.matter.agency_id, is_active=True)
    found = list(rows.order_by("pk"))
    if len(found) < len(wanted):
        raise Refusal(
            Text(
                "所选民警须在本单位在职",
                "The officers chosen must serve in this agency: choose again",
            )
        )
    return found


def regrade(doing: Doing) -> Mapping[str, Any]:
    """Grade the risk of harm by other factors. Clocks that start from now on run by it."""
    factors = [str(one) for one in doing.data.get("factors", ())]
    check_factors(factors)
    graded = rules.grade(factors)
    doing.keep(factors=sorted(factors), risk_rule=graded.rule)
    doing.matter.priority = graded.level
    return {"risk": graded.level, "rule": graded.rule}


def file_case(doing: Doing) -> None:
    """From its filing on, the dispute is mediated within the public-order case (rule C02)."""
    if doing.dispute.track == rules.PUBLIC_ORDER:
        raise Refusal(Text("已登记过治安案件", "A public-order case is entered already"))
    doing.keep(track=rules.PUBLIC_ORDER, case_number=doing.text("case_number")[:60])


def hold_session(doing: Doing) -> Mapping[str, Any]:
    """One sitting; what was said stays out of the trail."""
    Session.objects.create(
        dispute=doing.dispute,
        held_at=doing.at,
        summary=doing.text("summary"),
        by_id=doing.actor.staff_id,
    )
    return {"session": Session.objects.filter(dispute=doing.dispute).count()}


def fail(doing: Doing) -> Mapping[str, Any]:
    """No agreement, or one that is not performed: the clock of a public-order case starts afresh
    that day (rule C05), and it is mediated once more at most."""
    doing.keep(failures=doing.dispute.failures + 1)
    void(doing)
    return {"failures": doing.dispute.failures, "track": doing.dispute.track}


def mediate_again(doing: Doing) -> None:
    """Once more, where the law allows it."""
    if why_not := rules.why_no_more_mediation(doing.dispute.track, doing.dispute.failures):
        raise Refusal(why_not)


def reopen(doing: Doing) -> None:
    """The quarrel is back while it is followed up: the agreement no longer holds."""
    void(doing)


def void(doing: Doing) -> None:
    """The agreement that was drawn up holds no longer; it is kept."""
    Agreement.objects.filter(dispute=doing.dispute, void_at=None).update(void_at=doing.at)
