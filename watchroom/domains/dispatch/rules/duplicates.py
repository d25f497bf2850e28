"""Whether a new call tells of something already known, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from watchroom.base.geometry import distance_m
from watchroom.base.text import Text

from .intake import pairs

NEAR_M, LONG_S, LIKELY = 800.0, 3600.0, 0.45
"""Beyond this distance or time nothing is a duplicate; below this score it is not shown."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """What is known of an incident that may be the same."""

    incident_id: int
    number: str
    title: str
    lon: float | None
    lat: float | None
    seconds_ago: float
    group: str = ""
    words: str = ""
    place: str = ""
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A likely duplicate: 0..1, and why."""

    incident_id: int
    number: str
    title: str
    score: float
    metres: float | None
    seconds_ago: float
    why: Text


def duplicates(new: OpenIncident, known: Iterable[OpenIncident]) -> tuple[Duplicate, ...]:
    """Likely duplicates of `new`, best first."""
    found = (d for item in known if (d := _compare(new, item)) is not None)
    return tuple(sorted(found, key=lambda d: (-d.score, d.incident_id)))


def _compare(new: OpenIncident, item: OpenIncident) -> Duplicate | None:
    apart = abs(item.seconds_ago - new.seconds_ago)
    metres = _metres(new, item)
    same_place = bool(new.place) and new.place == item.place
    same_caller = bool(new.caller) and new.caller == item.caller
    if apart > LONG_S or (metres is not None and metres > NEAR_M and not same_caller):
        return None
    near = 1 - metres / NEAR_M if metres is not None else float(same_place)
    if not (near > 0 or same_caller):
        return None
    same_group = bool(new.group) and new.group == item.group
    alike = _alike(new.words, item.words)
    score = 0.45 * max(near, 0.0) + 0.2 * (1 - apart / LONG_S) + 0.2 * same_group
    score = min(1.0, score + 0.25 * alike + 0.3 * same_caller)
    if score < LIKELY:
        return None
    why = _why(metres, apart, same_group, same_caller, same_place, alike)
    return Duplicate(
        item.incident_id, item.number, item.title, round(score, 3), metres, item.seconds_ago, why
    )


def _metres(a: OpenIncident, b: OpenIncident) -> float | None:
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    return distance_m(a.lon, a.lat, b.lon, b.lat)


def _alike(a: str, b: str) -> float:
    one, two = pairs(a), pairs(b)
    return len(one & two) / len(one | two) if one and two else 0.0


def _why(
    metres: float | None,
    apart: float,
    same_group: bool,
    same_caller: bool,
    same_place: bool,
    alike: float,
) -> Text:
    minutes = round(apart / 60)
    zh = [f"相距{metres:.0f}米"] if metres is not None else ["地点相同"] if same_place else []
    en = [f"{metres:.0f} m apart"] if metres is not None else ["same place"] if same_place else []
    zh.append(f"相隔{minutes}分钟")
    en.append(f"{minutes} min apart")
    for true, one, two in (
        (same_caller, "同一号码", "same number"),
        (same_group, "同类警情", "same kind"),
        (alike > 0.3, "说法相近", "told alike"),
    ):
        if true:
            zh.append(one)
            en.append(two)
    return Text("，".join(zh), ", ".join(en))
