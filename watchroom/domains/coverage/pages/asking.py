"""What the planner's forms send, read into questions; and a question written back into its form."""

import re
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import places
from watchroom.kernel.access import Actor
from watchroom.kernel.typed import whole, wholes

from .. import queries
from ..models import POST_KINDS
from ..rules import two_plans
from ..rules.questions import (
    KEEP_OUT,
    REACH,
    STAND,
    USUAL_S,
    Condition,
    Play,
    Posts,
    Question,
    Rostering,
    Window,
    Zoning,
)
from . import typed

REACH_AREA = "reach_area"
POINT = re.compile(r"^(-?\d{1,3}(?:\.\d+)?)[,，](-?\d{1,2}(?:\.\d+)?)$")


def posts(actor: Actor, sent: QueryDict) -> Posts:
    """Where should posts stand?"""
    windows = [_window(sent, "")]
    if sent.get("count2", "").strip():
        windows.append(_window(sent, "2"))
    return Posts(
        **_common(sent),
        windows=tuple(windows),
        places=typed.number(sent, "places", Text("不同地点", "Different places")),
        gains=tuple(_real(sent, f"gain{i}", usual) for i, usual in enumerate(two_plans.GAINS)),
        fixed=_ids(sent, "fixed"),
        fixed_kinds=tuple(kind for kind in sent.getlist("stay") if kind in POST_KINDS),
        limits=_limits(sent),
        new_kind=sent.get("new_kind", "duty"),
        no_later="no_later" in sent,
        with_posts="posts" in sent,
        with_stations="stations" in sent,
        crossings=typed.number(sent, "crossings", Text("路口数", "Crossings")) or 0,
        conditions=tuple(_conditions(actor, sent)),
    )


def play(sent: QueryDict, basis: Posts) -> Play:
    """The plans of a run on real calls of some days, or on drawn ones."""
    real = sent.get("demand") == "real"
    since, until = (
        (typed.day(sent, name, Text("日期", "Day")).isoformat() for name in ("since", "until"))
        if real
        else ("", "")
    )
    minutes = typed.needed(sent, "service", Text("处置时间", "At the scene"), float)
    return Play(
        kind=basis.kind,
        agency_id=basis.agency_id,
        seconds=_whole(sent, "seconds", USUAL_S),
        service_min=minutes,
        since=since,
        until=until,
    )


def zones(sent: QueryDict) -> Zoning:
    """Patrol zones."""
    return Zoning(
        **_common(sent),
        zones=typed.needed(sent, "zones", Text("巡区数", "Number of zones")),
        from_hour=_hour(sent, "from", 0),
        to_hour=_hour(sent, "to", 24),
        of=sent.get("of", "beats"),
        tolerance=_real(sent, "tolerance", 15.0) / 100,
        land=_real(sent, "land", 10.0) / 100,
        service_min=_real(sent, "service", 30.0),
    )


def roster(sent: QueryDict) -> Rostering:
    """A week's roster."""
    return Rostering(
        **_common(sent),
        source=sent.get("source", "calls") or "calls",
        shift_ids=_ids(sent, "shift"),
        staff_ids=_ids(sent, "staff"),
        post_id=_whole(sent, "post", 0),
        service_min=_real(sent, "service", 30.0),
        crew=_whole(sent, "crew", 2),
        least=_whole(sent, "least", 1),
        may_wait=_real(sent, "may_wait", 10.0) / 100,
        rest_hours=_whole(sent, "rest", 11),
        week_hours=_whole(sent, "week", 44),
        days_off=_whole(sent, "off", 1),
        nights_in_row=_whole(sent, "nights", 3),
    )


def _common(sent: QueryDict) -> dict[str, Any]:
    return {
        "kind": sent.get("kind", ""),
        "agency_id": typed.needed(sent, "agency", Text("单位", "Agency")),
        "days": _whole(sent, "days", 0),
        "seconds": _whole(sent, "seconds", USUAL_S),
    }


def _window(sent: QueryDict, which: str) -> Window:
    count = typed.needed(sent, f"count{which}", Text("岗位数", "Number of posts"))
    return Window(_hour(sent, f"from{which}", 0), _hour(sent, f"to{which}", 24), count)


def _hour(sent: QueryDict, name: str, otherwise: int) -> int:
    hour = _whole(sent, name, otherwise)
    if not 0 <= hour <= 24:
        raise Refusal(Text("时段应在 0 至 24 时之间", "Hours are from 0 to 24"))
    return hour


def _whole(sent: QueryDict, name: str, otherwise: int) -> int:
    told = typed.number(sent, name, Text("数", "Number"))
    return otherwise if told is None else int(told)


def _real(sent: QueryDict, name: str, otherwise: float) -> float:
    told = typed.number(sent, name, Text("数", "Number"), float)
    return otherwise if told is None else float(told)


def _ids(sent: QueryDict, name: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(wholes(sent.getlist(name))))


def _limits(sent: QueryDict) -> dict[str, int]:
    told = {kind: typed.number(sent, f"limit_{kind}", Text("上限", "Limit")) for kind in POST_KINDS}
    return {kind: int(most) for kind, most in told.items() if most is not None}


# -- conditions ------------------------------------------------------------------------------

FIELDS = ("cond_kind", "cond_name", "cond_place", "cond_minutes", "cond_window")


