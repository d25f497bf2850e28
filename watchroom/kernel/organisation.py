"""The organisation brought in from tables: agencies, then the units that stand in them.

A table is taken whole or not at all; every row that is wrong is named with its line. What exists is
brought up to date by its code; nothing is ever deleted. Staff and beats, of which there are many
and rarely all right, are taken row by row: `organisation_staff`, `organisation_beats`.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import audit, roles
from .models import Agency, Staff, Unit

AGENCY = ("code", "parent", "kind", "zh", "en", "lon", "lat")
UNIT = ("code", "kind", "agency", "name", "crew", "lon", "lat")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: where it stands, why, and what it said."""

    line: int
    why: Text
    row: Any


@dataclass
class Outcome:
    """What came of a file that is taken row by row. The four counts add up to its rows."""

    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def count(self, how: str) -> None:
        """One more row that was new, changed or the same."""
        setattr(self, how, getattr(self, how) + 1)

    def reject(self, line: int, why: Text, row: Any) -> None:
        """One more row that was not taken."""
        self.rejected.append(Rejected(line, why, row))

    @property
    def counts(self) -> dict[str, int]:
        """The counts by name; `rows` is their sum."""
        told = {"new": self.new, "changed": self.changed, "same": self.same}
        told["rejected"] = len(self.rejected)
        return {"rows": sum(told.values()), **told}


def rows_of(lines: Iterable[str], columns: tuple[str, ...]) -> list[tuple[int, Row]]:
    """The rows of a CSV that say anything, with their lines; Refusal where a column is missing."""
    return list(each_row(lines, columns))


def each_row(lines: Iterable[str], columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """The same one by one, for tables too long to hold."""
    reader = csv.DictReader(lines)
    if missing := [c for c in columns if c not in (reader.fieldnames or ())]:
        raise wrong(1, f"没有列 {'、'.join(missing)}", f"no column {', '.join(missing)}")
    for row in reader:
        if any(row.values()):
            yield reader.line_num, {c: (row[c] or "").strip() for c in columns}


LINE = Text("第 {n} 行", "Line {n}")


def wrong(line: int, zh: str, en: str, *, what: Text = LINE) -> Refusal:
    """The sentence about one row: where it stands and what is wrong with it."""
    said = what.format(n=line)
    return Refusal(Text(f"{said.zh}：{zh}", f"{said.en}: {en}"), code="wrong-row")


def point(line: int, row: Row) -> dict[str, float | None]:
    """The row's lon and lat, both or neither."""
    try:
        lon, lat = (float(row[c]) if row[c] else None for c in ("lon", "lat"))
    except ValueError as error:
        raise wrong(line, "经纬度应为数字", "lon and lat should be numbers") from error
    if (lon is None) != (lat is None) or abs(lon or 0) > 180 or abs(lat or 0) > 90:
        raise wrong(line, "经纬度不对", "lon and lat are not a place")
    return {"lon": lon, "lat": lat}


def given(line: int, row: Row, *names: str, what: Text = LINE) -> None:
    """Refuse a row in which one of these is empty."""
    if missing := [name for name in names if not row[name]]:
        raise wrong(line, f"缺少 {'、'.join(missing)}", f"{', '.join(missing)} missing", what=what)


@transaction.atomic
def import_agencies(lines: Iterable[str]) -> int:
    """Bring in agencies from a CSV; a parent stands above its children. Returns how many.

    Roles that do not exist yet are laid down with the first agencies.
    """
    rows = rows_of(lines, AGENCY)
    for line, row in rows:
        _agency(line, row)
    roles.ensure()
    audit.note("organisation.agencies_imported", data={"agencies": len(rows)})
    return len(rows)


def _agency(line: int, row: Row) -> None:
    given(line, row, "code", "kind", "zh")
    parent = Agency.objects.filter(code=row["parent"]).first() if row["parent"] else None
    if row["parent"] and parent is None:
        raise wrong(
            line,
            f"上级 {row['parent']} 不存在，上级须写在前面",
            f"there is no agency {row['parent']}; a parent stands above its children",
        )
    values = {"name": row["zh"], "name_en": row["en"], "kind": row["kind"], **point(line, row)}
    known = Agency.objects.filter(code=row["code"]).first()
    if known and known.parent_id != (parent and parent.pk):
        raise wrong(
            line,
            "已有单位不能在导入时改换上级，请用 move-agency",
            "an agency that exists keeps its parent here; use move-agency",
        )
    agency, _ = Agency.objects.update_or_create(
        code=row["code"], defaults=values, create_defaults={**values, "parent": parent, "path": ""}
    )
    agency.path = f"{parent.path if parent else '.'}{agency.pk}."
    agency.save(update_fields=["path"])


@transaction.atomic
def import_units(lines: Iterable[str]) -> int:
    """Bring in units from a CSV; new ones are off duty until they report. Returns how many."""
    rows = rows_of(lines, UNIT)
    for line, row in rows:
        _unit(line, row)
    audit.note("organisation.units_imported", data={"units": len(rows)})
    return len(rows)


def _unit(line: int, row: Row) -> None:
    given(line, row, "code", "kind", "agency", "lon", "lat")
    agency = Agency.objects.filter(code=row["agency"]).first()
    if agency is None:
        raise wrong(line, f"没有单位 {row['agency']}", f"there is no agency {row['agency']}")
    place = point(line, row)
    values: dict[str, Any] = {
        "name": row["name"] or row["code"],
        "kind": row["kind"],
        "agency": agency,
        "home_lon": place["lon"],
        "home_lat": place["lat"],
    }
    fresh = {"status": "off", "status_since": now(), **values}
    unit, _ = Unit.objects.update_or_create(
        code=row["code"].upper(), defaults=values, create_defaults=fresh
    )
    if row["crew"]:
        unit.crew.set(_crew(line, row["crew"].split()))


def _crew(line: int, usernames: list[str]) -> list[Staff]:
    found = list(Staff.objects.filter(username__in=usernames))
    if unknown := set(usernames) - {one.username for one in found}:
        names = ", ".join(sorted(unknown))
        raise wrong(line, f"没有用户 {names}", f"there is nobody called {names}")
    return found
