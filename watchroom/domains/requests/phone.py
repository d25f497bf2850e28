"""What requests bring to the officer's phone: what I have to answer, and entering what is asked."""

from typing import Any

from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.models import Matter
from watchroom.kernel.phone import Ask, Card, Done, Form, Said, ask_of

from . import actions, queries
from .flow import ASK, REQUEST
from .rules import FIRM, SORTS, WORRY

MOST = 30


def cards(actor: Actor) -> list[Card]:
    """Requests that are mine to answer, and answers to what I asked."""
    return [_card(actor, matter) for matter in queries.in_my_hands(actor)[:MOST]]


def _card(actor: Actor, matter: Matter) -> Card:
    sort = SORTS[matter.requests_request.sort].title
    return Card(
        title=Text(matter.title, matter.title),
        matter=matter,
        place=matter.place,
        lines=(sort, *((Text(matter.words, matter.words),) if matter.words else ())),
        due=matter.due_at,
        lon=matter.lon,
        lat=matter.lat,
        asks=tuple(_asks(actor, matter)),
    )


def _asks(actor: Actor, matter: Matter) -> list[Ask]:
    steps = REQUEST.by_name
    if matter.state == "answered":
        mine = {"how": "asker"}
        return [
            ask_of(steps["confirm"], fields=(), values=mine, big=True),
            ask_of(steps["send_back"], quiet=True),
        ]
    if matter.state == "asked":
        answer = ask_of(steps["answer"], after="take", files=True)
        return [ask_of(steps["take"], fields=(), big=True), answer]
    return [ask_of(steps["answer"], files=True, big=True)]


NEW_FIELDS = (
    Field("title", Text("什么事（一句话）", "What it is, in one sentence")),
    Field(
        "sort",
        Text("类型", "Kind"),
        "choice",
        [(key, SORTS[key].title) for key in (WORRY, FIRM)],
    ),
    Field("words", Text("详细情况", "More about it"), "text", optional=True),
    Field("asker_name", Text("提出人", "Who asks"), optional=True),
    Field("asker_phone", Text("联系电话", "Telephone"), optional=True),
    Field("place", Text("地点", "Place"), optional=True),
)


def _record(actor: Actor, said: Said) -> Done:
    given: dict[str, Any] = {f.name: said.data.get(f.name) or "" for f in NEW_FIELDS}
    own = access.own_beat(actor)
    matter = actions.ask(
        actor,
        **given,
        channel="visit",
        beat_id=own.pk if own else None,
        occurred_at=said.occurred_at,
        act_id=said.act_id,
    )
    return Done(Text("已登记 {n}", "Entered as {n}").format(n=matter.number), matter)


NEW = (
    Form(
        "request",
        Text("登记诉求", "Enter a request"),
        ASK,
        _record,
        NEW_FIELDS,
        hint=Text("走访时群众或企业提出的", "What somebody asks on a visit"),
        files=True,
    ),
)
