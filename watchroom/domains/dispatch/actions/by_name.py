"""The one door for taking a step by its name: generic pages, API, phone and commands use it."""

from collections.abc import Callable, Mapping
from typing import Any, Unpack
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, notes
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import Told, ToldWhy
from watchroom.kernel.models import Matter, Unit

from . import calling_back, ending, intake, placing, public_alerts, responding, sending

Act = Callable[[Actor, int, Mapping[str, Any], Told], Matter]


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step of an incident, assignment or alert. `data` holds what the step needs, by name.

    Numbers may come as text, units as ids or codes: it is what forms and commands send.
    """
    matter = access.find(actor, pk=matter_id, kind__startswith="dispatch.")
    act = ACTS.get((matter.kind, step))
    if act is None:
        raise Refusal(
            Text(f"“{step}”不能单独办理", f"“{step}” is not taken by itself"), code="no-such-step"
        )
    reason = told.pop("reason", "")
    return act(actor, matter_id, {**(data or {}), "reason": reason}, told)


def note(actor: Actor, matter_id: int, words: str, *, act_id: UUID | None = None) -> Matter:
    """Write a note on an incident or assignment; it changes nothing of it."""
    notes.add(actor, matter_id, words, act_id=act_id)
    return access.find(actor, pk=matter_id, kind__startswith="dispatch.")


def _units(data: Mapping[str, Any], name: str) -> list[int]:
    """Unit ids from ids or codes."""
    given = data.get(name) or []
    parts = given.replace(",", " ").split() if isinstance(given, str) else given
    parts = [parts] if isinstance(parts, int) else list(parts)
    codes = [str(p).upper() for p in parts if not str(p).isdigit()]
    known = dict(Unit.objects.filter(code__in=codes).values_list("code", "pk"))
    if unknown := [c for c in codes if c not in known]:
        names = "、".join(unknown)
        raise Refusal(Text(f"没有警力“{names}”", f"There is no unit “{names}”"))
    return [int(p) if str(p).isdigit() else known[str(p).upper()] for p in parts]


def _one_unit(data: Mapping[str, Any]) -> int:
    found = _units(data, "unit_id")
    if not found:
        raise Refusal(Text("请选警力", "Choose a unit"))
    return found[0]


def _number(data: Mapping[str, Any], name: str, kind: type[Any] = int) -> Any:
    value = data.get(name)
    if value in (None, ""):
        return None
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise Refusal(Text(f"“{name}”应为数字", f"“{name}” must be a number")) from error


def _needed(data: Mapping[str, Any], name: str, kind: type[Any] = int) -> Any:
    value = _number(data, name, kind)
    if value is None:
        raise Refusal(Text(f"还缺：{name}", f"Still needed: {name}"))
    return value


def _classify(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return intake.classify(
        actor,
        pk,
        str(data.get("class_code", "")),
        priority=_number(data, "priority"),
        reason=data["reason"],
        **told,
    )


def _set_place(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return placing.set_place(
        actor,
        pk,
        place=str(data.get("place", "")),
        lon=_number(data, "lon", float),
        lat=_number(data, "lat", float),
        **told,
    )


def _accept(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return placing.accept_suggestion(actor, pk, _needed(data, "suggestion_id"), **told)


def _dispatch(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    units = _units(data, "units")
    if not units and data.get("by_plan"):
        return sending.send_by_plan(actor, pk, override=bool(data.get("override")), **told)
    if not units:
        raise Refusal(Text("请选警力", "Choose units"))
    return sending.dispatch(
        actor, pk, units, reason=data["reason"], override=bool(data.get("override")), **told
    )


def _stack(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return sending.stack(actor, pk, _one_unit(data), reason=data["reason"], **told)


def _link(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return intake.link_duplicate(
        actor, pk, _needed(data, "target_id"), reason=data["reason"], **told
    )


def _replace(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    override = bool(data.get("override"))
    return sending.reassign(
        actor, pk, _one_unit(data), reason=data["reason"], override=override, **told
    )


def _feedback(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return ending.give_feedback(
        actor,
        pk,
        words=str(data.get("words", "")),
        document_ids=data.get("document_ids", ()),
        **told,
    )


def _resolve(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return ending.resolve(actor, pk, **_disposed(data), **told)


def _close(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return ending.close(actor, pk, **_disposed(data), **told)


def _disposed(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "disposition": str(data.get("disposition", "")),
        "words": str(data.get("words", "")),
        "reason": data["reason"],
    }


def _ask_callback(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return calling_back.ask_callback(
        actor, pk, why=str(data.get("why", "") or data["reason"]), **told
    )


def _callback_done(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    result, words = str(data.get("result", "")), str(data.get("words", ""))
    return calling_back.callback_done(actor, pk, result=result, words=words, **told)


def _hand_over(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    organ = str(data.get("counterpart", ""))
    return ending.hand_over(actor, pk, counterpart=organ, reason=data["reason"], **told)


def _confirm(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return ending.confirm_handover(actor, pk, receipt=str(data.get("receipt", "")), **told)


def _because(act: Callable[..., Matter]) -> Act:
    def run(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
        return act(actor, pk, reason=data["reason"], **told)

    return run


def _safe(actor: Actor, pk: int, _data: Mapping[str, Any], told: Told) -> Matter:
    return responding.renew_safety(actor, pk, **told)


def _back_enter(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    at = told.get("occurred_at")
    if at is None:
        raise Refusal(Text("请填发生时间", "Say when it happened"))
    what, reason = str(data.get("what", "")), data["reason"]
    return responding.back_enter(actor, pk, what, at, reason=reason, act_id=told.get("act_id"))


def _at_once(act: Callable[..., Matter]) -> Act:
    def run(actor: Actor, pk: int, _data: Mapping[str, Any], told: Told) -> Matter:
        return act(actor, pk, **told)

    return run


INCIDENT: dict[str, Act] = {
    "classify": _classify,
    "reclassify": _classify,
    "correct_class": _classify,
    "set_place": _set_place,
    "accept_suggestion": _accept,
    "dispatch": _dispatch,
    "send_more": _dispatch,
    "stack": _stack,
    "link_duplicate": _link,
    "feedback": _feedback,
    "resolve": _resolve,
    "close": _close,
    "reopen": _because(ending.reopen),
    "ask_callback": _ask_callback,
    "callback_done": _callback_done,
    "hand_over": _hand_over,
    "confirm_handover": _confirm,
    "take_back": _because(ending.take_back),
    "refer_12345": _because(ending.refer_12345),
    "cancel": _because(ending.cancel),
}
ASSIGNMENT: dict[str, Act] = {
    "sign": _because(responding.sign),
    "set_out": _because(responding.set_out),
    "arrive": _because(responding.arrive),
    "renew_safety": _safe,
    "clear": _because(responding.clear),
    "release": _because(responding.release),
    "refuse": _because(responding.refuse),
    "replace": _replace,
    "back_enter": _back_enter,
}
ALERT: dict[str, Act] = {
    "approve": _at_once(public_alerts.approve_alert),
    "issue": _at_once(public_alerts.issue_alert),
    "send_back": _because(public_alerts.send_back_alert),
    "cancel": _because(public_alerts.cancel_alert),
    "discard": _because(public_alerts.discard_alert),
}
ACTS: dict[tuple[str, str], Act] = {
    **{("dispatch.incident", step): act for step, act in INCIDENT.items()},
    **{("dispatch.assignment", step): act for step, act in ASSIGNMENT.items()},
    **{("dispatch.alert", step): act for step, act in ALERT.items()},
}
