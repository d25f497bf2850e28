"""The steps of a case: what each one keeps beside the matter's own standing."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.kernel.places import beat_at

from .. import queries, rules
from ..flow import CASE
from ..models import Case
from . import money

Data = dict[str, Any]
Change = Callable[[Matter], Mapping[str, Any] | None]
MOST_PROTECTED = 200


def take_case(
    actor: Actor, matter: Matter, step: str, data: Data, told: Mapping[str, Any]
) -> Matter:
    """Take a step of a case. The system's own steps cannot be taken by name."""
    known = CASE.by_name.get(step)
    if known is None or known.hidden or not known.sources:
        raise Refusal(
            Text(f"“{step}”不能单独办理", f"“{step}” is not taken by itself"), code="no-such-step"
        )
    _a_person(actor, step)
    kept = CHANGES.get(step, _nothing)
    with acts.together():
        said, change = kept(actor, matter, data)
        done = acts.take(actor, matter.pk, step, data=said, change=change, **told)
        money.follow_case(done, step, told.get("occurred_at") or now())
        if step == "not_met" and said["visit_result"] == "danger":
            _danger_on_scene(actor, matter, str(said.get("words") or ""))
        if done.closed_at is not None:
            Case.objects.filter(pk=done.pk).update(open=False)
    return done


def _danger_on_scene(actor: Actor, matter: Matter, words: str) -> None:
    """Who finds danger at the door need not say so twice."""
    said, change = _escalate(actor, matter, {"danger": "offender_there", "words": words})
    acts.take(actor, matter.pk, "escalate", data=said, change=change)


def _a_person(actor: Actor, step: str) -> None:
    """Nobody is called, visited or let go by a machine: with a person's own credentials or not.

    That somebody sent has arrived is told by dispatch, where a person said so.
    """
    if actor.staff_id is None and step != "arrive":
        raise Refusal(
            Text("劝阻须由民警本人登录办理", "Only a person signed in as themselves may do this"),
            code="forbidden",
        )


Kept = Callable[[Actor, Matter, Data], tuple[Data, Change | None]]


def _nothing(_actor: Actor, _matter: Matter, data: Data) -> tuple[Data, None]:
    return data, None


def _mine(actor: Actor, _matter: Matter, data: Data) -> tuple[Data, Change]:
    """Who signs or takes over answers for it."""

    def change(matter: Matter) -> None:
        matter.owner_id = actor.staff_id

    return data, change


def _code(data: Data, name: str, known: Collection[str]) -> str:
    code = str(data.get(name) or "")
    if code and code not in known:
        options = "、".join(known)
        raise Refusal(Text(f"“{code}”不在选项里：{options}", f"“{code}” is not one of: {options}"))
    return code


def _coded(**known: Collection[str]) -> Kept:
    """Checks that codes are of their lists; keeps nothing beside the entry."""

    def kept(_actor: Actor, _matter: Matter, data: Data) -> tuple[Data, None]:
        for name, codes in known.items():
            _code(data, name, codes)
        return data, None

    return kept


def fen(value: Any, title: Text) -> int | None:
    """Yuan as typed, in fen; None for nothing. Refusal for what is no sum."""
    if value in (None, ""):
        return None
    try:
        exact = Decimal(str(value)) * 100
    except InvalidOperation as error:
        raise Refusal(Text(f"{title.zh}应为金额", f"{title.en} should be a sum")) from error
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 <= exact < 10**15:
        raise Refusal(Text(f"{title.zh}应精确到分", f"{title.en} should be exact to the fen"))
    return int(exact)


def _assess(_actor: Actor, matter: Matter, data: Data) -> tuple[Data, Change]:
    """What the desk makes of it. The level only rises; a person may not lower what rules set."""
    level = int(data["level"]) if data.get("level") else rules.level_of(matter.priority)
    if level not in rules.LEVELS:
        raise Refusal(Text("没有这个等级", "There is no such level"))
    if level < rules.level_of(matter.priority):
        raise Refusal(Text("等级在办理中只升不降", "While a case is open its level can only rise"))
    intended = fen(data.get("intended"), Text("涉及金额", "Sum in danger"))

    def change(row: Matter) -> Data:
        row.priority = rules.priority_of(level)
        if intended is not None:
            Case.objects.filter(pk=row.pk).update(intended_fen=intended)
        return {"level": level} | ({} if intended is None else {"intended_fen": intended})

    return {k: v for k, v in data.items() if k in ("words",) and v}, change


