"""Watchroom itself, running, for tests that talk to it over HTTP or through a browser."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plugin import ROOT, OwnDatabase
from watchroom.site.parent_death import leave_with_parent
from watchroom.site.processes import watchroom_command

READY = 240.0  # seconds; a machine busy with other things is not a broken one


@dataclass(frozen=True)
class Running:
    """`url` serves pages, API and /live/; `logs` has a file for each process; `data` is its own."""

    url: str
    data: Path
    logs: Path
    database: OwnDatabase


@pytest.fixture
def running_watchroom(own_database: OwnDatabase, tmp_path: Path) -> Iterator[Running]:
    """Pages with live stream, and a worker, on this test's own database and a free port.

    They sign in with the application's role, as in real life. What the test writes through
    Django's models they see, and the other way round.
    """
    port = free_port()
    running = Running(f"http://127.0.0.1:{port}", tmp_path / "data", tmp_path, own_database)
    commands = {
        "pages": ("serve", "--with-live", "--port", str(port)),
        "worker": ("worker",),
    }
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            processes[name] = _start(name, command, running)
        _wait_until_ready(running, processes)
        yield running
    finally:
        _stop(list(processes.values()))


PORTS = 1000
"""Each worker of a run has so many ports of its own."""


def free_port() -> int:
    """Below those the system gives to connections: nobody takes it before it is listened on."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for _ in range(PORTS):
        port = 20_000 + worker % 10 * PORTS + secrets.randbelow(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no port is free")


def _start(name: str, command: tuple[str, ...], running: Running) -> subprocess.Popen[bytes]:
    place = {"DATABASE_URL": running.database.url, "WATCHROOM_DATA": str(running.data)}
    with (running.logs / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            watchroom_command(*command),
            cwd=ROOT,
            env={**os.environ, **place, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
            preexec_fn=leave_with_parent(signal.SIGTERM),
        )


def _wait_until_ready(running: Running, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + READY
    while not _answers(f"{running.url}/live/ready"):
        ended = [name for name, process in processes.items() if process.poll() is not None]
        if ended or time.monotonic() > end:
            logs = "\n".join(p.read_text(errors="replace") for p in running.logs.glob("*.log"))
            pytest.fail(f"Watchroom did not become ready (ended: {ended}):\n{logs}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own http address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
