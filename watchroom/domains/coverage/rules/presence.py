"""What the people at a post make of a posting."""

STEPS = {
    ("planned", "short"): "partly",
    ("due", "short"): "partly",
    ("planned", "manned"): "filled",
    ("due", "manned"): "filled",
    ("short", "manned"): "filled",
    ("manned", "short"): "thinned",
    ("short", "due"): "emptied",
    ("manned", "due"): "emptied",
}
"""(where a posting stands, where it ought to stand) → the step between."""


def standing(present: int, strength: int) -> str:
    """How a posting stands during its shift with so many people there."""
    if present == 0:
        return "due"
    return "manned" if present >= strength else "short"


def follow(state: str, present: int, strength: int, *, over: bool) -> str | None:
    """The step that brings a posting in line with its people; None where it already is.

    `over`: the shift has ended. Whoever leaves last then stands the post down.
    """
    if over:
        return "stood_down" if present == 0 else None
    wanted = standing(present, strength)
    return STEPS.get((state, wanted))
