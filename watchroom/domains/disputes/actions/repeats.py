"""Whether a quarrel was there before: asked inside one beat, for a purpose, with an entry."""

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Link

from .. import queries
from ..flow import RESPOND
from ..queries import Repeat
from .by_name import perform

AGAIN = "follow-on"


def look_for_repeats(actor: Actor, matter_id: int) -> list[Repeat]:
    """Earlier disputes between the same parties, in this dispute's beat and nowhere else.

    Needs the permission to read personal data and a purpose, which stands in the entry.
    """
    dispute = queries.dispute_of(actor, matter_id)
    access.require(actor, personal.PERMISSION, dispute.matter)
    if not actor.purpose and not actor.everywhere:
        raise Refusal(personal.NEEDED, code=personal.PURPOSE_NEEDED)
    found = queries.between_the_same(actor, dispute)
    data = {"purpose": actor.purpose, "found": len(found)}
    acts.record(actor, dispute.matter, "repeats_looked_for", data=data)
    return found


def say_repeat(actor: Actor, matter_id: int, earlier_id: int) -> None:
    """The quarrel was there before: both are linked, the earlier one says that it came back, and
    the later one is graded as a repeat. Saying so twice changes nothing."""
    dispute, earlier = queries.dispute_of(actor, matter_id), queries.dispute_of(actor, earlier_id)
    if dispute.pk == earlier.pk or earlier.matter.occurred_at > dispute.matter.occurred_at:
        raise Refusal(Text("请选择更早的纠纷", "Choose an earlier dispute"))
    with acts.together():
        acts.lock([dispute.pk, earlier.pk])
        access.require(actor, RESPOND, dispute.matter)
        if Link.objects.filter(source=dispute.matter, target=earlier.matter, kind=AGAIN).exists():
            return
        acts.link(actor, dispute.matter, earlier.matter, AGAIN)
        at = dispute.matter.occurred_at
        data = {"by": dispute.matter.number}
        acts.record(actor, earlier.matter, "recurred", data=data, occurred_at=at)
        if "repeat" not in dispute.factors and dispute.matter.closed_at is None:
            perform(actor, dispute.pk, "regrade", data={"factors": [*dispute.factors, "repeat"]})
