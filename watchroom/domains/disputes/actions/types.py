"""The list of types: imported whole, in versions."""

from collections.abc import Iterable
from pathlib import Path

from watchroom.kernel import access, code_lists
from watchroom.kernel.access import Actor
from watchroom.kernel.code_lists import Imported

from ..flow import CONFIGURE
from ..models import DisputeType, TypeList
from ..rules import read_row

SHIPPED = Path(__file__).parent.parent / "data" / "types.csv"


def shipped_types() -> list[str]:
    """The list that comes with Watchroom, as lines."""
    return SHIPPED.read_text(encoding="utf-8").splitlines()


def import_types(actor: Actor, lines: Iterable[str], *, source: str = "") -> Imported:
    """Import one version of the list and put it in force; bad rows are reported and left out.

    Columns: version, code, zh, en, calls, organ. A version that is there already is refused: lists
    are never edited in place.
    """
    access.require(actor, CONFIGURE)
    return code_lists.bring_in(
        actor,
        TypeList,
        lines,
        read_row=read_row,
        code=lambda made, row: DisputeType(type_list=made, **row),
        event="disputes.types.imported",
        source=source,
    )


def put_in_force(actor: Actor, version: str) -> TypeList:
    """From now on disputes are registered under this version."""
    access.require(actor, CONFIGURE)
    return code_lists.put_in_force(actor, TypeList, version, event="disputes.types.in_force")
