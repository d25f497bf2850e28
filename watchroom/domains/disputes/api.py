"""The machine interface of disputes, mounted at /api/v1/disputes/.

What is not there and what the caller may not see get the same answer, 404. Who the parties are is
masked unless the caller says what for (X-Purpose), and then every reading is an entry.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from watchroom.kernel import access, code_lists, personal
from watchroom.kernel.machines import Act, Given, Lat, Lon, actor_of, past, whole
from watchroom.kernel.models import Matter

from . import actions, queries
from .flow import VIEW
from .queries import Repeat

router = Router()
Source = Query("", max_length=200)


class PartyIn(Given):
    """Somebody's part: a name, or what they go by; a telephone if there is one."""

    role: str = Field(description="applicant, respondent or third")
    name: str = Field(max_length=64)
    phone: str = Field("", max_length=32)


class DisputeIn(Given):
    """A dispute that was found."""

    type: str = Field(description="Code of a type in force")
    title: str = Field("", max_length=120, description="Type and place if left out; no names")
    words: str = Field("", max_length=4000, description="What happened; no names or numbers")
    source: str = Field("visit", description="visit, call, grid, court or citizen")
    factors: list[str] = Field([], description="violence, weapon, threats, repeat, debt, custody")
    place: str = Field("", max_length=240)
    lon: Lon | None = None
    lat: Lat | None = None
    beat_id: int | None = None
    parties: list[PartyIn] = Field([])
    occurred_at: datetime | None = None
    act_id: UUID | None = None


class DisputeOut(Schema):
    """A dispute as it stands. `risk`: 1 high, 2 middle, 3 low; `risk_rule` says why."""

    id: int
    number: str
    state: str
    version: int
    title: str
    place: str
    type: str
    source: str
    track: str
    risk: int
    risk_rule: str
    factors: list[str]
    failures: int
    agency_id: int
    beat_id: int | None
    occurred_at: datetime
    closed_at: datetime | None
    due_at: datetime | None


class PartyOut(Schema):
    """A party, masked where no purpose was given."""

    id: int
    role: str
    name: str
    phone: str


class AgreementOut(Schema):
    """The agreement that holds or waits to be signed."""

    drafted_at: datetime
    in_force_at: datetime | None
    perform_by: date | None
    oral: bool
    template: str
    sha256: str | None


class DetailOut(DisputeOut):
    """A dispute with who is in it."""

    parties: list[PartyOut]
    mediators: list[str] = Field(description="Kinds of mediators")
    sessions: int
    agreement: AgreementOut | None
    visits: list[str] = Field(description="Result of each visit, in order")


class RepeatOut(Schema):
    """An earlier dispute that may be the same quarrel."""

    id: int
    number: str
    title: str
    state: str
    occurred_at: datetime
    why: dict[str, str]


class TypeOut(Schema):
    """A type of the list in force."""

    code: str
    zh: str
    en: str
    organ_zh: str
    organ_en: str
    calls: list[str]


class ImportedOut(Schema):
    """What an import did."""

    version: str
    accepted: int
    rejected: list[dict[str, Any]]


def _out(matter: Matter) -> dict[str, Any]:
    row = matter.disputes_dispute
    own = ("id", "number", "state", "version", "title", "place", "agency_id", "beat_id")
    when = ("occurred_at", "closed_at", "due_at")
    of_dispute = ("source", "track", "risk_rule", "factors", "failures")
    return {
        **{name: getattr(matter, name) for name in own + when},
        **{name: getattr(row, name) for name in of_dispute},
        "type": row.type.code,
        "risk": matter.priority,
    }


def _repeat(one: Repeat) -> dict[str, Any]:
    names = ("id", "number", "title", "state", "occurred_at")
    return {name: getattr(one.matter, name) for name in names} | {"why": one.why.as_dict()}


@router.get("/types", response=list[TypeOut], summary="The types in force")
def types(request: HttpRequest) -> Any:
    """In the order of their codes."""
    access.require(actor_of(request), VIEW)
    return queries.types()


@router.post("/type-lists", response=ImportedOut, summary="Import a version of the list of types")
def import_types(request: HttpRequest, source: str = Source) -> Any:
    """The body is CSV in UTF-8: version, code, zh, en, calls, organ. Needs disputes.configure."""
    lines = code_lists.read_file(request.body)
    done = actions.import_types(actor_of(request), lines, source=source)
    bad = [{"line": one.line, "why": one.why.as_dict()} for one in done.rejected]
    return {"version": done.version, "accepted": done.accepted, "rejected": bad}


