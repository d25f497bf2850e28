"""The road engine against its peers: `python -m benchmarks.roads` prints ratios, writes JSON.

On New York (DIMACS challenge 9): ours, RoutingKit's Python binding, scipy's Dijkstra and our own
plain Dijkstra, on the same weights in one process; every answer is compared for equality. On a real
extract: ours against OSRM's and Valhalla's bindings. Times are CPU seconds (medians): machines are
shared. A peer that cannot be installed is reported as missing, never guessed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import osmium
import routingkit_cch
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from watchroom.road import Network
from watchroom.road.arrays import NEVER
from watchroom.road.view import View

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared")) / "data" / "roads"
WORK = ROOT / "benchmarks" / "work"
RESULTS = ROOT / "benchmarks" / "results" / "roads.json"
UNITS, MATRIX, NEAREST = 1000, (1000, 5000), 10
STEPS_A_SECOND = 300
"""DIMACS time steps in a second: 0.1 m at 110 km/h."""


def new_york():
    """(tail, head, milliseconds, lon, lat) of the benchmark graph."""
    with gzip.open(SHARED / "USA-road-t.NY.gr.gz", "rt") as lines:
        arcs = np.array([line.split()[1:] for line in lines if line[0] == "a"], np.int64)
    with gzip.open(SHARED / "USA-road-d.NY.co.gz", "rt") as lines:
        places = np.array([line.split()[1:] for line in lines if line[0] == "v"], np.int64)
    ms = np.rint(arcs[:, 2] * (1000 / STEPS_A_SECOND)).astype(np.int64)
    return arcs[:, 0] - 1, arcs[:, 1] - 1, ms, places[:, 1] / 1e6, places[:, 2] / 1e6


def timed(work, repeat, warm=2):
    """CPU seconds of work(0), work(1), … after `warm` unmeasured calls."""
    for i in range(warm):
        work(i)
    took = []
    for i in range(repeat):
        begun = time.process_time()
        work(i)
        took.append(time.process_time() - begun)
    return {"p50": float(np.median(took)), "p99": float(np.percentile(took, 99)), "n": repeat}


class Table:
    """Rows of the report: one question, several answerers."""

    def __init__(self):
        self.rows = []

    def add(self, question, times, equal=None):
        """times: {who: timed()}; ours is the first. equal: did all give the same answer?"""
        ours = next(iter(times.values()))["p50"]
        print(f"\n{question}" + ("" if equal is None else f"   [equal answers: {equal}]"))
        for who, took in times.items():
            if "missing" in took:
                print(f"  {who:<34} MISSING: {took['missing']}")
                continue
            ratio = took["p50"] / ours
            print(
                f"  {who:<34} p50 {took['p50'] * 1e3:10.3f} ms   p99 {took['p99'] * 1e3:10.3f} ms"
                f"   {ratio:9.2f} x ours" + (f"   ({took['note']})" if "note" in took else "")
            )
        self.rows.append({"question": question, "times": times, "equal": equal})
        if equal is False:
            raise SystemExit(f"Answers differ: {question}")


class NewYork:
    """One graph, all answerers built on it."""

    def __init__(self):
        self.tail, self.head, self.ms, lon, lat = new_york()
        self.n = len(lon)
        begun = time.process_time()
        self.network = Network.from_arrays(self.tail, self.head, self.ms / 1000, lon, lat)
        self.build = time.process_time() - begun
        order = np.argsort(self.network.hierarchy.rank).tolist()
        self.cch = routingkit_cch.CCH(order, self.tail.tolist(), self.head.tolist(), False)
        self.metric = routingkit_cch.CCHMetric(self.cch, self.ms.tolist())
        order = np.lexsort((self.ms, self.head, self.tail))
        key = self.tail[order] * self.n + self.head[order]
        kept = order[np.concatenate(([True], np.diff(key) > 0))]  # scipy would add parallel arcs
        entries = (self.ms[kept].astype(float), (self.head[kept], self.tail[kept]))
        self.backward = csr_array(entries, shape=(self.n, self.n))
        self.forward = self.backward.T.tocsr()
        self.random = np.random.default_rng(2024)

    def nodes(self, count):
        return self.random.integers(0, self.n, count)


def re_customise(ny, table, repeat):
    """New weights for every street."""
    weights = [np.maximum(1, ny.ms + ny.random.integers(-1, 2, len(ny.ms))) for _ in range(3)]
    ours = [w.astype(np.int32) for w in weights]
    lists = [w.tolist() for w in weights]
    table.add(
        "New weights for all 733,846 arcs of New York",
        {
            "Watchroom": timed(lambda i: View(ny.network, ours[i % 3]), repeat),
            "RoutingKit binding (reset)": timed(
                lambda i: ny.metric.reset(lists[i % 3]), max(3, repeat // 3)
            ),
        },
    )
    ny.metric.reset(ny.ms.tolist())


def rank_units(ny, table, repeat):
    """A fresh set of units for every call, and the same set for many calls."""
    view, rounds = ny.network.free_flow, repeat + 2
    units, targets = [ny.nodes(UNITS) for _ in range(rounds)], ny.nodes(rounds)
    lists = [u.tolist() for u in units]
    many = routingkit_cch.CCHManyToOne(ny.metric, lists[0])
    pinned = view.pin(units[0])

    def binding_fresh(i):
        many.repin_sources(lists[i])
        return many.distances_to(int(targets[i]))

    def scipy_one(i):
        return dijkstra(ny.backward, indices=int(targets[i]))[units[i]]

    def plain(i):
        return plain_dijkstra(view, int(targets[i]))[units[i]]

    equal = all(
        np.array_equal(in_ms(view.travel_times(units[i], targets[i])), scipy_one(i))
        and np.array_equal(from_binding(binding_fresh(i)), scipy_one(i))
        and np.array_equal(plain(i), scipy_one(i))
        for i in range(5)
    )
    slow = max(5, repeat // 20)
    table.add(
        f"Rank {UNITS} units for a call, new units each time",
        {
            "Watchroom": timed(lambda i: view.travel_times(units[i], targets[i]), repeat),
            "RoutingKit binding (repin)": timed(binding_fresh, repeat),
            "plain Dijkstra (numba heap)": timed(plain, slow),
            "scipy Dijkstra": timed(scipy_one, slow),
        },
        equal,
    )
    many.repin_sources(lists[0])
    equal = all(
        np.array_equal(
            in_ms(pinned.travel_times(targets[i])), from_binding(many.distances_to(int(targets[i])))
        )
        for i in range(5)
    )
    table.add(
        f"Rank {UNITS} units for a call, units pinned before",
        {
            "Watchroom": timed(lambda i: pinned.travel_times(targets[i]), repeat),
            "RoutingKit binding": timed(lambda i: many.distances_to(int(targets[i])), repeat),
        },
        equal,
    )
    nearest_few(ny, table, repeat, units, targets)


def nearest_few(ny, table, repeat, units, targets):
    """The ten nearest of the units."""
    view = ny.network.free_flow

    def by_scipy(i):
        seconds = dijkstra(ny.backward, indices=int(targets[i]))[units[i]]
        return np.lexsort((np.arange(UNITS), seconds))[:NEAREST]

    equal = all(
        np.array_equal(view.nearest(units[i], targets[i], NEAREST)[0], by_scipy(i))
        for i in range(5)
    )
    table.add(
        f"The {NEAREST} nearest of {UNITS} units",
        {
            "Watchroom": timed(lambda i: view.nearest(units[i], targets[i], NEAREST), repeat),
            "scipy Dijkstra": timed(by_scipy, max(5, repeat // 20)),
        },
        equal,
    )


def matrix(ny, table, repeat):
    """Seconds between all of many sources and targets."""
    sources, targets = ny.nodes(MATRIX[0]), ny.nodes(MATRIX[1])
    view = ny.network.free_flow
    one = routingkit_cch.CCHOneToMany(ny.metric, targets.tolist())
    some, sample = 5, 40
    ms = view.matrix_ms(sources, targets)
    truth = dijkstra(ny.forward, indices=sources[:some])[:, targets]
    by_binding = [from_binding(one.distances_from(int(s))) for s in sources[:some]]
    equal = np.array_equal(ms[:some], truth) and np.array_equal(ms[:some], by_binding)

    def scaled(work, count):
        took = timed(work, 1, warm=1)
        note = f"{count} of {MATRIX[0]} sources measured, scaled up"
        factor = MATRIX[0] / count
        return {"p50": took["p50"] * factor, "p99": took["p99"] * factor, "n": 1, "note": note}

    table.add(
        f"Matrix {MATRIX[0]} x {MATRIX[1]}",
        {
            "Watchroom": timed(lambda _: view.matrix_ms(sources, targets), max(3, repeat // 20)),
            "RoutingKit binding": scaled(
                lambda _: [one.distances_from(int(s)) for s in sources[:sample]], sample
            ),
            "scipy Dijkstra": scaled(
                lambda _: dijkstra(ny.forward, indices=sources[:some])[:, targets], some
            ),
        },
        equal,
    )


def isochrone(ny, table, repeat):
    """What can be reached in five minutes."""
    view, centres = ny.network.free_flow, ny.nodes(repeat + 2)

    def by_scipy(i):
        found = dijkstra(ny.forward, indices=int(centres[i]), limit=300_000)
        return np.flatnonzero(np.isfinite(found))

    sizes = [len(view.isochrone(centres[i], 300).nodes) for i in range(50)]
    equal = all(
        np.array_equal(np.sort(view.isochrone(centres[i], 300).nodes), by_scipy(i))
        for i in range(5)
    )
    table.add(
        f"Five-minute isochrone (median {np.median(sizes):.0f} crossings)",
        {
            "Watchroom": timed(lambda i: view.isochrone(centres[i], 300), repeat),
            "scipy Dijkstra (limit)": timed(by_scipy, max(5, repeat // 10)),
        },
        equal,
    )


def real_extract(table, repeat, osrm_ch, name="columbus.osm.pbf"):
    """Ours against OSRM and Valhalla on one OpenStreetMap extract: points in, seconds out."""
    begun = time.process_time()
    network = Network.from_osm(SHARED / name)
    build = time.process_time() - begun
    view, random = network.free_flow, np.random.default_rng(5)
    main = np.unique(network.streets.edge_segment[main_edges(network)])

    def points(count):
        chosen = network.streets.line_first[random.choice(main, count)]
        return np.column_stack([network.streets.line_lon[chosen], network.streets.line_lat[chosen]])

    rounds = [(points(UNITS), points(1)[0]) for _ in range(max(10, repeat // 10))]
    sources, targets = points(300), points(1000)
    peers = ask_peers(
        {
            "pbf": str(SHARED / name),
            "osrm_ch": osrm_ch,
            "rounds": [{"units": u.tolist(), "target": t.tolist()} for u, t in rounds],
            "sources": sources.tolist(),
            "targets": targets.tolist(),
        }
    )
    ours = {
        "rank": timed(lambda i: view.travel_times(*rounds[i % len(rounds)]), repeat),
        "matrix": timed(lambda _: view.matrix_ms(sources, targets), 5),
    }
    print(f"\n{name}: import {build:.1f} s CPU for ours")
    for question, title in {
        "rank": f"{name}: rank {UNITS} units (points, snapped) for a call",
        "matrix": f"{name}: matrix 300 x 1000 (points, snapped)",
    }.items():
        table.add(title, {"Watchroom": ours[question]} | of_peers(peers, question))


def of_peers(peers, question):
    return {
        who: {"missing": got["failed"]}
        if "failed" in got
        else {"p50": got[question]["cpu"], "p99": got[question]["cpu_p99"],
              "note": f"built in {got['build_wall']:.0f} s"}
        for who, got in peers.items()
    }  # fmt: skip


def main_edges(network):
    """Edges on the main network."""
    good = np.zeros(len(network.streets.segment_name), bool)
    good[network.grid.segment[network.grid.handicap == 0]] = True
    return np.flatnonzero(good[network.streets.edge_segment])


def ask_peers(request):
    """Run the peers in an interpreter of their own, made on first use."""
    names = ("OSRM (MLD)", "Valhalla")
    try:
        python = peers_python()
    except (OSError, subprocess.CalledProcessError) as error:
        return {who: {"failed": f"could not be installed: {error}"} for who in names}
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        request["pbf"] = sorted_copy(request["pbf"], folder)
        done = subprocess.run(
            [python, ROOT / "benchmarks" / "_road_peers.py"], check=False,
            input=json.dumps(request | {"folder": folder}), text=True, capture_output=True,
        )  # fmt: skip
    answer = [line for line in done.stdout.splitlines() if line.startswith("ANSWER")]
    if not answer:
        return {who: {"failed": f"did not answer: {done.stderr[-300:]}"} for who in names}
    return json.loads(answer[0].removeprefix("ANSWER"))


def sorted_copy(pbf, folder):
    """Valhalla refuses an extract whose objects are not in order; ours and OSRM do not mind."""
    copy = str(Path(folder) / "sorted.osm.pbf")
    reader, writer = osmium.MergeInputReader(), osmium.SimpleWriter(copy)
    reader.add_file(pbf)
    reader.apply(writer)
    writer.close()
    return copy


def peers_python():
    """An interpreter (3.12 or 3.13) with the peers' wheels under benchmarks/work."""
    python = WORK / "peers" / "bin" / "python"
    if not python.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        base = next((p for p in candidates() if p), None)
        if base is None:
            raise FileNotFoundError("Python 3.12 or 3.13 is not on this machine")
        subprocess.run([base, "-m", "venv", WORK / "peers"], check=True)
        wheels = ["osrm-bindings==26.10.0", "pyvalhalla==3.9.1"]
        subprocess.run([python, "-m", "pip", "install", "-q", *wheels], check=True)
    return python


