"""A partner's public alert (CAP) becomes an incident; its updates and its end follow it there."""

from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..exchange import cap
from ..flow import OPEN, TAKE
from ..models import Incident
from .ending import cancel
from .intake import report_call

NOBODY_SENT = ("received", "classified")


def take_alert(actor: Actor, alert: cap.Alert) -> Matter:
    """Take a CAP message; returns the incident it became or was added to.

    The same sender and identifier again change nothing. An update is another call about the
    incident of the alert it refers to. A cancellation too; it also cancels the incident, unless
    units were sent already: then people decide.
    """
    access.require(actor, TAKE)
    _refuse_unfit(alert)
    known = _referred(alert)
    if alert.message == "Cancel":
        return _called_off(actor, alert, known)
    if known is not None and known.state in (*OPEN, "handing_over"):
        return _report(actor, alert, same_as=known.pk)
    return _report(actor, alert, follows=known.pk if known else None)


def _refuse_unfit(alert: cap.Alert) -> None:
    if alert.status != "Actual":
        raise Refusal(
            Text(
                f"“{alert.status}”报文不作警情", f"A message that is “{alert.status}” is not taken"
            ),
            code="not-actual",
        )
    if alert.message not in ("Alert", "Update", "Cancel"):
        raise Refusal(
            Text(
                f"“{alert.message}”报文不需办理", f"“{alert.message}” asks for nothing to be done"
            ),
            code="not-for-us",
        )
    if alert.message == "Cancel":
        return
    ends = [info.expires for info in alert.infos if info.expires]
    if not alert.infos or (ends and max(ends) <= now()):
        raise Refusal(
            Text("预警已过期或无内容", "The alert is over or says nothing"), code="expired"
        )


def external_id(sender: str, identifier: str) -> str:
    """The number an alert is known by here."""
    return "cap:" + sha256(f"{sender}\n{identifier}".encode()).hexdigest()[:48]


def _act_id(alert: cap.Alert) -> UUID:
    return uuid5(NAMESPACE_URL, f"cap:{alert.sender}:{alert.identifier}")


def _referred(alert: cap.Alert) -> Matter | None:
    """The incident of the first message of this story that we know of."""
    ids = [external_id(r.sender, r.identifier) for r in alert.references]
    rows = Incident.objects.filter(external_id__in=ids).select_related("matter")
    found = rows.order_by("-pk").first()
    return found.matter if found else None


def _report(
    actor: Actor, alert: cap.Alert, *, same_as: int | None = None, follows: int | None = None
) -> Matter:
    where = cap.centre(alert)
    info = alert.infos[0] if alert.infos else None
    return report_call(
        actor,
        words=words(alert),
        place=next((a.words for a in info.areas), "")[:240] if info else "",
        lon=where[0] if where else None,
        lat=where[1] if where else None,
        channel="partner",
        caller_name=(info.sender_name if info else "")[:64] or alert.sender[:64],
        number_dialled="CAP",
        same_as=same_as,
        follows=follows,
        external_id=external_id(alert.sender, alert.identifier),
        received_at=min(alert.sent, now()),
        act_id=_act_id(alert),
    )


def words(alert: cap.Alert) -> str:
    """What the alert says: the first language given, and what it is about."""
    told = [alert.note] if alert.note else []
    for info in alert.infos[:1]:
        told += [info.headline or info.event, info.description, info.instruction]
        told.append(f"{info.event} · {info.severity} · {info.urgency} · {info.certainty}")
    return "\n".join(part for part in told if part)[:4000] or alert.message


def _called_off(actor: Actor, alert: cap.Alert, known: Matter | None) -> Matter:
    if known is None:
        raise Refusal(
            Text("没有收到过所撤销的预警", "The alert this cancels was never received"), code="cap"
        )
    if known.state not in (*OPEN, "handing_over"):
        return known
    _report(actor, alert, same_as=known.pk)
    if known.state in NOBODY_SENT:
        why = f"{alert.sender} 撤销预警 / called off by the sender"
        return cancel(actor, known.pk, reason=why, act_id=uuid5(_act_id(alert), "cancel"))
    return Matter.objects.get(pk=known.pk)
