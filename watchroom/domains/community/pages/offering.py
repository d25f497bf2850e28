"""What forms of several pages offer."""

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Beat

from .. import queries
from ..flow import RESPOND


def beats_offered(actor: Actor) -> list[Beat]:
    """One's own beats; else the first of those one may work in."""
    mine = queries.my_beats(actor)
    return mine or list(queries.beats(actor, RESPOND).order_by("code")[:300])