def candidates():
    yield from (shutil.which(name) for name in ("python3.12", "python3.13"))
    yield from sorted(Path.home().glob(".pyenv/versions/3.1[23].*/bin/python"))


def plain_dijkstra(view, target):
    """(n) milliseconds to the target by our own heap search without early stop."""
    from watchroom.road import search

    t = view.network.topology
    cost = np.full(len(t.base), NEVER, np.int32)
    goal, heap = view.arriving(target), view.network.scratch.heap
    search.spread(t.into_first, *view.into, goal.node, goal.ms, NEVER - 1, cost, heap)
    return cost


def in_ms(seconds):
    return np.rint(seconds * 1000)


def from_binding(distances):
    return np.array([np.inf if d is None else d for d in distances])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--repeat", type=int, default=300, help="repetitions of the quick questions"
    )
    parser.add_argument("--osrm-ch", action="store_true", help="OSRM's CH too; minutes to build")
    parser.add_argument("--skip-peers", action="store_true", help="New York only")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"No road data at {SHARED}; set WATCHROOM_SHARED.")
    table = Table()
    ny = NewYork()
    print(f"New York: {ny.n:,} nodes; built (order, hierarchy, grid) in {ny.build:.1f} s CPU")
    for question in (re_customise, rank_units, matrix, isochrone):
        question(ny, table, asked.repeat)
    if not asked.skip_peers:
        real_extract(table, asked.repeat, asked.osrm_ch)
    about = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "new_york_build_cpu_s": ny.build,
        "unit": "CPU seconds",
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(about | {"rows": table.rows}, indent=1) + "\n")
    print(f"\nwritten: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
