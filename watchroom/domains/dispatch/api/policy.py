"""Policy and ground truth: the class list, premise notes, closed roads."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from watchroom.kernel import code_lists
from watchroom.kernel.machines import Lat, Lon, actor_of

from .. import actions, queries
from .schemas import Because, ClassOut, ClosureIn, ImportedOut, Made, NoteOut, PremiseIn

router = Router()
Source = Query("", max_length=200)


@router.get("/classes", response=list[ClassOut], summary="The class list in force")
def classes(request: HttpRequest) -> Any:
    """In the list's own order."""
    return queries.classes(actor_of(request))


@router.post("/class-lists", response=ImportedOut, summary="Import a version of the class list")
def import_classes(request: HttpRequest, source: str = Source, in_force: bool = True) -> Any:
    """The body is CSV in UTF-8 (text/csv): version, code, parent, zh, en, group, priority,
    response_plan, gat_code, keywords and, if given, skills. Bad rows are left out and answered
    with line and reason. Needs dispatch.configure."""
    lines = code_lists.read_file(request.body)
    return actions.import_classes(actor_of(request), lines, source=source, put_in_force=in_force)


@router.post(
    "/class-lists/{str:version}/in-force", response=dict[str, Any], summary="Put a list in force"
)
def put_in_force(request: HttpRequest, version: str) -> dict[str, Any]:
    """From now on calls are classified by this version."""
    row = actions.put_in_force(actor_of(request), version)
    return {"version": row.version, "in_force": row.in_force}


@router.get("/premise-notes", response=list[NoteOut], summary="Notes that hold at a place")
def notes(request: HttpRequest, lon: Lon, lat: Lat) -> Any:
    """Nearest first."""
    return queries.premise_notes(actor_of(request), lon, lat)


@router.post("/premise-notes", response=Made, summary="Leave a note for whoever goes there")
def add_note(request: HttpRequest, note: PremiseIn) -> dict[str, int]:
    """About the place, never about a person. Needs dispatch.premise."""
    return {"id": actions.add_premise_note(actor_of(request), **note.dict()).pk}


@router.post("/premise-notes/{int:note_id}/end", response=Made, summary="A note no longer holds")
def end_note(request: HttpRequest, note_id: int, because: Because) -> dict[str, int]:
    """It is kept, not deleted."""
    actor = actor_of(request)
    queries.premise_note(actor, note_id)
    return {"id": actions.end_premise_note(actor, note_id, reason=because.reason).pk}


@router.post("/closures", response=Made, summary="Close a road")
def close_road(request: HttpRequest, closure: ClosureIn) -> dict[str, int]:
    """The streets under a drawn line count as shut from now on. Needs map.close."""
    return {"id": actions.close_road(actor_of(request), **closure.dict()).pk}


@router.post("/closures/{int:closure_id}/open", response=Made, summary="Open a road again")
def open_road(request: HttpRequest, closure_id: int, because: Because) -> dict[str, int]:
    """Opening twice does no harm."""
    actor = actor_of(request)
    return {"id": actions.open_road(actor, closure_id, act_id=because.act_id).pk}
