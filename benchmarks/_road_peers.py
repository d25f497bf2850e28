"""OSRM and Valhalla on one extract, igraph on one graph, in an interpreter of their own.

OSRM's and Valhalla's wheels want Python 3.12 or 3.13; igraph is GPL and stays out of ours.

Started by `benchmarks/roads.py`: a request (JSON) on standard input, an answer (JSON) printed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

BUDGET_S = 60.0
"""CPU seconds for one question: who is slow is asked less often, at least once, and `n` says so."""


def timed(work, repeat):
    """Median wall and CPU seconds of work(0), work(1), …; a quick one's first call warms up."""
    begun = time.process_time()
    work(0)
    first = time.process_time() - begun
    if first > BUDGET_S / 2:
        return {"wall": first, "cpu": first, "cpu_p99": first, "n": 1}
    wall, cpu = [], []
    for i in range(min(repeat, max(1, int(BUDGET_S / max(first, 1e-9)) - 1))):
        before = time.perf_counter(), time.process_time()
        work(i)
        wall.append(time.perf_counter() - before[0])
        cpu.append(time.process_time() - before[1])
    return {
        "wall": statistics.median(wall),
        "cpu": statistics.median(cpu),
        "cpu_p99": sorted(cpu)[min(len(cpu) - 1, int(len(cpu) * 0.99))],
        "n": len(cpu),
    }


def osrm_times(request, algorithm):
    """Build with OSRM's own tools, then ask through its Python binding."""
    import osrm

    package = Path(osrm.__file__).parent
    folder = Path(request["folder"]) / f"osrm-{algorithm.lower()}"
    folder.mkdir(parents=True, exist_ok=True)
    extract = folder / "roads.osm.pbf"
    extract.write_bytes(Path(request["pbf"]).read_bytes())
    base, tools = folder / "roads.osrm", package / "bin"
    steps = [["osrm-extract", "-p", package / "share/profiles/car.lua", extract]]
    steps += [["osrm-contract", base]] if algorithm == "CH" else []
    steps += [["osrm-partition", base], ["osrm-customize", base]] if algorithm == "MLD" else []
    built = run_tools([[tools / tool, *arguments] for tool, *arguments in steps])
    engine = osrm.OSRM(
        storage_config=str(base), use_shared_memory=False, algorithm=algorithm,
        max_locations_distance_table=-1,
    )  # fmt: skip

    def table(sources, targets):
        points = [tuple(p) for p in sources + targets]
        asked = osrm.TableParameters(
            coordinates=points, sources=list(range(len(sources))),
            destinations=list(range(len(sources), len(points))), annotations=["duration"],
            generate_hints=False,
        )  # fmt: skip
        return engine.Table(asked)

    return {"build": built} | both_questions(request, table)


def valhalla_times(request):
    """Build tiles with Valhalla's own tools, then ask through its Python binding."""
    import valhalla

    folder = Path(request["folder"]) / "valhalla"
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    config = valhalla.get_config(tile_dir=str(folder / "tiles"), tile_extract="", verbose=False)
    config["service_limits"]["auto"].update(
        max_matrix_location_pairs=10**8, max_matrix_distance=10**8, max_locations=10**5
    )
    config["mjolnir"]["logging"] = config["loki"]["logging"] = {"type": "", "color": False}
    written = folder / "config.json"
    written.write_text(json.dumps(config))
    tool = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    built = run_tools([[tool, "-c", written, request["pbf"]]])
    actor = valhalla.Actor(str(written))

    def table(sources, targets):
        def places(points):
            return [{"lon": lon, "lat": lat} for lon, lat in points]

        asked = {"sources": places(sources), "targets": places(targets), "costing": "auto"}
        return actor.matrix(json.dumps(asked))

    def isochrone(i):
        lon, lat = request["rounds"][i]["target"]
        asked = {"locations": [{"lon": lon, "lat": lat}], "costing": "auto",
                 "contours": [{"time": 5}], "polygons": True}  # fmt: skip
        return actor.isochrone(json.dumps(asked))

    shapes = {"isochrone": timed(isochrone, min(10, len(request["rounds"])))}
    return {"build": built} | both_questions(request, table) | shapes


def run_tools(commands):
    """CPU seconds that the peers' own build tools take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "cpu_p99": cpu, "n": 1}


def igraph_times(request):
    """Distances from the units of each round to its target, by igraph's Dijkstra."""
    import igraph
    import numpy as np

    arrays = np.load(request["graph"])
    begun = time.process_time()
    edges = np.column_stack([arrays["tail"], arrays["head"]])
    graph = igraph.Graph(n=int(arrays["n"]), edges=edges.tolist(), directed=True)
    weights = arrays["ms"].tolist()
    built = time.process_time() - begun

    def rank(i):
        asked = request["rounds"][i]
        found = graph.distances([asked["target"]], asked["units"], weights=weights, mode="in")
        return found[0]

    rounds = len(request["rounds"])
    ranks = [rank(i) for i in range(2)]
    return {"build_cpu": built, "ranks": ranks, "rank": timed(rank, rounds)}


def both_questions(request, table):
    """Rank the units of each round for its target; one matrix."""
    rounds = request["rounds"]
    rank = timed(lambda i: table(rounds[i]["units"], [rounds[i]["target"]]), len(rounds))
    matrix = timed(lambda _: table(request["sources"], request["targets"]), 2)
    return {"rank": rank, "matrix": matrix}


PEERS = {
    "OSRM (CH)": lambda request: osrm_times(request, "CH"),
    "OSRM (MLD)": lambda request: osrm_times(request, "MLD"),
    "Valhalla": valhalla_times,
    "igraph": igraph_times,
}


def main():
    request = json.load(sys.stdin)
    answer = {}
    for name in request["names"]:
        try:
            answer[name] = PEERS[name](request)
        except Exception as error:
            detail = getattr(error, "stderr", b"") or b""
            words = detail.decode(errors="replace").strip().splitlines() or [repr(error)]
            answer[name] = {"failed": words[-1]}
    print("ANSWER" + json.dumps(answer))


if __name__ == "__main__":
    main()
