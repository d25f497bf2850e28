"""A real week of calls through intake, to its end, on the real command line.

    python benchmarks/replay.py

`watchroom replay` plays the whole San Francisco log into a database of its own. The peer is a plain
pandas dataframe over the same file: which rows cannot be true, how many are left, and the response
times of those. The run fails where the reject file, the counts, or any percentile the indicator
page shows is not the dataframe's own.
"""

from __future__ import annotations

import csv
import os
import re
import resource
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import _ground
import pandas as pd
from _ground import ROOT, keep

SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared"))
LOG = SHARED / "data" / "calls" / "sf_fire_2017_week1.csv"
MAPPING = ROOT / "docs" / "how-to" / "mappings" / "san-francisco.toml"
STAMPS = ["Received", "Entry", "Dispatch", "Response", "On Scene", "Transport", "Hospital",
          "Available"]  # fmt: skip
MUST_HAVE = ["Received", "Dispatch", "Available"]
SHARES = (0.5, 0.9, 0.95)
EXACT = 1e-6
PAGE = "/figures/?since=2016-12-01&until=2017-01-31"
Percentiles = dict[str, dict[str, Any]]


def main() -> None:
    """Play, then ask both, and compare."""
    with _ground.ground(set_up=False) as ground:
        rejects = ground.data / "rejects.csv"
        played = play(rejects)
        import django

        django.setup()
        begun = time.perf_counter()
        rows, left_out = dataframe()
        expected = percentiles(rows)
        pandas_s = time.perf_counter() - begun
        compare("rows left out", rejected(rejects), left_out)
        compare("counts", counts(), {
            "assignments": len(rows), "incidents": int(rows["Call Number"].nunique()),
            "not closed": 0, "faults in the trail": 0,
        })  # fmt: skip
        shown = indicator_page()
    for name, figure in expected.items():
        compare(name, shown[name], figure)
    report(played, pandas_s, rows, left_out, expected)


def play(rejects: Path) -> dict[str, float]:
    """The real command, in a process of its own: wall and CPU seconds of it."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    told = ["replay", str(LOG), "--map", str(MAPPING), "--rejects", str(rejects)]
    subprocess.run(_ground.command(*told), cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(time.perf_counter() - begun, 1), "cpu_seconds": round(cpu, 1)}


def dataframe() -> tuple[pd.DataFrame, dict[int, str]]:
    """The rows that can be true, and why each other line cannot, by pandas alone."""
    rows = pd.read_csv(LOG, dtype=str)
    for stamp in STAMPS:
        rows[stamp] = pd.to_datetime(rows[f"{stamp} DtTm"], format="%m/%d/%Y %I:%M:%S %p")
    rows.index += 2  # line 1 has the names
    left_out: dict[int, str] = {}
    for line, row in rows.iterrows():
        known = [row[s] for s in STAMPS if pd.notna(row[s])]
        if row[MUST_HAVE].isna().any():
            left_out[line] = "missing"
        elif any(b < a for a, b in pairwise(known)):
            left_out[line] = "order"
    busy: dict[str, pd.Timestamp] = {}
    possible = rows.drop(index=list(left_out)).rename_axis("line").reset_index()
    for _, row in possible.sort_values(["Dispatch", "line"]).iterrows():
        if row["Dispatch"] < busy.get(row["Unit ID"], row["Dispatch"]):
            left_out[row["line"]] = "overlap"
        else:
            busy[row["Unit ID"]] = row["Available"]
    return rows.drop(index=list(left_out)), dict(sorted(left_out.items()))


def percentiles(rows: pd.DataFrame) -> Percentiles:
    """Count and percentiles in seconds of what the dataframe can tell."""
    call = rows.groupby("Call Number")
    received = call["Received"].min()
    return {
        "dispatch.call_to_arrival": _of(call["On Scene"].min() - received),
        "dispatch.call_to_dispatch": _of(call["Dispatch"].min() - received),
        "dispatch.sent_to_arrival": _of(rows["On Scene"] - rows["Dispatch"]),
        "dispatch.time_on_scene": _of(rows["Available"] - rows["On Scene"]),
    }


def _of(spans: pd.Series[Any]) -> dict[str, Any]:
    seconds = spans.dt.total_seconds().dropna()
    return {"count": len(seconds), **{f"p{q * 100:.0f}": seconds.quantile(q) for q in SHARES}}


WHY = {"Out of order": "order", "There is no time": "missing", "was still on": "overlap"}


def rejected(path: Path) -> dict[int, str]:
    """The reject file: line and kind of reason."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            int(row["line"]): next(kind for said, kind in WHY.items() if said in row["reason_en"])
            for row in csv.DictReader(file)
        }


