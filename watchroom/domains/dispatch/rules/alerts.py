"""What a public alert must say before anybody is asked to approve it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from shapely import MultiPolygon, Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text, join

from ..exchange import cap

VALID = ("1h", "2h", "6h", "12h", "24h", "72h")
"""How long an alert may hold; each is a rule of `policy_dispatch.toml`."""
STATUS = ("Actual", "Exercise", "Test")
EDGE_DEGREES = 0.0002
"""About 20 m: by so much an area made of beats is widened, and its outline simplified."""
MOST_CORNERS = 2000

TITLES = {
    "event": (Text("事件", "Event"), 60),
    "headline": (Text("标题", "Headline"), 160),
    "description": (Text("说明", "Description"), 4000),
    "instruction": (Text("应对指引", "Instruction"), 2000),
    "area": (Text("区域名称", "Name of the area"), 240),
}


class Said(NamedTuple):
    """The same in both languages, as far as it is written yet: an author may still lack one."""

    zh: str = ""
    en: str = ""


NOTHING = Said()


@dataclass(frozen=True, slots=True)
class AlertWords:
    """What is said to the public, in both languages, and where. Rings are closed, (lon, lat)."""

    event: Said = NOTHING
    headline: Said = NOTHING
    description: Said = NOTHING
    instruction: Said = NOTHING
    area: Said = NOTHING
    category: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    response: tuple[str, ...] = ()
    status: str = "Actual"
    valid: str = ""
    rings: tuple[cap.Ring, ...] = field(default=())


def check_alert(words: AlertWords) -> None:
    """Refusal, naming everything that is missing or wrong."""
    if missing := [title for title, wrong in _wrong(words) if wrong]:
        raise Refusal(
            Text("预警还缺或有误：{m}", "The alert lacks, or has wrong: {m}").format(
                m=join(missing)
            ),
            code="alert",
        )


def _wrong(words: AlertWords) -> list[tuple[Text, bool]]:
    both = [
        (Text(f"{title.zh}（中英文）", f"{title.en} (zh and en)"), _unsaid(words, name, longest))
        for name, (title, longest) in TITLES.items()
    ]
    return [
        *both,
        (Text("类别", "Category"), not _known(words.category, cap.CATEGORY) or not words.category),
        (Text("应对方式", "Response"), not _known(words.response, cap.RESPONSE)),
        (Text("紧急程度", "Urgency"), words.urgency not in cap.URGENCY),
        (Text("严重程度", "Severity"), words.severity not in cap.SEVERITY),
        (Text("确定程度", "Certainty"), words.certainty not in cap.CERTAINTY),
        (Text("性质", "Status"), words.status not in STATUS),
        (Text("有效期", "How long it holds"), words.valid not in VALID),
        (Text("区域", "Area"), not _is_area(words.rings)),
    ]


def _unsaid(words: AlertWords, name: str, longest: int) -> bool:
    text: Said = getattr(words, name)
    said = [bool(text.zh.strip()), bool(text.en.strip())]
    needed = any(said) or name != "instruction"
    return needed and (not all(said) or max(len(text.zh), len(text.en)) > longest)


def _known(given: tuple[str, ...], known: tuple[str, ...]) -> bool:
    return set(given) <= set(known)


def _is_area(rings: tuple[cap.Ring, ...]) -> bool:
    corners = sum(len(ring) for ring in rings)
    return bool(rings) and corners <= MOST_CORNERS and all(_is_ring(ring) for ring in rings)


def _is_ring(ring: cap.Ring) -> bool:
    if len(ring) < 4 or ring[0] != ring[-1]:
        return False
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring):
        return False
    shape = Polygon(ring)
    return bool(shape.is_valid and shape.area > 0)


def close_ring(corners: list[tuple[float, float]]) -> cap.Ring:
    """Corners as drawn, made a ring: the first corner again at the end."""
    return tuple(corners) if corners[:1] == corners[-1:] else (*corners, *corners[:1])


def outlines(shapes: list[BaseGeometry]) -> tuple[cap.Ring, ...]:
    """The outer rings of several areas together, never smaller than they are.

    Widened by about 20 m before they are simplified, so that no edge of theirs is left out; holes
    are filled, for CAP's polygons have none.
    """
    whole = unary_union(shapes).buffer(EDGE_DEGREES).simplify(EDGE_DEGREES)
    parts = whole.geoms if isinstance(whole, MultiPolygon) else [whole]
    return tuple(_ring(part) for part in parts if isinstance(part, Polygon) and not part.is_empty)


def _ring(part: Polygon) -> cap.Ring:
    return tuple((round(x, 6), round(y, 6)) for x, y in part.exterior.coords)
