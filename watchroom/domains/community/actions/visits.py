"""Visits: planned, made, an evening of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Greatest

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import RESPOND, VISIT
from ..models import Household, Visit
from .preparing import Prepared
from .refusing import refuse

OPENINGS = {rules.MADE: "record", rules.NOT_MET: "record_not_met"}


def _title(household: Household) -> str:
    return f"走访 {household}"[:200]


def plan_visit(
    actor: Actor,
    household_id: int,
    *,
    purpose: str = rules.ROUTINE,
    asked_by: str = "",
    planned_on: date | None = None,
    words: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Somebody shall call there. The beat's officer has it, whoever plans it."""
    household = queries.household_of(actor, household_id, RESPOND)
    refuse(rules.why_not_visit(purpose, asked_by, "", 0) or rules.why_not_told(words))
    if act_id is None or acts.seen(act_id) is None:
        _none_planned(household)

    def change(matter: Matter) -> Mapping[str, Any]:
        Visit.objects.create(
            matter=matter,
            household=household,
            purpose=purpose,
            asked_by=asked_by if purpose == rules.ASKED else "",
            planned_on=planned_on,
        )
        if purpose == rules.ASKED:
            asked_at = household.asked_at or matter.occurred_at
            Household.objects.filter(pk=household.pk).update(asked_at=asked_at)
        return {"purpose": purpose, "asked_by": asked_by}

    return acts.open_matter(
        access.on_account_of(actor, RESPOND),
        VISIT.kind,
        **_there(household, words),
        owner_id=household.beat.officer_id or actor.staff_id,
        facts={"purpose": purpose},
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def _none_planned(household: Household) -> None:
    if known := queries.open_visit(household):
        number = known.matter.number
        raise Refusal(
            Text(
                f"这一户已安排走访（{number}），请办理那一件",
                f"A visit there is planned already ({number}): use that one",
            )
        )


def _there(household: Household, words: str) -> dict[str, Any]:
    return {
        "title": _title(household),
        "agency_id": household.beat.agency_id,
        "beat_id": household.beat_id,
        "place": str(household),
        "lon": household.lon,
        "lat": household.lat,
        "words": words.strip(),
    }


@dataclass(frozen=True)
class Call:
    """One door somebody called at. `at` None: now."""

    result: str = rules.MADE
    purpose: str = rules.ROUTINE
    asked_by: str = ""
    service: str = ""
    helped: int = 0
    words: str = ""
    at: datetime | None = None


def record_visit(
    actor: Actor, household_id: int, call: Call, *, act_id: UUID | None = None
) -> Matter:
    """A visit that was made, or where nobody was met: one act, one entry."""
    household = queries.household_of(actor, household_id, RESPOND)
    return _enter(actor, {household.pk: household}, {household.pk: call}, {household.pk: act_id})[0]


def record_evening(
    actor: Actor, beat_code: str, calls: Mapping[int, Call], *, act_id: UUID
) -> list[Matter]:
    """An evening's visits in one beat, by household, as one act: all of them or none."""
    beat = queries.beat_of(actor, beat_code, RESPOND)
    rows = Household.objects.select_related("beat").filter(pk__in=list(calls), beat=beat)
    known = rows.in_bulk()
    if len(known) < len(calls):
        raise access.NotFound
    return _enter(actor, known, calls, {pk: uuid5(act_id, str(pk)) for pk in calls})


def _enter(
    actor: Actor,
    households: Mapping[int, Household],
    calls: Mapping[int, Call],
    act_ids: Mapping[int, UUID | None],
) -> list[Matter]:
    """Their matters one by one, all else in as many statements as for one."""
    for call in calls.values():
        refuse(_why_not(call))
    done, planned = queries.done(act_ids.values()), queries.planned_at(households)
    acted = access.on_account_of(actor, RESPOND)
    matters: list[Matter] = []
    with acts.together(act_id for act_id in act_ids.values() if act_id and act_id not in done):
        new: list[Visit] = []
        for pk, call in calls.items():
            act_id = act_ids[pk]
            if act_id in done:
                matters.append(done[act_id])
            elif pk in planned:
                matters.append(_keep(acted, planned[pk], call, act_id))
            else:
                matters.append(_open(acted, households[pk], call, act_id))
                new.append(_visit(matters[-1], pk, call))
        Visit.objects.bulk_create(new)
        _called({v.household_id: v.matter.occurred_at for v in new if v.matter.state == rules.MADE})
    return matters


def _why_not(call: Call) -> Text | None:
    if call.result not in OPENINGS:
        return Text("请选择走访结果", "Choose how the visit went")
    why_not = rules.why_not_visit(call.purpose, call.asked_by, call.service, call.helped)
    return why_not or rules.why_not_told(call.words)


def _open(actor: Actor, household: Household, call: Call, act_id: UUID | None) -> Matter:
    return acts.open_matter(
        actor,
        VISIT.kind,
        **_there(household, call.words),
        opening=OPENINGS[call.result],
        owner_id=actor.staff_id,
        occurred_at=call.at,
        data={"purpose": call.purpose},
        act_id=act_id,
    )


def _visit(matter: Matter, household_id: int, call: Call) -> Visit:
    made = call.result == rules.MADE
    return Visit(
        matter=matter,
        household_id=household_id,
        purpose=call.purpose,
        asked_by=call.asked_by if call.purpose == rules.ASKED else "",
        service=call.service if made else "",
        helped=call.helped if made else 0,
    )


def _keep(actor: Actor, planned: Visit, call: Call, act_id: UUID | None) -> Matter:
    """What was planned there is what was done."""
    said: dict[str, Any] = {"service": call.service, "helped": call.helped, "words": call.words}
    step, prepare = ("make", made) if call.result == rules.MADE else ("not_meet", not_met)
    at = call.at or now()
    change, _ = prepare(actor, planned.matter, said, at)
    return acts.take(
        actor, planned.pk, step, data=said, occurred_at=at, change=change, act_id=act_id
    )


def _called(days: Mapping[int, datetime]) -> None:
    """Somebody called there; an earlier visit entered later does not move the day back."""
    if not days:
        return
    whens = [When(pk=pk, then=Value(at)) for pk, at in days.items()]
    at = Greatest(F("last_visit_at"), Case(*whens, output_field=DateTimeField()))
    Household.objects.filter(pk__in=days).update(last_visit_at=at, asked_at=None)


def made(_actor: Actor, matter: Matter, said: dict[str, Any], at: datetime) -> Prepared:
    """A visit is made: the service done, and the day nobody need call before."""
    visit = matter.community_visit
    service, helped = str(said.get("service") or ""), int(said.get("helped") or 0)
    words = str(said.pop("words", "") or "").strip()
    refuse(rules.why_not_visit(rules.ROUTINE, "", service, helped) or rules.why_not_told(words))

    def change(held: Matter) -> None:
        held.words = "\n".join(filter(None, [held.words, words]))
        Visit.objects.filter(pk=visit.pk).update(service=service, helped=helped)
        _called({visit.household_id: at})

    return change, None


def not_met(_actor: Actor, _matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    """Nobody was met: what would be said of a visit is left out."""
    for name in ("service", "helped", "words"):
        said.pop(name, None)
    return None, None


def cancelled(_actor: Actor, matter: Matter, _said: dict[str, Any], _at: datetime) -> Prepared:
    """Nobody waits for it any more."""
    household = matter.community_visit.household_id

    def change(_held: Matter) -> None:
        Household.objects.filter(pk=household).update(asked_at=None)

    return change, None
