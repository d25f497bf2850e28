"""Folders and small programs that the set-up's tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugin import ROOT
from watchroom.site.postgres import Server

START_AND_WAIT = """
import sys, time
from pathlib import Path
from watchroom.site.postgres import Server
server = Server(Path(sys.argv[1])).start()
print(server.pid(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for data folders that the database's own account can get through to."""
    path = Path(tempfile.mkdtemp(prefix="watchroom-site-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def pattern() -> Iterator[Path]:
    """A data folder whose database has been made and stopped, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="watchroom-pattern-"))
    path.chmod(0o755)
    with Server(path / "data", durable=False):
        pass
    yield path / "data"
    shutil.rmtree(path)


@pytest.fixture
def made(folder: Path, pattern: Path) -> Path:
    """A data folder that has been used before, its server stopped."""
    subprocess.run(["cp", "-a", str(pattern), str(folder / "data")], check=True)
    return folder / "data"


@pytest.fixture
def server(made: Path) -> Iterator[Server]:
    """A server on a folder of its own, durable as in real life, started."""
    with Server(made) as server:
        yield server


@pytest.fixture
def another_process() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Starts a process that starts a server in a folder, says its process id, and waits."""
    started: list[tuple[subprocess.Popen[str], Path]] = []

    def start(data: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", START_AND_WAIT, str(data)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append((process, data))
        return process

    yield start
    for process, data in started:
        process.kill()
        process.communicate()
        Server(data).start().stop()  # waits for what is still leaving


@pytest.fixture
def watchroom(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line in a data folder of its own, as a person would."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        return subprocess.run(
            [sys.executable, "-m", "watchroom.site.command_line", *arguments],
            cwd=ROOT,
            env={**inherited, "WATCHROOM_DATA": str(folder / "data"), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
