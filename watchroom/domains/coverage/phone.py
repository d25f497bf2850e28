"""What posts and patrol brings to the officer's phone: my post now, and what comes."""

from collections.abc import Iterator

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.phone import Ask, Card, ask_of

from . import queries
from .actions.presence import EARLY, LEAVE_EARLY
from .flow import POSTING, RESPOND
from .models import Posting

TOLD = Field("words", Text("交接事项", "What the next shift must know"), "text", optional=True)
WHY = Field("reason", Text("理由", "Reason"))


def cards(actor: Actor) -> list[Card]:
    """The posting in hand with what can be done about it now, and those to come."""
    if not actor.holds(RESPOND):
        return []
    mine = queries.mine(actor)
    now_ = [_in_hand(mine, mine.now.row)] if mine.now else []
    return [*now_, *(_to_come(row) for row in mine.later)]


def _in_hand(mine: queries.Mine, row: Posting) -> Card:
    return Card(
        title=Text(row.post.label("zh"), row.post.label("en")),
        matter=row.matter,
        lines=tuple(_lines(mine, row)),
        starts=row.starts_at,
        due=mine.clock.due_at if mine.clock else None,
        lon=row.post.lon,
        lat=row.post.lat,
        asks=tuple(_asks(mine, row)),
    )


def _lines(mine: queries.Mine, row: Posting) -> Iterator[Text]:
    if mine.now is None:
        return
    yield Text("在岗 {p} / {n} 人", "{p} of {n} are there").format(
        p=mine.now.present, n=row.strength
    )
    if mine.now.told:
        yield Text("上一班交接：{w}", "From the shift before: {w}").format(w=mine.now.told)
    if row.matter.words:
        yield Text(row.matter.words, row.matter.words)


def _asks(mine: queries.Mine, row: Posting) -> Iterator[Ask]:
    steps, at = POSTING.by_name, now()
    if mine.on_post and mine.relieved_by:
        yield ask_of(steps["hand_over"], fields=(TOLD,))
    elif mine.on_post and at < row.ends_at - LEAVE_EARLY:
        yield ask_of(steps["check_out"], fields=(WHY,), quiet=True)
    elif mine.on_post:
        yield ask_of(steps["check_out"], fields=(), big=True)
    elif at >= row.starts_at - EARLY and row.matter.state != "leaving":
        hint = Text("按手机定位", "by the phone’s position")
        yield ask_of(steps["check_in"], fields=(), here=True, big=True, hint=hint)


def _to_come(row: Posting) -> Card:
    return Card(
        title=Text(row.post.label("zh"), row.post.label("en")),
        starts=row.starts_at,
        lon=row.post.lon,
        lat=row.post.lat,
    )
