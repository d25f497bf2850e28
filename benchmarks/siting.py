"""Siting against spopt and the textbook models: `python -m benchmarks.siting`, ratios and JSON.

Towns are made from a seed. Times are CPU seconds (machines are shared); a peer has a limit of CPU
seconds and is reported as not finished where it needs more: the ratio is then a lower one. Where
both finish, their objectives must agree or the run fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks._siting_towns import MEDIAN_POSTS, POSTS, cover_town, median_town
from watchroom.plan.siting import max_cover, p_median

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared")) / "data" / "benchmarks"
WORK = ROOT / "benchmarks" / "work"
RESULTS = ROOT / "benchmarks" / "results" / "siting.json"
PEERS = {"spopt": "spopt (CBC)", "textbook": "textbook model (HiGHS)"}
SEED, PATIENCE = 1, 60
"""The towns' seed; CPU seconds after which ours is stopped too."""
SIZE = f"1,000 sites x 50,000 points, {POSTS} posts"


def medians():
    """pmed1-20 of the OR-Library: CPU and how many are proven; None without the data."""
    from scipy.sparse.csgraph import floyd_warshall

    paths = sorted((SHARED / "pmed").glob("pmed*.txt"))
    if not paths:
        print(f"pmed: MISSING at {SHARED}")
        return None
    cpu, proven = 0.0, 0
    for path in paths:
        given = np.array(path.read_text().split(), int)
        graph = np.full((given[0], given[0]), np.inf)
        for a, b, length in given[3:].reshape(-1, 3):
            graph[a - 1, b - 1] = graph[b - 1, a - 1] = length
        cost = floyd_warshall(graph)
        begun = time.process_time()
        proven += p_median(cost, int(given[2])).proven
        cpu += time.process_time() - begun
    print(f"pmed1-20: {proven} of {len(paths)} proven in {cpu:.2f} s CPU together")
    return {"graphs": len(paths), "proven": proven, "cpu": cpu}


def ours(work):
    """Our answer, its bound and its time."""
    begun = time.process_time()
    found = work(lambda: time.process_time() - begun > PATIENCE)
    cpu = time.process_time() - begun
    gap = found.gap / abs(found.objective)
    print(
        f"  ours: {found.objective:,.0f}, gap {gap:.3%}{' (proven)' if found.proven else ''}, "
        f"{cpu:.2f} s CPU, {found.seconds:.1f} s"
    )
    return {
        "objective": found.objective, "bound": found.bound, "proven": found.proven,
        "gap": gap, "cpu": cpu, "seconds": found.seconds,
    }  # fmt: skip


def peer(who, asked, mine, limit):
    """One peer's answer, and how many times our CPU it took."""
    request = json.dumps(asked | {"who": who, "limit": limit})
    python = peers_python() if who == "spopt" else sys.executable
    done = subprocess.run(
        [python, ROOT / "benchmarks" / "_siting_peers.py", request],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    answer = [line for line in done.stdout.splitlines() if line.startswith("ANSWER")]
    if answer:
        told = json.loads(answer[0].removeprefix("ANSWER"))
        same = mine["proven"] and abs(told["objective"] - mine["objective"]) > 1e-6
        if same:
            raise SystemExit(f"{PEERS[who]} says {told['objective']}, ours {mine['objective']}")
        told["ratio"] = told["cpu"] / mine["cpu"]
        print(f"  {PEERS[who]}: {told['cpu']:.1f} s CPU, {told['ratio']:.0f} x ours")
        return told
    if done.returncode < 0 or "exit code 152" in done.stderr or "PulpSolverError" in done.stderr:
        print(f"  {PEERS[who]}: not finished in {limit} s CPU", end="")
        if not mine["proven"]:
            print(", nor was ours")
            return {"not_finished_in": limit}
        ratio = limit / mine["cpu"]
        print(f", more than {ratio:.0f} x ours")
        return {"not_finished_in": limit, "ratio_at_least": ratio}
    print(f"  {PEERS[who]}: MISSING: {done.stderr[-300:]}")
    return {"missing": done.stderr[-300:]}


def peers_python():
    """An interpreter with spopt under benchmarks/work, made on first use."""
    python = WORK / "spopt" / "bin" / "python"
    if not python.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", WORK / "spopt"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "spopt==0.7.0"], check=True)
    return python


def questions(only):
    """(title, what to ask a peer, who is asked, our work) for titles that hold `only`."""
    title = f"median, 900 x 900, {MEDIAN_POSTS} posts"
    if only in title:
        cost = median_town(SEED)
        yield (
            title, {"kind": "median", "seed": SEED}, tuple(PEERS),
            lambda stop: p_median(cost, MEDIAN_POSTS, stop=stop),
        )  # fmt: skip
    for mean, clustered, who in (
        (3, False, ()), (5, False, tuple(PEERS)), (8, False, ()), (5, True, ("textbook",)),
        (14, False, ()), (14, True, ()),
    ):  # fmt: skip
        title = f"cover, {SIZE}, in reach of {mean}, {'in quarters' if clustered else 'even'}"
        if only in title:
            reach, demand = cover_town(SEED, mean, clustered)
            yield (
                title, {"kind": "cover", "town": [SEED, mean, clustered]}, who,
                lambda stop, reach=reach, demand=demand: max_cover(reach, demand, POSTS, stop=stop),
            )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-limit", type=int, default=600, help="CPU seconds for each peer")
    parser.add_argument("--peers", nargs="*", choices=tuple(PEERS), default=tuple(PEERS))
    parser.add_argument("--only", default="", help="questions that hold these words; adds to JSON")
    asked = parser.parse_args()
    small = np.random.default_rng(0).integers(0, 50, (40, 20)).astype(float)
    p_median(small, 4)  # numba compiles
    max_cover(small < 10, np.ones(40), 4)
    if asked.only in "pmed":
        keep({"pmed": medians()}, None)
    for title, request, who, work in questions(asked.only):
        print(title, flush=True)
        row = {"question": title, "ours": ours(work), "peers": {}}
        for name in who:
            if name in asked.peers:
                row["peers"][PEERS[name]] = peer(name, request, row["ours"], asked.peer_limit)
        keep({}, row | {"load": round(os.getloadavg()[0], 1)})
    print(f"\nwritten: {RESULTS.relative_to(ROOT)}")


def keep(more, row):
    """Write what is known so far; a row takes the place of an older answer to its question."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"about": {}, "rows": []}
    about = {
        "machine": platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "python": platform.python_version(), "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "seed": SEED,
    }  # fmt: skip
    rows = known["rows"]
    if row is not None:
        rows = [each for each in rows if each["question"] != row["question"]] + [row]
    told = {"about": known["about"] | about | more, "rows": rows}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
