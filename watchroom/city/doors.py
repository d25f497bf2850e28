"""Doors of the fictional city, some of them visited, and a few hazards: a small share of its homes.

Through the same acts as everybody. Doing it twice changes nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import UUID, uuid5

import numpy as np
from shapely import Point
from shapely.geometry import shape

from watchroom.base.clock import now
from watchroom.domains.community import actions, queries
from watchroom.domains.community.actions import Call
from watchroom.domains.community.models import Card, Household
from watchroom.kernel.access import Actor, actor_of
from watchroom.kernel.models import Beat, Counterpart

from .model import City
from .seeds import rng

Progress = Callable[[str], None]
DOORS, WALKED, EVENINGS = 10, 40, 3
"""Doors of each beat; beats whose officers have called at some; evenings there."""
MADE = UUID("9a0f2f0e-6d0f-4f5e-8d3b-3a1f1f3b7c10")
ORGANS = (
    ("fire-brigade", "消防救援大队", "Fire brigade"),
    ("city-management", "城市管理局", "City management"),
    ("power-grid", "供电公司", "Power company"),
)
HAZARDS = (
    ("楼道堆满纸箱", "fire", ("exit",), "fire-brigade"),
    ("水塘边没有护栏", "water", ("children",), "city-management"),
    ("电动车飞线充电", "electric", ("sleeping",), "power-grid"),
)


def is_loaded() -> bool:
    """Whether the doors are there."""
    return Household.objects.exists()


def load(city: City, say: Progress = lambda _line: None) -> int:
    """Doors in every beat, a card for each, and visits in some; returns the doors."""
    r = rng(city.seed, "doors")
    beats = list(Beat.objects.select_related("officer", "agency").order_by("code"))
    done = actions.import_households(_lines(beats, r))
    numbers = (f"0731-8{n:07d}" for n in range(len(beats)))
    Card.objects.bulk_create(
        Card(beat=beat, phone=phone, hours="每天 8 至 20 时", hours_en="Daily 8 to 20")
        for beat, phone in zip(beats, numbers, strict=True)
    )
    for key, zh, en in ORGANS:
        Counterpart.objects.get_or_create(key=key, defaults={"name": zh, "name_en": en})
    walked = [beat for beat in beats if beat.officer][:WALKED]
    for place, beat in enumerate(walked):
        _walk(beat, place, r)
    say(f"{done.new} households")
    return done.new


def _lines(beats: list[Beat], r: np.random.Generator) -> Iterator[str]:
    yield ",".join(("area", "address", "door", "lon", "lat"))
    for beat in beats:
        for number, (lon, lat) in enumerate(_inside(beat, r), 1):
            yield f"{beat.code},{beat.name},{number} 号,{lon:.6f},{lat:.6f}"


def _inside(beat: Beat, r: np.random.Generator) -> list[tuple[float, float]]:
    """Points in the beat; where chance misses a narrow beat, the point that surely lies in it."""
    area = shape(beat.outline)
    sure = area.representative_point()
    drawn = r.uniform((beat.west, beat.south), (beat.east, beat.north), (DOORS, 2))
    return [
        (float(x), float(y)) if area.contains(Point(x, y)) else (sure.x, sure.y) for x, y in drawn
    ]


def _walk(beat: Beat, place: int, r: np.random.Generator) -> None:
    assert beat.officer is not None  # noqa: S101 - only such beats are walked
    officer = actor_of(beat.officer)
    doors = list(Household.objects.filter(beat=beat).order_by("pk"))
    for evening in range(EVENINGS):
        at = now() - dt.timedelta(days=int(r.integers(2, 200)), minutes=place)
        calls = {doors[i].pk: Call(at=at) for i in r.choice(len(doors), 2, replace=False)}
        act_id = uuid5(MADE, f"{beat.code}/{evening}")
        actions.record_evening(officer, beat.code, calls, act_id=act_id)
    actions.plan_visit(officer, queries.longest_ago(beat, limit=1)[0].pk)
    if place < len(HAZARDS):
        _danger(officer, beat, place)


def _danger(officer: Actor, beat: Beat, place: int) -> None:
    title, kind, facts, organ = HAZARDS[place]
    inside = shape(beat.outline).representative_point()
    matter = actions.find_hazard(
        officer,
        title,
        kind=kind,
        beat_id=beat.pk,
        place=beat.name,
        lon=inside.x,
        lat=inside.y,
    )
    actions.perform(officer, matter.pk, "grade", data={"kind": kind, "facts": list(facts)})
    if place:
        actions.perform(officer, matter.pk, "send", data={"organ": organ})
