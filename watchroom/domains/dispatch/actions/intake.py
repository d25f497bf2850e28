"""Taking a call: what was said, what it is, whether it is known already."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor, on_account_of
from watchroom.kernel.models import Matter, Unit
from watchroom.kernel.places import beat_at

from .. import queries, rules
from ..flow import INCIDENT, RESPOND, SEND, TAKE
from ..models import Call, Incident, IncidentClass
from ..models.incidents import CHANNELS
from .calling_back import ask_callback
from .locking import held
from .placing import searchable, suggest
from .responding import units_off
from .self_initiated import on_scene_at_once


def report_call(
    actor: Actor,
    *,
    words: str,
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    channel: str = "voice",
    caller: str = "",
    caller_name: str = "",
    callback: str = "",
    number_dialled: str = "110",
    class_code: str = "",
    priority: int | None = None,
    suggestions: Iterable[Mapping[str, Any]] = (),
    agency_id: int | None = None,
    same_as: int | None = None,
    follows: int | None = None,
    unit_id: int | None = None,
    external_id: str = "",
    received_at: datetime | None = None,
    answered_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Take a call; returns the incident's matter.

    `place` is kept as typed for ever; lon and lat are where the call-taker put it. `suggestions`
    ({"source", "lon", "lat", "label"?, "accuracy_m"?}) stand beside it until one is accepted.
    `same_as` adds the call to a known incident instead of opening one. With `class_code` it is
    classified in the same breath; `priority` then overrules what the class and the words say.
    `unit_id`: a crew reports what it stands in front of, and is on scene at once. `external_id`
    makes a partner's or a log's call arrive only once.
    """
    _check(channel, words)
    at = received_at or now()
    call = {
        "words": words,
        "place_typed": place[:240],
        "channel": channel,
        "caller": caller,
        "number_dialled": number_dialled,
        "received_at": at,
        "answered_at": answered_at,
    }
    if same_as is not None:
        return add_call(actor, same_as, call, act_id=act_id)
    if known := _known(actor, act_id, external_id):
        return known
    incident = {
        "place_typed": place[:240],
        "channel": channel,
        "callback": callback or caller,
        "caller_name": caller_name,
        "external_id": external_id or None,
        "follows_id": follows,
    }
    unit = Unit.objects.get(pk=unit_id) if unit_id is not None else None
    by = _reporter(actor, unit)
    with held([], [unit.pk] if unit else []) as rows:
        matter = _open(by, incident, call, (place, lon, lat), agency_id, suggestions, act_id)
        if channel == "silent":
            ask_callback(by, matter.pk, why="无声报警 / silent call", occurred_at=at)
        if class_code:
            classify(by, matter.pk, class_code, priority=priority, occurred_at=at)
        if unit:
            on_scene_at_once(by, matter, rows.units[unit.pk], at)
    return matter


def _check(channel: str, words: str) -> None:
    if channel not in CHANNELS:
        known = "、".join(CHANNELS)
        raise Refusal(
            Text(f"没有渠道“{channel}”。可用：{known}", f"No channel “{channel}”: {known}")
        )
    if not words.strip() and channel != "silent":
        raise Refusal(Text("请写下来电人说了什么", "Write down what the caller said"))


def _known(actor: Actor, act_id: UUID | None, external_id: str) -> Matter | None:
    if known := acts.seen(act_id):
        return known
    if not external_id:
        return None
    row = Incident.objects.filter(external_id=external_id).select_related("matter").first()
    return row.matter if row else None


def _reporter(actor: Actor, unit: Unit | None) -> Actor:
    """A crew may open the incident it stands in front of, without being a call-taker."""
    if unit and actor.staff_id and unit.crew.filter(pk=actor.staff_id).exists():
        return on_account_of(actor, TAKE, SEND, RESPOND)
    return actor


def _open(
    actor: Actor,
    incident: dict[str, Any],
    call: dict[str, Any],
    where: tuple[str, float | None, float | None],
    agency_id: int | None,
    suggestions: Iterable[Mapping[str, Any]],
    act_id: UUID | None,
) -> Matter:
    place, lon, lat = where
    beat = beat_at(lon, lat)

    def change(matter: Matter) -> dict[str, Any]:
        row = Incident.objects.create(matter=matter, **incident)
        _new_call(actor, row, call)
        for item in suggestions:
            suggest(row, item)
        return {"channel": call["channel"]}

    return acts.open_matter(
        actor,
        INCIDENT.kind,
        title=(call["words"].strip() or "无声报警 Silent call")[:60],
        agency_id=beat.agency_id if beat else agency_id or actor.agency_id,
        occurred_at=call["received_at"],
        change=change,
        act_id=act_id,
        beat=beat,
        place=place[:240],
        lon=lon,
        lat=lat,
        words=searchable(call["words"], place),
    )


