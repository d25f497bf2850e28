"""What community policing brings to the officer's phone: visits to make, and hazards found."""

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.models import Matter
from watchroom.kernel.phone import Ask, Card, Done, Form, Said, ask_of

from . import actions, forms, queries, rules
from .actions import Call
from .flow import RESPOND, VISIT
from .models import Household

DOORS = 10
"""Households that have waited longest, brought along for a day without a network."""
RESULT = Field(
    "result",
    Text("结果", "How it went"),
    "choice",
    [(rules.MADE, Text("已走访", "Visited")), (rules.NOT_MET, Text("未遇", "Nobody met"))],
)


def cards(actor: Actor) -> list[Card]:
    """Visits planned in my beats, then the doors that have waited longest."""
    if not actor.holds(RESPOND):
        return []
    beats = queries.my_beats(actor)
    planned = queries.planned(actor, [beat.pk for beat in beats]) if beats else []
    due = {matter.community_visit.household_id for matter in planned}
    waiting = [
        row for beat in beats for row in queries.longest_ago(beat, limit=DOORS) if row.pk not in due
    ]
    return [*map(_planned, planned), *(_waiting(row) for row in waiting[:DOORS])]


def _planned(matter: Matter) -> Card:
    visit = matter.community_visit
    steps = VISIT.by_name
    asks = (
        ask_of(steps["make"], fields=tuple(forms.FIELDS["make"]), big=True, files=True),
        ask_of(steps["not_meet"], fields=(), quiet=True),
    )
    return Card(
        title=Text(f"走访 {visit.household}", f"Visit {visit.household}"),
        matter=matter,
        place=str(visit.household),
        lines=(rules.PURPOSES[visit.purpose],),
        due=matter.due_at,
        lon=matter.lon,
        lat=matter.lat,
        asks=asks,
    )


def _waiting(row: Household) -> Card:
    never = Text("从未走访", "Never visited")
    seen = row.last_visit_at
    said = never if seen is None else Text("上次 {d}", "Last {d}").format(d=f"{seen:%Y-%m-%d}")
    ask = Ask("visit", form="visit", values={"household": str(row.pk)})
    return Card(
        title=Text(f"走访 {row}", f"Visit {row}"),
        place=str(row),
        lines=(said,),
        lon=row.lon,
        lat=row.lat,
        asks=(ask,),
    )


def _visit(actor: Actor, said: Said) -> Done:
    call = Call(
        result=str(said.data.get("result") or rules.MADE),
        service=str(said.data.get("service") or ""),
        helped=int(said.data.get("helped") or 0),
        words=str(said.data.get("words") or ""),
        at=said.occurred_at,
    )
    household = int(said.data.get("household") or 0)
    matter = actions.record_visit(actor, household, call, act_id=said.act_id)
    return Done(Text("走访已登记", "The visit is recorded"), matter)


def _hazard(actor: Actor, said: Said) -> Done:
    beats = queries.my_beats(actor)
    matter = actions.find_hazard(
        actor,
        str(said.data.get("title") or ""),
        kind=str(said.data.get("kind") or ""),
        beat_id=beats[0].pk if beats else 0,
        place=str(said.data.get("place") or ""),
        lon=said.lon,
        lat=said.lat,
        occurred_at=said.occurred_at,
        act_id=said.act_id,
    )
    return Done(Text("隐患已登记", "The hazard is recorded"), matter)


NEW = (
    Form(
        "visit",
        Text("登记走访", "Record a visit"),
        RESPOND,
        _visit,
        (RESULT, *forms.FIELDS["make"]),
        files=True,
        on_cards=True,
    ),
    Form(
        "hazard",
        Text("登记隐患", "Report a hazard"),
        RESPOND,
        _hazard,
        (
            Field("title", Text("隐患（一句话）", "What is dangerous")),
            Field("kind", Text("类型", "Kind"), "choice", list(rules.HAZARDS.items())),
            Field("place", Text("地点", "Place"), optional=True),
        ),
        here=True,
        files=True,
    ),
)
