"""How dangerous a warning is. A higher number is more dangerous; it can only rise while open."""

from watchroom.base.text import Text

LOW, MEDIUM, HIGH, EXTREME = 1, 2, 3, 4
LEVELS = {
    EXTREME: Text("特急", "Extreme"),
    HIGH: Text("高", "High"),
    MEDIUM: Text("中", "Medium"),
    LOW: Text("低", "Low"),
}


def priority_of(level: int) -> int:
    """The matter's priority: 1 is the most urgent everywhere in Watchroom."""
    return 5 - level


def level_of(priority: int | None) -> int:
    """The reverse; a matter without a priority is low."""
    return 5 - (priority or 4)


def urgency(level: int, intended_fen: int | None) -> float:
    """By how much a case weighs more than a low one with nothing known to be at stake.

    Each level counts double; a sum counts one more for each factor of ten above 1,000 yuan. Ours.
    """
    tens = max(len(str((intended_fen or 0) // 100)) - 3, 0)
    return float(2 ** (level - 1) * (1 + tens))
