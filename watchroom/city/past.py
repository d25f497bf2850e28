"""Loading a past that is already served, and the calls still open now.

What is over comes in as whole lives, in batches; what is open is reported and sent by the same
acts people use, so that it stands with its clocks running. Doing it twice changes nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.actions import PastCall, PastIncident, PastUnit, Person
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.kernel.access import Actor, actor_of, system
from watchroom.kernel.models import Beat, DemandCell, Staff, Unit, UnitPosition

from .demand import Call
from .evening import Evening
from .model import City
from .seeds import rng
from .served import Served, Turnout, served

DAYS = 3
BATCH = 400
SOURCE = "fictional city"
Progress = Callable[[str], None]

ENDS = {
    "cancelled": ("cancel", "来电人称不需要出警"),
    "referred": ("refer_12345", "非警务诉求，转12345"),
}


@dataclass(frozen=True)
class Known:
    """What the city's rows are called in the database."""

    units: dict[str, Unit]
    beats: dict[str, Beat]
    leaders: dict[str, Staff]  # by unit code
    takers: list[Staff]
    dispatchers: list[Staff]
    actors: dict[int, Actor] = field(default_factory=dict)

    def actor(self, staff: Staff) -> Actor:
        """The actor somebody is; asked once."""
        if staff.pk not in self.actors:
            self.actors[staff.pk] = actor_of(staff)
        return self.actors[staff.pk]


@dataclass(frozen=True, slots=True)
class Desks:
    """Who has the event at the desks, and when they do what."""

    taker: Staff
    dispatcher: Staff
    classified_at: dt.datetime
    told_at: dt.datetime
    ended_at: dt.datetime


def is_loaded() -> bool:
    """Whether a past was brought in to its end: where calls come from is counted last."""
    return DemandCell.objects.exists()


def load(
    city: City, evening: Evening, say: Progress = lambda _line: None, *,
    days: int = DAYS, per_day: float = 1200,
) -> tuple[int, int]:  # fmt: skip
    """Bring in the days up to now; returns (incidents over, incidents open)."""
    known, still = _known(city), list[tuple[Served, Desks]]()
    closed = _over(_until(city, evening, days, per_day), evening, still)
    over = 0
    while batch := list(islice(closed, BATCH)):
        rows = [_past(s, d, known, evening) for s, d in batch]
        over += actions.bring_in_past(system(), rows, source=SOURCE)
        say(f"{over} incidents that are over")
    waiting = _open(still, known, evening, say)
    stand_at_the_scene()
    actions.rebuild_demand()
    return over, waiting


def _over(
    every: Iterable[tuple[Served, Desks]], evening: Evening, still: list[tuple[Served, Desks]]
) -> Iterator[tuple[Served, Desks]]:
    """Those that are over; the others are put aside into `still`."""
    for one, desks in every:
        if desks.ended_at <= evening.city:
            yield one, desks
        else:
            still.append((one, desks))


def _until(
    city: City, evening: Evening, days: int, per_day: float
) -> Iterator[tuple[Served, Desks]]:
    start = evening.city.date() - dt.timedelta(days=days)
    r = rng(city.seed, "desks", start.isoformat())
    takers, dispatchers = (_chairs(city, role) for role in ("call_taker", "dispatcher"))
    people = {s.username: s for s in Staff.objects.filter(username__in=[*takers, *dispatchers])}
    for one in served(city, start, days + 1, per_day):
        if one.call.received_at >= evening.city:
            return
        taker = people[takers[int(r.integers(len(takers)))]]
        desk = people[dispatchers[int(r.integers(len(dispatchers)))]]
        wait, tell, close = (float(r.uniform(*span)) for span in ((8, 14), (30, 900), (60, 1500)))
        yield one, _desks(one, taker, desk, (wait, tell, close))


