"""What the fraud centre brings to the officer's phone: whom to see at the door, and what to say."""

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.kernel.phone import Ask, Card, ask_of

from . import queries, rules
from .flow import CASE, RESPOND

AT_THE_DOOR = Text("我已到门前", "I stand at the door")
MET = Text("已核对证件", "Identity card seen")


def cards(actor: Actor) -> list[Card]:
    """Visits that were given to the person and are not over."""
    if not actor.holds(RESPOND):
        return []
    return [_card(actor, matter) for matter in queries.my_visits(actor)]


def _card(actor: Actor, matter: Matter) -> Card:
    case = queries.case_of(actor, matter.pk)
    contact = queries.contact_of(case)
    kind = queries.type_of(case.type_code)
    return Card(
        title=Text("上门劝阻：{t}", "Visit: {t}").format(t=Text(kind.zh, kind.en)),
        matter=matter,
        due=matter.due_at,
        lon=matter.lon,
        lat=matter.lat,
        asks=_asks(matter),
        template="fraud/phone_card.html",
        values={
            "kind": kind,
            "level": rules.LEVELS[rules.level_of(matter.priority)],
            "intended_fen": case.intended_fen,
        },
        personal={
            "name": ("name", contact.name),
            "phone": ("phone", contact.phone),
            "address": ("address", contact.address),
        }
        if contact
        else {},
    )


def _asks(matter: Matter) -> tuple[Ask, ...]:
    """All of a visit, each as soon as the one before is pressed: none of it needs a network."""
    steps = CASE.by_name
    feed_back = steps["feed_back"]
    if matter.state == "reached":
        return (ask_of(feed_back, files=True),)
    there = "arrive" in queries.tried_since_asked(matter.pk)
    door = () if there else (ask_of(steps["arrive"], hint=AT_THE_DOOR, big=True),)
    met = ask_of(
        steps["reach"],
        title=Text("见到本人", "Met"),
        hint=MET,
        big=True,
        fields=(),
        values={"how": "visit", "verified": "seen"},
        after="" if there else "arrive",
    )
    return (
        *door,
        met,
        ask_of(feed_back, after="reach", files=True),
        ask_of(steps["not_met"], quiet=True),
        ask_of(steps["escalate"], quiet=True),
    )
