"""What the agency has set, or what comes with Watchroom where it has set nothing yet."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency

from ..flow import RECEIVE, VIEW
from ..models import Feed, FraudType, Reject, RuleSet, TypeList
from ..rules.grading import Grade, Rule, compiled, read_rules

DATA = Path(__file__).parent.parent / "data"


@cache
def shipped(name: str) -> dict[str, Any]:
    """A list that comes with Watchroom: "rules" or "types"."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Grading:
    """The rules that grade now, as a function and as themselves."""

    rule_set_id: int | None
    version: str
    rules: tuple[Rule, ...]
    grade: Grade


Version = tuple[int, datetime] | None
"""Which one is meant: its number and when it was made; None is what comes with Watchroom."""
_made: dict[Version, Grading] = {}


def grading() -> Grading:
    """The live rules; those that come with Watchroom where none is live. Compiled once."""
    return _graded(_version(RuleSet.objects.filter(state="live")))


def grading_of(rule_set_id: int | None) -> Grading:
    """The rules of a set; of those that come with Watchroom for None."""
    return _graded(_version(RuleSet.objects.filter(pk=rule_set_id or 0)))


def _version(found: QuerySet[RuleSet]) -> Version:
    return found.values_list("pk", "drafted_at").first()


def _graded(key: Version) -> Grading:
    """A set stays as it was drafted, so it is compiled once a process."""
    if key not in _made:
        if key is None:
            version, given = shipped("rules")["version"], shipped("rules")["rule"]
        else:
            version, given = RuleSet.objects.values_list("version", "rules").get(pk=key[0])
        rules = read_rules(given)
        _made[key] = Grading(key[0] if key else None, version, rules, compiled(rules))
    return _made[key]


_lists: dict[Version, dict[str, FraudType]] = {}


def type_names() -> dict[str, FraudType]:
    """Types in force by code, in the list's own order."""
    return _listed(TypeList.objects.filter(in_force=True).values_list("pk", "imported_at").first())


def _listed(known: Version) -> dict[str, FraudType]:
    """A list stays as imported: read once a process."""
    if known not in _lists:
        rows = FraudType.objects.filter(type_list_id=known[0]).order_by("id") if known else ()
        _lists[known] = {row.code: row for row in rows or shipped_types()}
    return _lists[known]


def shipped_types() -> list[FraudType]:
    """The types that come with Watchroom; rows that are in no table."""
    return [
        FraudType(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            script_zh=row["script"]["zh"],
            script_en=row["script"]["en"],
            message_zh=row["message"],
            keywords=row["keywords"],
        )
        for row in shipped("types")["type"]
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a source's warnings are read by at this moment."""

    feed: Feed
    types: Mapping[str, Any]
    grading: Grading


_STANDING = """
SELECT f.id, f.key, f.name, f.name_en, f.kind, f.agency_id, r.id, r.drafted_at, t.id, t.imported_at
FROM fraud_feed f LEFT JOIN fraud_ruleset r ON r.state = 'live'
LEFT JOIN fraud_typelist t ON t.in_force WHERE f.key = %s AND (%s OR f.agency_id = ANY(%s))
"""


def standing(actor: Actor, key: str) -> Standing:
    """The source, types and rules in one question: it is asked for every single warning."""
    reach = [] if actor.everywhere else list(actor.reach(RECEIVE))
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [key, actor.everywhere, reach])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    rules, types = ((n, at) if n is not None else None for n, at in (row[6:8], row[8:10]))
    return Standing(Feed(*row[:6]), _listed(types), _graded(rules))


def type_of(code: str) -> FraudType:
    """A type by its code: of the list in force, of an older one, or a bare code."""
    known = type_names().get(code)
    old = FraudType.objects.filter(code=code).order_by("-type_list_id")
    return known or old.first() or FraudType(code=code, zh=code, en=code)


def feed(actor: Actor, key: str) -> Feed:
    """A source of warnings that the actor may send for; NotFound otherwise."""
    rows = Feed.objects.select_related("agency")
    if not actor.everywhere:
        rows = rows.filter(agency_id__in=actor.reach(RECEIVE))
    row = rows.filter(key=key).first()
    if row is None:
        raise NotFound
    return row


def feeds(actor: Actor) -> list[Feed]:
    """Sources whose warnings reach a desk the actor sees."""
    rows = Feed.objects.select_related("agency").order_by("key")
    return list(rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(VIEW)))


def agencies_of(codes: Collection[str], home: Agency) -> dict[str, int]:
    """Code → id of the agencies below the feed's own; others keep the feed's."""
    rows = Agency.objects.filter(code__in=list(codes), path__startswith=home.path)
    return dict(rows.values_list("code", "pk"))


def rejects(actor: Actor, key: str) -> list[Reject]:
    """The newest rows of a source that were refused, at most 200."""
    return list(Reject.objects.filter(feed=feed(actor, key)).order_by("-at")[:200])
