"""Streets out of an OpenStreetMap file: what a patrol car may drive, and how fast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from watchroom.base.refusal import Refusal
from watchroom.road import Network
from watchroom.road.importing import import_roads
from watchroom.road.profile import named

DEGREE_M = 111_195.08
UNHINDERED = replace(named("car"), turn_seconds={})
"""A patrol car whose turns cost no time: figures stay round."""


class Map:
    """A hand-drawn map: nodes a kilometre apart on a plan, ways along them."""

    def __init__(self):
        self.parts, self.numbers = [], {}

    def node(self, name, x, y, **tags):
        self.numbers[name] = len(self.numbers) + 1
        at = f'id="{self.numbers[name]}" version="1" lon="{x * 1000 / DEGREE_M}"'
        self.parts.append(f'<node {at} lat="{y * 1000 / DEGREE_M}">{_tags(tags)}</node>')

    def way(self, number, names, **tags):
        refs = "".join(f'<nd ref="{self.numbers[n]}"/>' for n in names.split())
        tags = {"highway": "residential", "maxspeed": "36"} | tags
        self.parts.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')

    def turn(self, kind, begin, via, end, **tags):
        """via: the name of a node or the number of a way."""
        over = ("node", self.numbers[via]) if isinstance(via, str) else ("way", via)
        members = (("way", begin, "from"), (*over, "via"), ("way", end, "to"))
        inner = "".join(f'<member type="{t}" ref="{r}" role="{o}"/>' for t, r, o in members)
        tags = {"type": "restriction"} | ({"restriction": kind} if kind else {}) | tags
        self.parts.append(f'<relation id="1" version="1">{inner}{_tags(tags)}</relation>')

    def network(self, folder, profile=UNHINDERED):
        path = folder / "town.osm"
        path.write_text(f'<osm version="0.6">{"".join(self.parts)}</osm>')
        return Network.from_osm(path, profile=profile)


def _tags(tags):
    return "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())


def at(x, y):
    return (x * 1000 / DEGREE_M, y * 1000 / DEGREE_M)


def crossing(kind=None, **tags):
    """A plain crossing of four arms, a kilometre each: west w, east e, north n, south s."""
    town = Map()
    for name, x, y in [("m", 0, 0), ("w", -1, 0), ("e", 1, 0), ("n", 0, 1), ("s", 0, -1)]:
        town.node(name, x, y)
    for number, arm in enumerate("wens", 1):
        town.way(number, f"{arm} m")
    if kind:
        town.turn(kind, 1, "m", 3, **tags)  # from the west arm to the north arm
    return town


def minutes(network, begin, end):
    """Seconds at 36 km/h are a hundredth of the metres: whole hundreds a kilometre."""
    return round(float(network.travel_times([at(*begin)], at(*end))[0]) / 100, 2)


def test_a_kilometre_at_36_takes_100_seconds(tmp_path):
    assert minutes(crossing().network(tmp_path), (-1, 0), (0, 1)) == 2


def test_a_forbidden_left_turn_sends_the_car_round(tmp_path):
    network = crossing("no_left_turn").network(tmp_path)
    assert minutes(network, (-1, 0), (0, 1)) == 4  # to the end of another arm and back
    assert minutes(network, (0, 1), (-1, 0)) == 2
    assert minutes(network, (-1, 0), (1, 0)) == 2
    assert minutes(network, (1, 0), (0, 1)) == 2


def test_only_one_way_on(tmp_path):
    network = crossing("only_left_turn").network(tmp_path)
    assert minutes(network, (-1, 0), (0, 1)) == 2
    assert minutes(network, (-1, 0), (1, 0)) == 4
    assert minutes(network, (-0.5, 0), (-1, 0)) == 0.5


def test_a_restricted_crossing_is_still_a_place(tmp_path):
    network = crossing("only_left_turn").network(tmp_path)
    middle = int(np.argmin(np.hypot(network.lon, network.lat)))
    west = int(np.argmin(network.lon))
    assert network.travel_times([west], middle).round(1).tolist() == [100]
    assert network.travel_times(middle, [west]).round(1).tolist() == [100]
    assert network.route(west, middle).nodes.tolist() == [west, middle]
    assert west in network.isochrone(middle, 101).nodes
    assert np.array_equal(network.matrix([west], [middle, west])[0].round(1), [100, 0])
    assert network.nearest(middle, [west], 1)[1].round(1).tolist() == [100]


@pytest.mark.parametrize("tags", [{"except": "motorcar"}, {"except": "bus;emergency"}])
def test_restrictions_that_do_not_bind_a_patrol_car(tmp_path, tags):
    assert minutes(crossing("no_left_turn", **tags).network(tmp_path), (-1, 0), (0, 1)) == 2


def test_restrictions_for_ways_that_are_not_there_are_counted(tmp_path):
    town = crossing()
    town.turn("no_left_turn", 77, "m", 3)
    network = town.network(tmp_path)
    assert network.skipped_restrictions == 1
    assert minutes(network, (-1, 0), (0, 1)) == 2


def square(**tags):
    """A ring road a b c d of four kilometres, drawn once around."""
    town = Map()
    for name, x, y in [("a", 0, 0), ("b", 1, 0), ("c", 1, 1), ("d", 0, 1)]:
        town.node(name, x, y)
    town.way(1, "a b c d a", **tags)
    return town


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({}, 0.5, 0.5),
        ({"oneway": "yes"}, 0.5, 3.5),
        ({"oneway": "-1"}, 3.5, 0.5),
        ({"junction": "roundabout"}, 0.5, 3.5),
        ({"junction": "roundabout", "oneway": "no"}, 0.5, 0.5),
        ({"highway": "motorway"}, 0.5, 3.5),
        ({"maxspeed__backward": "18"}, 0.5, 1),
        ({"maxspeed": "22.3694 mph"}, 0.5, 0.5),
        ({"access": "private"}, 1.8, 1.8),
    ],
)
def test_directions_and_speeds(tmp_path, tags, there, back):
    network = square(**tags).network(tmp_path)
    assert minutes(network, (0.2, 0), (0.7, 0)) == pytest.approx(there, abs=0.02)
    assert minutes(network, (0.7, 0), (0.2, 0)) == pytest.approx(back, abs=0.02)


@pytest.mark.parametrize(
    ("tags", "far"),
    [
        ({"barrier": "bollard"}, 4),
        ({"barrier": "gate"}, 2),
        ({"barrier": "gate", "access": "no"}, 4),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, 2),
        ({}, 2),
    ],
)
def test_barriers(tmp_path, tags, far):
    town = Map()
    for name, x, y in [("a", 0, 0), ("c", 2, 0), ("d", 2, 1), ("e", 0, 1)]:
        town.node(name, x, y)
    town.node("b", 1, 0, **tags)
    town.way(1, "a b c")
    town.way(2, "c d e a")
    network = town.network(tmp_path)
    assert minutes(network, (0, 0), (2, 0)) == far
    assert minutes(network, (0, 0), (0.9, 0)) == 0.9


def test_names_in_both_languages_reach_the_map(tmp_path):
    town = square(name="人民路", name__en="People's Road".replace("'", "’"))
    coords, properties = next(town.network(tmp_path).lines())
    assert (properties["name"], properties["name_en"]) == ("人民路", "People’s Road")
    assert properties["class"] == "residential"
    assert len(coords) == 5


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"highway": "footway"}, False),
        ({"highway": "service", "access": "no"}, False),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, True),
        ({"highway": "track", "motor_vehicle": "agricultural"}, False),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"highway": "primary", "oneway": "reversible"}, False),
        ({"highway": "living_street"}, True),
    ],
)
def test_where_a_patrol_car_may_drive(tags, may):
    assert (named("car").driving(tags) is not None) is may


def test_files_that_hold_no_roads_are_refused(tmp_path):
    with pytest.raises(Refusal, match="There is no file"):
        import_roads(tmp_path / "nothing.osm.pbf", tmp_path / "out")
    (tmp_path / "bad.osm.pbf").write_bytes(b"not a map")
    with pytest.raises(Refusal, match="not a readable"):
        import_roads(tmp_path / "bad.osm.pbf", tmp_path / "out")
    (tmp_path / "empty.osm").write_text('<osm version="0.6"></osm>')
    with pytest.raises(Refusal, match="no streets"):
        import_roads(tmp_path / "empty.osm", tmp_path / "out")


def test_import_tells_how_far_it_is(tmp_path):
    square().network(tmp_path)
    told = []
    done = import_roads(tmp_path / "town.osm", tmp_path / "网", lambda _, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1
    assert (done.crossings, done.segments, done.edges) == (1, 1, 2)
    assert str(done.crossings) in done.text().say("zh")
    assert len(Network.load(tmp_path / "网")) == 1
