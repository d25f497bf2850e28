"""The ciphers that sealed secrets may lie under: the usual one, and the one an operator may have to
use (SM4, GB/T 32907). Both authenticated, both from OpenSSL through `cryptography`; what is kept
says which it is, so that changing the setting leaves everything readable.

The trail's chains hash with SM3 (GB/T 32905) where WATCHROOM_CHAIN_HASH says so. There is no SM2:
`cryptography` has none, and a signature of our own making would be worth less than Ed25519.
"""

import base64
import os
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers import Cipher as Block
from cryptography.hazmat.primitives.ciphers import algorithms, modes

NONCE, TAG = 12, 16


class Cipher(Protocol):
    """One way to seal. Keys are 32 bytes; a wrong key or a changed text is InvalidToken."""

    def seal(self, key: bytes, secret: bytes) -> str:
        """What is kept."""

    def unseal(self, key: bytes, kept: str) -> bytes:
        """What was sealed."""


class Usual:
    """AES-128-CBC and HMAC-SHA256, as Fernet puts them together."""

    def seal(self, key: bytes, secret: bytes) -> str:
        return Fernet(base64.urlsafe_b64encode(key)).encrypt(secret).decode()

    def unseal(self, key: bytes, kept: str) -> bytes:
        return Fernet(base64.urlsafe_b64encode(key)).decrypt(kept.encode())


class National:
    """SM4-GCM with a random nonce; the key is the first half of the 32 bytes."""

    mark = "sm4:"

    def seal(self, key: bytes, secret: bytes) -> str:
        nonce = os.urandom(NONCE)
        work = Block(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        body = work.update(secret) + work.finalize()
        return self.mark + base64.urlsafe_b64encode(nonce + work.tag + body).decode()

    def unseal(self, key: bytes, kept: str) -> bytes:
        try:
            raw = base64.urlsafe_b64decode(kept.removeprefix(self.mark))
            nonce, tag, body = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
            work = Block(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
            return work.update(body) + work.finalize()
        except (InvalidTag, ValueError) as error:
            raise InvalidToken from error


CIPHERS: Mapping[str, Cipher] = {"aes": Usual(), "sm4": National()}


def of(kept: str) -> Cipher:
    """The cipher something was sealed with."""
    return CIPHERS["sm4" if kept.startswith(National.mark) else "aes"]