def _conditions(actor: Actor, sent: QueryDict) -> Iterable[Condition]:
    for kind, name, place, minutes, window in zip(
        *(sent.getlist(field) for field in FIELDS), strict=False
    ):
        if kind not in (REACH, REACH_AREA, KEEP_OUT, STAND):
            continue
        label, points = _points(actor, sent, place)
        area = kind in (REACH_AREA, KEEP_OUT)
        if area and len(points) < 3:
            raise Refusal(
                Text(
                    f"“{name or label}”是一个范围：请给出至少三个点",
                    f"“{name or label}” is an area: give three points or more",
                )
            )
        if not area and len(points) != 1:
            raise Refusal(
                Text(
                    f"“{name or label}”是一个地点：请只给一个点",
                    f"“{name or label}” is a place: give one point",
                )
            )
        yield Condition(
            REACH if kind == REACH_AREA else kind,
            name.strip()[:60] or label,
            points,
            _seconds(minutes) if kind in (REACH, REACH_AREA) else 0,
            whole(window) or 0,
        )


def _seconds(minutes: str) -> int:
    try:
        return round(60 * float(minutes or 5))
    except ValueError as error:
        raise Refusal(
            Text("到达时限应为分钟数", "The time to reach a place is in minutes")
        ) from error


def _points(
    actor: Actor, sent: QueryDict, place: str
) -> tuple[str, tuple[tuple[float, float], ...]]:
    """A list of coordinates as drawn or typed, a post's code, or the name of a place."""
    parts = place.replace("，", ",").replace(";", " ").split()
    if parts and all(POINT.match(part) for part in parts):
        points = [POINT.match(part) for part in parts]
        found = tuple((float(one[1]), float(one[2])) for one in points if one)
        return parts[0], found
    if not place.strip():
        raise Refusal(
            Text(
                "地图上的条件还没有地点：请在地图上点，或写坐标、岗位编号、地名",
                "A condition has no place yet: click the map, or type coordinates, a post's code "
                "or a place name",
            )
        )
    agency = typed.needed(sent, "agency", Text("单位", "Agency"))
    post = queries.posts_below(actor, agency).filter(code=place.strip()).first()
    if post is not None:
        return post.name, ((post.lon, post.lat),)
    named = places.search(place, limit=1)
    if not named:
        raise Refusal(
            Text(f"没有找到地点“{place}”", f"There is no place “{place}” that we know of")
        )
    return named[0].label, ((named[0].lon, named[0].lat),)


# -- back into the form ----------------------------------------------------------------------


def form_of(question: Question) -> QueryDict:
    """What somebody would have typed to ask this."""
    sent = QueryDict(mutable=True)
    values: dict[str, Any] = {
        "kind": question.kind,
        "agency": question.agency_id,
        "days": question.days,
        "seconds": question.seconds,
    }
    if isinstance(question, Posts):
        values |= _of_posts(question)
    elif isinstance(question, Zoning):
        values |= _of_zones(question)
    elif isinstance(question, Rostering):
        values |= _of_roster(question)
    for name, value in values.items():
        every = value if isinstance(value, list) else [value]
        sent.setlist(name, [str(one) for one in every])
    return sent


def _of_posts(asked: Posts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "stay": list(asked.fixed_kinds),
        "fixed": list(asked.fixed),
        "new_kind": asked.new_kind,
        "crossings": asked.crossings,
        "places": "" if asked.places is None else asked.places,
        **{f"gain{i}": f"{gain:g}" for i, gain in enumerate(asked.gains)},
        **{f"limit_{kind}": most for kind, most in asked.limits.items()},
    }
    for which, window in zip(("", "2"), asked.windows, strict=False):
        values |= {
            f"from{which}": window.from_hour,
            f"to{which}": window.to_hour,
            f"count{which}": window.count,
        }
    ticks = {"no_later": asked.no_later, "posts": asked.with_posts, "stations": asked.with_stations}
    values |= {name: "on" for name, on in ticks.items() if on}
    for field, value in zip(FIELDS, zip(*map(_row, asked.conditions), strict=True), strict=False):
        values[field] = list(value)
    return values


def _row(one: Condition) -> tuple[str, str, str, str, str]:
    kind = REACH_AREA if one.kind == REACH and one.is_area else one.kind
    place = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in one.points)
    minutes = f"{one.seconds / 60:g}" if one.seconds else ""
    return kind, one.name, place, minutes, str(one.window)


def _of_zones(asked: Zoning) -> dict[str, Any]:
    return {
        "zones": asked.zones,
        "from": asked.from_hour,
        "to": asked.to_hour,
        "of": asked.of,
        "tolerance": f"{100 * asked.tolerance:g}",
        "land": f"{100 * asked.land:g}",
        "service": f"{asked.service_min:g}",
    }


def _of_roster(asked: Rostering) -> dict[str, Any]:
    return {
        "source": asked.source,
        "shift": list(asked.shift_ids),
        "staff": list(asked.staff_ids),
        "post": asked.post_id,
        "service": f"{asked.service_min:g}",
        "crew": asked.crew,
        "least": asked.least,
        "may_wait": f"{100 * asked.may_wait:g}",
        "rest": asked.rest_hours,
        "week": asked.week_hours,
        "off": asked.days_off,
        "nights": asked.nights_in_row,
    }