def counts() -> dict[str, int]:
    """What stands in the database."""
    from watchroom.domains.dispatch.models import Assignment, Incident
    from watchroom.kernel import trail

    return {
        "assignments": Assignment.objects.count(),
        "incidents": Incident.objects.count(),
        "not closed": Incident.objects.exclude(matter__state="closed").count(),
        "faults in the trail": sum(1 for _ in trail.verify()),
    }


def indicator_page() -> Percentiles:
    """What a duty leader reads on the page: every figure in seconds, unrounded."""
    from django.conf import settings
    from django.test import Client

    from watchroom.kernel import roles
    from watchroom.kernel.models import Agency, Post, Staff

    agency = Agency.objects.get()
    staff = Staff.objects.create(username="reader", name="读者", badge="1", agency=agency)
    Post.objects.create(staff=staff, role=roles.ensure()["duty_leader"], agency=agency)
    client = Client(HTTP_HOST="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = _ground.session_of(staff)
    page = client.get(PAGE).content.decode()
    return dict(_figures(page))


def _figures(page: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in re.findall(r"<tr data-href.*?</tr>", page, re.DOTALL):
        name = re.search(r"/figures/([\w.]+)/", row)
        count = re.search(r'<td class="num"[^>]*>(\d+)</td>', row)
        values = [float(v) for v in re.findall(r'<data value="([^"]+)"', row)]
        if name and count and values:
            told = {f"p{q * 100:.0f}": v for q, v in zip(SHARES, values, strict=True)}
            yield name[1], {"count": int(count[1]), **told}


def compare(what: str, ours: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    """Equal in every part, or the run ends here."""
    same = ours.keys() == theirs.keys() and all(_same(ours[key], theirs[key]) for key in ours)
    if not same:
        raise SystemExit(f"{what} differ:\n  Watchroom {ours}\n  pandas    {theirs}")
    print(f"  {what}: equal", flush=True)


def _same(one: Any, other: Any) -> bool:
    return abs(one - other) <= EXACT if isinstance(one, float) else bool(one == other)


def report(
    played: dict[str, float],
    pandas_s: float,
    rows: pd.DataFrame,
    left_out: dict[int, str],
    expected: Percentiles,
) -> None:
    """Print and keep it."""
    kinds = {kind: list(left_out.values()).count(kind) for kind in sorted(set(left_out.values()))}
    result = {
        "rows": len(rows) + len(left_out),
        "played": len(rows),
        "left_out": kinds,
        "calls": int(rows["Call Number"].nunique()),
        "units": int(rows["Unit ID"].nunique()),
        "without_on_scene": int(rows["On Scene"].isna().sum()),
        **played,
        "cpu_ms_a_row": round(played["cpu_seconds"] * 1e3 / len(rows), 1),
        "pandas_seconds": round(pandas_s, 1),
        "equal": True,
        "percentiles": expected,
    }
    print(f"\n{result['rows']:,} rows = {len(rows):,} played + {len(left_out)} left out {kinds}; "
          f"{played['seconds']} s, CPU {played['cpu_seconds']} s; every percentile on the "
          "indicator page is the dataframe's own")  # fmt: skip
    keep("replay", result)


if __name__ == "__main__":
    main()