def _new_call(actor: Actor, incident: Incident, call: Mapping[str, Any]) -> Call:
    return Call.objects.create(
        incident=incident, entered_at=now(), taken_by_id=actor.staff_id, **call
    )


def add_call(
    actor: Actor, incident_id: int, call: Mapping[str, Any], *, act_id: UUID | None = None
) -> Matter:
    """Another call about a known incident; one key at the desk."""
    acts.find(actor, incident_id, INCIDENT.kind)

    def change(matter: Matter) -> dict[str, Any]:
        row = _new_call(actor, Incident.objects.get(pk=matter.pk), call)
        matter.words = searchable(matter.words, call["words"])
        return {"call": row.pk, "channel": row.channel}

    return acts.take(
        actor,
        incident_id,
        "call",
        occurred_at=call["received_at"],
        change=change,
        act_id=act_id,
    )


def classify(
    actor: Actor,
    incident_id: int,
    class_code: str,
    *,
    priority: int | None = None,
    reason: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Say what it is. The priority follows from the class and the words, or is set with a reason.

    Before sending it moves the incident on; while waiting it restarts the dispatch clock under the
    new priority; afterwards it only corrects the class.
    """
    found = acts.find(actor, incident_id, INCIDENT.kind)
    chosen = class_of(class_code)
    step = {"received": "classify", "classified": "reclassify"}.get(found.state, "correct_class")

    def change(matter: Matter) -> dict[str, Any]:
        incident = Incident.objects.get(pk=matter.pk)
        grade, why = _grade(matter, incident, chosen, priority, reason)
        matter.priority = grade
        matter.words = searchable(matter.words, chosen.zh)
        incident.incident_class, incident.priority_reason = chosen, why.as_dict()
        incident.save(update_fields=["incident_class", "priority_reason"])
        return {"class": chosen.code, "priority": grade, "why": why.as_dict()}

    return acts.take(
        actor,
        incident_id,
        step,
        version=version,
        data={"class_code": class_code},
        reason=reason,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def _grade(
    matter: Matter, incident: Incident, chosen: IncidentClass, told: int | None, reason: str
) -> tuple[int, Text]:
    facts_of_class = queries.class_facts(chosen)
    grade, why = rules.priority(facts_of_class, matter.words, incident.channel)
    if told is None or told == grade:
        return grade, why
    if told not in (1, 2, 3, 4):
        raise Refusal(Text("级别为1至4", "Priority is 1 to 4"))
    said = reason or "接警员判定"
    return told, Text(f"{said}（建议{grade}级：{why.zh}）", f"{said} (suggested {grade}: {why.en})")


def class_of(code: str) -> IncidentClass:
    """A class of the list in force."""
    found = IncidentClass.objects.filter(class_list__in_force=True, code=code).first()
    if found is None:
        raise Refusal(Text(f"现行类别表中没有“{code}”", f"The class list in force has no “{code}”"))
    return found


def link_duplicate(
    actor: Actor,
    incident_id: int,
    target_id: int,
    *,
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """This tells of something already known: it ends here, its calls are seen there."""
    acts.find(actor, incident_id, INCIDENT.kind)
    target = _original(acts.find(actor, target_id, INCIDENT.kind).pk)
    if target == incident_id:
        raise Refusal(Text("不能并入自身", "An incident is no duplicate of itself"))
    with held([incident_id, target], ending=True) as rows:
        if known := acts.seen(act_id):
            return known
        at, whole = occurred_at or now(), rows.matters[target]
        if whole.standing.final and whole.state == "linked":
            raise Conflict(
                Text(f"{whole.number} 刚刚并入他案", f"{whole.number} was just linked elsewhere")
            )
        units_off(actor, incident_id, rows, at, f"重复警情 {whole.number} / duplicate")

        def change(_matter: Matter) -> dict[str, Any]:
            chain = Q(pk=incident_id) | Q(duplicate_of_id=incident_id)
            Incident.objects.filter(chain).update(duplicate_of_id=target)
            return {"target": whole.number}

        matter = acts.take(
            actor,
            incident_id,
            "link_duplicate",
            version=version,
            data={"target_id": target},
            reason=reason,
            occurred_at=at,
            change=change,
            act_id=act_id,
        )
        acts.link(actor, matter, whole, "duplicate")
    return matter


def _original(incident_id: int) -> int:
    known = Incident.objects.values_list("duplicate_of_id", flat=True).get(pk=incident_id)
    return known or incident_id
