"""What the agency sets: sources, fraud types, rules; and the rows that were refused."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from watchroom.base.clock import now
from watchroom.kernel.machines import Given, actor_of

from .. import actions, queries
from ..models import Feed

router = Router()


class FeedIn(Given):
    """A source of warnings. `kind`: bank, telecom, app, centre or other."""

    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=120)
    kind: str
    agency_id: int = Field(description="Whose desk its warnings are for")


class FeedOut(Schema):
    """A source of warnings."""

    key: str
    name: str
    name_en: str
    kind: str
    agency_id: int


class RejectOut(Schema):
    """A row that was refused: its number and the sentence. What it held is seen on no list."""

    source_id: str
    why_zh: str
    why_en: str
    at: datetime


class TypesIn(Given):
    """One version of the list of fraud types."""

    version: str = Field(max_length=32)
    source: str = Field("", max_length=200)
    types: list[dict[str, Any]] = Field(
        description="code, zh, en; and script {zh, en}, message, keywords"
    )


class TypeOut(Schema):
    """A fraud type of the list in force."""

    code: str
    zh: str
    en: str
    keywords: list[str]


class RulesIn(Given):
    """One version of the rules that grade."""

    version: str = Field(max_length=32)
    rules: list[dict[str, Any]] = Field(description="key, zh, en, level, when [[fact, op, value]]")


class RulesOut(Schema):
    """A version of the rules and how far it has come."""

    version: str
    state: str
    rules: list[dict[str, Any]]
    drafted_at: datetime
    approved_at: datetime | None


class ComparedOut(Schema):
    """What a version would have made of past warnings. `moved`: "1>3" → how many."""

    warnings: int
    changed: int
    moved: dict[str, int]
    fired: dict[str, int]


@router.get("/feeds", response=list[FeedOut], summary="Sources of warnings")
def feeds(request: HttpRequest) -> Any:
    """Those whose warnings reach a desk the caller sees."""
    return queries.feeds(actor_of(request))


@router.put("/feeds/{str:key}", response=FeedOut, summary="Register a source of warnings")
def set_feed(request: HttpRequest, key: str, feed: FeedIn) -> Feed:
    """Or say anew what it is called and whose desk it reaches. Needs fraud.configure."""
    return actions.set_feed(actor_of(request), key, **feed.dict())


@router.get("/feeds/{str:key}/rejects", response=list[RejectOut], summary="Rows that were refused")
def rejects(request: HttpRequest, key: str) -> Any:
    """Of one source, the newest first, at most 200. Needs fraud.receive."""
    return queries.rejects(actor_of(request), key)


@router.get("/types", response=list[TypeOut], summary="The fraud types in force")
def types(request: HttpRequest) -> Any:
    """In the list's own order."""
    actor_of(request)
    return list(queries.type_names().values())


@router.post("/type-lists", response=dict[str, Any], summary="Import a version of the fraud types")
def import_types(request: HttpRequest, given: TypesIn) -> dict[str, Any]:
    """In force at once; a version that is there is refused. Needs fraud.configure."""
    said = {"source": given.source}
    made = actions.import_types(actor_of(request), given.version, given.types, **said)
    return {"version": made.version, "types": len(given.types)}


@router.get("/rule-sets", response=list[RulesOut], summary="Versions of the grading rules")
def rule_sets(request: HttpRequest) -> Any:
    """The newest first. Needs fraud.configure or fraud.approve."""
    return queries.rule_sets(actor_of(request))


@router.post("/rule-sets", response=RulesOut, summary="Draft a version of the grading rules")
def draft(request: HttpRequest, given: RulesIn) -> Any:
    """It grades nothing yet. Needs fraud.configure."""
    return actions.draft_rules(actor_of(request), given.version, given.rules)


@router.get(
    "/rule-sets/{str:version}/back-test",
    response=ComparedOut,
    summary="What a version would have made of past warnings",
)
def back_test(request: HttpRequest, version: str, days: int = 7) -> dict[str, Any]:
    """Of the last `days` days (1 to 90)."""
    row = queries.rule_set(actor_of(request), version)
    start = now() - timedelta(days=min(max(days, 1), 90))
    found = queries.back_test(row, start, now())
    return {
        "warnings": found.warnings,
        "changed": found.changed,
        "moved": {f"{was}>{new}": n for (was, new), n in found.moved.items()},
        "fired": {rule.key: n for rule, n in found.fired},
    }


@router.post("/rule-sets/{str:version}/shadow", response=RulesOut, summary="Run in the shadow")
def shadow(request: HttpRequest, version: str) -> Any:
    """Compared with what grades, grading nothing. It goes live on the screen, by another person."""
    return actions.shadow_rules(actor_of(request), version)
