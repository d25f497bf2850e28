"""The installation's own secrets: made once, kept in the data folder, for its owner's eyes only."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from watchroom.site.trouble import Trouble

SECRET, OLD = "WATCHROOM_SECRET", "WATCHROOM_OLD_SECRETS"
NAMES = (SECRET,)


def load_keys(data: Path) -> dict[str, str]:
    """The secrets in `data/secrets.json`; those that are missing are made and written first."""
    with _kept(data) as keys:
        for name in NAMES:
            keys.setdefault(name, secrets.token_urlsafe(48))
    return keys


def rotate(data: Path) -> None:
    """A new secret; the one before it still opens what it closed.

    Running processes know nothing of it until they are started again.
    """
    with _kept(data) as keys:
        old = [keys[SECRET], *keys.get(OLD, "").split()] if SECRET in keys else []
        keys |= {SECRET: secrets.token_urlsafe(48), OLD: " ".join(old)}


def forget_old(data: Path) -> int:
    """Retired secrets go for good; how many. Only after everything was sealed anew."""
    with _kept(data) as keys:
        return len(keys.pop(OLD, "").split())


def rotate_trail_key(data: Path) -> str:
    """The trail's signing key is put aside under today's name, the next export makes a new one.

    Files exported before carry their own public key and are verified as ever.
    """
    path = data / "trail-key.pem"
    aside = data / f"trail-key-until-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.pem"
    if path.exists():
        path.rename(aside)
    return aside.name


@contextmanager
def _kept(data: Path) -> Iterator[dict[str, str]]:
    """The secrets to read and to change: locked, and written whole if anything changed.

    Processes that are started together must agree on one secret.
    """
    path = data / "secrets.json"
    with (data / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = _read(path)
        before = dict(keys)
        yield keys
        if keys != before:
            _write(path, keys)


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Trouble(
            f"读不懂密钥文件 {path}（{error}）："
            "请从备份恢复，或移走它让系统重建（所有人需重新登录）。",
            f"The secrets file {path} cannot be read ({error}): restore it from a backup, or move "
            "it away and a new one is made (everybody signs in again).",
        ) from error


def _write(path: Path, keys: dict[str, str]) -> None:
    """Written beside and renamed: a crash leaves the old file or the new one."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(keys, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
