"""A list of codes comes in whole, as a new version, and is put in force. It is never edited."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model

from watchroom.base.clock import now
from watchroom.base.code_rows import Bad, Fields, Row, read_rows
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import acts
from .access import Actor, NotFound
from .models import CodeList

L = TypeVar("L", bound=CodeList)
LARGEST = 4 * 2**20
"""Bytes of a file."""


@dataclass
class Imported:
    """What an import did: how many codes, and the rows left out with line and reason."""

    version: str
    accepted: int
    rejected: list[Bad] = field(default_factory=list)


def read_file(body: bytes) -> list[str]:
    """A file as lines; Refusal where it is too large or not UTF-8."""
    if len(body) > LARGEST:
        raise Refusal(Text("文件超过 4 MB", "The file is larger than 4 MB"))
    try:
        return body.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Refusal(
            Text("文件不是 UTF-8 编码", "The file is not in UTF-8: save it as UTF-8")
        ) from error


def bring_in(
    actor: Actor,
    lists: type[L],
    lines: Iterable[str],
    *,
    read_row: Callable[[int, Row, set[str]], Fields | Bad],
    code: Callable[[L, Fields], Model],
    event: str,
    source: str = "",
    in_force: bool = True,
) -> Imported:
    """Bring in one version from CSV lines, a column of which is `version`.

    `code` makes one code of the list from what `read_row` found. Bad rows are reported and left
    out. Who may do so is the domain's to ask.
    """
    good, bad = read_rows(lines, read_row)
    version = _one_version(good)
    with acts.together():
        made = begin(actor, lists, version, source, in_force=in_force)
        codes = [code(made, {k: v for k, v in row.items() if k != "version"}) for row in good]
        type(codes[0])._default_manager.bulk_create(codes)
        data = {"version": version, "codes": len(good), "rejected": len(bad)}
        acts.happened(actor, event, actor.agency_id, data=data)
    return Imported(version, len(good), bad)


def _one_version(rows: Iterable[Fields]) -> str:
    versions = {str(row["version"]) for row in rows}
    if len(versions) != 1:
        found = "、".join(sorted(versions)) or "—"
        raise Refusal(
            Text(
                f"一个文件只能有一个版本，找到：{found}",
                f"A file holds one version of the list; found: {found}",
            )
        )
    return versions.pop()


def begin(actor: Actor, lists: type[L], version: str, source: str, *, in_force: bool) -> L:
    """A new, empty version. Conflict where there is one of that name."""
    if _all(lists).filter(version=version).exists():
        raise Conflict(
            Text(
                f"版本 {version} 已导入；代码表不就地修改，请用新版本号",
                f"Version {version} is there already; lists are not edited: use a new version",
            )
        )
    if in_force:
        _all(lists).filter(in_force=True).update(in_force=False)
    made: L = _all(lists).create(
        version=version,
        source=source[:200],
        imported_at=now(),
        imported_by_id=actor.staff_id,
        in_force=in_force,
    )
    return made


def put_in_force(actor: Actor, lists: type[L], version: str, *, event: str) -> L:
    """From now on this version holds; NotFound where there is none."""
    with acts.together():
        row: L | None = _all(lists).select_for_update().filter(version=version).first()
        if row is None:
            raise NotFound
        _all(lists).filter(in_force=True).update(in_force=False)
        row.in_force = True
        row.save(update_fields=["in_force"])
        acts.happened(actor, event, actor.agency_id, data={"version": version})
    return row


def _all(lists: type[L]) -> Any:
    return lists._default_manager
