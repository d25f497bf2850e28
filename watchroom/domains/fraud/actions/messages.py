"""Text messages: written when a step asks for one, sent by a job, receipts kept as entries.

Never in the trail or in a log: the number, and what was said.
"""

import logging
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from django.conf import settings
from django.db import transaction

from watchroom.base.clock import now
from watchroom.kernel import access, acts
from watchroom.kernel.models import Entry

from ..gateways import sms
from ..models.messages import Message, MessagePart
from ..queries.cases import case_of
from ..queries.people import contact_of
from ..queries.policy import type_of
from ..rules import messages as rules

log = logging.getLogger("watchroom.sms")
USELESS = timedelta(minutes=30)
"""A warning that could not be sent for this long comes too late; somebody has called by then."""
SILENT = timedelta(hours=1)
"""After this without a receipt nobody knows: the gateway gave up trying half an hour before."""
AT_ONCE = 500
LISTEN = 3.0
"""Seconds of quiet after which a session ends; what comes later comes at the next one."""


def message_asked(entry: Entry) -> Message | None:
    """The step "message" was taken: its message is written, once, and waits to be sent."""
    matter = entry.matter
    if matter is None:
        return None
    case = case_of(access.system(matter.agency), matter.pk)
    contact = contact_of(case)
    lang = str(entry.data.get("lang", "zh"))
    lang = lang if lang in rules.LANGUAGES else "zh"
    type_ = type_of(str(entry.data.get("template", "")) or case.type_code)
    own = type_.message_zh if lang == "zh" else ""
    made, new = Message.objects.get_or_create(
        key=entry.act_id or uuid5(NAMESPACE_OID, f"fraud.message:{entry.pk}"),
        defaults={
            "matter": matter,
            "reference": entry.pk % 2**31,
            "template": type_.code,
            "lang": lang,
            "phone": contact.phone if contact else "",
            "text": rules.words(type_.label(lang), own, lang),
            "made_at": now(),
        },
    )
    if new and (why := _why_not(made)):
        _settle(made, "failed", why)
    return made


def _why_not(message: Message) -> str:
    if not message.phone:
        return "no-number"
    return "" if settings.WATCHROOM_SMS else "no-gateway"


def exchange(listen: float = LISTEN) -> int:
    """Send what waits and take the receipts that have come; returns how many events there were.

    One at a time: the job that calls this holds a lock.
    """
    if not settings.WATCHROOM_SMS or not _anything():
        return 0
    _forget()
    rows = list(Message.objects.filter(state="waiting").order_by("made_at")[:AT_ONCE])
    outgoing = [sms.Outgoing(row.pk, row.phone, row.text) for row in rows]
    count = 0
    try:
        for event in sms.session(sms.Address.read(settings.WATCHROOM_SMS), outgoing, listen):
            with transaction.atomic():
                _enter(event)
            count += 1
    except sms.Unreached as error:  # what waits goes on waiting; the next minute tries again
        log.warning("no line to the gateway: %s", error)
    return count


def _anything() -> bool:
    return Message.objects.filter(state__in=("waiting", "sending", "accepted")).exists()


def _forget() -> None:
    """What an interrupted session left, and what no receipt came for: nobody knows."""
    broken = Message.objects.filter(state="sending")
    silent = Message.objects.filter(state="accepted", sent_at__lt=now() - SILENT)
    late = Message.objects.filter(state="waiting", made_at__lt=now() - USELESS)
    for row in late:
        with transaction.atomic():
            _settle(row, "failed", "too-late")
    for row in (*broken, *silent):
        with transaction.atomic():
            _settle(row, "unknown", "interrupted" if row.state == "sending" else "no-receipt")


def _enter(event: sms.Event) -> None:
    if isinstance(event, sms.Receipt):
        _receipt(event)
        return
    row = Message.objects.select_for_update().get(pk=event.reference)
    if isinstance(event, sms.Sending):
        row.state, row.parts, row.attempts = "sending", event.parts, row.attempts + 1
        row.save(update_fields=["state", "parts", "attempts"])
    elif isinstance(event, sms.Accepted):
        _accepted(row, event.gateway_id)
    elif isinstance(event, sms.Unsure):
        _settle(row, "unknown", "line-broke")
    elif event.later and row.attempts < rules.TRIES and not row.segments.exists():
        row.state, row.error = "waiting", f"smpp-{event.code:#x}"
        row.save(update_fields=["state", "error"])
    else:
        _settle(row, "failed", f"smpp-{event.code:#x}")


def _accepted(row: Message, gateway_id: str) -> None:
    MessagePart.objects.get_or_create(gateway_id=gateway_id, defaults={"message": row})
    if row.segments.count() < row.parts:
        return
    row.state, row.error, row.sent_at = "accepted", "", now()
    row.save(update_fields=["state", "error", "sent_at"])
    _say(row, "message_sent", {"parts": row.parts})
    _sum_up(row)


def _receipt(event: sms.Receipt) -> None:
    part = MessagePart.objects.filter(gateway_id=event.gateway_id).first()
    if part is None:  # of a message that another system sent over the same line
        return
    row = Message.objects.select_for_update().get(pk=part.message_id)
    part.state, part.receipt, part.at = event.became, event.code, now()
    part.save(update_fields=["state", "receipt", "at"])
    _sum_up(row)


def _sum_up(row: Message) -> None:
    parts = list(row.segments.order_by("id"))
    became = rules.together([part.state for part in parts], row.parts)
    if became and became != row.state:
        _settle(row, became, "" if became == "delivered" else parts[-1].receipt)


def _settle(row: Message, state: str, code: str) -> None:
    row.state, row.error, row.settled_at = state, code, now()
    row.save(update_fields=["state", "error", "settled_at"])
    _say(row, f"message_{state}", {"code": code} if code else {})


def _say(row: Message, event: str, more: dict[str, object]) -> None:
    said = {"message": row.pk, "template": row.template, "lang": row.lang, **more}
    acts.record(access.system(row.matter.agency), row.matter, event, data=said)
