"""Cases: the queue, and taking a step."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from watchroom.kernel.machines import Act, actor_of, whole
from watchroom.kernel.models import Matter

from .. import actions, queries, rules

router = Router()


class CaseOut(Schema):
    """A case as it stands. Names and numbers are not part of it."""

    id: int
    number: str
    state: str
    version: int
    type: str
    level: int
    warnings: int
    agency_id: int
    due_at: datetime | None


def _out(matter: Matter) -> dict[str, Any]:
    names = ("id", "number", "state", "version", "agency_id", "due_at")
    case = matter.fraud_case
    return {name: getattr(matter, name) for name in names} | {
        "type": case.type_code,
        "level": rules.level_of(matter.priority),
        "warnings": case.warnings,
    }


@router.get("/cases", response=list[CaseOut], summary="Open cases, the most pressing first")
def listed(request: HttpRequest) -> Any:
    """As on the desk; at most 200."""
    return [_out(row.matter) for row in queries.desk(actor_of(request))]


@router.post("/cases/{int:case_id}/{str:step}", response=CaseOut, summary="Take a step of a case")
def take(request: HttpRequest, case_id: int, step: str, act: Act) -> Any:
    """sign · take_over · message {template} · call {call_result} · assess {level, intended} ·
    locate {place, lon, lat} · reach {how, verified} · ask_visit {why} · arrive · not_met
    {visit_result} · escalate {danger} · feed_back {outcome, evidence, saved, lost, app, protected}
    · dismiss {because} · trace {words} · again · revisit {revisit_result}. 409 where somebody was
    faster."""
    return _out(actions.perform(actor_of(request), case_id, step, **whole(act)))
