"""The road engine against its peers: `python -m benchmarks.roads` prints ratios, writes JSON.

On New York (DIMACS challenge 9): ours, RoutingKit's Python binding, igraph, scipy's Dijkstra and
our own search without early stop, on the same weights in one run; every answer is compared for
equality. On a real extract: ours against OSRM's and Valhalla's bindings and scipy's Dijkstra.
igraph, OSRM and Valhalla run in an interpreter of their own. Times are CPU seconds (medians):
machines are shared. A peer that cannot be installed is reported as missing, never guessed.
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
from watchroom.road.arrays import NEVER, to_seconds
from watchroom.road.customise import amend
from watchroom.road.ends import least
from watchroom.road.shapes import isochrone_shape
from watchroom.road.view import View

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared")) / "data" / "roads"
WORK = ROOT / "benchmarks" / "work"
RESULTS = ROOT / "benchmarks" / "results" / "roads.json"
UNITS, MATRIX, NEAREST, POSTS, CLOSED = 1000, (1000, 5000), 10, 1000, 10
TIERS = (60, 180, 300)
BINDING_NEVER = 2**31 - 1
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


def timed(work, repeat, warm=2, after=lambda _: None):
    """CPU seconds of work(0), work(1), … after `warm` unmeasured calls; `after` is not measured."""
    for i in range(warm):
        work(i)
        after(i)
    took = []
    for i in range(repeat):
        begun = time.process_time()
        work(i)
        took.append(time.process_time() - begun)
        after(i)
    return {"p50": float(np.median(took)), "p99": float(np.percentile(took, 99)), "n": repeat}


def once(seconds):
    """One measurement that was taken elsewhere."""
    return {"p50": seconds, "p99": seconds, "n": 1}


def scaled(work, count, whole):
    """A slow peer: `count` measured, scaled up to `whole`."""
    took = timed(work, 1, warm=1)["p50"] * whole / count
    return once(took) | {"note": f"{count} of {whole} measured, scaled up"}


class Table:
    """Rows of the report: one question, several answerers."""

    def __init__(self):
        self.rows = []
        self.name = ""

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
        self.rows.append({"name": self.name, "question": question, "times": times, "equal": equal})
        if equal is False:
            raise SystemExit(f"Answers differ: {question}")


class NewYork:
    """One graph, all answerers built on it."""

    def __init__(self, with_peers):
        self.tail, self.head, self.ms, lon, lat = new_york()
        self.n = len(lon)
        begun = time.process_time()
        self.network = Network.from_arrays(self.tail, self.head, self.ms / 1000, lon, lat)
        self.build = time.process_time() - begun
        lists = self.tail.tolist(), self.head.tolist()
        begun = time.process_time()
        order = routingkit_cch.compute_order_inertial(self.n, *lists, lat.tolist(), lon.tolist())
        self.cch = routingkit_cch.CCH(order, *lists, False)
        self.metric = routingkit_cch.CCHMetric(self.cch, self.ms.tolist())
        self.build_binding = time.process_time() - begun
        order = np.lexsort((self.ms, self.head, self.tail))
        key = self.tail[order] * self.n + self.head[order]
        kept = order[np.concatenate(([True], np.diff(key) > 0))]  # scipy would add parallel arcs
        entries = (self.ms[kept].astype(float), (self.head[kept], self.tail[kept]))
        self.backward = csr_array(entries, shape=(self.n, self.n))
        self.forward = self.backward.T.tocsr()
        self.random = np.random.default_rng(2024)
        self.with_peers = with_peers

    def igraph(self, units, targets):
        """igraph's times and rankings, asked in an interpreter of its own."""
        if not self.with_peers:
            return {"missing": "not asked"}
        WORK.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=WORK) as folder:
            graph = Path(folder) / "graph.npz"
            np.savez(graph, tail=self.tail, head=self.head, ms=self.ms, n=self.n)
            rounds = [
                {"units": u.tolist(), "target": int(t)} for u, t in zip(units, targets, strict=True)
            ]
            got = ask_peers({"graph": str(graph), "rounds": rounds}, ("igraph",))["igraph"]
        if "failed" in got:
            return {"missing": got["failed"]}
        rank = once(got["rank"]["cpu"]) | {"note": f"graph built in {got['build_cpu']:.1f} s"}
        return {"ranks": got["ranks"], "rank": rank}

    def nodes(self, count):
        return self.random.choice(self.n, count, replace=False)


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


