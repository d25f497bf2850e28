"""Every write of community policing, by name. Others call these and nothing beneath them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Greatest

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Beat, Counterpart, Matter

from .. import queries, rules
from ..flow import APPROVE, HAZARD, MEETING, NEED_FOUND, RESPOND, VISIT
from ..models import Card, Contact, Hazard, Household, Meeting, Notice, Visit
from .importing import import_households, import_villages

__all__ = [
    "Call",
    "add_contact",
    "end_contact",
    "find_hazard",
    "import_households",
    "import_villages",
    "name_deputies",
    "need_found",
    "perform",
    "plan_meeting",
    "plan_visit",
    "record_evening",
    "record_visit",
    "set_card",
    "set_contact",
]
OPENINGS = {rules.MADE: "record", rules.NOT_MET: "record_not_met"}


def _title(household: Household) -> str:
    return f"走访 {household}"[:200]


def _refuse(why_not: Text | None) -> None:
    if why_not:
        raise Refusal(why_not)


# -- visits ----------------------------------------------------------------------------------


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
    _refuse(rules.why_not_visit(purpose, asked_by, "", 0) or rules.why_not_told(words))
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
    beat = _mine(actor, beat_code)
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
        _refuse(_why_not(call))
    done, planned = queries.done(act_ids.values()), queries.planned_at(households)
    acted = access.on_account_of(actor, RESPOND)
    made: list[Matter] = []
    with acts.together(act_id for act_id in act_ids.values() if act_id and act_id not in done):
        new: list[Visit] = []
        for pk, call in calls.items():
            act_id = act_ids[pk]
            if act_id in done:
                made.append(done[act_id])
            elif pk in planned:
                made.append(_keep(acted, planned[pk], call, act_id))
            else:
                made.append(_open(acted, households[pk], call, act_id))
                new.append(_visit(made[-1], pk, call))
        Visit.objects.bulk_create(new)
        _called({v.household_id: v.matter.occurred_at for v in new if v.matter.state == rules.MADE})
    return made


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
    step = "make" if call.result == rules.MADE else "not_meet"
    data = {"service": call.service, "helped": call.helped, "words": call.words}
    return perform(actor, planned.pk, step, data=data, occurred_at=call.at, act_id=act_id)


def _called(days: Mapping[int, datetime]) -> None:
    """Somebody called there; an earlier visit entered later does not move the day back."""
    if not days:
        return
    whens = [When(pk=pk, then=Value(at)) for pk, at in days.items()]
    at = Greatest(F("last_visit_at"), Case(*whens, output_field=DateTimeField()))
    Household.objects.filter(pk__in=days).update(last_visit_at=at, asked_at=None)


# -- what is found on a visit ----------------------------------------------------------------


def need_found(
    actor: Actor,
    visit_id: int,
    *,
    kind: str,
    title: str,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Say what is needed there. A hazard and a lesson begin at once; other domains may react."""
    visit = queries.visit_of(actor, visit_id)
    access.require(actor, RESPOND, visit.matter)
    _refuse(rules.why_not_need(kind, title))
    if known := acts.seen(act_id):
        return known
    said = title.strip()[:120]
    with acts.together():
        acts.record(
            actor,
            visit.matter,
            NEED_FOUND,
            data={"kind": kind, "title": said},
            occurred_at=occurred_at,
            act_id=act_id,
        )
        begun = _begin(actor, visit, kind, said, occurred_at)
        if begun:
            acts.link(actor, visit.matter, begun, "need")
    return begun or visit.matter


def _begin(
    actor: Actor, visit: Visit, kind: str, title: str, occurred_at: datetime | None
) -> Matter | None:
    """What this domain itself takes up."""
    household = visit.household
    if kind == "hazard":
        return find_hazard(
            actor,
            title,
            kind="other",
            beat_id=household.beat_id,
            place=str(household),
            lon=household.lon,
            lat=household.lat,
            occurred_at=occurred_at,
        )
    if kind == "lesson" and queries.open_visit(household) is None:
        return plan_visit(
            actor, household.pk, purpose=rules.LESSON, words=title, occurred_at=occurred_at
        )
    return None


# -- hazards ---------------------------------------------------------------------------------


