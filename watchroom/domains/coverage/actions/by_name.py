"""The one door for taking a step by its name: generic pages, API, phone and commands use it."""

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import Told, ToldWhy
from watchroom.kernel.models import Matter

from ..rules import Arrival
from . import inspecting, plans, presence

Act = Callable[[Actor, int, Mapping[str, Any], Told], Matter]


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step of a plan, posting or inspection. Numbers may come as text, as forms do."""
    matter = access.find(actor, pk=matter_id, kind__startswith="coverage.")
    act = ACTS.get((matter.kind.removeprefix("coverage."), step))
    if act is None:
        raise Refusal(
            Text(f"“{step}”不能单独办理", f"“{step}” is not taken by itself"), code="no-such-step"
        )
    reason = told.pop("reason", "")
    return act(actor, matter_id, {**(data or {}), "reason": reason}, told)


def _number(data: Mapping[str, Any], name: str, kind: type[Any] = int) -> Any:
    value = data.get(name)
    if value in (None, ""):
        return None
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise Refusal(Text(f"“{name}”应为数字", f"“{name}” must be a number")) from error


def arrival_of(data: Mapping[str, Any]) -> Arrival | None:
    """Where somebody says they are; None where nothing was sent."""
    lon, lat = _number(data, "lon", float), _number(data, "lat", float)
    if lon is None or lat is None:
        return None
    return Arrival(lon, lat, _number(data, "accuracy", float))


def _check_in(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    return presence.check_in(
        actor,
        pk,
        staff_id=_number(data, "staff_id"),
        arrival=arrival_of(data),
        secret=str(data.get("secret") or ""),
        **told,
    )


def _check_out(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    staff = _number(data, "staff_id")
    return presence.check_out(actor, pk, staff_id=staff, reason=data["reason"], **told)


def _roster(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    given = data.get("staff") or []
    if not given or not all(str(one).isdigit() for one in given):
        raise Refusal(Text("请选人员", "Choose people"))
    ids = [int(one) for one in given]
    return presence.roster(actor, pk, ids, reason=data["reason"], **told)


def _bare(act: Callable[..., Matter]) -> Act:
    return lambda actor, pk, _data, told: act(actor, pk, **told)


def _why(act: Callable[..., Matter]) -> Act:
    return lambda actor, pk, data, told: act(actor, pk, reason=data["reason"], **told)


def _words(act: Callable[..., Matter]) -> Act:
    return lambda actor, pk, data, told: act(actor, pk, words=str(data.get("words") or ""), **told)


def _find(actor: Actor, pk: int, data: Mapping[str, Any], told: Told) -> Matter:
    finding, words = str(data.get("finding") or ""), str(data.get("words") or "")
    if not finding:
        raise Refusal(Text("请选问题类型", "Say what kind of thing is wrong"))
    return inspecting.find(actor, pk, finding=finding, words=words, **told)


ACTS: Mapping[tuple[str, str], Act] = {
    ("plan", "submit"): _bare(plans.submit),
    ("plan", "approve"): _bare(plans.approve),
    ("plan", "send_back"): _why(plans.send_back),
    ("plan", "withdraw"): _why(plans.withdraw),
    ("plan", "end"): _why(plans.end),
    ("plan", "put_in_force"): lambda actor, pk, data, told: plans.put_in_force(
        actor, pk, replace=bool(data.get("replace")), **told
    ),
    ("posting", "check_in"): _check_in,
    ("posting", "check_out"): _check_out,
    ("posting", "hand_over"): _words(presence.hand_over),
    ("posting", "roster"): _roster,
    ("posting", "cancel"): _why(presence.cancel),
    ("inspection", "pass"): _bare(inspecting.in_order),
    ("inspection", "find"): _find,
    ("inspection", "put_right"): _words(inspecting.put_right),
    ("inspection", "verify"): _bare(inspecting.verify),
    ("inspection", "not_right"): _why(inspecting.not_right),
    ("inspection", "set_aside"): _why(inspecting.set_aside),
}
