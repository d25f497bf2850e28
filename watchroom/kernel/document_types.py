"""What a file is, judged by its content alone."""

import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import puremagic

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text, join

MEMBERS = 5_000
UNPACKED = 500 * 1024 * 1024
RATIO = 200
LONGEST_TEXT = 10 * 1024 * 1024
"""Limits of a package: members, bytes once unpacked, how much smaller packed; bytes of a text."""


@dataclass(frozen=True)
class Type:
    """One allowed kind of file."""

    media: str
    ending: str
    title: Text
    found: frozenset[str] = frozenset()
    holds: str = ""


@cache
def allowed() -> tuple[Type, ...]:
    """The list in `document_types.toml`."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(
        Type(
            row["media"],
            row["ending"],
            Text(*row["title"]),
            frozenset(row.get("found", ())),
            row.get("holds", ""),
        )
        for row in data["type"]
    )


def judge(path: Path) -> Type:
    """The type of a file by its content; Refusal where it is not an allowed one."""
    with path.open("rb") as file:
        head = file.read(8192)
    if not head:
        raise Refusal(Text("文件是空的", "The file is empty"), code="empty-file")
    found = _package(path) if head.startswith(b"PK\x03\x04") else _marked(head) or _plain(path)
    if found is None:
        raise Refusal(
            Text(
                "不能保存这种文件。可以保存：{types}",
                "Files of this kind cannot be kept. These can: {types}",
            ).format(types=join(kind.title for kind in allowed())),
            code="file-type",
        )
    return found


def _marked(head: bytes) -> Type | None:
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return None
    best = max(match.confidence for match in matches)
    names = {match.mime_type for match in matches if match.confidence == best}
    return next((kind for kind in allowed() if kind.found & names), None)


def _plain(path: Path) -> Type | None:
    """Text without control characters, in UTF-8 or GB 18030, and recognised as nothing else."""
    if path.stat().st_size > LONGEST_TEXT:
        return None
    data = path.read_bytes()
    if _recognised(data[:8192]):
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(c) < 32 and c not in "\t\r\n\f" for c in text):
            return None
        return next(kind for kind in allowed() if kind.media == "text/plain")
    return None


def _recognised(head: bytes) -> bool:
    try:
        return bool(puremagic.magic_string(head))
    except puremagic.PureError:
        return False


def _package(path: Path) -> Type | None:
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except zipfile.BadZipFile:
        return None
    _not_a_bomb(path, members)
    names = {member.filename for member in members}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for kind in allowed() if kind.holds and kind.holds in names), None)


def _not_a_bomb(path: Path, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MEMBERS
        or unpacked > UNPACKED
        or unpacked > RATIO * max(1, path.stat().st_size)
    ):
        raise Refusal(
            Text(
                "这个压缩文件展开后过大，未保存。请另存为 PDF",
                "This packed file grows too large when opened; it was not kept. Save it as PDF",
            ),
            code="packed-too-large",
        )
