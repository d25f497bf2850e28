"""What every benchmark that needs a running Watchroom starts from.

A database of its own in a temporary folder, migrated and signed in to as in real life; processes
of Watchroom on free ports; what machine this was; the results beside this file.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
READY_S = 180.0
if str(ROOT) not in sys.path:  # `python benchmarks/x.py` puts only benchmarks/ on the path
    sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Ground:
    """A migrated, empty Watchroom. `server` is its embedded PostgreSQL, `data` its folder."""

    server: Any
    data: Path


@contextmanager
def ground(*, set_up: bool = True) -> Iterator[Ground]:
    """A durable embedded database in a temporary folder, schema in place, Django set up."""
    from watchroom.site.surroundings import surroundings

    data = Path(tempfile.mkdtemp(prefix="watchroom-bench-"))
    data.chmod(0o711)  # started by root, the server's own account must get through
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"WATCHROOM_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    try:
        with surroundings() as server:
            subprocess.run(command("migrate"), cwd=ROOT, check=True, capture_output=True)
            if set_up:
                import django

                django.setup()
            yield Ground(server, data)
            _disconnect()
        shutil.rmtree(server.sockets, ignore_errors=True)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _disconnect() -> None:
    if "django.db" in sys.modules:
        from django.db import connections

        connections.close_all()


def command(*arguments: str) -> list[str]:
    """This tree's own command line."""
    return [sys.executable, "-m", "watchroom.site.command_line", *arguments]


@dataclass
class Running:
    """A process that serves at `port`."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_s(self) -> float:
        """CPU seconds of the process and its children so far."""
        return cpu_s(self.process.pid)


@contextmanager
def running(start: Callable[[int], Sequence[str]], log: Path, ready: str) -> Iterator[Running]:
    """`start(port)` is the command; ready when the address answers at all."""
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            start(port), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, process_group=0
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}{ready}", log)
        yield Running(process, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + READY_S
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"It did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def cpu_s(pid: int) -> float:
    """CPU seconds of a process and its children so far, those that ended too; PostgreSQL's own when
    it is that."""
    while True:
        try:
            return sum(_cpu_s(one) for one in _family(pid))
        except FileNotFoundError:  # a child ended meanwhile: its seconds are with its parent now
            if not Path(f"/proc/{pid}").exists():
                raise


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """{"p50_ms", "p95_ms", "p99_ms", "n"}: nearest rank."""
    rows = sorted(seconds)
    if not rows:
        return {"n": 0}
    at = [rows[min(len(rows) - 1, int(len(rows) * q))] for q in (0.5, 0.95, 0.99)]
    p50, p95, p99 = (round(one * 1e3, 2) for one in at)
    return {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "n": len(rows)}


def timed(call: Callable[[int], Any], repeat: int, warm: int = 5) -> dict[str, float]:
    """Wall times of each call after some that are not measured, and this thread's own CPU.

    The CPU tells two programs apart on a machine that others use too; the database's is not in it.
    """
    took, cpu = [], []
    for i in range(repeat + warm):
        begun, used = time.perf_counter(), time.thread_time()
        call(i)
        took.append(time.perf_counter() - begun)
        cpu.append(time.thread_time() - used)
    used = percentiles(cpu[warm:])
    told = {f"{q}_cpu_ms": used[f"{q}_ms"] for q in ("p50", "p95")}
    return {**percentiles(took[warm:]), **told}


def said(name: str, row: dict[str, Any], note: str = "") -> None:
    """One line of the report."""
    told = f"p50 {row['p50_ms']:10.2f} ms   p99 {row['p99_ms']:10.2f} ms" if row.get("n") else "-"
    cpu = f"CPU {row['p50_cpu_ms']:8.2f} ms   " if "p50_cpu_ms" in row else ""
    print(f"  {name:<58} {told}   {cpu}{note}", flush=True)


def keep(name: str, result: dict[str, Any]) -> None:
    """Write the result with what machine it was measured on; no paths, no names."""
    RESULTS.mkdir(exist_ok=True)
    about = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load_at_end": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "measured": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    text = json.dumps({**about, **result}, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def session_of(staff: Any) -> str:
    """A signed-in session of a person, as the cookie's value."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(staff)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