def find_hazard(
    actor: Actor,
    title: str,
    *,
    kind: str,
    beat_id: int,
    words: str = "",
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """A hazard somebody found in a beat of theirs."""
    _refuse(rules.why_not_hazard(kind, title, words))
    beat = queries.beats(actor, RESPOND).filter(pk=beat_id).first()
    if beat is None:
        raise Refusal(Text("没有这个警格，或不归您管", "There is no such beat, or not yours"))

    def change(matter: Matter) -> Mapping[str, Any]:
        Hazard.objects.create(matter=matter, kind=kind)
        return {"kind": kind}

    return acts.open_matter(
        access.on_account_of(actor, RESPOND),
        HAZARD.kind,
        title=title.strip()[:200],
        agency_id=beat.agency_id,
        beat_id=beat.pk,
        owner_id=actor.staff_id,
        words=words.strip(),
        place=place.strip(),
        lon=lon,
        lat=lat,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


# -- meetings --------------------------------------------------------------------------------


def plan_meeting(
    actor: Actor,
    title: str,
    *,
    beat_id: int,
    planned_at: datetime,
    attended: int | None = None,
    words: str = "",
    place: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """A meeting to be held; with `attended` one that was held, at the time it was planned for."""
    beat = queries.beats(actor, RESPOND).filter(pk=beat_id).first()
    if beat is None or not title.strip():
        raise Refusal(Text("请写明议题并选择警格", "Say what it is about and choose the beat"))
    _refuse(rules.why_not_told(title, words))

    def change(matter: Matter) -> Mapping[str, Any]:
        Meeting.objects.create(matter=matter, planned_at=planned_at, attended=attended)
        return {} if attended is None else {"attended": attended}

    return acts.open_matter(
        access.on_account_of(actor, RESPOND),
        MEETING.kind,
        title=title.strip()[:200],
        agency_id=beat.agency_id,
        beat_id=beat.pk,
        owner_id=actor.staff_id,
        words=words.strip(),
        place=place.strip(),
        opening="plan" if attended is None else "record",
        occurred_at=occurred_at if attended is None else planned_at,
        change=change,
        act_id=act_id,
    )


# -- steps by name ---------------------------------------------------------------------------


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    said, at = dict(data or {}), occurred_at or now()
    matter = access.find(actor, pk=matter_id, kind__in=[VISIT.kind, MEETING.kind, HAZARD.kind])
    prepare = CHANGES.get((matter.kind, step))
    change, facts = prepare(actor, matter, said, at) if prepare else (None, None)
    return acts.take(
        actor,
        matter_id,
        step,
        version=version,
        data=said,
        reason=reason,
        occurred_at=at,
        change=change,
        facts=facts or _known(matter),
        act_id=act_id,
    )


Change = Callable[[Matter], None]
Prepared = tuple[Change | None, Mapping[str, Any] | None]
Preparing = Callable[[Actor, Matter, dict[str, Any], datetime], Prepared]


def _known(matter: Matter) -> Mapping[str, Any]:
    """What the clocks of a hazard ask for."""
    if matter.kind != HAZARD.kind:
        return {}
    return {"grade": matter.community_hazard.grade}


def _made(_actor: Actor, matter: Matter, said: dict[str, Any], at: datetime) -> Prepared:
    visit = matter.community_visit
    service, helped = str(said.get("service") or ""), int(said.get("helped") or 0)
    words = str(said.pop("words", "") or "").strip()
    _refuse(rules.why_not_visit(rules.ROUTINE, "", service, helped) or rules.why_not_told(words))

    def change(held: Matter) -> None:
        held.words = "\n".join(filter(None, [held.words, words]))
        Visit.objects.filter(pk=visit.pk).update(service=service, helped=helped)
        _called({visit.household_id: at})

    return change, None


def _not_met(_actor: Actor, _matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    for name in ("service", "helped", "words"):
        said.pop(name, None)
    return None, None


def _cancelled(_actor: Actor, matter: Matter, _said: dict[str, Any], _at: datetime) -> Prepared:
    household = matter.community_visit.household_id

    def change(_held: Matter) -> None:
        Household.objects.filter(pk=household).update(asked_at=None)

    return change, None


def _held(_actor: Actor, matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    if not said.get("attended"):
        return None, None
    attended = int(said["attended"])
    if not 0 < attended <= 99_999:
        raise Refusal(Text("请填写到会人数", "Say how many came"))

    def change(_held: Matter) -> None:
        Meeting.objects.filter(pk=matter.pk).update(attended=attended)

    return change, None


def _grade(_actor: Actor, matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    """The grade follows from what was seen; the rules that made it are kept with it."""
    kind = str(said.get("kind") or matter.community_hazard.kind)
    seen = [fact for fact in said.get("facts") or [] if fact in rules.FACTS or fact == rules.AGAIN]
    _refuse(rules.why_not_hazard(kind, matter.title, ""))
    graded = rules.grade(kind, seen)
    said |= {"kind": kind, "facts": seen, "grade": graded.grade}

    def change(held: Matter) -> None:
        held.priority = graded.grade
        because = [[text.zh, text.en] for text in graded.because]
        Hazard.objects.filter(pk=held.pk).update(
            kind=kind, facts=seen, grade=graded.grade, because=because
        )

    return change, {"grade": graded.grade}


def _send(actor: Actor, matter: Matter, said: dict[str, Any], at: datetime) -> Prepared:
    """A notice to the organ that answers for it; how it goes there stands with the organ."""
    organ = Counterpart.objects.filter(key=str(said.get("organ") or "")).first()
    if organ is None:
        return None, None
    hazard = matter.community_hazard

    def change(held: Matter) -> None:
        Notice.objects.create(
            hazard=hazard,
            organ=organ,
            channel=organ.channel,
            record=_told(held, hazard),
            sent_at=at,
            sent_by_id=actor.staff_id,
        )

    return change, None


def _told(matter: Matter, hazard: Hazard) -> dict[str, Any]:
    """What the organ is told: the hazard, never who lives there."""
    return {
        "number": matter.number,
        "title": matter.title,
        "words": matter.words,
        "kind": hazard.kind,
        "grade": hazard.grade,
        "because": hazard.because,
        "place": matter.place,
        "lon": matter.lon,
        "lat": matter.lat,
        "found_at": matter.occurred_at.isoformat(),
        "agency": matter.agency.name,
    }


def _answer(_actor: Actor, matter: Matter, said: dict[str, Any], at: datetime) -> Prepared:
    words = str(said.get("words") or "").strip()
    _refuse(rules.why_not_told(words))
    said["words"] = bool(words) or ""

    def change(_held: Matter) -> None:
        last = Notice.objects.filter(hazard=matter.pk).order_by("-pk").first()
        if last is not None:
            last.answer = "\n".join(filter(None, [last.answer, words]))
            last.answered_at = last.answered_at or at
            last.save(update_fields=["answer", "answered_at"])

    return change, None


def _put_right(_actor: Actor, matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    words = str(said.get("words") or "").strip()
    _refuse(rules.why_not_told(words))
    return None, None


CHANGES: Mapping[tuple[str, str], Preparing] = {
    (VISIT.kind, "make"): _made,
    (VISIT.kind, "not_meet"): _not_met,
    (VISIT.kind, "cancel"): _cancelled,
    (MEETING.kind, "hold"): _held,
    (HAZARD.kind, "grade"): _grade,
    (HAZARD.kind, "send"): _send,
    (HAZARD.kind, "answer"): _answer,
    (HAZARD.kind, "put_right"): _put_right,
}


# -- the beat --------------------------------------------------------------------------------


@transaction.atomic
def set_card(actor: Actor, beat_code: str, *, phone: str, hours: str, hours_en: str) -> Card:
    """What anybody may know of the beat: the duty number and the hours."""
    beat = _mine(actor, beat_code)
    if not phone.strip():
        raise Refusal(Text("请填写值班电话", "Give the duty number"))
    values = {"phone": phone.strip(), "hours": hours.strip(), "hours_en": hours_en.strip()}
    card, _ = Card.objects.update_or_create(beat=beat, defaults=values)
    acts.happened(actor, "community.beat.card", beat.agency_id, data={"beat": beat.code, **values})
    return card


@transaction.atomic
def add_contact(actor: Actor, beat_code: str, *, name: str, organ: str, phone: str) -> Contact:
    """Somebody of another agency who works in the beat."""
    beat = _mine(actor, beat_code)
    if not name.strip() or not organ.strip():
        raise Refusal(Text("请填写姓名和单位", "Give the name and the agency"))
    row = Contact.objects.create(
        beat=beat, name=name.strip()[:40], organ=organ.strip()[:80], phone=phone.strip()[:32]
    )
    said = {"beat": beat.code, "contact": row.pk}
    acts.happened(actor, "community.beat.contact_added", beat.agency_id, data=said)
    return row


@transaction.atomic
def end_contact(actor: Actor, beat_code: str, contact_id: int) -> None:
    """They no longer work there."""
    beat = _mine(actor, beat_code)
    rows = Contact.objects.filter(pk=contact_id, beat=beat, ended_at=None)
    if rows.update(ended_at=now()):
        said = {"beat": beat.code, "contact": contact_id}
        acts.happened(actor, "community.beat.contact_ended", beat.agency_id, data=said)


@transaction.atomic
def name_deputies(actor: Actor, beat_code: str, staff_ids: Sequence[int]) -> None:
    """Who stands in for the beat's officer; a leader says so."""
    beat = queries.beat_of(actor, beat_code)
    access.require_in(actor, APPROVE, beat.agency_id)
    known = {person.pk for person in queries.may_be_deputy(beat)}
    if not set(staff_ids) <= known:
        raise Refusal(Text("请从名单里选择副手", "Choose deputies from the list"))
    beat.deputies.set(staff_ids)
    said = {"beat": beat.code, "deputies": sorted(staff_ids)}
    acts.happened(actor, "community.beat.deputies", beat.agency_id, data=said)


@transaction.atomic
def set_contact(actor: Actor, household_id: int, *, name: str, phone: str) -> None:
    """Whom to arrange visits with, where they want it so; leaving it empty takes it away."""
    household = queries.household_of(actor, household_id, RESPOND)
    Household.objects.filter(pk=household.pk).update(
        contact_name=name.strip()[:64], contact_phone=phone.strip()[:32]
    )
    said = {"household": household.pk, "kept": bool(name.strip() or phone.strip())}
    acts.happened(actor, "community.household.contact", household.beat.agency_id, data=said)


def _mine(actor: Actor, beat_code: str) -> Beat:
    beat = queries.beats(actor, RESPOND).filter(code=beat_code).first()
    if beat is None:
        raise access.NotFound
    return beat