def _locate(_actor: Actor, _matter: Matter, data: Data) -> tuple[Data, Change]:
    lon, lat = data.get("lon"), data.get("lat")
    if (lon is None) != (lat is None):
        raise Refusal(Text("经度和纬度要一起填", "Longitude and latitude go together"))
    if lon is not None and not (-180 <= float(lon) <= 180 and -90 <= float(lat or 0) <= 90):
        raise Refusal(Text("经纬度超出范围", "Longitude or latitude is out of range"))

    def change(matter: Matter) -> Data:
        # The address is personal: it is the contact's, not the matter's, which many may read.
        contact = queries.contact_of(Case.objects.get(pk=matter.pk))
        if contact is not None:
            contact.address = str(data["place"])[:240]
            contact.lon, contact.lat = lon, lat
            contact.save(update_fields=["address", "lon", "lat"])
        if lon is not None and lat is not None:
            matter.lon, matter.lat = float(lon), float(lat)
            matter.beat = beat_at(matter.lon, matter.lat)
        return {"located": lon is not None}

    return {"place": "…"}, change


def _ask_visit(_actor: Actor, matter: Matter, data: Data) -> tuple[Data, Change]:
    if matter.lon is None or matter.lat is None:
        raise Refusal(
            Text("先定位（L）：不知道去哪里", "Locate first (L): nobody knows where to go")
        )

    def change(row: Matter) -> Data:
        said = Text("反诈上门劝阻", "fraud visit")
        return {"wanted": {**_wanted(row, said), "force": "community"}}

    return data, change


def _escalate(_actor: Actor, _matter: Matter, data: Data) -> tuple[Data, Change]:
    danger = rules.DANGERS[_code(data, "danger", rules.DANGERS) or "transferring"]

    def change(row: Matter) -> Data:
        said = Text(f"反诈紧急：{danger.zh}", f"fraud, urgent: {danger.en}")
        return {"wanted": {**_wanted(row, said), "priority": 1}}

    return data, change


def _wanted(matter: Matter, said: Text) -> Data:
    """What whoever sends people is told: what, how urgent, where. Never who."""
    kind = queries.type_of(matter.fraud_case.type_code)
    return {
        "words": f"{said.zh}（{kind.zh}） {said.en} ({kind.en})",
        "priority": max(matter.priority or 4, 1),
        "lon": matter.lon,
        "lat": matter.lat,
    }


def _reach(_actor: Actor, matter: Matter, data: Data) -> tuple[Data, Change]:
    how = _code(data, "how", rules.HOW)
    verified = _code(data, "verified", rules.VERIFIED)

    def change(row: Matter) -> None:
        Case.objects.filter(pk=row.pk, reached_at=None).update(reached_at=now())
        Case.objects.filter(pk=row.pk).update(how=how, verified=verified)

    return data, change


def _feed_back(_actor: Actor, _matter: Matter, data: Data) -> tuple[Data, Change]:
    outcome = _code(data, "outcome", rules.OUTCOMES)
    evidence = _code(data, "evidence", rules.EVIDENCE)
    saved = fen(data.get("saved"), Text("挽回金额", "Saved"))
    lost = fen(data.get("lost"), Text("损失金额", "Lost"))
    if why_not := rules.why_no_outcome(outcome, evidence, saved, lost):
        raise Refusal(why_not)
    protected = int(data.get("protected") or 0)
    if not 0 <= protected <= MOST_PROTECTED:
        raise Refusal(Text("受教育人数不对", "The number of people told is out of range"))
    app = {"yes": True, "no": False}.get(str(data.get("app") or ""))

    def change(row: Matter) -> Data:
        Case.objects.filter(pk=row.pk).update(
            outcome=outcome,
            evidence=evidence,
            saved_fen=saved,
            lost_fen=lost,
            app_installed=app,
            protected=F("protected") + protected,
        )
        return {"saved_fen": saved, "lost_fen": lost}

    kept = {"outcome": outcome, "evidence": evidence, "protected": protected}
    return {**kept, **({"words": data["words"]} if data.get("words") else {})}, change


def _dismiss(_actor: Actor, matter: Matter, data: Data) -> tuple[Data, Change]:
    because = _code(data, "because", rules.BECAUSE)
    if why_not := rules.why_not_dismissed(because, queries.tried(matter.pk)):
        raise Refusal(why_not)

    def change(row: Matter) -> None:
        Case.objects.filter(pk=row.pk).update(outcome=because)

    return data, change


def _revisit(_actor: Actor, _matter: Matter, data: Data) -> tuple[Data, Change]:
    result = _code(data, "revisit_result", rules.REVISIT_RESULTS)

    def change(row: Matter) -> None:
        Case.objects.filter(pk=row.pk).update(revisit_result=result)

    return data, change


CHANGES: Mapping[str, Kept] = {
    "sign": _mine,
    "take_over": _mine,
    "call": _coded(call_result=rules.CALL_RESULTS),
    "not_met": _coded(visit_result=rules.VISIT_RESULTS),
    "escalate": _escalate,
    "assess": _assess,
    "locate": _locate,
    "ask_visit": _ask_visit,
    "reach": _reach,
    "feed_back": _feed_back,
    "dismiss": _dismiss,
    "revisit": _revisit,
}
