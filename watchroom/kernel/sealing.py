"""Secrets that must be read again (they sign or generate codes) lie encrypted in the database.

Under this installation's key, separately for each purpose; retired keys still open what they
closed, until everything is sealed anew (`reseal`). What only has to be compared is hashed instead.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import models, transaction

from . import ciphers
from .registry import registry


@dataclass(frozen=True)
class Sealed:
    """A column of sealed secrets. A domain names its own in `models.SEALED`."""

    model: type[models.Model]
    column: str
    purpose: str


def seal(purpose: str, secret: str) -> str:
    """The secret as it is kept."""
    key = next(_keys(purpose))
    return ciphers.CIPHERS[settings.WATCHROOM_SEAL].seal(key, secret.encode())


def unseal(purpose: str, kept: str) -> str:
    """The secret that was kept. Raises cryptography's InvalidToken under another key."""
    cipher = ciphers.of(kept)
    for key in _keys(purpose):
        try:
            return cipher.unseal(key, kept).decode()
        except InvalidToken:
            continue
    raise InvalidToken


@transaction.atomic
def reseal() -> int:
    """Seal everything that is kept anew, under the newest key and the cipher of today; how many.

    One transaction: afterwards no retired key is needed, or nothing has changed.
    """
    return sum(_reseal(one) for one in everywhere())


def everywhere() -> Iterator[Sealed]:
    """Every column of sealed secrets there is."""
    from .models import Staff, SubjectRequest, Webhook  # noqa: PLC0415 - models seal with this module

    yield Sealed(Staff, "totp_secret", "totp")
    yield Sealed(Webhook, "secret", "webhook")
    yield Sealed(SubjectRequest, "sought", "subject")
    for domain in registry.domains.values():
        yield from domain.part("models", "SEALED", ())


def _reseal(one: Sealed) -> int:
    rows = one.model._default_manager.select_for_update().exclude(**{one.column: ""})
    found = list(rows.values_list("pk", one.column))
    for key, kept in found:
        fresh = seal(one.purpose, unseal(one.purpose, kept))
        one.model._default_manager.filter(pk=key).update(**{one.column: fresh})
    return len(found)


def _keys(purpose: str) -> Iterator[bytes]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield hashlib.sha256(f"watchroom.{purpose}:{key!s}".encode()).digest()
