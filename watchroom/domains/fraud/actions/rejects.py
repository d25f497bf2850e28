"""Refused rows: somebody reads one, puts it right and takes it in, or closes it and says why."""

from collections.abc import Iterable, Mapping

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts, personal
from watchroom.kernel.access import Actor, NotFound, system

from ..flow import MEND
from ..models import Reject
from .intake import receive

SETTLED = Text("已经有人处理过了", "Somebody has dealt with it already")


def read_reject(actor: Actor, reject_id: int, fields: Iterable[str], purpose: str) -> None:
    """Write that somebody reads what tells who it is about. Refusal without the permission."""
    with acts.together():
        row = _open(actor, reject_id)
        access.require_in(actor, personal.PERMISSION, row.feed.agency_id)
        _say(actor, row, "read", {"fields": sorted(fields), "purpose": purpose})


def take_reject(actor: Actor, reject_id: int, corrected: Mapping[str, str]) -> Reject:
    """Take the row in with what was put right. A row that is still bad stays, and is told why."""
    with acts.together():
        row = _open(actor, reject_id)
        given = {**row.row, **{name: value.strip() for name, value in corrected.items()}}
        receipt = receive(system(row.feed.agency), row.feed.key, [given])
        if receipt.refused:
            raise Refusal(receipt.refused[0].why)
        changed = sorted(name for name in corrected if given[name] != row.row.get(name, ""))
        _settle(actor, row, "taken", {"changed": changed, "known": bool(receipt.repeated)})
    return row


def close_reject(actor: Actor, reject_id: int, reason: str) -> Reject:
    """It is not to be taken in. What it held is emptied; the sentence and the reason stay."""
    if len(reason.strip()) < 2:
        raise Refusal(Text("请写明为什么关闭", "Say why it is closed"))
    with acts.together():
        row = _open(actor, reject_id)
        row.reason = reason.strip()[:200]
        _settle(actor, row, "closed", {}, row.reason)
    return row


def _open(actor: Actor, reject_id: int) -> Reject:
    """One that nobody has dealt with, locked; NotFound where it is not the actor's to mend."""
    rows = Reject.objects.select_for_update(of=("self",)).select_related("feed__agency")
    row = rows.filter(pk=reject_id).first()
    if row is None or not (actor.everywhere or actor.within(MEND, row.feed.agency_id)):
        raise NotFound
    if row.state != "open":
        raise Conflict(SETTLED)
    return row


def _settle(
    actor: Actor, row: Reject, state: str, said: Mapping[str, object], reason: str = ""
) -> None:
    row.state, row.row, row.settled_at, row.settled_by_id = state, {}, now(), actor.staff_id
    row.save(update_fields=["state", "row", "reason", "settled_at", "settled_by"])
    _say(actor, row, state, said, reason)


def _say(
    actor: Actor, row: Reject, what: str, said: Mapping[str, object], reason: str = ""
) -> None:
    data = {"feed": row.feed.key, "reject": row.pk, **said}
    acts.happened(actor, f"fraud.reject.{what}", row.feed.agency_id, data=data, reason=reason)
