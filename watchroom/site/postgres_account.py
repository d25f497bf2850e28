"""Under which system account PostgreSQL runs, and which folders that account can reach.

PostgreSQL refuses to run as root. Started by root, it runs as `nobody` (or an account `watchroom`
where one exists), which owns only the database's own subfolder. No parent folder is ever opened up:
where the account cannot get through, the files go to /var/lib/watchroom instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from watchroom.site.postgres_binaries import Binaries, version_of
from watchroom.site.trouble import Trouble

ELSEWHERE = Path("/var/lib/watchroom")


@dataclass(frozen=True)
class Account:
    """The system account the server runs under; `switch` is False when that is who we are."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, object]:
        """Arguments for subprocess that give up root; empty for an ordinary user."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self.switch:
            os.chown(folder, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Asked of the system itself, so that ACLs and mount options count."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        asked = subprocess.run(  # noqa: S603 - fixed program
            ["/bin/sh", "-c", 'cd "$1" 2>/dev/null', "sh", str(folder)],
            check=False,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )
        return asked.returncode == 0


def current_user() -> str:
    """The name of the account this process runs under; PostgreSQL signs it in by that name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Trouble(
            f"当前用户编号 {os.geteuid()} 在系统中没有账户名，内置数据库无法启动："
            "请建账户或设置 DATABASE_URL。",
            f"User id {os.geteuid()} has no account name on this system, so the embedded database "
            "cannot start: add an account or set DATABASE_URL.",
        ) from None


def account() -> Account:
    name = current_user()
    if os.geteuid() != 0:
        return Account(name, os.geteuid(), os.getegid(), switch=False)
    for name in ("watchroom", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, switch=True)
    raise Trouble(
        "以 root 启动内置数据库需要系统账户 nobody 或 watchroom：请新建一个，或用普通用户启动。",
        "Starting the embedded database as root needs the account nobody or watchroom: "
        "add one, or start as an ordinary user.",
    )


def elsewhere(who: Account, *parts: str) -> Path:
    """A folder under /var/lib/watchroom, for what root keeps where the account cannot go."""
    folder = ELSEWHERE.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unreachable(folder, error.strerror or "") from error
    if not who.can_enter(folder):
        raise _unreachable(folder, "no permission")
    return folder


def reachable_binaries(found: Binaries, who: Account) -> Binaries:
    """The same programs at a place the account can run them from, copied there once if need be."""
    if not who.switch or version_of(found.root / "bin" / "postgres", who.uid):
        return found
    home = elsewhere(who) / f"postgresql-{found.version}"
    if not home.exists():
        fresh = home.with_name(f"{home.name}.{os.getpid()}")
        shutil.copytree(found.root, fresh, symlinks=True)
        fresh.rename(home)
    return Binaries(home, found.version)


def _unreachable(folder: Path, reason: str) -> Trouble:
    return Trouble(
        f"以 root 启动时数据库需要一个普通账户能进入的文件夹，而 {folder} 不行（{reason}）："
        "请用 WATCHROOM_DATA 指定一个，或用普通用户启动。",
        f"Started by root, the database needs a folder that an ordinary account can enter, and "
        f"{folder} is not one ({reason}): name one with WATCHROOM_DATA, or start as an ordinary "
        "user.",
    )
