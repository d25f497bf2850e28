"""The one door: `build(seed, size)` makes the whole city."""

import dataclasses

import shapely
from shapely.geometry.base import BaseGeometry

from watchroom.city.force import Roll, hire_community, hire_offices, make_posts, make_units
from watchroom.city.gazetteer import make_places, named_areas
from watchroom.city.ground import Ground, make_ground
from watchroom.city.model import Area, City
from watchroom.city.organisation import CITY_EN, CITY_ZH, Streets, make_organisation
from watchroom.city.seeds import rng
from watchroom.city.sizes import SIZES, Size
from watchroom.city.tiling import degrees


def areas(ground: Ground, seed: int) -> list[Area]:
    """What is painted under the roads, cut at the border of the prefecture."""
    t = ground.terrain
    raw: list[tuple[str, str, str, BaseGeometry]] = [
        ("builtup", "建成区", "Built-up area", layout.builtup) for layout in ground.layouts
    ]
    raw += [("forest", "林地", "Forest", shape) for shape in t.forests]
    raw += [("river", "澜江", "Lan River", t.river), ("stream", "支流", "Tributaries", t.streams)]
    raw += [("park", "鹭洲", "Lu Island", t.island)]
    raw += [(kind, zh, en, shape) for zh, en, kind, shape in named_areas(ground, seed)]
    out = []
    for kind, zh, en, shape in raw:
        inside = shapely.intersection(shape.buffer(0), t.outline)
        if not inside.is_empty:
            out.append(Area(kind, zh, en, degrees(inside)))
    return out


def build(seed: int = 1, size: str = "full", units: int | None = None) -> City:
    """The city of a seed; the same arguments give the same bytes.

    `size` is 'full' (a prefecture of 1,362 beats) or 'small' (30 beats, for tests);
    `units` overrides how many units are formed (400 to 2,000 make sense for 'full').
    """
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}: choose one of {', '.join(SIZES)}")
    plan: Size = dataclasses.replace(SIZES[size], units=units or SIZES[size].units)
    ground = make_ground(seed, plan)
    streets = Streets(ground.roads)
    org = make_organisation(seed, plan, ground, streets)
    places = make_places(seed, plan, ground, org.beats, streets)
    roll = Roll(rng(seed, "staff"))
    hire_offices(roll, org.agencies, plan)
    hire_community(roll, org.beats, plan.officers)
    force = make_units(roll, org, streets, plan.units)
    return City(
        seed=seed,
        size=size,
        zh=CITY_ZH,
        en=CITY_EN,
        roads=ground.roads,
        boundary=degrees(ground.terrain.outline),
        areas=areas(ground, seed),
        agencies=org.agencies,
        beats=org.beats,
        staff=roll.staff,
        posts=make_posts(seed, plan, places, org.beats),
        units=force,
        places=places,
    )
