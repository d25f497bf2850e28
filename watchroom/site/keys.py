"""The installation's own secrets: made once, kept in the data folder, for its owner's eyes only."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path

from watchroom.site.trouble import Trouble

NAMES = ("WATCHROOM_SECRET",)


def load_keys(data: Path) -> dict[str, str]:
    """The secrets in `data/secrets.json`; those that are missing are made and written first."""
    path = data / "secrets.json"
    with (data / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # processes started together must agree on one secret
        keys = _read(path)
        missing = [name for name in NAMES if name not in keys]
        if missing:
            keys |= {name: secrets.token_urlsafe(48) for name in missing}
            _write(path, keys)
    return keys


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
