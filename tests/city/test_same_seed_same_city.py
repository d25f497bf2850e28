import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchroom.city import build, digest, load, save

SCRIPT = "from watchroom.city import build, digest; print(digest(build(1, 'small')))"


def test_another_process_with_another_hash_seed_builds_the_same_bytes(small):
    env = {**os.environ, "PYTHONHASHSEED": "4711"}
    out = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == digest(small)


def test_the_full_city_is_the_same_twice(full):
    assert digest(build(1, "full")) == digest(full)


def test_another_seed_is_another_city(small):
    assert digest(build(2, "small")) != digest(small)


def test_a_saved_city_comes_back_to_the_bit(small, tmp_path: Path):
    save(small, tmp_path / "城 市")
    again = load(tmp_path / "城 市")
    assert digest(again) == digest(small)
    assert again.units[0] == small.units[0]


def test_an_unknown_size_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="full, small"):
        build(1, "huge")


@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_other_seeds_are_whole_cities_too(seed):
    city = build(seed, "small")
    assert (len(city.beats), len(city.units), len(city.posts)) == (30, 25, 4)
    assert {b.station for b in city.beats} == {a.code for a in city.pick("station")}
