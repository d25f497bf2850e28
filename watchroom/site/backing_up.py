"""Backups: the database as one pg_dump archive, documents and secrets beside it, a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from watchroom.site.database_url import reach
from watchroom.site.postgres import data_folder
from watchroom.site.postgres_binaries import binaries
from watchroom.site.postgres_cluster import environment
from watchroom.site.trouble import Trouble

DATABASE = "database.dump"
DOCUMENTS = "documents.tar"
SECRETS = "secrets.json"
MANIFEST = "manifest.json"


def backup(folder: Path | None = None) -> Path:
    """Write a backup and return its folder. The manifest comes last: without it, not a backup."""
    data = data_folder()
    now = datetime.now(UTC)
    folder = folder or data / "backups" / now.strftime("%Y%m%dT%H%M%SZ")
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise Trouble(
            f"{folder} 已存在：请给备份另选一个新文件夹。",
            f"{folder} exists already: choose a new folder for the backup.",
        ) from None
    url = os.environ["DATABASE_URL"]
    left_out = (
        "--exclude-schema=figures"  # made anew by `watchroom views`; its readers are no roles
    )
    _run("pg_dump", "--format=custom", left_out, f"--file={folder / DATABASE}", url)
    _pack(data / "documents", folder / DOCUMENTS)
    if (data / SECRETS).exists():
        shutil.copy2(data / SECRETS, folder / SECRETS)
    files = {p.name: _fingerprint(p) for p in sorted(folder.iterdir())}
    manifest = {"made_at": now.isoformat(), "watchroom": _version(), "postgresql": reach(url)}
    (folder / MANIFEST).write_text(json.dumps({**manifest, "sha256": files}, indent=1))
    return folder


def restore(folder: Path) -> None:
    """Put a backup into an empty database; refuses a damaged backup and a database in use."""
    _verified_manifest(folder)
    url = os.environ["DATABASE_URL"]
    if _tables(url):
        raise Trouble(
            "目标数据库不是空的：请用新的 WATCHROOM_DATA 或空的 DATABASE_URL 来恢复。",
            "The database is not empty: restore into a new WATCHROOM_DATA or an empty "
            "DATABASE_URL.",
        )
    _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(folder / DATABASE))
    data = data_folder()
    with tarfile.open(folder / DOCUMENTS) as archive:
        archive.extractall(data / "documents", filter="data")
    if (folder / SECRETS).exists():
        shutil.copy2(folder / SECRETS, data / SECRETS)


def _verified_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        wrong = [n for n, seen in manifest["sha256"].items() if _fingerprint(folder / n) != seen]
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(folder, str(error)) from error
    if wrong:
        raise _damaged(folder, ", ".join(wrong))
    return manifest


def _damaged(folder: Path, detail: str) -> Trouble:
    return Trouble(
        f"{folder} 不是完整的备份（{detail}）：请换另一个备份。",
        f"{folder} is not a complete backup ({detail}): use another one.",
    )


def _tables(url: str) -> int:
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return int(row.fetchone()[0])  # type: ignore[index]


def _run(program: str, *arguments: str) -> None:
    command = [binaries().program(program), *arguments]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message"
        raise Trouble(f"{program} 没有成功：{said}。", f"{program} did not succeed: {said}.")


def _pack(source: Path, target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        if source.is_dir():
            archive.add(source, arcname=".")


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version() -> str:
    try:
        return version("watchroom")
    except PackageNotFoundError:
        return "source"
