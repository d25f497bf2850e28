"""One incident and one assignment in every state, for the conformance suite."""

from collections.abc import Mapping
from typing import Any

from tests.people import MIDDLE, County
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.rules import AlertWords, Said
from watchroom.kernel.models import Counterpart, Matter

DATA: Mapping[str, dict[str, Any]] = {
    "classify": {"class_code": "0201"},
    "reclassify": {"class_code": "0301"},
    "correct_class": {"class_code": "0301"},
    "dispatch": {"units": ["F02"]},
    "send_more": {"units": ["F02"]},
    "set_place": {"place": "东街口"},
    "resolve": {"disposition": "done"},
    "close": {"disposition": "done"},
    "feedback": {"words": "已处理"},
    "callback_done": {"result": "satisfied"},
    "hand_over": {"counterpart": "city-management"},
    "confirm_handover": {"receipt": "回执1"},
}

SQUARE = ((112.9, 28.2), (112.95, 28.2), (112.95, 28.25), (112.9, 28.25), (112.9, 28.2))


def alert_words(**more: Any) -> AlertWords:
    """What a public alert may say."""
    said = {
        "event": Said("样例化学品泄漏", "Sample spill"),
        "headline": Said("样例：立即离开城东", "Sample: leave the east now"),
        "description": Said("罐车泄漏，气味刺激。", "A tanker leaks; the smell stings."),
        "instruction": Said("往上风向走", "Walk against the wind"),
        "area": Said("城东", "The east"),
    }
    plain = {"urgency": "Immediate", "severity": "Severe", "certainty": "Observed", "valid": "2h"}
    lists = {"category": ("Safety", "CBRNE"), "response": ("Evacuate",), "rings": (SQUARE,)}
    return AlertWords(**{**said, **plain, **lists, **more})


States = dict[tuple[str, str], Matter]


def samples(county: County) -> States:
    """(kind, state) → a matter that stands there."""
    Counterpart.objects.create(key="city-management", name="城管", name_en="City management")
    made = _incidents(county)
    made |= _assignments(county, made)
    made |= _alerts(county)
    return {key: Matter.objects.get(pk=matter.pk) for key, matter in made.items()}


def _call(county: County, number: int, code: str = "0201") -> Matter:
    lon = MIDDLE[0] + number * 0.003
    return actions.report_call(
        county.leader, words=f"样例{number}有人打架", lon=lon, lat=MIDDLE[1], class_code=code
    )


def _incidents(county: County) -> States:
    leader, kind = county.leader, "dispatch.incident"
    made = {(kind, "received"): _call(county, 1, ""), (kind, "classified"): _call(county, 2)}
    handing, handed, twin = _call(county, 3), _call(county, 4), _call(county, 5)
    for matter in (handing, handed):
        actions.hand_over(leader, matter.pk, counterpart="city-management", reason="职责")
    actions.confirm_handover(leader, handed.pk, receipt="回执")
    actions.link_duplicate(leader, twin.pk, made[kind, "classified"].pk)
    referred, cancelled = _call(county, 6), _call(county, 7)
    actions.refer_12345(leader, referred.pk, reason="非警务")
    actions.cancel(leader, cancelled.pk, reason="误报")
    resolved, closed = _call(county, 8), _call(county, 9)
    for matter in (resolved, closed):
        actions.resolve(leader, matter.pk, disposition="done", words="电话处置")
    actions.give_feedback(leader, closed.pk, words="已处理")
    actions.close(leader, closed.pk, disposition="done")
    return made | {
        (kind, "handing_over"): handing,
        (kind, "handed_over"): handed,
        (kind, "linked"): twin,
        (kind, "referred"): referred,
        (kind, "cancelled"): cancelled,
        (kind, "resolved"): resolved,
        (kind, "closed"): closed,
    }


def _send(county: County, number: int, unit: str) -> tuple[Matter, Matter]:
    incident = _call(county, number)
    actions.dispatch(county.leader, incident.pk, [county.units[unit].pk])
    return incident, Matter.objects.filter(parent=incident).latest("pk")


def _assignments(county: County, made: States) -> States:
    leader, kind = county.leader, "dispatch.assignment"
    _, cleared = _send(county, 11, "P01")
    actions.clear(leader, cleared.pk)
    _, released = _send(county, 12, "P01")
    actions.release(leader, released.pk, reason="另有任务")
    _, refused = _send(county, 13, "P01")
    actions.refuse(leader, refused.pk, reason="车坏了")
    dispatched, sent = _send(county, 14, "P01")
    _, signed = _send(county, 15, "P02")
    _, set_out = _send(county, 16, "P03")
    on_scene, arrived = _send(county, 17, "P04")
    _, replaced = _send(county, 18, "P05")
    for matter in (signed, set_out, arrived):
        actions.sign(leader, matter.pk)
    actions.set_out(leader, set_out.pk)
    actions.arrive(leader, arrived.pk)
    actions.reassign(leader, replaced.pk, county.units["F01"].pk)
    waiting = _call(county, 19)
    actions.stack(leader, waiting.pk, county.units["P01"].pk)
    queued = Matter.objects.filter(parent=waiting).latest("pk")
    return {
        ("dispatch.incident", "dispatched"): dispatched,
        ("dispatch.incident", "on_scene"): on_scene,
        (kind, "queued"): queued,
        (kind, "sent"): sent,
        (kind, "signed"): signed,
        (kind, "set_out"): set_out,
        (kind, "arrived"): arrived,
        (kind, "cleared"): cleared,
        (kind, "released"): released,
        (kind, "refused"): refused,
        (kind, "replaced"): replaced,
    }


def issued_alert(county: County, **more: Any) -> Matter:
    """An alert the dispatcher drafted and issued and the leader approved."""
    matter = actions.draft_alert(county.dispatcher, alert_words(), **more)
    actions.approve_alert(county.leader, matter.pk)
    return actions.issue_alert(county.dispatcher, matter.pk)


def _alerts(county: County) -> States:
    desk, leader, kind = county.dispatcher, county.leader, "dispatch.alert"
    drafted = actions.draft_alert(desk, alert_words())
    approved, thrown = (actions.draft_alert(desk, alert_words()) for _ in range(2))
    actions.approve_alert(leader, approved.pk)
    actions.discard_alert(desk, thrown.pk, reason="误报")
    called_off, over, updated = (issued_alert(county) for _ in range(3))
    actions.cancel_alert(leader, called_off.pk, reason="险情已除")
    actions.expire_alert(leader, over.pk)
    return {
        (kind, "drafted"): drafted,
        (kind, "approved"): approved,
        (kind, "issued"): issued_alert(county, replaces=updated.pk),
        (kind, "updated"): updated,
        (kind, "cancelled"): called_off,
        (kind, "expired"): over,
        (kind, "discarded"): thrown,
    }
