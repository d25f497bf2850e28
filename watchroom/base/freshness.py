"""How old the position of a unit may be before it must not be trusted silently."""

FAST = ("car", "bike")
STALE_FAST_S, STALE_OTHER_S = 60.0, 180.0
"""A car covers 500 m in a minute, a walker 250 m in three."""


def stale_after(kind: str) -> float:
    """Seconds after which a position of this kind of unit is stale."""
    return STALE_FAST_S if kind in FAST else STALE_OTHER_S


def is_stale(kind: str, age_s: float | None) -> bool:
    """Whether a position of this age in seconds is stale; None: there never was one."""
    return age_s is None or age_s > stale_after(kind)
