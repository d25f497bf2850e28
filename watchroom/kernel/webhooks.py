"""Telling others what happened, as it is written in the trail.

Acts know nothing of it and wait for nobody: the worker reads the trail in stream order from where
each subscription stands, so nothing is missed and nothing told twice, and a job delivers each
event: signed, tried again with growing pauses, its state visible. No personal data goes out: which
matter, which step, when; who wants to know more asks the interface, with a token.

Signed as Standard Webhooks (standardwebhooks.com) describe it:
webhook-signature = "v1," + base64(HMAC-SHA256(secret, id + "." + timestamp + "." + body)).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, audit, outward, sealing
from .access import Actor, NotFound
from .models import Agency, Entry, Webhook, WebhookDelivery

PERMISSION = "tokens.manage"
PAUSES = (10, 60, 300, 1800, 7200, 21600, 43200, 86400)
"""Seconds before the next try; after the last one it is given up."""
PAGE = 200
SEALED = "webhook"
SILENT = ("*.personal_read", "token.*", "staff.*", "kernel.*", "webhook.*")
"""Who read what and who may do what is told to nobody outside."""


# -- managing --------------------------------------------------------------------------------


@transaction.atomic
def subscribe(
    actor: Actor, name: str, url: str, events: Iterable[str], agency: Agency
) -> tuple[Webhook, str]:
    """A subscription and its secret, which is shown once. Events from now on."""
    access.require_in(actor, PERMISSION, agency.pk)
    wanted = sorted({event.strip() for event in events if event.strip()})
    if not name.strip() or not wanted:
        raise Refusal(Text("请填写名称和事件", "Give a name and at least one event"))
    parts = outward.check_url(url)
    try:
        outward.resolve(parts)
    except outward.Unreached as error:
        raise Refusal(
            Text(f"找不到主机 {parts.hostname}", f"The host {parts.hostname} is not found"),
            code="address",
        ) from error
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    hook = Webhook.objects.create(
        name=name.strip()[:80],
        url=url,
        events=wanted,
        agency=agency,
        secret=sealing.seal(SEALED, secret),
        created_by_id=actor.staff_id,
        created_at=now(),
        xid=_here(),
    )
    _note(actor, hook, "webhook.subscribed", events=wanted)
    return hook, secret


def managed(actor: Actor) -> QuerySet[Webhook]:
    """The subscriptions the actor may see and end."""
    rows = Webhook.objects.select_related("agency").order_by("-created_at")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(PERMISSION))


def find(actor: Actor, webhook_id: int) -> Webhook:
    """One of them; NotFound says the same for absent and forbidden."""
    hook = managed(actor).filter(pk=webhook_id).first()
    if hook is None:
        raise NotFound
    return hook


@transaction.atomic
def pause(actor: Actor, webhook_id: int) -> Webhook:
    """Hold everything back; nothing is lost, it is told after `resume`."""
    hook = find(actor, webhook_id)
    if Webhook.objects.filter(pk=hook.pk, paused_at=None).update(paused_at=now()):
        _note(actor, hook, "webhook.paused")
    return find(actor, webhook_id)


@transaction.atomic
def resume(actor: Actor, webhook_id: int) -> Webhook:
    """Tell again, beginning with what was held back."""
    hook = find(actor, webhook_id)
    if Webhook.objects.filter(pk=hook.pk).exclude(paused_at=None).update(paused_at=None):
        _note(actor, hook, "webhook.resumed")
        for pk in hook.deliveries.filter(state="waiting").values_list("pk", flat=True):
            deliver.defer(delivery_id=pk)
    return find(actor, webhook_id)


@transaction.atomic
def end(actor: Actor, webhook_id: int) -> Webhook:
    """Tell nothing more, ever."""
    hook = find(actor, webhook_id)
    if Webhook.objects.filter(pk=hook.pk, ended_at=None).update(ended_at=now()):
        _note(actor, hook, "webhook.ended")
    return find(actor, webhook_id)


@transaction.atomic
def try_again(actor: Actor, delivery_id: int) -> WebhookDelivery:
    """Try a delivery that was given up once more, from the first pause on."""
    row = WebhookDelivery.objects.filter(pk=delivery_id, webhook__in=managed(actor)).first()
    if row is None:
        raise NotFound
    given_up = WebhookDelivery.objects.filter(pk=row.pk, state="given_up")
    if given_up.update(state="waiting", attempts=0, next_at=now(), done_at=None):
        deliver.defer(delivery_id=row.pk)
    row.refresh_from_db()
    return row


def _note(actor: Actor, hook: Webhook, event: str, **data: Any) -> None:
    said = {"webhook": hook.pk, "name": hook.name, "url": hook.url, **data}
    audit.note(event, actor=actor, agency_id=hook.agency_id, data=said)


# -- following the trail ---------------------------------------------------------------------

_HERE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_AFTER = """
SELECT e.id, e.xid::text::bigint, e.event FROM kernel_entry e
LEFT JOIN kernel_matter m ON m.id = e.matter_id
JOIN kernel_agency a ON a.id = e.agency_id
WHERE (e.xid, e.id) > (%(xid)s::text::xid8, %(entry)s)
  AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
  AND a.path LIKE %(path)s AND m.sealed IS NOT TRUE
