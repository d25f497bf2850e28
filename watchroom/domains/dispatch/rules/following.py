"""How an incident follows its assignments."""

from collections.abc import Sequence

from ..flow import BEFORE_SCENE, HOLDING


def follow(state: str, assignments: Sequence[str], fed_back: bool) -> str | None:
    """The hidden step the incident takes now, or None.

    `assignments` are the states of those of the present attempt. A clear counts as attended even
    without a recorded arrival: real logs miss it often, and the unit says it is done.
    """
    if state in BEFORE_SCENE and "arrived" in assignments:
        return "first_on_scene"
    if state in ("dispatched", "on_scene") and not any(s in HOLDING for s in assignments):
        if "cleared" in assignments:
            return "all_clear_fed_back" if fed_back else "all_clear"
        return "unattended"
    return None
