"""The list of types: imported whole, in versions."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor

from ..flow import CONFIGURE
from ..models import DisputeType, TypeList
from ..rules import Bad, read_row

SHIPPED = Path(__file__).parent.parent / "data" / "types.csv"
LARGEST_LIST = 2**20
"""Bytes of a file of types."""


@dataclass
class Imported:
    """What an import did: how many types, and the rows left out with line and reason."""

    version: str
    accepted: int
    rejected: list[Bad] = field(default_factory=list)


def shipped_types() -> list[str]:
    """The list that comes with Watchroom, as lines."""
    return SHIPPED.read_text(encoding="utf-8").splitlines()


def read_list(body: bytes) -> list[str]:
    """A file of types as lines; Refusal where it is too large or not UTF-8."""
    if len(body) > LARGEST_LIST:
        raise Refusal(Text("文件超过 1 MB", "The file is larger than 1 MB"))
    try:
        return body.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Refusal(
            Text("文件不是 UTF-8 编码", "The file is not in UTF-8: save it as UTF-8")
        ) from error


def import_types(actor: Actor, lines: Iterable[str], *, source: str = "") -> Imported:
    """Import one version of the list and put it in force; bad rows are reported and left out.

    Columns: version, code, zh, en, calls, organ. A version that is there already is refused: lists
    are never edited in place.
    """
    access.require(actor, CONFIGURE)
    good, bad = _read(lines)
    versions = {row["version"] for row in good}
    if len(versions) != 1:
        found = "、".join(sorted(versions)) or "—"
        raise Refusal(
            Text(
                f"一个文件只能有一个版本，找到：{found}",
                f"A file holds one version of the list; found: {found}",
            )
        )
    (version,) = versions
    with acts.together():
        if TypeList.objects.filter(version=version).exists():
            raise Conflict(
                Text(
                    f"版本 {version} 已导入；类型表不就地修改，请用新版本号",
                    f"Version {version} is there already; lists are not edited: use a new version",
                )
            )
        _store(actor, version, source, good)
        data = {"version": version, "types": len(good), "rejected": len(bad)}
        acts.happened(actor, "disputes.types.imported", actor.agency_id, data=data)
    return Imported(version, len(good), bad)


def _read(lines: Iterable[str]) -> tuple[list[dict[str, Any]], list[Bad]]:
    good: list[dict[str, Any]] = []
    bad: list[Bad] = []
    seen: set[str] = set()
    for number, row in enumerate(csv.DictReader(lines), 2):
        found = read_row(number, row, seen)
        if isinstance(found, Bad):
            bad.append(found)
        else:
            seen.add(found["code"])
            good.append(found)
    return good, bad


def _store(actor: Actor, version: str, source: str, rows: list[dict[str, Any]]) -> None:
    TypeList.objects.filter(in_force=True).update(in_force=False)
    made = TypeList.objects.create(
        version=version,
        source=source[:200],
        imported_at=now(),
        imported_by_id=actor.staff_id,
        in_force=True,
    )
    DisputeType.objects.bulk_create(
        DisputeType(type_list=made, **{k: v for k, v in row.items() if k != "version"})
        for row in rows
    )


def put_in_force(actor: Actor, version: str) -> TypeList:
    """From now on disputes are registered under this version."""
    access.require(actor, CONFIGURE)
    with acts.together():
        row = TypeList.objects.select_for_update().filter(version=version).first()
        if row is None:
            raise access.NotFound
        TypeList.objects.filter(in_force=True).update(in_force=False)
        row.in_force = True
        row.save(update_fields=["in_force"])
        data = {"version": version}
        acts.happened(actor, "disputes.types.in_force", actor.agency_id, data=data)
    return row