def build(ny, table, _repeat):
    """From plain arrays to the first answer: order, hierarchy, weights, grid."""
    table.add(
        "Build New York from arrays (ours: with grid for points)",
        {
            "Watchroom": once(ny.build),
            "RoutingKit binding (order, CCH, metric)": once(ny.build_binding),
        },
    )


def ten_closures(ny, table, repeat):
    """Ten streets are closed: weights brought up to date, nothing else."""
    view, h, waiting = ny.network.free_flow, ny.network.hierarchy, ny.network.scratch.waiting
    t = ny.network.topology
    sets = [ny.random.choice(len(ny.ms), CLOSED, replace=False) for _ in range(repeat + 2)]
    never = np.full(CLOSED, NEVER, np.int32)
    arc_ms, up, down = view.arc_ms.copy(), view.up.copy(), view.down.copy()
    arcs = [t.edge_arc[t.edge_first[edges]] for edges in sets]
    updater = routingkit_cch.CCHMetricPartialUpdater(ny.cch)

    def in_place(i):
        arc_ms[arcs[i]] = NEVER
        amend(h, arc_ms, arcs[i], up, down, waiting)

    def restore(i):
        arc_ms[arcs[i]] = view.arc_ms[arcs[i]]
        amend(h, arc_ms, arcs[i], up, down, waiting)

    def binding(i):
        updater.apply(ny.metric, {int(e): BINDING_NEVER for e in sets[i]})

    def binding_restore(i):
        updater.apply(ny.metric, {int(e): int(ny.ms[e]) for e in sets[i]})

    target, units = int(ny.nodes(1)[0]), ny.nodes(UNITS)
    shut = view.changed(sets[0], never)
    anew = View(ny.network, view.edge_ms, np.isin(np.arange(len(ny.ms)), sets[0]))
    in_place(0)
    equal = all(np.array_equal(a, b) for a, b in ((shut.up, anew.up), (up, anew.up)))
    restore(0)
    binding(0)
    many = routingkit_cch.CCHManyToOne(ny.metric, units.tolist())
    told = from_binding(many.distances_to(target))
    equal &= np.array_equal(in_ms(shut.travel_times(units, target)), told)
    del many
    binding_restore(0)
    table.add(
        f"{CLOSED} closures",
        {
            "Watchroom, in place": timed(in_place, repeat, after=restore),
            "Watchroom, as a new view beside the old": timed(
                lambda i: view.changed(sets[i], never), repeat
            ),
            "RoutingKit binding (partial update)": timed(binding, repeat, after=binding_restore),
        },
        equal,
    )


