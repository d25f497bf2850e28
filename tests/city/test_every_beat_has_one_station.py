import math
from collections import Counter

import shapely


def test_levels_and_counts_of_the_full_city(full):
    assert len(full.beats) == 1_362
    assert len(full.pick("station")) == 40
    assert len(full.posts) == 56
    assert Counter(a.level for a in full.agencies if a.kind == "bureau") == {"city": 1, "county": 8}
    assert Counter(a.kind for a in full.agencies)["centre"] == 9
    roles = Counter(s.role for s in full.staff)
    assert roles["community_officer"] == 1_700
    assert roles["chief"] == 40
    assert 400 <= len(full.units) <= 2_000


def test_every_beat_lies_in_exactly_one_existing_station(full):
    stations = {a.code for a in full.pick("station")}
    assert {b.station for b in full.beats} == stations
    assert len({b.code for b in full.beats}) == len(full.beats)
    assert all(b.code.startswith(b.station) for b in full.beats)
    parents = {a.code for a in full.agencies} | {""}
    assert all(a.parent in parents for a in full.agencies)


def test_beats_tile_the_territory_without_overlap(full, small):
    for city in (full, small):
        shapes = [b.polygon for b in city.beats]
        assert all(s.is_valid and s.area > 0 for s in shapes)
        total = sum(s.area for s in shapes)
        assert math.isclose(total, city.boundary.area, rel_tol=1e-6)
        assert math.isclose(shapely.union_all(shapes).area, city.boundary.area, rel_tol=1e-6)


def test_every_beat_contains_its_own_point(full):
    for beat in full.beats:
        assert beat.polygon.buffer(1e-6).contains(shapely.Point(beat.lon, beat.lat))


def test_every_beat_has_a_named_officer(full):
    covered = {code for s in full.staff if s.role == "community_officer" for code in s.beats}
    assert covered == {b.code for b in full.beats}


def test_units_posts_and_stations_stand_on_road_nodes(full):
    roads = full.roads
    for thing in (*full.units, *full.agencies):
        assert (thing.lon, thing.lat) == (roads.lon[thing.node], roads.lat[thing.node])
    nodes = {*roads.tail.tolist()}
    assert all(p.node in nodes for p in (*full.posts, *full.beats, *full.places))


def test_nobody_is_in_two_crews(full):
    crews = Counter(name for u in full.units for name in u.crew)
    doubles = {name for name, n in crews.items() if n > 1}
    assert not doubles
    people = {s.username for s in full.staff}
    assert len(people) == len(full.staff)
    assert set(crews) <= people
    assert (
        len({u.device for u in full.units}) == len({u.code for u in full.units}) == len(full.units)
    )


def test_the_number_of_units_is_a_parameter():
    from watchroom.city import build

    assert len(build(1, "small", units=40).units) == 40


def test_names_are_pinyin_and_places_can_be_typed_by_initials(full):
    assert all(s.username.isascii() and s.username.isalnum() for s in full.staff)
    assert all(p.initials.isascii() and p.initials for p in full.places)
    assert {p.kind for p in full.places} >= {
        "village", "community", "crossing", "bridge", "park", "hospital", "school", "mall", "rail",
    }  # fmt: skip
