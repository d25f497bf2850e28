"""Telling an organ of a hazard: by its webhook or by e-mail; else it is printed or fetched.

What goes out is the notice as it was when the hazard was sent: never who lives there.
"""

import json

from django.conf import settings
from django.core.mail import EmailMessage

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts, outward
from watchroom.kernel.access import system

from .. import rules
from ..models import Notice

BY_ITSELF = ("webhook", "email")
"""Channels that need nobody's hand."""


class NotTold(Exception):
    """It did not arrive; the text says why. The job tries again."""


def tell(notice_id: int) -> None:
    """Tell it once; raises NotTold where it did not arrive, having written that down."""
    notice = Notice.objects.select_related("organ", "hazard__matter").get(pk=notice_id)
    if notice.told_at is not None or notice.channel not in BY_ITSELF:
        return
    try:
        SENDERS[notice.channel](notice)
    except (NotTold, Refusal) as error:
        _write(notice, str(error)[:120])
        raise NotTold(str(error)) from error
    _write(notice, "")


def _write(notice: Notice, trouble: str) -> None:
    told = None if trouble else now()
    Notice.objects.filter(pk=notice.pk).update(told_at=told, trouble=trouble)
    if trouble == notice.trouble and trouble:
        return  # the same trouble again is no news
    event = "not_told" if trouble else "told"
    data = {"organ": notice.organ.key, "channel": notice.channel}
    acts.record(system(), notice.hazard.matter, event, data=data)


def _post(notice: Notice) -> None:
    body = json.dumps({"event": "hazard.sent", **notice.record}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": f"{notice.pk}"}
    try:
        status = outward.post(notice.organ.address, body, headers)
    except outward.Unreached as error:
        raise NotTold(str(error)) from error
    if not 200 <= status < 300:
        raise NotTold(f"HTTP {status}")


def _mail(notice: Notice) -> None:
    if not settings.EMAIL_HOST:
        raise NotTold("WATCHROOM_MAIL")
    record = notice.record
    subject = f"安全隐患移送函 Notice of a hazard {record['number']}"
    message = EmailMessage(subject, letter(notice), to=[notice.organ.address])
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors
        raise NotTold(type(error).__name__) from error


def letter(notice: Notice) -> str:
    """The notice in words, both languages."""
    record = notice.record
    lines = [
        Text("隐患：{v}", "Hazard: {v}").format(v=record["title"]),
        Text("类型：{v}", "Kind: {v}").format(v=rules.HAZARDS[record["kind"]]),
        Text("等级：{v}", "Grade: {v}").format(v=rules.GRADES[record["grade"]]),
        Text("地点：{v}", "Place: {v}").format(v=record["place"] or "-"),
        Text("情况：{v}", "More: {v}").format(v=record["words"] or "-"),
        Text("移送单位：{v}", "Sent by: {v}").format(v=record["agency"]),
    ]
    chinese = "\n".join(line.zh for line in lines)
    english = "\n".join(line.en for line in lines)
    return f"{record['number']}\n\n{chinese}\n\n{english}\n"


SENDERS = {"webhook": _post, "email": _mail}
