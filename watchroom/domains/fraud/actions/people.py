"""The secret behind the keys of people."""

import hashlib
from functools import cache

from django.conf import settings


@cache
def person_secret() -> bytes:
    """Derived from WATCHROOM_SECRET: whoever changes that gives people new keys from then on."""
    return hashlib.sha256(f"watchroom.fraud.person\n{settings.SECRET_KEY}".encode()).digest()
