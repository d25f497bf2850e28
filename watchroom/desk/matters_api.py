"""The interface of any matter, whatever its domain: /api/v1/matters/ and /api/v1/search.

Steps are taken through the matter's own domain; here is what all matters share: what they say,
their clocks, notes, files, links and requests for more time.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AwareDatetime, ConfigDict, Field

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, clocks, documents, extensions, links, notes, search
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.machines import actor_of
from watchroom.kernel.models import Deadline, Document, Entry, Extension, Matter

from . import steps

router = Router()
searching = Router()
MOST = 200
SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


class Given(Schema):
    """What a caller sends: a field we do not know is a mistake."""

    model_config = ConfigDict(extra="forbid")
    act_id: UUID | None = Field(None, description="The same id again does nothing twice")


class Both(Schema):
    """One sentence in Chinese and English."""

    zh: str
    en: str


class MatterOut(Schema):
    """What every matter says of itself. `version` is what a step may be taken against."""

    number: str
    kind: str
    title: str
    state: str
    agency: str = Field(description="Code of the agency")
    place: str
    lon: float | None
    lat: float | None
    priority: int | None
    version: int
    occurred_at: datetime
    entered_at: datetime
    closed_at: datetime | None
    due_at: datetime | None

    @staticmethod
    def resolve_agency(row: Matter) -> str:
        return row.agency.code


class ExtensionOut(Schema):
    """A request for more time. `state`: asked, granted, refused or withdrawn."""

    id: int
    rung: str
    amount: int | None
    reason: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    answer: str


class ClockOut(Schema):
    """A clock with its reckoning in words, the rungs it could be given, and what was asked for."""

    clock: str
    rule: str
    state: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    explained: list[Both]
    rungs: list[str]
    extensions: list[ExtensionOut]


class MatterInFull(MatterOut):
    """A matter with its clocks."""

    clocks: list[ClockOut]


class NoteIn(Given):
    text: str = Field(min_length=1, max_length=notes.LONGEST)
    occurred_at: AwareDatetime | None = None


class NoteOut(Schema):
    id: int
    text: str
    by: str
    occurred_at: datetime
    entered_at: datetime


class DocumentIn(Given):
    personal: bool = Field(True, description="Holds personal data: reading needs a purpose")


class DocumentOut(Schema):
    """A file by its content: type and SHA-256 as found, never as claimed."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    personal: bool
    added_at: datetime


class LinkIn(Given):
    number: str = Field(min_length=1, max_length=32, description="Or its last digits")
    relation: str = Field(description=f"One of {', '.join(links.RELATIONS)}; ~ is backward")
    reason: str = Field("", max_length=400)


class LinkOut(Schema):
    id: int
    number: str
    title: str
    relation: Both
    by_hand: bool


class Reason(Schema):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field("", max_length=400)


class MoreTime(Given):
    rung: str
    reason: str = Field(min_length=1, max_length=extensions.LONGEST)
    amount: int | None = Field(None, ge=1)


class Decision(Schema):
    """`by`: who decided where the approver does not work here; `at`: when they did."""

    model_config = ConfigDict(extra="forbid")
    answer: str = Field("", max_length=extensions.LONGEST)
    by: str = Field("", max_length=200)
    at: AwareDatetime | None = None


class Results(Schema):
    """One window of what was found; `older` asks for the next."""

    items: list[MatterOut]
    older: str


def _found(request: HttpRequest, number: str) -> tuple[Actor, Matter]:
    actor = actor_of(request)
    return actor, access.find(actor, number=number.upper())


def _past(moment: datetime | None) -> datetime | None:
    if moment is not None and moment > now():
        raise Refusal(steps.IN_FUTURE, code="not-yet")
    return moment


@router.get("/{number}", response=MatterInFull, summary="A matter with its clocks")
def read(request: HttpRequest, number: str) -> Any:
    """Each clock explains itself; `rungs` are what its rule would still allow."""
    _, matter = _found(request, number)
    rows = list(Deadline.objects.filter(matter=matter).order_by("id"))
    asked = extensions.of(rows)
    matter.clocks = [_clock(row, asked.get(row.pk, [])) for row in rows]  # type: ignore[attr-defined]
    return matter


def _clock(row: Deadline, asked: list[Extension]) -> dict[str, Any]:
    try:
        lines, rungs = clocks.due(row).lines(), [r.key for r, _ in extensions.on_offer(row)]
    except Refusal as refusal:  # a rule that is no longer in the book
        lines, rungs = [refusal.text], []
    told = ("clock", "rule", "state", "started_at", "due_at", "ended_at")
    explained = [line.as_dict() for line in lines]
    return {
        **{name: getattr(row, name) for name in told},
        "explained": explained,
        "rungs": rungs,
        "extensions": asked,
    }


@router.get("/{number}/notes", response=list[NoteOut], summary="Notes")
def noted(request: HttpRequest, number: str) -> Any:
    """The latest 200."""
    _, matter = _found(request, number)
    rows = Entry.objects.filter(matter=matter, event=f"{matter.kind}.note").order_by("-id")
    return [_note(row) for row in rows[:MOST]]


@router.post("/{number}/notes", response={201: NoteOut}, summary="Add a note")
def note(request: HttpRequest, number: str, said: NoteIn) -> Any:
    """Part of the trail: never changed, only followed by another. Needs note.add."""
    actor, matter = _found(request, number)
    at = _past(said.occurred_at)
    entry = notes.add(actor, matter.pk, said.text, occurred_at=at, act_id=said.act_id)
    return Status(201, _note(entry))


