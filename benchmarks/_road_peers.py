"""OSRM and Valhalla on one extract, in their own interpreter (their wheels want Python 3.12).

Started by `benchmarks/roads.py`: a request (JSON) on standard input, an answer (JSON) printed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path


def timed(work, repeat):
    """Median wall and CPU seconds of work(0), work(1), …; the first call only warms up."""
    work(0)
    wall, cpu = [], []
    for i in range(repeat):
        before = time.perf_counter(), time.process_time()
        work(i)
        wall.append(time.perf_counter() - before[0])
        cpu.append(time.process_time() - before[1])
    return {
        "wall": statistics.median(wall),
        "cpu": statistics.median(cpu),
        "cpu_p99": sorted(cpu)[min(len(cpu) - 1, int(len(cpu) * 0.99))],
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
    begun = time.perf_counter()
    for tool, *arguments in steps:
        subprocess.run([tools / tool, *arguments], check=True, capture_output=True)
    built = time.perf_counter() - begun
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

    return {"build_wall": built} | both_questions(request, table)


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
    begun = time.perf_counter()
    subprocess.run([tool, "-c", written, request["pbf"]], check=True, capture_output=True)
    built = time.perf_counter() - begun
    actor = valhalla.Actor(str(written))

    def table(sources, targets):
        def places(points):
            return [{"lon": lon, "lat": lat} for lon, lat in points]

        asked = {"sources": places(sources), "targets": places(targets), "costing": "auto"}
        return actor.matrix(json.dumps(asked))

    return {"build_wall": built} | both_questions(request, table)


def both_questions(request, table):
    """Rank the units of each round for its target; one matrix."""
    rounds = request["rounds"]
    rank = timed(lambda i: table(rounds[i]["units"], [rounds[i]["target"]]), len(rounds))
    matrix = timed(lambda _: table(request["sources"], request["targets"]), 2)
    return {"rank": rank, "matrix": matrix}


def main():
    request = json.load(sys.stdin)
    answer = {}
    with_ch = {"OSRM (CH)": lambda: osrm_times(request, "CH")} if request["osrm_ch"] else {}
    for name, work in {
        **with_ch,
        "OSRM (MLD)": lambda: osrm_times(request, "MLD"),
        "Valhalla": lambda: valhalla_times(request),
    }.items():
        try:
            answer[name] = work()
        except Exception as error:
            detail = getattr(error, "stderr", b"") or b""
            words = detail.decode(errors="replace").strip().splitlines() or [type(error).__name__]
            answer[name] = {"failed": words[-1]}
    print("ANSWER" + json.dumps(answer))


if __name__ == "__main__":
    main()