ORDER BY e.xid, e.id LIMIT %(page)s
"""


def _here() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        return int(cursor.fetchone()[0])


def follow() -> int:
    """Make the deliveries of what has happened since the last look; returns how many.

    Called by every worker every second; a subscription another worker reads now is skipped.
    """
    made = 0
    for pk in Webhook.objects.filter(ended_at=None).values_list("pk", flat=True):
        made += _follow(pk)
    return made


@transaction.atomic
def _follow(webhook_id: int) -> int:
    rows = Webhook.objects.select_for_update(skip_locked=True, of=("self",))
    hook = rows.select_related("agency").filter(pk=webhook_id, ended_at=None).first()
    if hook is None:
        return 0
    beyond = _here()
    with connection.cursor() as cursor:
        where: dict[str, str | int] = {
            "xid": str(hook.xid),
            "entry": hook.entry,
            "path": f"{hook.agency.path}%",
            "page": PAGE,
        }
        cursor.execute(_AFTER, where)
        entries = cursor.fetchall()
    # A page that is not full was the end: what lies before `beyond` need not be read again.
    last = (entries[-1][1], entries[-1][0]) if len(entries) == PAGE else (beyond, 0)
    Webhook.objects.filter(pk=hook.pk).update(xid=last[0], entry=last[1])
    told = [(pk, event) for pk, _, event in entries if wants(hook.events, event)]
    moment = now()
    made = WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(webhook=hook, entry_id=pk, event=event, made_at=moment, next_at=moment)
            for pk, event in told
        ]
    )
    for row in made:
        deliver.defer(delivery_id=row.pk)
    return len(made)


def wants(patterns: Iterable[str], event: str) -> bool:
    """Whether an event is one of those subscribed to, and may be told at all."""
    if any(fnmatchcase(event, silent) for silent in SILENT):
        return False
    return any(fnmatchcase(event, pattern) for pattern in patterns)


# -- delivering ------------------------------------------------------------------------------


@app.task(name="watchroom.webhook", queue="webhooks")
def deliver(delivery_id: int) -> None:
    """Try once; if it fails, the next try is another job, later. Doing it twice does no harm."""
    row = WebhookDelivery.objects.select_related("webhook", "entry__matter", "entry__agency").get(
        pk=delivery_id
    )
    if row.state != "waiting" or row.webhook.paused_at or row.webhook.ended_at:
        return
    status, error = _attempt(row)
    row.attempts, row.status, row.error = row.attempts + 1, status, error[:200]
    if status is not None and 200 <= status < 300:
        row.state, row.done_at, row.next_at = "delivered", now(), None
    elif row.attempts > len(PAUSES) or status == 410:
        row.state, row.done_at, row.next_at = "given_up", now(), None
    else:
        row.next_at = now() + timedelta(seconds=PAUSES[row.attempts - 1])
    with transaction.atomic():
        row.save(update_fields=["attempts", "status", "error", "state", "done_at", "next_at"])
        if row.next_at:
            deliver.configure(schedule_at=row.next_at).defer(delivery_id=row.pk)


def _attempt(row: WebhookDelivery) -> tuple[int | None, str]:
    body = json.dumps(message(row.entry), ensure_ascii=False, separators=(",", ":")).encode()
    secret = sealing.unseal(SEALED, row.webhook.secret)
    headers = sign(secret, f"msg_{row.pk}", int(time.time()), body)
    try:
        status = outward.post(
            row.webhook.url,
            body,
            {"Content-Type": "application/json", "User-Agent": "Watchroom", **headers},
        )
    except outward.Unreached as error:
        return None, str(error)
    except Refusal as refusal:
        return None, refusal.say("en")
    return status, "" if 200 <= status < 300 else f"HTTP {status}"


def message(entry: Entry) -> dict[str, Any]:
    """What is told: never words, names, numbers of callers or reasons."""
    matter = entry.matter
    return {
        "type": entry.event,
        "timestamp": entry.occurred_at.isoformat(),
        "data": {
            "entry": entry.pk,
            "entered_at": entry.entered_at.isoformat(),
            "agency": entry.agency.code,
            "matter": matter.pk if matter else None,
            "number": matter.number if matter else None,
            "kind": matter.kind if matter else None,
            "state": entry.to_state or None,
            "version": entry.matter_version,
            "priority": matter.priority if matter else None,
        },
    }


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that say what, when, and that it is from us."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{message_id}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{digest}",
    }
