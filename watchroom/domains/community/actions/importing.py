"""Villages and households brought in from tables, in statements for many rows at once.

What is known is brought up to date, nothing is deleted, and a row that is wrong is kept apart with
the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from shapely import Point, STRtree
from shapely.geometry import shape

from watchroom.base.refusal import Refusal
from watchroom.kernel import audit
from watchroom.kernel.models import Beat, Place
from watchroom.kernel.organisation import Outcome, Row, each_row, given, point, rows_of, wrong

from ..models import Household, Village
from ..rules import division_level

VILLAGE = ("code", "name", "beat", "lon", "lat")
HOUSEHOLD = ("area", "address", "door", "lon", "lat")
BATCH = 20_000


@transaction.atomic
def import_villages(lines: Iterable[str]) -> Outcome:
    """Villages by twelve-digit division code. Without a `beat` it is the one they lie in."""
    done, beats = Outcome(), _Beats()
    known = {row.code: row for row in Village.objects.all()}
    new: dict[str, Village] = {}
    for line, row in rows_of(lines, VILLAGE):
        try:
            facts = _village(line, row, beats, new)
        except Refusal as refusal:
            done.reject(line, refusal.text, row)
            continue
        before = known.get(facts["code"])
        same = before and (before.name, before.beat_id) == (facts["name"], facts["beat_id"])
        done.count("same" if same else "changed" if before else "new")
        new[facts["code"]] = Village(**facts)
        _place(row)
    Village.objects.bulk_create(
        new.values(),
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "beat"],
    )
    audit.note("community.villages_imported", data=done.counts)
    return done


class _Beats:
    """Beats by code and by place."""

    def __init__(self) -> None:
        rows = list(Beat.objects.order_by("code").values_list("pk", "code", "outline"))
        self.by_code = {code: pk for pk, code, _ in rows}
        self._ids = [pk for pk, _, _ in rows]
        self._tree = STRtree([shape(outline) for _, _, outline in rows])

    def at(self, lon: float | None, lat: float | None) -> int | None:
        """The beat a point lies in."""
        if lon is None or lat is None:
            return None
        inside = self._tree.query(Point(lon, lat), predicate="intersects")
        return self._ids[int(min(inside))] if len(inside) else None


def _village(line: int, row: Row, beats: _Beats, new: Mapping[str, Village]) -> dict[str, Any]:
    given(line, row, "code", "name")
    if division_level(row["code"]) != "village":
        raise wrong(line, "区划代码应为 12 位数字", "a village's division code has twelve digits")
    if row["code"] in new:
        raise wrong(line, f"代码 {row['code']} 重复", f"{row['code']} comes twice")
    if row["beat"] and row["beat"] not in beats.by_code:
        raise wrong(line, f"没有警格 {row['beat']}", f"there is no beat {row['beat']}")
    at = point(line, row)
    beat = beats.by_code.get(row["beat"]) or beats.at(at["lon"], at["lat"])
    return {"code": row["code"], "name": row["name"], "beat_id": beat}


def _place(row: Row) -> None:
    """A village is also a place that people name when they call."""
    if row["lon"] and row["lat"]:
        lon, lat = float(row["lon"]), float(row["lat"])
        Place.objects.get_or_create(name=row["name"], kind="village", lon=lon, lat=lat)


_STAGING = """
CREATE TEMP TABLE IF NOT EXISTS community_staging
(beat_id bigint, address text, door text, lon float8, lat float8) ON COMMIT DROP
"""
_UPSERT = """
INSERT INTO community_household AS known
    (beat_id, address, door, lon, lat, contact_name, contact_phone)
SELECT beat_id, address, door, lon, lat, '', '' FROM community_staging
ON CONFLICT (beat_id, address, door) DO UPDATE
SET lon = coalesce(excluded.lon, known.lon), lat = coalesce(excluded.lat, known.lat)
WHERE (coalesce(excluded.lon, known.lon), coalesce(excluded.lat, known.lat))
    IS DISTINCT FROM (known.lon, known.lat)
RETURNING (xmax = 0)
"""
"""`xmax` 0: the row is new, else it was changed; rows that are the same are not returned."""

Door = tuple[int, str, str, float | None, float | None]


@transaction.atomic
def import_households(lines: Iterable[str]) -> Outcome:
    """Doors: `area` is a beat's code or a village's division code. No person is named."""
    done = Outcome()
    areas = dict(Village.objects.exclude(beat=None).values_list("code", "beat"))
    areas |= dict(Beat.objects.values_list("code", "pk"))
    doors = _doors(lines, areas, done)
    while some := list(islice(doors, BATCH)):
        _bring(some, done)
    audit.note("community.households_imported", data=done.counts)
    return done


def _doors(lines: Iterable[str], areas: Mapping[str, int], done: Outcome) -> Iterator[Door]:
    seen: set[tuple[int, str, str]] = set()
    for line, row in each_row(lines, HOUSEHOLD):
        try:
            door = _door(line, row, areas)
            if door[:3] in seen:
                raise wrong(line, "这一户重复", "this household comes twice")
        except Refusal as refusal:
            done.reject(line, refusal.text, row)
        else:
            seen.add(door[:3])
            yield door


def _door(line: int, row: Row, areas: Mapping[str, int]) -> Door:
    given(line, row, "area", "address")
    beat = areas.get(row["area"])
    if beat is None:
        raise wrong(
            line,
            f"没有警格或村 {row['area']}，或该村还没有警格",
            f"there is no beat or village {row['area']}, or the village has no beat yet",
        )
    longest = Household._meta.get_field("address").max_length or 0
    if len(row["address"]) > longest or len(row["door"]) > 40:
        raise wrong(line, "地址或门牌太长", "the address or door is too long")
    at = point(line, row)
    return beat, row["address"], row["door"], at["lon"], at["lat"]


def _bring(doors: Sequence[Door], done: Outcome) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        cursor.execute("TRUNCATE community_staging")
        with cursor.copy("COPY community_staging FROM STDIN") as copy:
            for door in doors:
                copy.write_row(door)
        cursor.execute(_UPSERT)
        fresh = [row[0] for row in cursor.fetchall()]
    done.new += sum(fresh)
    done.changed += len(fresh) - sum(fresh)
    done.same += len(doors) - len(fresh)
