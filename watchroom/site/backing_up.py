"""Backups: the database as one pg_dump archive, documents and secrets beside it, a manifest.

Every part is sealed (`sealed_files`) on its way out: nothing readable is written anywhere, and the
machine that makes backups cannot read old ones once the private key has left it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any, cast

from watchroom.site import sealed_files
from watchroom.site.backup_store import Store, copy, store
from watchroom.site.database_url import reach
from watchroom.site.postgres import data_folder
from watchroom.site.postgres_binaries import binaries
from watchroom.site.postgres_cluster import environment
from watchroom.site.trouble import Trouble

DATABASE = "database.dump.sealed"
DOCUMENTS = "documents.tar.sealed"
SECRETS = "secrets.tar.sealed"
MANIFEST = "manifest.json"
KEPT_SECRETS = ("secrets.json", "trail-key.pem")


def backup(where: str = "") -> str:
    """Write a backup and say where. The manifest comes last: without it, not a backup."""
    data, now = data_folder(), datetime.now(UTC)
    where = where or str(data / "backups" / now.strftime("%Y%m%dT%H%M%SZ"))
    target = store(where)
    if target.names():
        raise Trouble(
            f"{where} 里已有内容：请给备份另选一个新位置。",
            f"{where} holds something already: choose a new place for the backup.",
        )
    key, made = sealed_files.public_key(data)
    sums: dict[str, str] = {}
    url = os.environ["DATABASE_URL"]
    with _output("pg_dump", "--format=custom", url) as dump:
        _put(target, DATABASE, sealed_files.seal(cast(Any, dump), key), sums)
    documents = [data / "documents"]
    for name, paths in ((DOCUMENTS, documents), (SECRETS, [data / n for n in KEPT_SECRETS])):
        with _packed(paths, data) as packed:
            _put(target, name, sealed_files.seal(cast(Any, packed), key), sums)
    manifest = {"made_at": now.isoformat(), "watchroom": _version(), "postgresql": reach(url)}
    manifest |= {"sealed_for": sealed_files.fingerprint(key)}
    text = json.dumps({**manifest, "sha256": sums}, indent=1)
    target.put(MANIFEST, [text.encode()])
    return "\n".join([where, *(s.format(path=made) for s in sealed_files.MADE if made)])


def restore(where: str, key: Path | None = None) -> None:
    """Put a backup into an empty database; refuses a damaged backup and a database in use."""
    source, data = store(where), data_folder()
    private = sealed_files.private_key(key or data / sealed_files.PRIVATE)
    _check(source, where)
    url = os.environ["DATABASE_URL"]
    if _tables(url):
        raise Trouble(
            "目标数据库不是空的：请用新的 WATCHROOM_DATA 或空的 DATABASE_URL 来恢复。",
            "The database is not empty: restore into a new WATCHROOM_DATA or an empty "
            "DATABASE_URL.",
        )
    with tempfile.TemporaryDirectory(dir=data) as folder:
        dump = Path(folder) / "database.dump"
        with source.open(DATABASE) as sealed:
            copy(sealed_files.unseal(sealed, private, DATABASE), dump)
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(dump))
        unpack(source, DOCUMENTS, private, Path(folder), data)
        unpack(source, SECRETS, private, Path(folder), data)


def unpack(source: Store, name: str, private: Any, through: Path, target: Path) -> None:
    """Open a sealed archive of a store into a folder."""
    archive = through / name
    with source.open(name) as sealed:
        copy(sealed_files.unseal(sealed, private, name), archive)
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    archive.unlink()


def put_packed(target: Store, name: str, paths: Iterable[Path], base: Path, key: Any) -> None:
    """Seal an archive of these into a store."""
    with _packed(paths, base) as packed:
        target.put(name, sealed_files.seal(cast(Any, packed), key))


def _put(target: Store, name: str, pieces: Iterable[bytes], sums: dict[str, str]) -> None:
    seen = hashlib.sha256()

    def counted() -> Iterator[bytes]:
        for piece in pieces:
            seen.update(piece)
            yield piece

    target.put(name, counted())
    sums[name] = seen.hexdigest()


def _check(source: Store, where: str) -> dict[str, Any]:
    try:
        with source.open(MANIFEST) as file:
            manifest: dict[str, Any] = json.loads(file.read())
        wrong = [n for n, seen in manifest["sha256"].items() if _fingerprint(source, n) != seen]
    except (OSError, ValueError, KeyError, Trouble) as error:
        said = error.en if isinstance(error, Trouble) else str(error)
        raise _damaged(where, said) from error
    if wrong:
        raise _damaged(where, ", ".join(wrong))
    return manifest


def _damaged(where: str, detail: str) -> Trouble:
    return Trouble(
        f"{where} 不是完整的备份（{detail}）：请换另一个备份。",
        f"{where} is not a complete backup ({detail}): use another one.",
    )


def _tables(url: str) -> int:
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return int(row.fetchone()[0])  # type: ignore[index]


@contextmanager
def _output(program: str, *arguments: str) -> Iterator[IO[bytes]]:
    """What a program of PostgreSQL writes; Trouble where it does not succeed."""
    command = [binaries().program(program), *arguments]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command, env=environment(), stdout=subprocess.PIPE, stderr=said
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        try:
            yield _Whole(process, process.stdout, said, program)  # type: ignore[misc]
        finally:
            process.kill()
            process.wait()


class _Whole:
    """A pipe whose end counts only where the program that wrote it succeeded."""

    def __init__(
        self, process: subprocess.Popen[bytes], pipe: IO[bytes], said: IO[bytes], name: str
    ) -> None:
        self._process, self._pipe, self._said, self._name = process, pipe, said, name

    def read(self, size: int = -1) -> bytes:
        piece = self._pipe.read(size)
        if not piece and self._process.wait() != 0:
            self._said.seek(0)
            raise _failed(self._name, self._said.read().decode(errors="replace"))
        return piece


def _run(program: str, *arguments: str) -> None:
    command = [binaries().program(program), *arguments]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise _failed(program, done.stderr)


def _failed(program: str, stderr: str) -> Trouble:
    said = stderr.strip().splitlines()[-1] if stderr.strip() else "no message"
    return Trouble(f"{program} 没有成功：{said}。", f"{program} did not succeed: {said}.")


@contextmanager
def _packed(paths: Iterable[Path], base: Path) -> Iterator[IO[bytes]]:
    """An archive of what there is of these, from its beginning."""
    with tempfile.TemporaryFile(dir=base) as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for path in paths:
                if path.exists():
                    archive.add(path, arcname=path.relative_to(base).as_posix())
        file.seek(0)
        yield file


def _fingerprint(source: Store, name: str) -> str:
    seen = hashlib.sha256()
    with source.open(name) as file:
        while piece := file.read(1 << 20):
            seen.update(piece)
    return seen.hexdigest()


def _version() -> str:
    try:
        return version("watchroom")
    except PackageNotFoundError:
        return "source"
