"""Runs what `watchroom flink` wrote, and sends what it lets through to the intake interface.

    WATCHROOM_TOKEN=… python flink_job.py statements.json https://desk.example/api/v1/fraud/feeds/KEY/warnings

Stands alone: it needs Flink's own Python environment (pip install "apache-flink>=1.20,<2", and
Java), not Watchroom's. A batch that intake does not acknowledge ends the job; started again, Flink
reads on from its source, and what was sent already changes nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

AT_ONCE, WAIT_S = 1000, 1.0
Row = dict[str, Any]


def let_through(statements: list[str], parallelism: int = 1) -> Iterator[Row]:
    """What Flink lets through, as intake reads it; ends where the source ends."""
    table = import_module("pyflink.table")
    flink = table.TableEnvironment.create(table.EnvironmentSettings.in_streaming_mode())
    flink.get_config().set("parallelism.default", str(parallelism))
    flink.get_config().set("table.local-time-zone", "UTC")
    flink.get_config().set("table.exec.state.ttl", "6 h")
    *made, query = statements
    for statement in made:
        flink.execute_sql(statement)
    result = flink.execute_sql(query)
    names = result.get_table_schema().get_field_names()
    with result.collect() as rows:
        for row in rows:
            yield {k: v for k, v in zip(names, row, strict=True) if v not in (None, "")}


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """As many as came in a second, AT_ONCE at most."""
    held: list[Row] = []
    since = time.monotonic()
    for row in rows:
        held.append(row)
        if len(held) >= AT_ONCE or time.monotonic() - since > WAIT_S:
            yield held
            held, since = [], time.monotonic()
    if held:
        yield held


def send(url: str, token: str, rows: list[Row]) -> Row:
    """One batch to intake; its receipt. Raises where it was not acknowledged."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(rows).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the operator's own
        receipt: Row = json.load(answer)
    return receipt


def main() -> None:
    """Statements and where intake is, from the command line."""
    statements = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for rows in batches(let_through(statements)):
        receipt = send(sys.argv[2], os.environ["WATCHROOM_TOKEN"], rows)
        print(json.dumps({**receipt, "refused": len(receipt["refused"])}), flush=True)


if __name__ == "__main__":
    main()
