"""What is kept about one person, for that person: asked by one officer, approved by another.

Found through what the classes of retention declare (`kept`): every column that holds a name, a
telephone, an identity or account number, over all domains. A number decides; where a record has no
number, the same name is found and marked, for two people may share it. Each search and each copy is
an entry; what was searched by lies encrypted and ends after a month.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import acts, holds, retention, sealing
from .access import Actor, NotFound, require_in, visible
from .kept import COLUMNS
from .models import Agency, Matter, SubjectRequest

ASK, APPROVE = "subject.ask", "subject.approve"
NUMBERS = ("phone", "id", "account")
OPEN_FOR = timedelta(days=7)
"""How long an approved copy may be taken."""
MOST = 500
"""Records of one class in one copy."""
SHORTEST = 7
"""Digits of a number that says who somebody is."""


@dataclass(frozen=True)
class Found:
    """One record about the person. `by_name`: it has no number, the name alone is the same."""

    rule: str
    title: Text
    matter: Matter | None
    values: tuple[tuple[Text, str], ...]
    by_name: bool


@dataclass(frozen=True)
class Sought:
    """What is searched by."""

    name: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)


def ask(
    actor: Actor, agency: Agency, *, name: str, numbers: Mapping[str, str], basis: str
) -> SubjectRequest:
    """Enter that somebody wants what is kept about them. `basis`: number of their application."""
    require_in(actor, ASK, agency.pk)
    given = {kind: said for kind in NUMBERS if (said := numbers.get(kind, "").strip())}
    if not given or any(sum(c.isalnum() for c in said) < SHORTEST for said in given.values()):
        raise Refusal(
            Text(
                "请填写本人的电话、证件号码或账号（至少{n}位）",
                "Give the person's telephone, identity or account number (at least {n} digits)",
            ).format(n=SHORTEST)
        )
    sought = json.dumps({"name": name.strip(), "numbers": given}, ensure_ascii=False)
    with transaction.atomic():
        made = SubjectRequest.objects.create(
            agency=agency,
            sought=sealing.seal("subject", sought),
            ending=next(iter(given.values()))[-4:],
            basis=holds.said(basis)[:200],
            asked_by_id=holds.person(actor),
            asked_at=now(),
        )
        _told(actor, made, "subject.asked", {"ending": made.ending}, made.basis)
    return made


def may_see(actor: Actor) -> QuerySet[SubjectRequest]:
    """The requests of the agencies where the actor asks or approves; newest first."""
    reach = actor.reach(ASK) | actor.reach(APPROVE)
    rows = SubjectRequest.objects.filter(agency_id__in=reach)
    return rows.select_related("agency", "asked_by", "decided_by").order_by("-id")


def find(actor: Actor, request_id: int) -> SubjectRequest:
    """One of them; NotFound for any other."""
    request = may_see(actor).filter(pk=request_id).first()
    if request is None:
        raise NotFound
    return request


def decide(
    actor: Actor, request_id: int, *, approve: bool, answer: str, withheld: Iterable[str] = ()
) -> SubjectRequest:
    """Approve or refuse: another person than who asked. `withheld`: classes that are not given."""
    request = find(actor, request_id)
    require_in(actor, APPROVE, request.agency_id)
    staff_id, words = holds.person(actor), holds.said(answer)
    if request.asked_by_id == staff_id:
        raise Refusal(
            Text("不能批准自己提出的查阅", "Another person than who asked must decide"),
            code="forbidden",
        )
    known = {one.rule for one in retention.classes()}
    state = "approved" if approve else "refused"
    with transaction.atomic():
        open_ = SubjectRequest.objects.filter(pk=request.pk, state="asked").exclude(sought="")
        if not open_.update(
            state=state,
            decided_by_id=staff_id,
            decided_at=now(),
            answer=words,
            withheld=sorted(known & set(withheld)),
            ends_at=now() + OPEN_FOR if approve else None,
        ):
            raise Conflict(Text("这件申请已处理", "This request has been decided already"))
        _told(
            actor, request, f"subject.{state}", {"withheld": sorted(known & set(withheld))}, words
        )
    return find(actor, request_id)


def counted(actor: Actor, request: SubjectRequest) -> dict[str, int]:
    """How many records of which class would be given: what an approver decides by."""
    found: dict[str, int] = {}
    for one in _records(actor, request):
        found[one.rule] = found.get(one.rule, 0) + 1
    return found


def export(actor: Actor, request_id: int) -> tuple[SubjectRequest, list[Found]]:
    """The copy, for whoever asked, as long as it is approved; an entry each time."""
    request = find(actor, request_id)
    require_in(actor, ASK, request.agency_id)
    if request.asked_by_id != actor.staff_id:
        raise NotFound
    if request.state != "approved" or not request.ends_at or request.ends_at < now():
        raise Refusal(
            Text("须经另一人批准，且在批准后七日内", "It must be approved, at most seven days ago")
        )
    given = [one for one in _records(actor, request) if one.rule not in request.withheld]
    data = {"records": len(given), "ending": request.ending}
    with transaction.atomic():
        _told(actor, request, "subject.exported", data, request.basis)
    return request, given


def as_data(request: SubjectRequest, given: list[Found], lang: str, at: datetime) -> dict[str, Any]:
    """The copy for machines."""
    return {
        "agency": request.agency.label(lang),
        "basis": request.basis,
        "made_at": at.isoformat(),
        "records": [
            {
                "class": one.rule,
                "title": one.title.say(lang),
                "matter": one.matter.number if one.matter else None,
                "occurred_at": one.matter.occurred_at.isoformat() if one.matter else None,
                "same_name_only": one.by_name,
                "data": [{"what": what.say(lang), "value": value} for what, value in one.values],
            }
            for one in given
        ],
        "note": NOTE.say(lang),
    }


NOTE = Text(
    "依法限制提供的信息不在其中；受限知悉的事项由保管机关另行答复。",
    "What the law keeps back is not among it; sealed matters are answered by who keeps them.",
)


def _told(
    actor: Actor, request: SubjectRequest, event: str, data: Mapping[str, Any], reason: str
) -> None:
    said = {"request": request.pk, **data}
    acts.happened(actor, event, request.agency_id, data=said, reason=reason)


def _records(actor: Actor, request: SubjectRequest) -> Iterator[Found]:
    if not request.sought:
        return
    sought = Sought(**json.loads(sealing.unseal("subject", request.sought)))
    below = Q(path__startswith=request.agency.path)
    agencies = frozenset(Agency.objects.filter(below).values_list("pk", flat=True))
    for rule, model, columns in _searched():
        yield from _of_model(actor, agencies, rule, model, columns, sought)


@lru_cache(maxsize=1)
def _searched() -> list[tuple[str, type[Model], dict[str, str]]]:
    """(class, table, columns) for every table that holds somebody's name or number."""
    columns: dict[tuple[str, str], dict[str, str]] = {}
    told_by: dict[tuple[str, str], str] = {}
    for app, one in retention.by_app():
        for said, kind in one.columns.items():
            name, _, column = said.partition(".")
            columns.setdefault((app, name), {})[column] = kind
            if kind in ("name", *NUMBERS):
                told_by.setdefault((app, name), one.rule)
    return [(rule, apps.get_model(*table), columns[table]) for table, rule in told_by.items()]