def _desks(one: Served, taker: Staff, desk: Staff, seconds: tuple[float, float, float]) -> Desks:
    wait, tell, close = (dt.timedelta(seconds=round(s, 3)) for s in seconds)
    classified = one.call.received_at + wait
    left = max((t.cleared_at for t in one.turnouts), default=classified)
    return Desks(taker, desk, classified, left + tell, left + tell + close)


def _chairs(city: City, role: str) -> list[str]:
    """The people of the city's own command centre with this role."""
    found = [s.username for s in city.staff if s.role == role and s.agency == "990001"]
    return found or [s.username for s in city.staff if s.role == role]


def _known(city: City) -> Known:
    units = {u.code: u for u in Unit.objects.select_related("agency")}
    leading = {u.code: u.crew[0] for u in city.units if u.crew}
    names = {*leading.values(), *_chairs(city, "call_taker"), *_chairs(city, "dispatcher")}
    people = {s.username: s for s in Staff.objects.filter(username__in=names)}
    return Known(
        units=units,
        beats={b.code: b for b in Beat.objects.defer("outline")},
        leaders={code: people[name] for code, name in leading.items()},
        takers=[people[n] for n in _chairs(city, "call_taker")],
        dispatchers=[people[n] for n in _chairs(city, "dispatcher")],
    )


def _person(staff: Staff) -> Person:
    return Person(staff.pk, staff.name)


def _past(one: Served, desks: Desks, known: Known, evening: Evening) -> PastIncident:
    call, shown, beat = one.call, evening.shown, known.beats[one.call.beat]
    end, reason = ENDS.get(call.outcome, ("close", ""))
    located = call.place != "" or call.device_lon is not None
    return PastIncident(
        external_id=external_id(call, evening),
        words=call.caller_text or call.place_text,
        place=call.place_text,
        lon=call.lon if located else None,
        lat=call.lat if located else None,
        agency_id=beat.agency_id,
        beat_id=beat.pk if located else None,
        setting=beat.setting,
        channel=call.channel,
        caller=call.phone,
        caller_name=call.caller,
        dialled=call.dialled,
        class_code=call.class_code,
        received_at=shown(call.received_at),
        classified_at=shown(desks.classified_at),
        taker=_person(desks.taker),
        dispatcher=_person(desks.dispatcher),
        end=end,
        ended_at=shown(desks.ended_at),
        reason=reason,
        disposition=disposition(call) if end == "close" else "",
        feedback=one.turnouts[0].feedback if one.turnouts else "",
        fed_back_at=shown(desks.told_at) if one.turnouts else None,
        calls=tuple(
            PastCall(shown(c.received_at), c.caller_text or c.place_text, c.phone, c.channel)
            for c in one.further
        ),
        units=tuple(_went(t, known, evening) for t in one.turnouts),
    )


def external_id(call: Call, evening: Evening) -> str:
    """The number a call of this evening is known by; another evening's is another's."""
    return f"{evening.wall:%y%m%d%H%M}-{call.number}"


def disposition(call: Call) -> str:
    """How an incident of this kind usually ends."""
    return "false" if call.outcome == "false" else "handled"


def _went(turnout: Turnout, known: Known, evening: Evening) -> PastUnit:
    unit, shown = known.units[turnout.unit], evening.shown
    leader = known.leaders.get(unit.code)
    return PastUnit(
        unit_id=unit.pk,
        code=unit.code,
        agency_id=unit.agency_id,
        crew=_person(leader) if leader else Person(None, unit.name),
        sent_at=shown(turnout.sent_at),
        signed_at=shown(turnout.signed_at),
        set_out_at=shown(turnout.set_out_at),
        arrived_at=shown(turnout.arrived_at),
        cleared_at=shown(turnout.cleared_at),
    )


# -- what is open now ------------------------------------------------------------------------


