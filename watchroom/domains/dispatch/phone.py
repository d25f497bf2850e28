"""What dispatch brings to the officer's phone: what the unit has in hand, feedback, duty."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.models import Unit
from watchroom.kernel.phone import Ask, Card, Done, Form, Said, ask_of, chain

from . import actions, queries
from .flow import ASSIGNMENT, RESPOND
from .queries import AssignmentView, IncidentView

ORDER = ("sign", "set_out", "arrive", "clear")
NEXT = {"sent": "sign", "signed": "set_out", "set_out": "arrive", "arrived": "clear"}
BIG: Mapping[str, tuple[Text, Text]] = {
    "sign": (Text("签收", "Sign"), Text("收到指令", "I have the instruction")),
    "set_out": (Text("出发", "Set out"), Text("已经上路", "I am on the way")),
    "arrive": (Text("到场", "Arrived"), Text("已到现场", "I am there")),
    "clear": (Text("撤离", "Clear"), Text("处置完毕，可接新警", "Done, free for the next call")),
}
NO_UNIT = Text(
    "您今天不在任何警力的编组里。请联系值班领导。",
    "You are in no unit’s crew today. Ask your duty leader.",
)


def cards(actor: Actor) -> list[Card]:
    """What the person's unit has in hand, what is lined up, and the unit's duty."""
    if not actor.holds(RESPOND):
        return []
    pairs = queries.my_assignments(actor)
    now_, later = pairs[:1], pairs[1:]
    found = [*(_in_hand(actor, *pair) for pair in now_), *(_lined_up(*pair) for pair in later)]
    units = queries.my_units(actor)
    return [*found, _duty(units[0] if units else None, busy=bool(pairs))]


def _in_hand(actor: Actor, row: AssignmentView, incident: IncidentView) -> Card:
    matter = access.find(actor, pk=row.id)
    detail = queries.incident_detail(actor, incident.id)
    return Card(
        title=incident.class_title or Text("未判定", "Unclassified"),
        matter=matter,
        place=incident.place or incident.place_typed,
        lines=(Text(incident.title, incident.title),),
        lon=incident.lon,
        lat=incident.lat,
        first=True,
        asks=(*_chain(row.state), *_beside(actor, row, incident, detail)),
        template="dispatch/phone_card.html",
        values={"a": row, "i": incident, "detail": detail},
    )


def _chain(state: str) -> Iterator[Ask]:
    """The steps from here to the end: each is shown as soon as the one before is pressed."""
    if state not in NEXT:
        return
    names = ORDER[ORDER.index(NEXT[state]) :]
    for ask in chain([ASSIGNMENT.by_name[name] for name in names], big=True):
        title, hint = BIG[ask.name]
        yield Ask(ask.name, title, hint, big=True, after=ask.after)


def _beside(
    actor: Actor, row: AssignmentView, incident: IncidentView, detail: queries.IncidentDetail
) -> Iterator[Ask]:
    steps = ASSIGNMENT.by_name
    if row.state == "arrived":
        yield ask_of(steps["renew_safety"])
    yield Ask(
        "feedback",
        Text("反馈 ✓", "Feedback ✓") if detail.feedback else Text("反馈", "Feedback"),
        matter=access.find(actor, pk=incident.id),
        files=True,
        typed={"words": detail.feedback},
    )
    if row.state in ("sent", "signed"):
        yield ask_of(steps["refuse"], quiet=True)


def _lined_up(row: AssignmentView, incident: IncidentView) -> Card:
    return Card(
        title=incident.class_title or Text("未判定", "Unclassified"),
        place=incident.place,
        lines=(row.standing,),
        lon=incident.lon,
        lat=incident.lat,
        first=True,
    )


def _duty(unit: Unit | None, *, busy: bool) -> Card:
    """The unit's own card; it reports positions while on duty, and only then."""
    if unit is None:
        return Card(Text("出警", "Calls"), lines=(NO_UNIT,), first=True)
    on = unit.status != "off"
    waiting = (
        Text("有新警情会立即出现在这里。", "A new call appears here at once.")
        if on
        else Text(
            "上勤后才会收到任务和上报位置。",
            "Go on duty to receive calls and report your position.",
        )
    )
    title = Text("下勤", "Go off duty") if on else Text("上勤", "Go on duty")
    press = Ask(
        "duty",
        title,
        form="duty",
        big=True,
        values={"unit": str(unit.pk), "which": "off" if on else "on"},
    )
    return Card(
        title=Text(unit.code, unit.code),
        lines=() if busy else (waiting,),
        first=True,
        asks=() if busy else (press,),
        template="dispatch/phone_unit.html",
        values={"unit": unit, "on": on},
    )


DUTY: Mapping[str, Callable[..., Any]] = {
    "on": actions.unit_on_duty,
    "off": actions.unit_off_duty,
    "rest": actions.unit_rest,
}
SAID: Mapping[str, Text] = {
    "on": Text("已上勤", "on duty"),
    "off": Text("已下勤，不再上报位置", "off duty; your position is no longer reported"),
    "rest": Text("休整中", "resting"),
}


def _stand(actor: Actor, said: Said) -> Done:
    """One's own unit on or off duty."""
    which, unit_id = str(said.data.get("which", "")), str(said.data.get("unit", ""))
    if which not in DUTY or unit_id not in {str(u.pk) for u in queries.my_units(actor)}:
        raise Refusal(Text("这不是您的警力", "This is not your unit"), code="forbidden")
    unit = DUTY[which](actor, int(unit_id), occurred_at=said.occurred_at, act_id=said.act_id)
    return Done(Text(f"{unit.code} ", f"{unit.code} ") + SAID[which])


def _found(actor: Actor, said: Said) -> Done:
    """What a crew stands in front of: an incident, and the unit on scene of it at once."""
    on_duty = [unit for unit in queries.my_units(actor) if unit.status != "off"]
    if not on_duty:
        raise Refusal(
            Text(
                "您的警力没有上勤：请先上勤，再报发现的警情",
                "Your unit is off duty: go on duty first, then report what you found",
            )
        )
    matter = actions.report_call(
        actor,
        words=str(said.data["words"]),
        place=str(said.data.get("place", "")),
        lon=said.lon,
        lat=said.lat,
        channel="officer",
        unit_id=on_duty[0].pk,
        received_at=said.occurred_at,
        act_id=said.act_id,
    )
    return Done(Text("已上报 {n}", "Reported as {n}").format(n=matter.number), matter)


NEW = (
    Form("duty", Text("上下勤", "Duty"), RESPOND, _stand, on_cards=True),
    Form(
        "found",
        Text("上报发现的警情", "Report what I stand in front of"),
        RESPOND,
        _found,
        fields=(
            Field("words", Text("发生了什么", "What is happening"), "text"),
            Field("place", Text("地点", "Place"), optional=True),
        ),
        hint=Text(
            "您的警力记为已在现场，位置随报告送出",
            "Your unit counts as on scene; your position goes with the report",
        ),
        here=True,
        files=True,
    ),
)
