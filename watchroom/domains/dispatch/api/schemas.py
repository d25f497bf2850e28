"""What comes in and what goes out, typed. Sentences go out in both languages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from watchroom.kernel.machines import Given, Lat, Lon

Channel = Literal["voice", "text", "video", "silent", "walk_in", "partner", "officer"]


class Both(Schema):
    """One sentence in Chinese and English."""

    zh: str
    en: str


class Position(Given):
    """A position offered beside what was said; it is acted on once somebody accepts it."""

    source: str = Field("device", max_length=12)
    label: str = Field("", max_length=240)
    lon: Lon
    lat: Lat
    accuracy_m: float | None = Field(None, ge=0)


class CallIn(Given):
    """A call, a message or a partner's report."""

    words: str = Field("", max_length=4000, description="What the caller said")
    place: str = Field("", max_length=240, description="Where, as said; kept as typed for ever")
    lon: Lon | None = None
    lat: Lat | None = None
    channel: Channel = "voice"
    caller: str = Field("", max_length=32, description="The caller's number; shown masked")
    caller_name: str = Field("", max_length=64)
    callback: str = Field("", max_length=32)
    number_dialled: str = Field("110", max_length=16)
    class_code: str = Field("", max_length=24, description="Classifies in the same breath")
    priority: int | None = Field(None, ge=1, le=4)
    suggestions: list[Position] = Field(default=[], max_length=10)
    agency_id: int | None = Field(None, description="Who takes it where no beat is known")
    same_as: int | None = Field(None, description="A known incident this is another call about")
    follows: int | None = Field(None, description="An ended incident this one follows on")
    unit_id: int | None = Field(None, description="The crew that stands in front of it")
    external_id: str = Field(
        "", max_length=64, description="The sender's number: the same call arrives only once"
    )
    received_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None
    act_id: UUID | None = Field(None, description="The same act sent twice is done once")


class Sending(Given):
    """Sending what the response plan asks for."""

    version: int | None = None
    override: bool = Field(False, description="Send the reserve too; needs dispatch.override")
    occurred_at: AwareDatetime | None = None
    act_id: UUID | None = None


class Calling(Given):
    """Calling a unit away from a less urgent incident."""

    unit_id: int
    version: int | None = None
    reason: str = Field("", max_length=2000)
    act_id: UUID | None = None


class MatterOut(Schema):
    """A matter after an act: what it is now."""

    id: int
    number: str
    kind: str
    title: str
    state: str
    standing: Both
    version: int
    priority: int | None
    due_at: datetime | None

    @staticmethod
    def resolve_standing(row: Any) -> Any:
        return row.standing.title


class Reported(MatterOut):
    """The incident a call became, or was added to."""

    incident: int

    @staticmethod
    def resolve_incident(row: Any) -> int:
        return int(row.id)


class Sent(Schema):
    """Whether somebody was sent; if not, the sentence says why."""

    sent: bool
    incident: MatterOut | None = None
    sentence: Both | None = None


class ClockOut(Schema):
    clock: str
    title: Both
    rule: str
    started_at: datetime
    due_at: datetime | None
    overdue: bool


class StepOut(Schema):
    """A step that can be taken from here."""

    name: str
    title: Both

    @staticmethod
    def of(pairs: Any) -> list[dict[str, Any]]:
        return [{"name": name, "title": title.as_dict()} for name, title in pairs]


class AssignmentOut(Schema):
    id: int
    number: str
    version: int
    incident_id: int
    unit_id: int
    unit: str
    unit_name: str
    kind: str
    state: str
    standing: Both
    stack_order: int | None
    travel_seconds: float | None = Field(description="Promised when it was sent")
    by_road: bool = Field(description="False where the time is a straight-line estimate")
    position_age_s: float | None
    rank: int | None
    reasons: list[Both]
    queued_at: datetime
    sent_at: datetime | None
    signed_at: datetime | None
    set_out_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    not_recorded: list[str]
    steps: list[StepOut]
    clocks: list[ClockOut]

    @staticmethod
    def resolve_steps(row: Any) -> list[dict[str, Any]]:
        return StepOut.of(row.steps)


