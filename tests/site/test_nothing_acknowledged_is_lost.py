"""`kill -9` at any moment, start again: every commit the database acknowledged is there."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from watchroom.site.postgres import Server
from watchroom.site.postgres_cluster import running_pid

Starter = Callable[[Path], "subprocess.Popen[str]"]


@contextmanager
def writing(server: Server) -> Iterator[list[int]]:
    """Commits numbers one by one in the background; yields those acknowledged so far."""
    acknowledged: list[int] = []

    def write() -> None:
        try:
            with psycopg.connect(server.owner_url, autocommit=True) as connection:
                for n in range(1_000_000):
                    connection.execute("INSERT INTO kept VALUES (%s)", [n])
                    acknowledged.append(n)
        except psycopg.OperationalError:
            return

    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        owner.execute("DELETE FROM kept")
    thread = threading.Thread(target=write)
    thread.start()
    yield acknowledged
    thread.join()


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def kept(server: Server) -> set[int]:
    with psycopg.connect(server.url) as connection:
        return {n for (n,) in connection.execute("SELECT n FROM kept")}


def test_when_the_database_is_killed(server: Server) -> None:
    with writing(server) as acknowledged:
        wait_for(lambda: len(acknowledged) >= 50)
        pid = server.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not server.is_running())
    server.start()
    assert set(acknowledged) <= kept(server)


def test_when_the_process_that_started_it_is_killed(made: Path, another_process: Starter) -> None:
    first = another_process(made)
    assert first.stdout is not None
    first.stdout.readline()
    server = Server(made)
    with writing(server) as acknowledged:
        wait_for(lambda: len(acknowledged) >= 50)
        first.kill()
        first.wait()
    with server:
        assert server.owned
        assert set(acknowledged) <= kept(server)


def test_when_both_are_killed_at_once(made: Path, another_process: Starter) -> None:
    first = another_process(made)
    assert first.stdout is not None
    pid = int(first.stdout.readline())
    server = Server(made)
    with writing(server) as acknowledged:
        wait_for(lambda: len(acknowledged) >= 50)
        os.kill(pid, signal.SIGKILL)
        first.kill()
        first.wait()
    with server:
        assert set(acknowledged) <= kept(server)


def test_no_server_outlives_the_process_that_started_it(
    made: Path, another_process: Starter
) -> None:
    first = another_process(made)
    assert first.stdout is not None
    pid = int(first.stdout.readline())
    first.kill()
    first.wait()
    wait_for(lambda: running_pid(made / "postgres") != pid)


def test_two_who_start_at_the_same_moment_share_one_server(
    made: Path, another_process: Starter
) -> None:
    both = [another_process(made) for _ in range(2)]
    pids = {process.stdout.readline() for process in both if process.stdout}
    assert len(pids) == 1