def coverage(ny, table, repeat):
    """What 1,000 posts reach in one, three and five minutes."""
    view, posts, some = ny.network.free_flow, ny.nodes(POSTS), 20

    def ours(_):
        reach = view.reached(posts, TIERS[-1])
        return reach, [reach.within(tier) for tier in TIERS[:-1]]

    def by_scipy(count):
        return dijkstra(ny.forward, indices=posts[:count], limit=TIERS[-1] * 1000)

    reach, _ = ours(0)
    equal = all(
        np.array_equal(np.sort(reach.nodes[reach.first[i] : reach.first[i + 1]]),
                       np.flatnonzero(np.isfinite(row)))
        for i, row in enumerate(by_scipy(3))
    )  # fmt: skip
    table.add(
        f"Coverage of {POSTS} posts at {len(TIERS)} limits ({len(reach.nodes):,} reached)",
        {
            "Watchroom": timed(ours, max(3, repeat // 30)),
            "scipy Dijkstra (limit)": scaled(lambda _: by_scipy(some), some, POSTS),
        },
        equal,
    )


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
    other = ny.igraph(units[:4], targets[:4])
    equal &= "ranks" not in other or np.array_equal(
        np.array(other["ranks"]), [scipy_one(i) for i in range(len(other["ranks"]))]
    )
    table.add(
        f"Rank {UNITS} units for a call, new units each time",
        {
            "Watchroom": timed(lambda i: view.travel_times(units[i], targets[i]), repeat),
            "RoutingKit binding (repin)": timed(binding_fresh, repeat),
            "our own search without early stop": timed(plain, slow),
            "scipy Dijkstra": timed(scipy_one, slow),
            "igraph": other.get("rank", other),
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
        np.array_equal(view.nearest(targets[i], units[i], NEAREST)[0], by_scipy(i))
        for i in range(5)
    )
    table.add(
        f"The {NEAREST} nearest of {UNITS} units",
        {
            "Watchroom": timed(lambda i: view.nearest(targets[i], units[i], NEAREST), repeat),
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

    table.add(
        f"Matrix {MATRIX[0]} x {MATRIX[1]}",
        {
            "Watchroom": timed(lambda _: view.matrix_ms(sources, targets), max(3, repeat // 20)),
            "RoutingKit binding": scaled(
                lambda _: [one.distances_from(int(s)) for s in sources[:sample]],
                sample,
                MATRIX[0],
            ),
            "scipy Dijkstra": scaled(
                lambda _: dijkstra(ny.forward, indices=sources[:some])[:, targets], some, MATRIX[0]
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


def real_extract(table, repeat, osrm_ch, name):
    """Ours against OSRM and Valhalla on one OpenStreetMap extract: points in, seconds out."""
    network = Network.from_osm(SHARED / name)
    build = timed(lambda _: Network.from_osm(SHARED / name), 3, warm=0)
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
            "rounds": [{"units": u.tolist(), "target": t.tolist()} for u, t in rounds],
            "sources": sources.tolist(),
            "targets": targets.tolist(),
        },
        (*(["OSRM (CH)"] if osrm_ch else []), "OSRM (MLD)", "Valhalla"),
    )
    ours = {
        "rank": timed(lambda i: view.travel_times(*rounds[i % len(rounds)]), repeat),
        "matrix": timed(lambda _: view.matrix_ms(sources, targets), 5),
        "isochrone": timed(lambda i: isochrone_shape(view, rounds[i % 10][1], 300), 20),
    }
    plain = PlainDijkstra(view)
    equal = all(np.array_equal(view.travel_times(*asked), plain.rank(*asked)) for asked in rounds)
    dijkstras = {"rank": timed(lambda i: plain.rank(*rounds[i % len(rounds)]), repeat)}
    table.add(f"{name}: build", {"Watchroom": build} | of_peers(peers, "build"))
    for question, title in {
        "rank": f"{name}: rank {UNITS} units (points, snapped) for a call",
        "matrix": f"{name}: matrix 300 x 1000 (points, snapped)",
        "isochrone": f"{name}: five-minute isochrone as a shape for the map",
    }.items():
        ours_alone = {"Watchroom": ours[question]}
        scipys = (
            {"scipy Dijkstra (our snapping)": dijkstras[question]} if question == "rank" else {}
        )
        told = equal if scipys else None
        table.add(title, ours_alone | scipys | of_peers(peers, question), told)


class PlainDijkstra:
    """scipy's search on the very arcs and weights of a view; points snapped as ours does it.

    One node more than the streets have stands for the target: its arcs are what the target is
    reached by. They lie in the last row, so that a new target only writes the end of the arrays.
    """

    def __init__(self, view, room=64):
        t, self.view = view.network.topology, view
        self.arcs = len(t.into_tail)
        self.first = np.append(t.into_first, 0).astype(np.int32)
        self.head = np.append(t.into_tail, np.zeros(room)).astype(np.int32)
        self.ms = np.append(view.into_ms, np.zeros(room)).astype(np.float64)

    def rank(self, units, target):
        """Seconds from every unit to the target; equal to `View.travel_times`."""
        start, goal = self.view.leaving(units), self.view.arriving(target)
        end, n = self.arcs + len(goal.node), len(self.first) - 2
        self.head[self.arcs : end], self.ms[self.arcs : end] = goal.node, goal.ms
        self.first[-1] = end
        graph = csr_array((self.ms[:end], self.head[:end], self.first), shape=(n + 1, n + 1))
        found = dijkstra(graph, indices=n)[start.node] + start.ms
        ms = least(np.minimum(found, NEVER).astype(np.int32), start.first)
        self.view.shorten(ms.reshape(-1, 1), start, goal)
        return to_seconds(ms)


def of_peers(peers, question):
    return {
        who: {"missing": got["failed"]}
        if "failed" in got
        else {"p50": got[question]["cpu"], "p99": got[question]["cpu_p99"],
              "n": got[question]["n"]}
        for who, got in peers.items()
        if "failed" in got or question in got
    }  # fmt: skip


def main_edges(network):
    """Edges on the main network."""
    good = np.zeros(len(network.streets.segment_name), bool)
    good[network.grid.segment[network.grid.handicap == 0]] = True
    return np.flatnonzero(good[network.streets.edge_segment])


def ask_peers(request, names):
    """Run the peers in an interpreter of their own, made on first use."""
    try:
        python = peers_python()
    except (OSError, subprocess.CalledProcessError) as error:
        return {who: {"failed": f"could not be installed: {error}"} for who in names}
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        if "pbf" in request:
            request["pbf"] = sorted_copy(request["pbf"], folder)
        done = subprocess.run(
            [python, ROOT / "benchmarks" / "_road_peers.py"], check=False,
            input=json.dumps(request | {"folder": folder, "names": names}), text=True,
            capture_output=True,
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
        wheels = ["osrm-bindings==26.10.0", "pyvalhalla==3.9.1", "igraph==1.0.0", "numpy"]
        subprocess.run([python, "-m", "pip", "install", "-q", *wheels], check=True)
    return python


def candidates():
    yield from (shutil.which(name) for name in ("python3.12", "python3.13"))
    yield from sorted(Path.home().glob(".pyenv/versions/3.1[23].*/bin/python"))


def plain_dijkstra(view, target):
    """(n) milliseconds to the target by our own heap search without early stop."""
    from watchroom.road import search

    t = view.network.topology
    goal, s = view.arriving(target), view.network.scratch
    shift = view.bucket_shift(goal.ms)
    count = search.spread(
        t.into_tail, view.into_ms, goal.node, goal.ms, NEVER - 1, shift, s.backward, s.buckets,
        s.pool, s.path,
    )  # fmt: skip
    cost = s.backward[t.node, search.COST]
    search.forget(s.backward, s.path, count)
    return cost


def in_ms(seconds):
    return np.rint(seconds * 1000)


def from_binding(distances):
    return np.array([np.inf if d is None else d for d in distances])


QUESTIONS = {
    question.__name__: question
    for question in (build, re_customise, ten_closures, rank_units, matrix, isochrone, coverage)
}


def kept(only):
    """Rows of earlier runs that this one did not ask again."""
    if not only or not RESULTS.exists():
        return []
    return [row for row in json.loads(RESULTS.read_text())["rows"] if row.get("name") not in only]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--repeat", type=int, default=300, help="repetitions of the quick questions"
    )
    parser.add_argument("--osrm-ch", action="store_true", help="OSRM's CH too; minutes to build")
    parser.add_argument("--extract", default="columbus.osm.pbf", help="which extract peers read")
    parser.add_argument("--only", nargs="+", help="some questions again, by name; others are kept")
    parser.add_argument("--skip-peers", action="store_true", help="New York only")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"No road data at {SHARED}; set WATCHROOM_SHARED.")
    table = Table()
    wanted = asked.only or [*QUESTIONS, "real_extract"]
    if set(wanted) & set(QUESTIONS):
        ny = NewYork(with_peers=not asked.skip_peers)
        print(f"New York: {ny.n:,} nodes; built (order, hierarchy, grid) in {ny.build:.1f} s CPU")
        for name in (name for name in QUESTIONS if name in wanted):
            table.name = name
            QUESTIONS[name](ny, table, asked.repeat)
    if "real_extract" in wanted and not asked.skip_peers:
        table.name = "real_extract"
        real_extract(table, asked.repeat, asked.osrm_ch, asked.extract)
    about = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "unit": "CPU seconds",
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(about | {"rows": kept(asked.only) + table.rows}, indent=1) + "\n")
    print(f"\nwritten: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
