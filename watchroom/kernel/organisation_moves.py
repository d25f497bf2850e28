"""An agency comes under another one, with all below it. What it was under stays on record.

Figures of before are added up along the tree of before; who reads what follows the tree of today.
"""

from datetime import datetime

from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, audit
from .access import Actor
from .models import Agency, FigureCell, FormerPlace

PERMISSION = "staff.manage"


@transaction.atomic
def move(
    actor: Actor, agency: Agency, parent: Agency, *, since: datetime | None = None, reason: str
) -> Agency:
    """Put an agency under another parent from a moment on (now, or one that has passed).

    The actor manages people in both parents. Refused: under itself, where it already is, before
    its last move, in the future, without a reason.
    """
    rows = {row.pk: row for row in Agency.objects.select_for_update().order_by("path")}
    agency, parent = rows[agency.pk], rows[parent.pk]
    for one in (agency, parent):
        access.require_in(actor, PERMISSION, one.pk)
    moment = since or now()
    _check(agency, parent, moment, reason)
    below = [row for row in rows.values() if row.path.startswith(agency.path)]
    FormerPlace.objects.bulk_create(
        FormerPlace(agency=row, path=row.path, until=moment) for row in below
    )
    was, before = agency.path, agency.parent
    for row in below:
        row.path = f"{parent.path}{agency.pk}.{row.path.removeprefix(was)}"
    agency.parent = parent
    Agency.objects.bulk_update(below, ["path", "parent"])
    FigureCell.objects.update(stale=True)
    said = {"from": before and before.code, "to": parent.code, "since": moment.isoformat()}
    audit.note(
        "organisation.agency_moved", actor=actor, agency_id=agency.pk, data=said, reason=reason
    )
    return agency


def _check(agency: Agency, parent: Agency, moment: datetime, reason: str) -> None:
    if not reason.strip():
        raise Refusal(Text("请写明理由", "Say why"))
    if parent.path.startswith(agency.path):
        raise Refusal(
            Text("单位不能归到自己或下级名下", "An agency cannot come under itself or those below")
        )
    if agency.parent_id == parent.pk:
        raise Refusal(Text("已经归它管辖", "It is there already"))
    if moment > now():
        raise Refusal(
            Text("调整须在生效后录入", "A move is recorded when it has come into force"),
        )
    last = FormerPlace.objects.filter(agency__path__startswith=agency.path).order_by("until").last()
    if last and last.until >= moment:
        raise Refusal(
            Text(
                f"不能早于上次调整（{last.until:%Y-%m-%d}）",
                f"It cannot be before the last move ({last.until:%Y-%m-%d})",
            )
        )