def _open(
    still: Sequence[tuple[Served, Desks]], known: Known, evening: Evening, say: Progress
) -> int:
    for count, (one, desks) in enumerate(still, 1):
        _stands(one, desks, known, evening)
        if count % 20 == 0 or count == len(still):
            say(f"{count} of {len(still)} incidents still open")
    return len(still)


def _stands(one: Served, desks: Desks, known: Known, evening: Evening) -> None:
    """Report one event and take every step it had taken by now."""
    call, shown, now = one.call, evening.shown, evening.city
    if Incident.objects.filter(external_id=external_id(call, evening)).exists():
        return
    taker = known.actor(desks.taker)
    located = call.place != "" or call.device_lon is not None
    incident = actions.report_call(
        taker,
        words=call.caller_text or call.place_text,
        place=call.place_text,
        lon=call.lon if located else None,
        lat=call.lat if located else None,
        channel=call.channel,
        caller=call.phone,
        caller_name=call.caller,
        number_dialled=call.dialled,
        agency_id=known.beats[call.beat].agency_id,
        external_id=external_id(call, evening),
        received_at=shown(call.received_at),
    )
    if desks.classified_at > now:
        return
    actions.classify(taker, incident.pk, call.class_code, occurred_at=shown(desks.classified_at))
    _more_calls(one.further, incident.pk, taker, evening)
    sent = [t for t in _joined(one.turnouts) if t.sent_at <= now and _is_free(t, known)]
    _go(incident.pk, sent, known.actor(desks.dispatcher), known, evening)
    if sent and desks.told_at <= now and all(t.cleared_at <= now for t in sent):
        crew = known.actor(known.leaders[sent[0].unit])
        actions.give_feedback(
            crew, incident.pk, words=sent[0].feedback, occurred_at=shown(desks.told_at)
        )


def _joined(turnouts: Iterable[Turnout]) -> list[Turnout]:
    """Without those sent when all others had cleared: the incident was over then."""
    kept: list[Turnout] = []
    for turnout in sorted(turnouts, key=lambda t: t.sent_at):
        if not kept or turnout.sent_at < max(t.cleared_at for t in kept):
            kept.append(turnout)
    return kept


def _more_calls(further: Iterable[Call], incident: int, taker: Actor, evening: Evening) -> None:
    for again in further:
        if again.received_at <= evening.city:
            actions.report_call(
                taker,
                words=again.caller_text or again.place_text,
                place=again.place_text,
                channel=again.channel,
                caller=again.phone,
                same_as=incident,
                received_at=evening.shown(again.received_at),
            )


def _is_free(turnout: Turnout, known: Known) -> bool:
    unit = known.units[turnout.unit]
    return unit.code in known.leaders and Unit.objects.filter(pk=unit.pk, status="free").exists()


def _go(
    incident: int, sent: Sequence[Turnout], desk: Actor, known: Known, evening: Evening
) -> None:
    """Every step of every unit, in the order in which they happened."""
    steps = sorted(
        (at, k, order, name)
        for k, turnout in enumerate(sent)
        for order, (name, at) in enumerate(turnout.marks())
        if at <= evening.city
    )
    rows: dict[int, int] = {}
    for at, k, _, name in steps:
        unit, moment = known.units[sent[k].unit], evening.shown(at)
        if name == "dispatch":
            actions.dispatch(desk, incident, [unit.pk], occurred_at=moment)
            row = Assignment.objects.get(incident_id=incident, unit=unit, ended_at=None)
            rows[k] = row.pk
        else:
            crew = known.actor(known.leaders[unit.code])
            actions.perform(crew, rows[k], name, occurred_at=moment)


def stand_at_the_scene() -> None:
    """Units that are at a place stand there: what their phones would have told."""
    for row in Assignment.objects.filter(matter__state="arrived").select_related("matter"):
        where = {"lon": row.matter.lon, "lat": row.matter.lat}
        if row.matter.lon is None:
            continue
        UnitPosition.objects.filter(unit_id=row.unit_id).update(**where)
