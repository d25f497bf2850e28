"""What disputes bring to the officer's phone: sessions to hold, visits due, and registering one."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Choices, Field
from watchroom.kernel.models import Matter
from watchroom.kernel.phone import Ask, Card, Done, Form, Said, ask_of
from watchroom.kernel.places import beat_at

from . import actions, forms, queries, rules
from .flow import DISPUTE, REGISTER, RESPOND

MOST = 30
WORK: Mapping[str, Text] = {
    "registered": Text("指派调解员", "Name the mediators"),
    "assigned": Text("首次调解", "First session"),
    "mediating": Text("继续调解", "Go on mediating"),
    "agreed": Text("核实履行", "See it performed"),
    "performed": Text("回访", "Follow-up visit"),
    "failed": Text("调解不成，告知去向", "Mediation failed: say what follows"),
}
"""What a dispute asks of whoever has it in hand. Signing is done on its own page."""
NEXT: Mapping[str, str] = {
    "assigned": "hold_session",
    "mediating": "hold_session",
    "agreed": "perform",
    "performed": "visit",
    "failed": "mediate_again",
}
BESIDE: Mapping[str, tuple[str, ...]] = {
    "mediating": ("no_agreement",),
    "agreed": ("not_performed",),
    "performed": ("reopen",),
}


def cards(actor: Actor) -> list[Card]:
    """Disputes in my hands by what is due first: sessions to hold, visits to make."""
    if not actor.holds(RESPOND):
        return []
    return [_card(actor, matter) for matter in queries.in_my_hands(actor, tuple(WORK))[:MOST]]


def _card(actor: Actor, matter: Matter) -> Card:
    kind = matter.disputes_dispute.type
    risk = rules.LEVELS[matter.priority or 3]
    return Card(
        title=Text(matter.title, matter.title),
        matter=matter,
        place=matter.place,
        lines=(WORK[matter.state], Text(f"{kind.zh} · {risk.zh}", f"{kind.en} · {risk.en}")),
        due=matter.due_at,
        lon=matter.lon,
        lat=matter.lat,
        asks=tuple(_asks(actor, matter)),
    )


def _asks(actor: Actor, matter: Matter) -> Iterator[Ask]:
    steps, session = DISPUTE.by_name, DISPUTE.by_name["hold_session"]
    if matter.state == "registered":
        me = {"officers": str(actor.staff_id)}
        title = Text("由我调解", "I mediate it")
        yield ask_of(steps["assign"], title=title, fields=(), values=me)
        yield ask_of(session, after="assign", files=True)
        return
    yield ask_of(steps[NEXT[matter.state]], files=True)
    for name in BESIDE.get(matter.state, ()):
        yield ask_of(steps[name], quiet=True)


def _types(_actor: Actor, _matter: Matter) -> Choices:
    return [(one.code, Text(one.zh, one.en)) for one in queries.types()]


NEW_FIELDS = (
    Field("type", Text("类型", "Type"), "choice", _types),
    Field("place", Text("地点", "Place")),
    Field(
        "words",
        Text("经过", "What happened"),
        "text",
        help=Text("不写姓名、证件号和电话", "No names, identity or telephone numbers"),
        optional=True,
    ),
    Field("applicant", Text("申请人（姓名或称呼）", "Applicant"), optional=True),
    Field("applicant_phone", Text("申请人电话", "Applicant's telephone"), optional=True),
    Field("respondent", Text("被申请人（姓名或称呼）", "Respondent"), optional=True),
    Field("respondent_phone", Text("被申请人电话", "Respondent's telephone"), optional=True),
    Field("factors", forms.FACTORS.title, "several", forms.FACTORS.choices, optional=True),
)


def _register(actor: Actor, said: Said) -> Done:
    """In one's own beat, else where the phone is: a form filled in later is not where it was."""
    given: dict[str, Any] = {f.name: said.data.get(f.name) or "" for f in NEW_FIELDS}
    beat = access.own_beat(actor) or beat_at(said.lon, said.lat)
    matter = actions.register(
        actor,
        given["type"],
        words=given["words"],
        place=given["place"],
        factors=given["factors"] or (),
        parties=list(_parties(given)),
        beat_id=beat.pk if beat else None,
        occurred_at=said.occurred_at,
        act_id=said.act_id,
    )
    return Done(Text("已登记 {n}", "Registered as {n}").format(n=matter.number), matter)


def _parties(given: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for role in ("applicant", "respondent"):
        if given[role]:
            yield {"role": role, "name": given[role], "phone": given[f"{role}_phone"]}


NEW = (
    Form(
        "dispute",
        Text("登记纠纷", "Register a dispute"),
        REGISTER,
        _register,
        NEW_FIELDS,
        hint=Text(
            "走访时发现的，可拍照、录语音；登记在本人警格",
            "Found on a visit, with photos or a voice note; it falls to your own beat",
        ),
        files=True,
    ),
)
