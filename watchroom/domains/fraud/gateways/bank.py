"""Orders to a bank over HTTP: signed both ways, safe to send twice.

    POST <address>/orders          one order; its id is in the body and in `webhook-id`
    GET  <address>/orders/<id>     what has become of it

Every request and every answer is signed as Standard Webhooks describe it (HMAC-SHA256 over id, time
and body) with the secret shared with that bank. The answer is JSON: `order`, `result` (received,
done or refused), and where it is done `amount_fen` and `receipt`. A bank that hears an id again
answers what it answered before. An answer that is not signed, too old, or about another order is no
answer: the order is tried again and, when time is up, seen as unanswered.
"""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from watchroom.kernel import outward
from watchroom.kernel.webhooks import sign

LONGEST = 16 * 1024
FRESH = 300
"""Seconds that the clocks of the two may differ, as Standard Webhooks recommend."""

RECEIVED, DONE, REFUSED = "received", "done", "refused"


class NoAnswer(Exception):
    """The bank gave no answer that can be believed; the text says why, without its content."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bank says of an order. `amount` is fen."""

    result: str
    amount: int | None = None
    receipt: str = ""
    reason: str = ""


def send(address: str, secret: str, order: UUID, body: Mapping[str, Any]) -> Answer:
    """Give an order, or give it again. NoAnswer where it is not known to have arrived."""
    said = json.dumps({"order": str(order), **body}, ensure_ascii=False).encode()
    return _exchange("POST", f"{address.rstrip('/')}/orders", secret, order, said)


def ask(address: str, secret: str, order: UUID) -> Answer:
    """What has become of an order. NoAnswer as `send`."""
    return _exchange("GET", f"{address.rstrip('/')}/orders/{order}", secret, order, b"")


def _exchange(method: str, url: str, secret: str, order: UUID, body: bytes) -> Answer:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "Watchroom",
        **sign(secret, str(order), int(time.time()), body),
    }
    try:
        reply = outward.exchange(method, url, body or None, headers, most=LONGEST)
    except outward.Unreached as error:
        raise NoAnswer(str(error)) from error
    if reply.status not in (200, 201, 202):
        raise NoAnswer(f"HTTP {reply.status}")
    verify(secret, order, reply.headers, reply.body)
    return _read(order, reply.body)


def verify(secret: str, order: UUID, headers: Mapping[str, str], body: bytes) -> None:
    """NoAnswer unless the body is signed with the secret, for this order, just now."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > FRESH:
        raise NoAnswer("the answer is not of now")
    wanted = sign(secret, str(order), int(stamp), body)["webhook-signature"]
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given):
        raise NoAnswer("the answer is not signed by the bank")


def _read(order: UUID, body: bytes) -> Answer:
    try:
        said = json.loads(body)
        answer = Answer(
            result=str(said["result"]),
            amount=said.get("amount_fen"),
            receipt=str(said.get("receipt", ""))[:60],
            reason=str(said.get("reason", ""))[:80],
        )
        about = UUID(str(said["order"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoAnswer("the answer cannot be read") from error
    amount = answer.amount
    whole = amount is None or (isinstance(amount, int) and not isinstance(amount, bool))
    if about != order or answer.result not in (RECEIVED, DONE, REFUSED) or not whole:
        raise NoAnswer("the answer is not about this order")
    return answer
