"""Where backups go: a folder, or a bucket of an S3-compatible store."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import urlsplit

from watchroom.site.trouble import Trouble

S3_VARIABLES = "WATCHROOM_S3_ENDPOINT, WATCHROOM_S3_ACCESS_KEY, WATCHROOM_S3_SECRET_KEY"
S3_CONNECT_S, S3_READ_S = 10.0, 60.0


class Store(Protocol):
    """Named streams; a name may hold `/`. What was put is whole or not there."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None: ...
    def open(self, name: str) -> Any: ...
    def names(self, prefix: str = "") -> list[str]: ...
    def remove(self, name: str) -> None: ...


def store(where: str) -> Store:
    """`s3://bucket/prefix`, or a folder."""
    if where.startswith("s3://"):
        parts = urlsplit(where)
        return Bucket(parts.netloc, parts.path.strip("/"))
    return Folder(Path(where))


class Folder:
    """Files in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Trouble(
                f"不能写入备份位置 {path}（{error.strerror}）。",
                f"The place for backups {path} cannot be written to ({error.strerror}).",
            ) from error

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = target.with_name(target.name + ".part")
        with fresh.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        try:
            with (self.path / name).open("rb") as file:
                yield file
        except FileNotFoundError as error:
            raise _absent(name, str(self.path)) from error

    def names(self, prefix: str = "") -> list[str]:
        found = (p for p in self.path.rglob("*") if p.is_file() and p.suffix != ".part")
        named = (p.relative_to(self.path).as_posix() for p in found)
        return sorted(n for n in named if n.startswith(prefix))

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


class Bucket:
    """Objects in a bucket, through the MinIO client, which speaks S3 with any store."""

    def __init__(self, bucket: str, prefix: str) -> None:
        import urllib3
        from minio import Minio

        endpoint = urlsplit(os.environ.get("WATCHROOM_S3_ENDPOINT", ""))
        access = os.environ.get("WATCHROOM_S3_ACCESS_KEY", "")
        secret = os.environ.get("WATCHROOM_S3_SECRET_KEY", "")
        if not (endpoint.netloc and access and secret):
            raise Trouble(
                f"用 s3:// 备份要先设置 {S3_VARIABLES}。",
                f"Backups to s3:// need {S3_VARIABLES}.",
            )
        patience = urllib3.Timeout(connect=S3_CONNECT_S, read=S3_READ_S)
        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        self.client = Minio(
            endpoint.netloc,
            access_key=access,
            secret_key=secret,
            secure=endpoint.scheme == "https",
            region=os.environ.get("WATCHROOM_S3_REGION", "us-east-1"),
            http_client=urllib3.PoolManager(timeout=patience, retries=3),
        )

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        with self._said(name):
            file = cast(BinaryIO, _Pieces(pieces))
            self.client.put_object(self.bucket, self.prefix + name, file, -1, part_size=16 << 20)

    @contextmanager
    def open(self, name: str) -> Iterator[Any]:
        with self._said(name):
            answer = self.client.get_object(self.bucket, self.prefix + name)
        try:
            yield answer
        finally:
            answer.close()
            answer.release_conn()

    def names(self, prefix: str = "") -> list[str]:
        with self._said(prefix):
            found = self.client.list_objects(self.bucket, self.prefix + prefix, recursive=True)
            return sorted(str(one.object_name)[len(self.prefix) :] for one in found)

    def remove(self, name: str) -> None:
        with self._said(name):
            self.client.remove_object(self.bucket, self.prefix + name)

    @contextmanager
    def _said(self, name: str) -> Iterator[None]:
        import urllib3
        from minio.error import MinioException

        try:
            yield
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            if getattr(error, "code", "") == "NoSuchKey":
                raise _absent(name, self.bucket) from error
            raise Trouble(
                f"对象存储没有接受 {name}（{error}）：请检查地址、密钥和存储桶 {self.bucket}。",
                f"The store did not take or give {name} ({error}): check its address, the keys and "
                f"the bucket {self.bucket}.",
            ) from error


class _Pieces(io.RawIOBase):
    """Pieces as a file that is read from once."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, left = [], size if size >= 0 else 1 << 62
        while left:
            self._rest = self._rest or next(self._pieces, b"")
            if not self._rest:
                break
            parts.append(self._rest[:left])
            self._rest = self._rest[left:]
            left -= len(parts[-1])
        return b"".join(parts)


def copy(pieces: Iterable[bytes], target: Path) -> None:
    """Write pieces to a file of our own, beside and renamed."""
    fresh = target.with_name(target.name + ".part")
    with fresh.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    shutil.move(fresh, target)


def _absent(name: str, where: str) -> Trouble:
    return Trouble(f"{where} 里没有 {name}。", f"There is no {name} in {where}.")
