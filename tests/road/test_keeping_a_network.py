"""A network on disk gives the same answers, and says so when it cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest

from watchroom.base.refusal import Refusal
from watchroom.road import Network, storage
from watchroom.road.streets import CLASSES


def town(n=60, seed=3):
    rng = np.random.default_rng(seed)
    tail, head = rng.integers(0, n, (2, 5 * n))
    return Network.from_arrays(
        tail, head, rng.integers(1, 99, 5 * n), rng.random(n), rng.random(n),
        road_class=rng.integers(0, len(CLASSES), 5 * n), name=rng.integers(0, 2, 5 * n),
        names=(("", ""), ("长安街", "Chang'an Avenue")),
    )  # fmt: skip


def test_saved_and_loaded(tmp_path):
    network, folder = town(), tmp_path / "路 网"
    network.save(folder)
    again = Network.load(folder)
    everyone = np.arange(len(network))
    assert np.array_equal(network.matrix(everyone, everyone), again.matrix(everyone, everyone))
    points = np.random.default_rng(1).random((9, 2))
    assert np.array_equal(network.matrix(points, points), again.matrix(points, points))
    assert [p for _, p in network.lines()] == [p for _, p in again.lines()]
    again.save(folder)  # over the one that is mapped
    assert np.array_equal(again.travel_times(everyone, 5), network.travel_times(everyone, 5))


def test_a_folder_without_a_network_is_refused(tmp_path):
    with pytest.raises(Refusal, match="watchroom import roads"):
        Network.load(tmp_path)
    (tmp_path / "about.json").write_text('{"format": 0}')
    with pytest.raises(Refusal, match="another version"):
        Network.load(tmp_path)


def test_hours_and_classes():
    network = town()
    factors = np.ones((168, len(CLASSES)))
    factors[8] = 0.5
    busy = network.with_speeds(factors)
    everyone = np.arange(len(network))
    calm = network.matrix(everyone, everyone)
    assert np.array_equal(busy.at(8).matrix(everyone, everyone), 2 * calm)
    assert np.array_equal(busy.at(9).matrix(everyone, everyone), calm)
    assert busy.at(8) is busy.at(8)
    for wrong in ([1.0], np.zeros((168, len(CLASSES)))):
        with pytest.raises(Refusal):
            network.with_speeds(wrong)
    for wrong in (168, -1):
        with pytest.raises(Refusal):
            network.at(wrong)
    with pytest.raises(Refusal):
        network.at(closures=[10**6])


def test_many_threads_ask_one_view():
    view = town(400).at()
    everyone = np.arange(400)
    truth, wrong = view.matrix(everyone, everyone), []

    def ask(seed):
        targets = np.random.default_rng(seed).integers(0, 400, 60)
        answers = (view.travel_times(everyone, int(target)) for target in targets)
        wrong.extend(np.any(a != truth[:, t]) for a, t in zip(answers, targets, strict=True))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrong) == 6 * 60
    assert not any(wrong)


@pytest.mark.parametrize(
    "arrays",
    [
        ([0], [1], [1], [0], [0]),
        ([0], [0], [-1], [0], [0]),
        ([0], [0], [float("nan")], [0], [0]),
        ([0], [0], [1e6], [0], [0]),
        ([0.5], [0], [1], [0], [0]),
        ([0], [0, 0], [1], [0], [0]),
        ([0], [0], [1], [181], [0]),
        ([], [], [], [], []),
    ],
)
def test_what_is_no_network_is_refused_in_both_languages(arrays):
    with pytest.raises(Refusal) as refused:
        Network.from_arrays(*arrays)
    assert refused.value.say("zh") != refused.value.say("en")


READER = """
import sys, numpy as np
from watchroom.road import Network, storage
print("ready", flush=True)
everyone = np.arange(60)
while not sys.stdin.readline().startswith("stop"):
    network = Network.load(sys.argv[1])
    total = network.matrix(everyone, everyone)
    print(total[np.isfinite(total)].sum(), flush=True)
"""


def test_two_processes_while_a_new_import_takes_over(tmp_path):
    """The one that reads gets the old network or the new one, whole, however often they change."""
    folder, networks, everyone = tmp_path / "roads", (town(seed=3), town(seed=4)), np.arange(60)
    sums = []
    for network in networks:
        times = network.matrix(everyone, everyone)
        sums.append(times[np.isfinite(times)].sum())
    networks[0].save(folder)
    mapped = Network.load(folder)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert reader.stdout.readline() == "ready\n"
        for turn in range(12):
            reader.stdin.write("again\n")
            reader.stdin.flush()
            networks[(turn + 1) % 2].save(folder)
            assert float(reader.stdout.readline()) in sums
        reader.stdin.write("again\nstop\n")
        reader.stdin.flush()
        assert float(reader.stdout.readline()) == sums[0]
    finally:
        reader.communicate(timeout=60)
    assert np.array_equal(mapped.travel_times(everyone, 5), networks[0].travel_times(everyone, 5))


def test_arrays_out_of_use_are_deleted_after_a_while(tmp_path, monkeypatch):
    network = town()
    network.save(tmp_path)
    network.save(tmp_path)
    assert len(list(tmp_path.glob("arrays-*"))) == 2
    monkeypatch.setattr(storage, "KEPT_S", -1)
    network.save(tmp_path)
    assert len(list(tmp_path.glob("arrays-*"))) == 1
    assert len(Network.load(tmp_path)) == 60
    shutil.rmtree(next(tmp_path.glob("arrays-*")))
    with pytest.raises(Refusal, match="incomplete"):
        Network.load(tmp_path)
