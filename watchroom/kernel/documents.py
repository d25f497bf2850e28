"""Files of a matter: kept once under their SHA-256, judged by content, read with a reason.

When its time is over (`kept`) a file's name goes, and its content with the last matter keeping it.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, acts, document_types, personal
from .access import Actor, NotFound
from .models import Document, Matter

LARGEST = 100 * 1024 * 1024
"""Bytes of one file. Longer recordings belong into an evidence store, by reference."""


def of(actor: Actor, matter: Matter) -> QuerySet[Document]:
    """The documents of a matter the actor may see, newest first."""
    rows = Document.objects.filter(matter__in=access.visible(actor, Matter.objects.all()))
    return rows.filter(matter=matter).select_related("added_by").order_by("-id")


def add(
    actor: Actor,
    matter_id: int,
    name: str,
    chunks: Iterable[bytes],
    *,
    personal: bool = True,
    act_id: UUID | None = None,
    occurred_at: datetime | None = None,
    place: tuple[float, float] | None = None,
) -> Document:
    """Keep a file with a matter. The file is on the disk for good before the row says so.

    `occurred_at`, `place` (longitude, latitude): when and where a photo was taken, if known.
    """
    if known := acts.repeated(act_id, "document_added"):
        return Document.objects.get(pk=known.data["document"])
    matter = access.find(actor, pk=matter_id)
    access.require(actor, "note.add", matter)
    with _taken_in(chunks) as (path, digest, size, kind), transaction.atomic():
        _settle(path, digest)
        document = Document.objects.create(
            matter=matter,
            name=clean_name(name, kind.ending),
            media_type=kind.media,
            size=size,
            sha256=digest,
            personal=personal,
            added_by_id=actor.staff_id,
            added_at=now(),
        )
        taken = {"place": list(place)} if place else {}
        acts.record(
            actor,
            matter,
            "document_added",
            data={**_facts(document), **taken},
            occurred_at=occurred_at,
            act_id=act_id,
        )
    return document


def _facts(document: Document) -> dict[str, object]:
    return {
        "document": document.pk,
        "name": document.name,
        "sha256": document.sha256,
        "size": document.size,
        "type": document.media_type,
    }


def read(actor: Actor, document_id: int) -> tuple[Document, Path]:
    """A document the actor may read, and where it lies; an entry says that it was read.

    A personal one needs the permission and a purpose. The content is hashed again first.
    """
    document = Document.objects.filter(
        pk=document_id, matter__in=access.visible(actor, Matter.objects.all())
    )
    found = document.select_related("matter").first()
    if found is None:
        raise NotFound
    if found.erased_at:
        raise Refusal(
            Text(
                "这份文件保存期满，已于{d}清除", "This file's time was over: it was erased on {d}"
            ).format(d=local_date(found.erased_at)),
            code="erased",
        )
    if found.personal:
        _purpose(actor, found.matter)
    path = place(found.sha256)
    _undamaged(found, path)
    data = {"document": found.pk, "name": found.name}
    acts.record(actor, found.matter, "document_read", data=data, reason=actor.purpose)
    return found, path


def _purpose(actor: Actor, matter: Matter) -> None:
    access.require(actor, personal.PERMISSION, matter)
    if not actor.purpose and not actor.everywhere:
        raise Refusal(personal.NEEDED, code=personal.PURPOSE_NEEDED)


def _undamaged(document: Document, path: Path) -> None:
    if not path.is_file() or _hash(path) != document.sha256:
        raise Refusal(
            Text(
                "文件“{n}”已损坏或缺失，请报告管理员从备份恢复",
                "The file “{n}” is damaged or missing: ask the administrator to restore it",
            ).format(n=document.name),
            code="damaged",
        )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(digest: str) -> Path:
    """Where the content with this SHA-256 lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


@contextmanager
def _taken_in(chunks: Iterable[bytes]) -> Iterator[tuple[Path, str, int, document_types.Type]]:
    """Written to a side file, on the disk for good, and judged: where, SHA-256, bytes, type."""
    incoming = Path(settings.MEDIA_ROOT) / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=incoming)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            digest, size = _copy(chunks, file.write)
            file.flush()
            os.fsync(file.fileno())
        yield path, digest, size, document_types.judge(path)
    finally:
        path.unlink(missing_ok=True)


def _settle(path: Path, digest: str) -> None:
    _alone_with(digest)
    _move(path, place(digest))


def _alone_with(digest: str) -> None:
    """Until the transaction ends nobody else adds or removes this content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])


def remove_files() -> int:
    """Remove the content of erased documents that no other matter keeps; returns how many files.

    The row says that it is gone only afterwards: after a crash the next night looks again.
    """
    over = Document.objects.filter(erased_at__isnull=False, file_gone=False)
    digests = set(over.values_list("sha256", flat=True))
    return sum(_remove(digest) for digest in sorted(digests))


def _remove(digest: str) -> bool:
    with transaction.atomic():
        _alone_with(digest)
        rows = Document.objects.filter(sha256=digest)
        if rows.filter(erased_at=None).exists():
            return False
        place(digest).unlink(missing_ok=True)
        rows.update(file_gone=True)
    return True


def _copy(chunks: Iterable[bytes], write: object) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise Refusal(
                Text("文件超过 {n} MB", "The file is larger than {n} MB").format(n=LARGEST >> 20),
                code="file-size",
            )
        digest.update(chunk)
        write(chunk)  # type: ignore[operator]
    return digest.hexdigest(), size


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)  # the name itself must survive a power cut
        finally:
            os.close(handle)


def clean_name(name: str, ending: str) -> str:
    """A file name without path or control characters, ending as its content says."""
    stem = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(c for c in stem if c.isprintable() and c not in '<>:"|?*').strip(". ")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)[:150].strip(". ")
    return f"{stem or 'file'}.{ending}"
