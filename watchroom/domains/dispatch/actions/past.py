"""Bringing in incidents that are over, with the calls and the units that went."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel import history
from watchroom.kernel.access import Actor
from watchroom.kernel.history import Life, Taken
from watchroom.kernel.models import Counterpart, Matter

from .. import queries, rules
from ..models import Assignment, Call, Handover, Incident, IncidentClass


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it."""

    pk: int | None
    name: str


@dataclass(frozen=True, slots=True)
class PastCall:
    """A further call about the same incident."""

    at: datetime
    words: str
    caller: str
    channel: str


@dataclass(frozen=True, slots=True)
class PastUnit:
    """A unit that went, and when; the moments are in order."""

    unit_id: int
    code: str
    agency_id: int
    crew: Person
    sent_at: datetime
    signed_at: datetime
    set_out_at: datetime
    arrived_at: datetime
    cleared_at: datetime


@dataclass(frozen=True, slots=True)
class PastIncident:
    """One incident that is over. `end` is close, cancel or refer_12345; `ended_at` the last."""

    external_id: str
    words: str
    place: str
    lon: float | None
    lat: float | None
    agency_id: int
    beat_id: int | None
    setting: str
    channel: str
    caller: str
    caller_name: str
    dialled: str
    class_code: str
    received_at: datetime
    classified_at: datetime
    taker: Person
    dispatcher: Person
    end: str
    ended_at: datetime
    reason: str = ""
    disposition: str = ""
    feedback: str = ""
    fed_back_at: datetime | None = None
    calls: tuple[PastCall, ...] = ()
    units: tuple[PastUnit, ...] = field(default=())


@dataclass(slots=True)
class _Whole:
    """One incident on its way in."""

    past: PastIncident
    chosen: IncidentClass
    priority: int
    why: Text
    life: Life
    sent: list[tuple[PastUnit, Life]]


def bring_in_past(actor: Actor, past: Sequence[PastIncident], *, source: str) -> int:
    """Write incidents that are over in one batch; returns how many. Only the operator may.

    Those whose `external_id` is here already are left out, so the same log twice changes nothing.
    """
    known = set(
        Incident.objects.filter(external_id__in=[p.external_id for p in past]).values_list(
            "external_id", flat=True
        )
    )
    fresh = [p for p in past if p.external_id not in known]
    if not fresh:
        return 0
    wholes = _wholes(fresh)
    lives = [life for w in wholes for life in (w.life, *(one for _, one in w.sent))]
    history.bring_in(actor, lives, lambda _matters: _rows(wholes), source=source)
    return len(fresh)


def _wholes(past: Sequence[PastIncident]) -> list[_Whole]:
    classes = {c.code: c for c in IncidentClass.objects.filter(class_list__in_force=True)}
    incident_numbers = history.numbers("dispatch.incident", [p.received_at for p in past])
    kept = [_joined(p) for p in past]
    flat = [unit.sent_at for units in kept for unit in units]
    assignment_numbers = iter(history.numbers("dispatch.assignment", flat))
    found = []
    for one, number, units in zip(past, incident_numbers, kept, strict=True):
        whole = _incident(one, number, classes[one.class_code], units)
        whole.sent = [(unit, _assignment(unit, whole, next(assignment_numbers))) for unit in units]
        found.append(whole)
    return found


def _joined(past: PastIncident) -> list[PastUnit]:
    """The units, without those sent when all others had cleared: the incident was over then."""
    kept: list[PastUnit] = []
    for unit in sorted(past.units, key=lambda u: u.sent_at):
        if not kept or unit.sent_at < max(u.cleared_at for u in kept):
            kept.append(unit)
    return kept


def _incident(
    past: PastIncident, number: str, chosen: IncidentClass, units: Sequence[PastUnit]
) -> _Whole:
    facts = queries.class_facts(chosen)
    priority, why = rules.priority(facts, past.words, past.channel)
    life = Life(
        "dispatch.incident",
        number,
        (past.words.strip() or "无声报警 Silent call")[:60],
        past.agency_id,
        sorted(_steps(past, chosen, priority, why, units), key=lambda t: t.at),
        fields={
            "beat_id": past.beat_id,
            "priority": priority,
            "place": past.place[:240],
            "lon": past.lon,
            "lat": past.lat,
            "words": " ".join(p for p in (past.words, past.place, chosen.zh) if p),
        },
        facts={"priority": priority, "setting": past.setting},
    )
    return _Whole(past, chosen, priority, why, life, [])


def _steps(
    past: PastIncident,
    chosen: IncidentClass,
    priority: int,
    why: Text,
    units: Sequence[PastUnit],
) -> list[Taken]:
    taker, desk = past.taker, past.dispatcher
    said = {"class_code": chosen.code, "class": chosen.code, "priority": priority}
    steps = [
        Taken("report", past.received_at, taker.pk, taker.name, {"channel": past.channel}),
        Taken("classify", past.classified_at, taker.pk, taker.name, {**said, "why": why.as_dict()}),
    ]
    steps += [
        Taken("call", c.at, taker.pk, taker.name, {"channel": c.channel})
        for c in past.calls
        if past.classified_at <= c.at < past.ended_at
    ]
    return [*steps, *_sending(units, desk), *_ending(past, desk, bool(units))]


