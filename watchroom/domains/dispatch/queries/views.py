"""What pages, API and phone show: plain values, ready to be drawn."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from watchroom.base.text import Text


@dataclass(frozen=True, slots=True)
class ClockView:
    """A running clock."""

    clock: str
    title: Text
    rule: str
    started_at: datetime
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """A unit on an incident. `steps` are those that can be taken from here, main first."""

    id: int
    number: str
    version: int
    incident_id: int
    unit_id: int
    unit: str
    unit_name: str
    kind: str
    state: str
    standing: Text
    tone: str
    stack_order: int | None
    travel_seconds: float | None
    by_road: bool
    position_age_s: float | None
    rank: int | None
    reasons: tuple[Text, ...]
    queued_at: datetime
    sent_at: datetime | None
    signed_at: datetime | None
    set_out_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    not_recorded: tuple[str, ...]
    steps: tuple[tuple[str, Text], ...]
    clocks: tuple[ClockView, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident in a list or on the board."""

    id: int
    number: str
    short: str
    version: int
    title: str
    class_code: str
    class_title: Text | None
    group: str
    priority: int | None
    priority_reason: Text | None
    channel: str
    place: str
    place_typed: str
    lon: float | None
    lat: float | None
    state: str
    standing: Text
    tone: str
    occurred_at: datetime
    agency_id: int
    agency: str
    beat: str
    calls: int
    due_at: datetime | None
    overdue: bool
    clocks: tuple[ClockView, ...] = ()
    assignments: tuple[AssignmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class CallView:
    """A call; `caller` is masked unless the reader may see personal data and said why."""

    id: int
    channel: str
    number_dialled: str
    caller: str
    words: str
    place_typed: str
    received_at: datetime
    answered_at: datetime | None
    entered_at: datetime
    taken_by: str
    of_duplicate: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the history."""

    id: int
    event: str
    title: Text
    actor: str
    occurred_at: datetime
    entered_at: datetime
    reason: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A premise note near a place."""

    id: int
    kind: str
    words: str
    metres: float
    radius_m: float
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class NearView:
    """An earlier or open incident near a place."""

    id: int
    number: str
    title: str
    class_title: Text | None
    state: str
    standing: Text
    occurred_at: datetime
    metres: float
    disposition: str


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A position offered beside what was typed."""

    id: int
    source: str
    label: str
    lon: float
    lat: float
    accuracy_m: float | None
    accepted: bool


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """Everything the assessment screen shows of one incident, besides the ranking."""

    incident: IncidentView
    calls: tuple[CallView, ...]
    suggestions: tuple[SuggestionView, ...]
    steps: tuple[tuple[str, Text], ...]
    plan: dict[str, int]
    notes: tuple[NoteView, ...]
    duplicates: tuple[Any, ...]
    nearby: tuple[NearView, ...]
    history: tuple[EntryView, ...]
    callback: str
    caller_name: str
    disposition: str
    disposition_words: str
    feedback: str
    fed_back_at: datetime | None
    duplicate_of: tuple[int, str] | None
    documents: tuple[tuple[int, str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit on the map or in the list of units."""

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