def _of_model(
    actor: Actor,
    agencies: frozenset[int],
    rule: str,
    model: type[Model],
    columns: Mapping[str, str],
    sought: Sought,
) -> Iterator[Found]:
    same = _same(columns, sought)
    if same is None:
        return
    to_matter, to_agency = _path(model, Matter), _path(model, Agency)
    rows: QuerySet[Any] = model._default_manager.filter(same)
    if to_matter:
        open_ = Q(**{f"{to_matter}__sealed": False})
        mine = Q(**{f"{to_matter}__in": visible(actor).values("pk")})
        rows = rows.filter(open_ | mine, **{f"{to_matter}__agency_id__in": agencies})
    elif to_agency:
        rows = rows.filter(**{f"{to_agency}__in": agencies})
    title = retention.of(rule).title
    for row in rows.order_by("pk")[:MOST]:
        yield Found(
            rule, title, _matter(row, to_matter), _values(row, columns), _by_name(row, columns)
        )


def _same(columns: Mapping[str, str], sought: Sought) -> Q | None:
    """Rows with one of the numbers; and with the name, where they have no number."""
    wanted, without = Q(pk__in=[]), Q()
    for column, kind in columns.items():
        if kind in NUMBERS:
            without &= Q(**{column: ""})
            if said := sought.numbers.get(kind):
                wanted |= Q(**{column: said})
    for column, kind in columns.items():
        if kind == "name" and sought.name:
            wanted |= Q(without, **{column: sought.name})
    return wanted or None


def _by_name(row: Model, columns: Mapping[str, str]) -> bool:
    return not any(getattr(row, column) for column, kind in columns.items() if kind in NUMBERS)


def _values(row: Model, columns: Mapping[str, str]) -> tuple[tuple[Text, str], ...]:
    said = (
        (COLUMNS[kind], getattr(row, column)) for column, kind in columns.items() if kind != "key"
    )
    return tuple((title, str(value)) for title, value in said if value)


def _matter(row: Model, path: str) -> Matter | None:
    if not path:
        return None
    found: Any = row
    for step in path.split("__"):
        found = getattr(found, step)
    return found if isinstance(found, Matter) else None


def _path(model: type[Model], to: type[Model], depth: int = 3) -> str:
    """The shortest way from a table to another by its own foreign keys; "" for none."""
    ways: list[tuple[str, type[Model]]] = [("", model)]
    for _ in range(depth):
        ways = [
            (f"{way}__{name}".strip("_"), other)
            for way, table in ways
            for name, other in _next(table)
        ]
        for way, table in ways:
            if table is to:
                return way
    return ""


def _next(table: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """Where a table's own foreign keys lead; never through a person who works here."""
    for column in table._meta.concrete_fields:
        other = column.related_model
        if column.is_relation and isinstance(other, type) and other._meta.model_name != "staff":
            yield column.name, other
