"""All indicators, all agencies, 120 months, from ten years of the fictional city.

python -m benchmarks.figures                       # 10 million entries
python -m benchmarks.figures --entries 1000000
python -m benchmarks.figures --spark               # on Spark too: the same numbers, or it fails
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import _decade

RESULT = Path(__file__).resolve().parent / "results" / "figures.json"


def timed(run: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What came out, and the wall and CPU seconds of this process (its threads included)."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    told = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return found, {name: round(value, 2) for name, value in told.items()}


def measure(entries: int, spark: bool) -> dict[str, Any]:
    """One size: made, counted embedded, and on Spark if asked."""
    from watchroom.figures import periods
    from watchroom.figures.engines import duck
    from watchroom.figures.engines import spark as on_spark
    from watchroom.kernel.indicators import all_indicators

    months = [periods.month(y, m) for y in _decade.YEARS for m in range(1, 13)]
    indicators = all_indicators()
    with tempfile.TemporaryDirectory(prefix="watchroom-figures-") as folder:
        made = _decade.write(Path(folder), entries)
        rows = sum(f.rows for f in made.files if f.table == "kernel_entry")
        runs = [timed(lambda: duck.run(indicators, made.folder, months)) for _ in range(3)]
        answers = runs[0][0]
        told: dict[str, Any] = {
            "entries": rows,
            "indicators": len(indicators),
            "agencies": len(_decade.agencies()),
            "months": len(months),
            "cells": answers.table.num_rows,
            "parquet_mb": sum((made.folder / f.path).stat().st_size for f in made.files) >> 20,
            "embedded": [took for _, took in runs],
        }
        if spark:
            with on_spark.local() as session:
                spread, told["spark"] = timed(
                    lambda: on_spark.run(session, indicators, made.folder, months)
                )
            assert spread.table.equals(answers.table), "Spark says something else"
    return told


def main() -> None:
    """Measure, print, write the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, nargs="+", default=[10_200_000])
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
    import django

    django.setup()
    sizes = [measure(entries, asked.spark) for entries in asked.entries]
    about = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load_at_end": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    RESULT.write_text(json.dumps({"about": about, "sizes": sizes}, indent=1) + "\n")
    print(json.dumps(sizes, indent=1))


if __name__ == "__main__":
    main()
