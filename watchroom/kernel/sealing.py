"""Secrets that must be read again (they sign or generate codes) lie encrypted in the database.

Under this installation's key, separately for each purpose; retired keys still open what they
closed. What only has to be compared is hashed instead.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(purpose: str, secret: str) -> str:
    """The secret as it is kept."""
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(purpose: str, kept: str) -> str:
    """The secret that was kept. Raises cryptography's InvalidToken under another key."""
    return _box(purpose).decrypt(kept.encode()).decode()


def _box(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"watchroom.{purpose}:{key!s}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
