"""How a write says no."""

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text


def refuse(why_not: Text | None) -> None:
    """Refuse with the sentence, if there is one."""
    if why_not:
        raise Refusal(why_not)
