"""A patrol car, one with lights and siren, an officer on foot or by e-bike: rules that are data."""

from __future__ import annotations

import pytest

from tests.road.test_importing_streets import at, crossing, square
from watchroom.base.refusal import Refusal
from watchroom.road import Network
from watchroom.road.profile import OURS, named, read


def seconds(folder, town, profile, begin, end):
    town.network(folder)  # writes the file
    network = Network.from_osm(folder / "town.osm", profile=profile)
    return round(float(network.travel_times([at(*begin)], at(*end))[0]))


@pytest.mark.parametrize(
    ("profile", "there", "back"),
    [("car", 50, 350), ("emergency", 43, 120), ("foot", 360, 360), ("ebike", 100, 360)],
)
def test_a_one_way_street(tmp_path, profile, there, back):
    town = square(oneway="yes")  # a kilometre a side; half a kilometre is asked
    assert seconds(tmp_path, town, profile, (0.2, 0), (0.7, 0)) == pytest.approx(there, abs=2)
    assert seconds(tmp_path, town, profile, (0.7, 0), (0.2, 0)) == pytest.approx(back, abs=2)


@pytest.mark.parametrize(("profile", "there"), [("car", 423), ("emergency", 177), ("foot", 1440)])
def test_a_forbidden_turn(tmp_path, profile, there):
    found = seconds(tmp_path, crossing("no_left_turn"), profile, (-1, 0), (0, 1))
    assert found == pytest.approx(there, abs=2)


def test_nobody_drives_against_the_traffic_of_a_motorway(tmp_path):
    town = square(highway="motorway")
    assert seconds(tmp_path, town, "emergency", (0.7, 0), (0.2, 0)) > 200
    with pytest.raises(Refusal, match="no streets"):
        seconds(tmp_path, town, "foot", (0, 0), (1, 0))


def test_steps_and_paths_are_for_those_on_foot(tmp_path):
    town = square()
    town.node("x", 0.5, 0)
    town.node("y", 0.5, 1)
    town.way(2, "a x b")
    town.way(3, "x y", highway="steps")
    town.way(4, "c y d")
    assert seconds(tmp_path, town, "foot", (0.5, 0), (0.5, 1)) == pytest.approx(1440, abs=2)
    assert seconds(tmp_path, town, "car", (0.5, 0), (0.5, 1)) == pytest.approx(206, abs=2)


def test_a_bureau_sets_its_own_rules(tmp_path):
    own = tmp_path / "own.toml"
    table = '[slow]\nlike = "car"\nfactor = 0.5\ntitle = { zh = "慢", en = "Slow" }\n'
    own.write_text(OURS.read_text(encoding="utf-8") + table, encoding="utf-8")
    slow = read(own)["slow"]
    assert (slow.factor, slow.kmh["primary"], slow.title.zh) == (0.5, 60, "慢")
    assert seconds(tmp_path, square(), slow, (0.2, 0), (0.7, 0)) == pytest.approx(100, abs=2)


@pytest.mark.parametrize(
    "text",
    [
        "[car",
        "[car]\nturn_seconds = { left = -1 }",
        "[car]\nturn_seconds = { up = 1 }",
        "[car]\nshut = []",
        "[car]\nkmh = { boulevard = 9 }",
        "[car]\nkmh = { primary = 0 }",
    ],
)
def test_rules_that_make_no_sense_are_refused(tmp_path, text):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(Refusal):
        read(tmp_path / "bad.toml")


def test_a_profile_that_is_not_there():
    with pytest.raises(Refusal, match="car, emergency, foot, ebike"):
        named("helicopter")
