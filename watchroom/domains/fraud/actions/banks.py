"""The banks that orders go to, and the secret shared with each."""

import base64
import secrets
from datetime import timedelta

from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts, outward, sealing, tokens
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency

from ..flow.permissions import ANSWER, CONFIGURE
from ..models.measures import Bank

SEALED = "fraud.bank"
HOLDS = timedelta(days=365)
"""How long the key of a bank's machine holds."""


@transaction.atomic
def set_bank(
    actor: Actor,
    code: str,
    *,
    name: str,
    name_en: str = "",
    url: str = "",
    renew_secret: bool = False,
    ended: bool = False,
) -> tuple[Bank, str]:
    """Enter a bank or change it. The new secret is told this once, where one was made."""
    access.require(actor, CONFIGURE)
    if not code.strip() or not name.strip():
        raise Refusal(Text("请写明银行代码和名称", "Give the bank a code and a name"))
    if url:
        outward.check_url(url)
    bank = Bank.objects.filter(code=code.strip()).first() or Bank(code=code.strip())
    bank.name, bank.name_en, bank.url = name.strip(), name_en.strip(), url.strip()
    bank.ended_at = (bank.ended_at or now()) if ended else None
    secret = ""
    if bank.url and (renew_secret or not bank.secret):
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        bank.secret = sealing.seal(SEALED, secret)
    bank.save()
    said = {"bank": bank.code, "connected": bool(bank.url), "ended": ended, "secret": bool(secret)}
    acts.happened(actor, "fraud.bank.set", actor.agency_id, data=said)
    return bank, secret


@transaction.atomic
def give_token(actor: Actor, code: str) -> tuple[Bank, str]:
    """A key with which the bank's machine answers its own orders and does nothing else.

    Told this once; one that it had before ends now.
    """
    access.require(actor, CONFIGURE)
    bank = Bank.objects.select_for_update(of=("self",)).filter(code=code, ended_at=None).first()
    if bank is None:
        raise NotFound
    before, agency = bank.token_id, Agency.objects.get(pk=actor.agency_id)
    bank.token, secret = tokens.create(
        actor, f"{bank.code} {bank.name}"[:80], agency, [ANSWER], now() + HOLDS
    )
    bank.save(update_fields=["token"])
    if before:
        tokens.revoke(actor, before)
    return bank, secret


def secret_of(bank: Bank) -> str:
    """What is signed with."""
    return sealing.unseal(SEALED, bank.secret)