@router.post(
    "/type-lists/{str:version}/in-force", response=dict[str, Any], summary="Put a list in force"
)
def put_in_force(request: HttpRequest, version: str) -> dict[str, Any]:
    """From now on disputes are registered under this version."""
    row = actions.put_in_force(actor_of(request), version)
    return {"version": row.version, "in_force": row.in_force}


@router.get("/disputes", response=list[DisputeOut], summary="Disputes, the most urgent first")
def listed(request: HttpRequest, over: bool = False) -> Any:
    """Open ones, or with `over=true` those that ended, newest first; at most 200."""
    return [_out(row) for row in queries.disputes(actor_of(request), over=over)[:200]]


@router.post("/disputes", response=DisputeOut, summary="Register a dispute")
def register(request: HttpRequest, dispute: DisputeIn) -> Any:
    """In its beat; the beat's officer answers for it. Needs disputes.register."""
    said = dispute.dict()
    said["occurred_at"] = past(said["occurred_at"])
    return _out(actions.register(actor_of(request), said.pop("type"), **said))


@router.get("/disputes/{int:dispute_id}", response=DetailOut, summary="One dispute")
def detail(request: HttpRequest, dispute_id: int) -> Any:
    """With its parties, masked unless X-Purpose says what for."""
    actor = actor_of(request)
    matter = queries.dispute_of(actor, dispute_id).matter
    told_ = queries.told(dispute_id)
    clear = bool(actor.purpose)
    if clear and told_.parties:
        personal.reveal(actor, matter, ["parties"])
    paper = told_.agreement
    return {
        **_out(matter),
        "parties": [
            {
                "id": one.pk,
                "role": one.role,
                "name": one.name if clear else personal.mask("name", one.name),
                "phone": one.phone if clear else personal.mask("phone", one.phone),
            }
            for one in told_.parties
        ],
        "mediators": [one.kind for one in told_.mediators],
        "sessions": len(told_.sessions),
        "agreement": paper
        and {
            **{n: getattr(paper, n) for n in AgreementOut.model_fields if n != "sha256"},
            "sha256": paper.document.sha256 if paper.document else None,
        },
        "visits": queries.results(told_.visits),
    }


@router.post("/disputes/{int:dispute_id}/parties", response=DisputeOut, summary="Add a party")
def add_party(request: HttpRequest, dispute_id: int, party: PartyIn) -> Any:
    """Until an agreement is drawn up."""
    return _out(actions.add_party(actor_of(request), dispute_id, **party.dict()))


@router.get(
    "/disputes/{int:dispute_id}/repeats",
    response=list[RepeatOut],
    summary="Earlier disputes between the same parties, in this beat",
)
def repeats(request: HttpRequest, dispute_id: int) -> Any:
    """Needs personal.read and a purpose (X-Purpose); asking is an entry of the trail."""
    return [_repeat(one) for one in actions.look_for_repeats(actor_of(request), dispute_id)]


@router.post(
    "/disputes/{int:dispute_id}/repeats/{int:earlier_id}",
    response=DisputeOut,
    summary="It is the same quarrel as an earlier one",
)
def say_repeat(request: HttpRequest, dispute_id: int, earlier_id: int) -> Any:
    """Both are linked; saying so twice changes nothing."""
    actor = actor_of(request)
    actions.say_repeat(actor, dispute_id, earlier_id)
    return _out(queries.dispute_of(actor, dispute_id).matter)


@router.post("/matters/{int:matter_id}/{str:step}", response=DisputeOut, summary="Take a step")
def take(request: HttpRequest, matter_id: int, step: str, act: Act) -> Any:
    """assign {officers, village_committee, peoples_mediator, lawyer, trade_body} ·
    change_mediators · regrade {factors} · file_case {case_number} · hold_session {summary} ·
    draft {terms, facts, perform_by, oral} · sign {who, typed or strokes} · redraft · agree ·
    confirm {confirmation} · perform {how_performed} · visit {visit_result, visit_words} · settle ·
    reopen · no_agreement · not_performed · mediate_again · refer {route} · to_case {case_number} ·
    withdraw_dispute · turned_criminal {case_number}. 409 where somebody was faster."""
    return _out(actions.perform(actor_of(request), matter_id, step, **whole(act)))