def _sending(units: Sequence[PastUnit], desk: Person) -> list[Taken]:
    if not units:
        return []
    moments: dict[datetime, list[str]] = {}
    for unit in units:
        moments.setdefault(unit.sent_at, []).append(unit.code)
    steps = [
        Taken("send_more" if k else "dispatch", at, desk.pk, desk.name, {"units": codes})
        for k, (at, codes) in enumerate(moments.items())
    ]
    first = min(units, key=lambda u: u.arrived_at)
    last = max(units, key=lambda u: u.cleared_at)
    return [
        *steps,
        Taken("first_on_scene", first.arrived_at, first.crew.pk, first.crew.name),
        Taken("all_clear", last.cleared_at, last.crew.pk, last.crew.name),
    ]


def _ending(past: PastIncident, desk: Person, went: bool) -> list[Taken]:
    if past.end != "close":
        return [Taken(past.end, past.ended_at, desk.pk, desk.name, reason=past.reason)]
    told = {"disposition": past.disposition}
    close = Taken("close", past.ended_at, desk.pk, desk.name, told)
    if not went:
        return [Taken("resolve", past.ended_at, desk.pk, desk.name, told), close]
    at = past.fed_back_at or past.ended_at
    crew = past.units[0].crew
    return [Taken("feedback", at, crew.pk, crew.name, {"words": past.feedback}), close]


def _assignment(unit: PastUnit, whole: _Whole, number: str) -> Life:
    desk, crew, incident = whole.past.dispatcher, unit.crew, whole.life
    told = {"unit": unit.code}
    by_desk = {**told, "incident": incident.number}
    steps = [
        Taken("queue", unit.sent_at, desk.pk, desk.name, by_desk),
        Taken("send", unit.sent_at, desk.pk, desk.name, by_desk),
        Taken("sign", unit.signed_at, crew.pk, crew.name, told),
        Taken("set_out", unit.set_out_at, crew.pk, crew.name, told),
        Taken("arrive", unit.arrived_at, crew.pk, crew.name, told),
        Taken("clear", unit.cleared_at, crew.pk, crew.name, told),
    ]
    shared = ("beat_id", "priority", "place", "lon", "lat")
    return Life(
        "dispatch.assignment",
        number,
        f"{unit.code} → {incident.number}",
        unit.agency_id,
        steps,
        parent=incident,
        fields={name: incident.fields[name] for name in shared},
        facts=incident.facts,
    )


def _rows(wholes: Sequence[_Whole]) -> None:
    Incident.objects.bulk_create([_incident_row(w) for w in wholes], batch_size=1000)
    Call.objects.bulk_create([c for w in wholes for c in _calls(w)], batch_size=1000)
    Assignment.objects.bulk_create(
        [_assignment_row(w, u, life) for w in wholes for u, life in w.sent], batch_size=1000
    )
    Handover.objects.bulk_create(_handovers(wholes), batch_size=1000)


def _matter(life: Life) -> Matter:
    assert life.matter is not None  # noqa: S101 - history has made it
    return life.matter


def _incident_row(w: _Whole) -> Incident:
    past = w.past
    arrived = [u.arrived_at for u, _ in w.sent]
    return Incident(
        matter=_matter(w.life),
        incident_class=w.chosen,
        priority_reason=w.why.as_dict(),
        place_typed=past.place[:240],
        channel=past.channel,
        callback=past.caller,
        caller_name=past.caller_name,
        disposition=past.disposition,
        feedback=past.feedback if w.sent else "",
        fed_back_at=past.fed_back_at if w.sent else None,
        first_on_scene_at=min(arrived, default=None),
        external_id=past.external_id,
    )


def _calls(w: _Whole) -> list[Call]:
    past, entered = w.past, now()
    first = PastCall(past.received_at, past.words, past.caller, past.channel)
    return [
        Call(
            incident_id=_matter(w.life).pk,
            number_dialled=past.dialled,
            caller=call.caller,
            channel=call.channel,
            words=call.words,
            place_typed=past.place[:240],
            received_at=call.at,
            answered_at=call.at,
            entered_at=entered,
            taken_by_id=past.taker.pk,
        )
        for call in (first, *(c for c in past.calls if past.classified_at <= c.at < past.ended_at))
    ]


def _assignment_row(w: _Whole, unit: PastUnit, life: Life) -> Assignment:
    return Assignment(
        matter=_matter(life),
        incident_id=_matter(w.life).pk,
        unit_id=unit.unit_id,
        queued_at=unit.sent_at,
        sent_at=unit.sent_at,
        signed_at=unit.signed_at,
        set_out_at=unit.set_out_at,
        arrived_at=unit.arrived_at,
        ended_at=unit.cleared_at,
    )


def _handovers(wholes: Sequence[_Whole]) -> list[Handover]:
    referred = [w for w in wholes if w.past.end == "refer_12345"]
    if not referred:
        return []
    organ, _ = Counterpart.objects.get_or_create(
        key="12345", defaults={"name": "12345热线", "name_en": "12345 hotline"}
    )
    return [
        Handover(
            incident_id=_matter(w.life).pk,
            counterpart=organ,
            record=_record(w),
            reason=w.past.reason,
            handed_at=w.past.ended_at,
            handed_by_id=w.past.dispatcher.pk,
        )
        for w in referred
    ]


def _record(w: _Whole) -> dict[str, Any]:
    past = w.past
    return {
        "number": w.life.number,
        "occurred_at": past.received_at.isoformat(),
        "class": {"code": w.chosen.code, "zh": w.chosen.zh, "en": w.chosen.en},
        "place": past.place,
        "lon": past.lon,
        "lat": past.lat,
        "callback": past.caller,
        "calls": [{"channel": past.channel, "words": past.words}],
    }
