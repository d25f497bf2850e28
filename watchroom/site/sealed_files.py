"""Encrypted streams for backups: whoever writes one needs a public key only and cannot read it.

X25519 with a key of its own for each file, HKDF-SHA256, AES-256-GCM in pieces of 1 MiB. The nonce
counts the pieces and marks the last (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár,
CRYPTO 2015), so that a piece left out, moved or cut off is found. That a file is *yours* it does
not show: the signed heads of the trail do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchroom.site.trouble import Trouble

MAGIC = b"watchroom sealed 1\n"
PIECE, TAG = 1 << 20, 16
PRIVATE, PUBLIC = "backup-key.private", "backup-key.public"
MADE = (
    "新建了备份密钥。请把 {path} 复制到别处妥善保管：没有它，任何备份都读不出来；"
    "保管好以后可以从本机删除。",
    "A backup key was made. Copy {path} to a safe place elsewhere: without it no backup can be "
    "read. Then it may be deleted on this machine.",
)


def public_key(data: Path) -> tuple[X25519PublicKey, str]:
    """To whom backups are sealed, and where the private half was written if it was made now."""
    path = data / PUBLIC
    if path.exists():
        return X25519PublicKey.from_public_bytes(_hex(path)), ""
    private = X25519PrivateKey.generate()
    secret = data / PRIVATE
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(private.private_bytes_raw().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    path.write_text(private.public_key().public_bytes_raw().hex() + "\n")
    return private.public_key(), str(secret)


def private_key(path: Path) -> X25519PrivateKey:
    """The key that reads backups, from its file."""
    try:
        return X25519PrivateKey.from_private_bytes(_hex(path))
    except OSError as error:
        raise Trouble(
            f"读不到备份密钥 {path}（{error.strerror}）：请用 --key 指出它在哪里。",
            f"The backup key {path} cannot be read ({error.strerror}): say with --key where it is.",
        ) from error


def _hex(path: Path) -> bytes:
    try:
        raw = bytes.fromhex(path.read_text().strip())
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise Trouble(f"{path} 不是备份密钥。", f"{path} is not a backup key.")
    return raw


def fingerprint(key: X25519PublicKey) -> str:
    """Short words for a public key: 16 hex digits."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def seal(source: BinaryIO, to: X25519PublicKey) -> Iterator[bytes]:
    """The pieces of the sealed form of what `source` holds."""
    own = X25519PrivateKey.generate()
    cipher = _cipher(own.exchange(to), own.public_key(), to)
    yield MAGIC + bytes.fromhex(fingerprint(to)) + own.public_key().public_bytes_raw()
    number, piece = 0, _read(source)
    while True:
        following = _read(source) if len(piece) == PIECE else b""
        last = not following
        yield cipher.encrypt(_nonce(number, last), piece, None)
        if last:
            return
        number, piece = number + 1, following


def unseal(source: BinaryIO, key: X25519PrivateKey, name: str) -> Iterator[bytes]:
    """What was sealed, piece by piece. Trouble for another key and for anything changed."""
    head = source.read(len(MAGIC) + 8 + 32)
    if not head.startswith(MAGIC) or len(head) != len(MAGIC) + 40:
        raise _changed(name)
    wanted, own = head[len(MAGIC) : -32].hex(), X25519PublicKey.from_public_bytes(head[-32:])
    mine = key.public_key()
    if wanted != fingerprint(mine):
        raise Trouble(
            f"这把备份密钥（{fingerprint(mine)}）打不开 {name}：它是用 {wanted} 加密的。",
            f"This backup key ({fingerprint(mine)}) does not open {name}: it was sealed for "
            f"{wanted}.",
        )
    cipher = _cipher(key.exchange(own), own, mine)
    number, piece = 0, _read(source, PIECE + TAG)
    while True:
        following = _read(source, PIECE + TAG) if len(piece) == PIECE + TAG else b""
        last = not following
        try:
            yield cipher.decrypt(_nonce(number, last), piece, None)
        except InvalidTag:
            raise _changed(name) from None
        if last:
            return
        number, piece = number + 1, following


def _cipher(shared: bytes, own: X25519PublicKey, to: X25519PublicKey) -> AESGCM:
    salt = own.public_bytes_raw() + to.public_bytes_raw()
    return AESGCM(HKDF(SHA256(), 32, salt, b"watchroom backup 1").derive(shared))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _read(source: BinaryIO, size: int = PIECE) -> bytes:
    """Exactly so many bytes unless the end comes first: a pipe gives less at a time."""
    parts, left = [], size
    while left and (part := source.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _changed(name: str) -> Trouble:
    return Trouble(
        f"{name} 已损坏或被改动：请换另一个备份。",
        f"{name} is damaged or was changed: use another backup.",
    )