class Duty(Schema):
    """An open assignment with what its crew must know of the incident."""

    id: int
    number: str
    version: int
    incident: int
    incident_number: str
    unit: str
    unit_id: int
    state: str
    stack_order: int | None
    class_code: str
    priority: int | None
    title: str
    place: str
    lon: float | None
    lat: float | None
    sent_at: datetime | None


class IncidentOut(Schema):
    id: int
    number: str
    version: int
    title: str
    class_code: str
    class_title: Both | None
    group: str
    priority: int | None
    priority_reason: Both | None
    channel: str
    place: str
    place_typed: str
    lon: float | None
    lat: float | None
    state: str
    standing: Both
    occurred_at: datetime
    agency_id: int
    agency: str
    beat: str
    calls: int
    due_at: datetime | None
    overdue: bool
    clocks: list[ClockOut]
    assignments: list[AssignmentOut]


class Page(Schema):
    """A page of incidents, latest first. `next` asks for the page after it; null at the end."""

    items: list[IncidentOut]
    next: str | None


class CallOut(Schema):
    id: int
    channel: str
    number_dialled: str
    caller: str = Field(description="Masked unless X-Purpose says why it is read")
    words: str
    place_typed: str
    received_at: datetime
    answered_at: datetime | None
    entered_at: datetime
    taken_by: str
    of_duplicate: str


class SuggestionOut(Schema):
    id: int
    source: str
    label: str
    lon: float
    lat: float
    accuracy_m: float | None
    accepted: bool


class NoteOut(Schema):
    id: int
    kind: str
    words: str
    metres: float
    radius_m: float
    valid_until: datetime | None


class NearOut(Schema):
    id: int
    number: str
    title: str
    class_title: Both | None
    state: str
    standing: Both
    occurred_at: datetime
    metres: float
    disposition: str


class EntryOut(Schema):
    id: int
    event: str
    title: Both
    actor: str
    occurred_at: datetime
    entered_at: datetime
    reason: str
    data: dict[str, Any]


class DuplicateOut(Schema):
    """An open incident that may be the same, how likely (0 to 1), and why."""

    id: int
    number: str
    title: str
    score: float
    metres: float | None
    seconds_ago: float
    why: Both

    @staticmethod
    def resolve_id(row: Any) -> int:
        return int(row.incident_id)


class ClassFits(Schema):
    code: str
    title: Both
    priority: int
    score: float
    why: Both


class PlaceOut(Schema):
    label: str
    kind: str
    lon: float
    lat: float
    metres: float | None


class DetailOut(Schema):
    """One incident in full, as the assessment screen shows it."""

    incident: IncidentOut
    calls: list[CallOut]
    suggestions: list[SuggestionOut]
    steps: list[StepOut]
    plan: dict[str, int]
    notes: list[NoteOut]
    duplicates: list[DuplicateOut]
    nearby: list[NearOut]
    history: list[EntryOut]
    callback: str
    caller_name: str
    disposition: str
    disposition_words: str
    feedback: str
    fed_back_at: datetime | None

    @staticmethod
    def resolve_steps(row: Any) -> list[dict[str, Any]]:
        return StepOut.of(row.steps)


UNIT_FACTS = (
    "unit_id", "code", "name", "kind", "agency", "status", "lon", "lat", "seconds", "by_road",
    "position_age_s", "lost_3", "lost_5", "busy_with", "stacked",
)  # fmt: skip


