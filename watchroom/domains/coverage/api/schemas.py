"""What comes in and what goes out, typed. Sentences go out in both languages."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from watchroom.kernel.machines import Given, Lat, Lon, MatterOut, WallTime
from watchroom.kernel.models import Matter

from ..models import PlanLine, Posting, Presence
from ..queries import Row

PostKind = Literal["duty", "quick", "school", "gate", "joint", "zone"]
PlanKind = Literal["daily", "night", "school", "joint", "event"]
Finding = Literal["absent", "short", "late", "equipment", "conduct", "records", "place", "other"]
Weekday = Annotated[int, Field(ge=1, le=7, description="Monday is 1")]


class PostIn(Given):
    """A post at a point, or a zone within an outline."""

    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=120)
    kind: PostKind
    lon: Lon | None = None
    lat: Lat | None = None
    outline: dict[str, Any] | None = Field(None, description="GeoJSON Polygon, for zones")
    radius_m: float = Field(150, ge=10, le=2000)


class PostNew(PostIn):
    """A new post."""

    code: str = Field("", max_length=24)
    agency_id: int | None = None
    act_id: UUID | None = None


class PostOut(Schema):
    """A post. What its QR code holds is not told here."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    agency_id: int
    lon: float
    lat: float
    radius_m: float
    outline: dict[str, Any] | None


class StandingOut(Schema):
    """A post as it stands now."""

    post: PostOut
    standing: Literal["late", "due", "short", "leaving", "manned", "off"]
    posting_id: int | None
    present: int
    strength: int
    due_at: datetime | None
    next_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> dict[str, Any]:
        """A row of the board for the outside."""
        return {
            "post": row.post,
            "standing": row.standing,
            "posting_id": row.posting.pk if row.posting else None,
            "present": len(row.present),
            "strength": row.strength,
            "due_at": row.due_at,
            "next_at": row.next_at,
        }


class ShiftIn(Given):
    """Hours on the wall clock."""

    code: str = Field(max_length=12)
    name: str = Field(max_length=40)
    name_en: str = Field("", max_length=60)
    starts: WallTime
    ends: WallTime
    agency_id: int | None = None


class ShiftOut(Schema):
    """Hours on the wall clock; ending no later than they begin means the next day."""

    id: int
    code: str
    name: str
    name_en: str
    starts: time
    ends: time
    agency_id: int


class LineIn(Given):
    """One (post, shift, strength) with what else is known of it."""

    post_id: int
    shift_id: int
    strength: int = Field(1, ge=1, le=500)
    days: list[Weekday] = Field([1, 2, 3, 4, 5, 6, 7])
    staff_ids: list[int] = Field([])
    unit_id: int | None = None
    partner: str = Field("", max_length=80)


class LineOut(Schema):
    """A line of a plan."""

    id: int
    post_id: int
    post_code: str
    shift_id: int
    shift_code: str
    strength: int
    days: list[int]
    staff_ids: list[int]
    unit_id: int | None
    partner: str

    @staticmethod
    def resolve_post_code(line: PlanLine) -> str:
        return line.post.code

    @staticmethod
    def resolve_shift_code(line: PlanLine) -> str:
        return line.shift.code

    @staticmethod
    def resolve_staff_ids(line: PlanLine) -> list[int]:
        return [person.pk for person in line.staff.all()]


class NeedIn(Given):
    """At least `minimum` people from an hour to before another; without a post, over all."""

    minimum: int = Field(ge=1)
    from_hour: int = Field(0, ge=0, le=23)
    to_hour: int = Field(24, ge=1, le=24)
    post_id: int | None = None


class NeedOut(Schema):
    """What a plan asks of itself."""

    id: int
    minimum: int
    from_hour: int
    to_hour: int
    post_id: int | None


class PlanIn(Given):
    """A draft, with or without lines."""

    title: str = Field(max_length=200)
    kind: PlanKind
    starts_on: date
    ends_on: date
    agency_id: int | None = None
    words: str = Field("", max_length=4000)
    lines: list[LineIn] = Field(default=[], max_length=2000)
    needs: list[NeedIn] = Field(default=[], max_length=500)
    act_id: UUID | None = None


class LinesIn(Given):
    """The whole content of a draft."""

    lines: list[LineIn] = Field(max_length=2000)
    version: int | None = None
    act_id: UUID | None = None


class Both(Schema):
    """One sentence in Chinese and English."""

    zh: str
    en: str


class PlanOut(MatterOut):
    """A plan in a list."""

    title: str
    agency_id: int
    plan_kind: str
    starts_on: date
    ends_on: date

    @staticmethod
    def resolve_plan_kind(matter: Matter) -> str:
        return str(matter.coverage_plan.kind)

    @staticmethod
    def resolve_starts_on(matter: Matter) -> date:
        found: date = matter.coverage_plan.starts_on
        return found

    @staticmethod
    def resolve_ends_on(matter: Matter) -> date:
        found: date = matter.coverage_plan.ends_on
        return found


class ContentOut(Schema):
    """A plan in full. `faults`: why it cannot be submitted."""

    matter: PlanOut
    lines: list[LineOut]
    needs: list[NeedOut]
    faults: list[Both]


class PresenceOut(Schema):
    """Somebody expected or there."""

    staff_id: int
    planned: bool
    in_at: datetime | None
    in_how: str
    out_at: datetime | None


class PostingOut(Schema):
    """A shift at a post on a day."""

    id: int
    number: str
    state: str
    version: int
    due_at: datetime | None
    post_id: int
    post_code: str
    plan_id: int
    starts_at: datetime
    ends_at: datetime
    strength: int
    presences: list[PresenceOut]

    @classmethod
    def of(cls, row: Posting, people: list[Presence]) -> dict[str, Any]:
        """A posting for the outside."""
        matter = row.matter
        return {
            "id": matter.pk,
            "number": matter.number,
            "state": matter.state,
            "version": matter.version,
            "due_at": matter.due_at,
            "post_id": row.post_id,
            "post_code": row.post.code,
            "plan_id": row.line.plan_id,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "strength": row.strength,
            "presences": people,
        }


class InspectionIn(Given):
    """Somebody came to look. Without a finding it is in order."""

    post_id: int
    finding: Finding | None = None
    words: str = Field("", max_length=4000)
    seen: int | None = Field(None, ge=0, le=500)
    occurred_at: AwareDatetime | None = None
    act_id: UUID | None = None


class InspectionOut(MatterOut):
    """An inspection in a list."""

    post_id: int
    finding: str
    seen: int | None
    occurred_at: datetime

    @staticmethod
    def resolve_post_id(matter: Matter) -> int:
        return int(matter.coverage_inspection.post_id)

    @staticmethod
    def resolve_finding(matter: Matter) -> str:
        return str(matter.coverage_inspection.finding)

    @staticmethod
    def resolve_seen(matter: Matter) -> int | None:
        found: int | None = matter.coverage_inspection.seen
        return found