def _note(entry: Entry | None) -> dict[str, Any]:
    assert entry is not None  # noqa: S101 - None only inside `acts.together`
    text = str(entry.data.get("text") or entry.data.get("words", ""))
    moments = {"occurred_at": entry.occurred_at, "entered_at": entry.entered_at}
    return {"id": entry.pk, "text": text, "by": entry.actor_name, **moments}


@router.get("/{number}/documents", response=list[DocumentOut], summary="Files")
def filed(request: HttpRequest, number: str) -> Any:
    """The latest 200."""
    actor, matter = _found(request, number)
    return documents.of(actor, matter)[:MOST]


@router.post("/{number}/documents", response={201: DocumentOut}, summary="Add a file")
def add_file(
    request: HttpRequest, number: str, said: Form[DocumentIn], file: File[UploadedFile]
) -> Any:
    """As multipart/form-data. Judged by its content; a type we do not know is refused."""
    actor, matter = _found(request, number)
    told: dict[str, Any] = {"personal": said.personal, "act_id": said.act_id}
    return Status(201, documents.add(actor, matter.pk, file.name or "", file.chunks(), **told))


@router.get("/{number}/documents/{int:document_id}", summary="Read a file")
def read_file(request: HttpRequest, number: str, document_id: int) -> FileResponse:
    """The content, hashed again first (ETag: its SHA-256). One with personal data needs
    personal.read and the purpose in X-Purpose; every reading is an entry."""
    actor, matter = _found(request, number)
    if not Document.objects.filter(pk=document_id, matter=matter).exists():
        raise NotFound
    document, place = documents.read(actor, document_id)
    headers = {**SAFE, "ETag": f'"{document.sha256}"'}
    return FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
        headers=headers,
    )


@router.get("/{number}/links", response=list[LinkOut], summary="Linked matters")
def linked(request: HttpRequest, number: str) -> Any:
    """As far as the caller may see them."""
    actor, matter = _found(request, number)
    return [_link(one) for one in links.of(actor, matter, MOST)]


@router.post("/{number}/links", response={201: LinkOut}, summary="Link with another matter")
def link(request: HttpRequest, number: str, said: LinkIn) -> Any:
    """Seen from both. Needs matter.link on both."""
    actor, matter = _found(request, number)
    told: dict[str, Any] = {"reason": said.reason, "act_id": said.act_id}
    made = links.add(actor, matter.pk, said.number, said.relation, **told)
    return Status(
        201, next(_link(o) for o in links.of(actor, matter, MOST) if o.link.pk == made.pk)
    )


@router.post("/{number}/links/{int:link_id}/end", response=list[LinkOut], summary="Unlink")
def unlink(request: HttpRequest, number: str, link_id: int, said: Reason) -> Any:
    """One that was made by hand, with a reason; the answer is what is left."""
    actor, matter = _found(request, number)
    if link_id not in {one.link.pk for one in links.of(actor, matter, MOST)}:
        raise NotFound
    links.end(actor, link_id, reason=said.reason)
    return [_link(one) for one in links.of(actor, matter, MOST)]


def _link(one: links.Linked) -> dict[str, Any]:
    other = {"number": one.other.number, "title": one.other.title}
    told = {"relation": one.title.as_dict(), "by_hand": one.link.by_hand}
    return {"id": one.link.pk, **other, **told}


@router.post(
    "/{number}/clocks/{clock}/extensions", response={201: ExtensionOut}, summary="Ask for more time"
)
def ask(request: HttpRequest, number: str, clock: str, said: MoreTime) -> Any:
    """People ask, with their session; machines cannot. Another person decides."""
    actor, matter = _found(request, number)
    told: dict[str, Any] = {"reason": said.reason, "amount": said.amount, "act_id": said.act_id}
    return Status(201, extensions.ask(actor, matter.pk, clock, said.rung, **told))


@router.post(
    "/{number}/extensions/{int:extension_id}/{what}",
    response=ExtensionOut,
    summary="Decide a request for more time",
)
def decide(
    request: HttpRequest,
    number: str,
    extension_id: int,
    what: Literal["grant", "refuse", "withdraw"],
    said: Decision,
) -> Any:
    """Never by whoever asked; from the agency that the rule's ladder names, or above."""
    actor, matter = _found(request, number)
    if not Extension.objects.filter(pk=extension_id, deadline__matter=matter).exists():
        raise NotFound
    if what == "grant":
        at = _past(said.at)
        return extensions.grant(actor, extension_id, answer=said.answer, by=said.by, at=at)
    if what == "refuse":
        return extensions.refuse(actor, extension_id, answer=said.answer)
    return extensions.withdraw(actor, extension_id)


@searching.get("", response=Results, summary="Search matters")
def find(request: HttpRequest, q: str, kind: str = "", older: str = "") -> Any:
    """The newest in which every word occurs, the best first in each window of 100. A number of
    seven digits and more is a search over persons: it needs X-Purpose and is an entry."""
    cursor = search.read_cursor(older)
    if older and cursor is None:
        raise Refusal(Text("older 不是上一页给出的值", "`older` is not what a page gave"))
    kinds = [kind] if kind else ()
    found = search.matters(actor_of(request), q[:400], kinds=kinds, older=cursor)
    return {"items": found.matters, "older": search.write_cursor(found.older)}