class RankedOut(Schema):
    """A unit in its place for a call. `effective_s` is `seconds` plus all `parts`."""

    rank: int
    unit_id: int
    code: str
    name: str
    kind: str
    agency: str
    status: str
    crew: list[str]
    lon: float | None
    lat: float | None
    seconds: float | None
    by_road: bool
    position_age_s: float | None
    stale: bool
    sendable: bool
    missing_skills: list[str]
    lost_3: float | None
    lost_5: float | None
    busy_with: str
    stacked: int
    effective_s: float | None
    parts: dict[str, float]
    reasons: list[Both]

    @staticmethod
    def of(row: Any) -> dict[str, Any]:
        f = row.facts
        return {
            **{name: getattr(f, name) for name in UNIT_FACTS},
            "crew": [name for _, name in f.crew],
            "rank": row.rank,
            "stale": row.stale,
            "sendable": row.sendable,
            "missing_skills": list(row.missing_skills),
            "effective_s": row.effective_s,
            "parts": dict(row.parts),
            "reasons": [r.as_dict() for r in row.reasons],
        }


class PlanOut(Schema):
    """What the response plan asks for, who would go, and what nobody free can meet."""

    needs: dict[str, int]
    unit_ids: list[int]
    missing: dict[str, int]


class PairOut(Schema):
    incident_id: int
    number: str
    priority: int | None
    unit_id: int | None
    unit: str
    seconds: float | None


class BestOut(Schema):
    """One optimal choice over all waiting calls, beside one-by-one, with the bound."""

    pairs: list[PairOut]
    greedy: list[PairOut]
    cost: float
    greedy_cost: float
    bound: float
    proven: bool
    by_road: bool
    said: Both


class Chosen(Given):
    incident_id: int
    unit_id: int
    version: int | None = None


class Accept(Given):
    """The pairs to send. Each is an act of its own: one that was overtaken stops no other."""

    pairs: list[Chosen] = Field(min_length=1, max_length=200)
    act_id: UUID | None = Field(None, description="The same choice sent twice is done once")


class PairSent(Sent):
    incident_id: int
    unit_id: int


class UnitOut(Schema):
    id: int
    code: str
    name: str
    kind: str
    agency_id: int
    agency: str
    status: str
    lon: float
    lat: float
    position_at: datetime | None
    stale: bool
    busy_with: str


class DutyChange(Given):
    status: Literal["on", "off", "rest"]
    occurred_at: AwareDatetime | None = None
    act_id: UUID | None = None


class DeviceIn(Given):
    name: str = Field(min_length=1, max_length=60, description="Whose phone, which tracker")


class DeviceKey(Schema):
    """An enrolled device and its key, which is shown this once."""

    id: int
    unit_id: int
    name: str
    key: str


class Assess(Given):
    """What is known so far, while somebody is still typing. Nothing of it is kept."""

    words: str = Field("", max_length=4000)
    place: str = Field("", max_length=240)
    lon: Lon | None = None
    lat: Lat | None = None
    caller: str = Field("", max_length=32)


class Assessment(Schema):
    classes: list[ClassFits]
    places: list[PlaceOut]
    duplicates: list[DuplicateOut]
    notes: list[NoteOut]


class ClassOut(Schema):
    code: str
    parent: str
    zh: str
    en: str
    group: str
    priority: int
    response_plan: dict[str, int]
    skills: list[str]
    gat_code: str


class BadRow(Schema):
    line: int
    why: Both


class ImportedOut(Schema):
    version: str
    accepted: int
    rejected: list[BadRow]


class PremiseIn(Given):
    lon: Lon
    lat: Lat
    words: str = Field(min_length=1, max_length=400)
    radius_m: float = Field(50.0, gt=0, le=1000)
    kind: str = Field("hazard", max_length=16)
    valid_until: AwareDatetime | None = None
    act_id: UUID | None = None


class Made(Schema):
    id: int


class Because(Given):
    reason: str = Field("", max_length=2000)
    act_id: UUID | None = None


class ClosureIn(Given):
    title: str = Field(min_length=1, max_length=120)
    line: list[tuple[Lon, Lat]] = Field(min_length=1, max_length=500)
    width_m: float = Field(15.0, gt=0, le=200)
    starts: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    act_id: UUID | None = None
