"""The supervisor behind `watchroom demo`: restarts what crashes, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.plugin import ROOT
from watchroom.site.processes import Child, Supervisor

FAMILY = "import subprocess, time; subprocess.Popen(['sleep', '987']); time.sleep(987)"


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def members(group: int) -> list[int]:
    """The live processes of a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def stop_when(condition: Callable[[], object]) -> None:
    """Press Ctrl-C on ourselves once something has happened."""

    def press() -> None:
        try:
            until(condition)
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()


def test_what_children_say_is_prefixed_and_a_crash_is_followed_by_a_restart() -> None:
    said: list[str] = []
    child = Child("one", [sys.executable, "-c", "print('你好'); raise SystemExit(3)"])
    stop_when(lambda: said.count("one │ 你好") >= 2)
    Supervisor([child], say=said.append).run()
    assert said[0] == "one │ 你好"
    assert "ended (3), restarting in 0.5 s" in said[1]
    assert child.crashes >= 1


def test_pauses_between_restarts_grow_and_have_an_end() -> None:
    child = Child("one", [])
    pauses = []
    for crashes in (1, 2, 3, 50):
        child.crashes = crashes
        pauses.append(child.pause())
    assert pauses == [0.5, 1.0, 2.0, 30.0]


def test_ctrl_c_stops_children_and_grandchildren() -> None:
    child = Child("family", [sys.executable, "-c", FAMILY])
    groups: list[int] = []

    def two_of_them() -> bool:
        if child.process is not None and len(members(child.process.pid)) == 2:
            groups.append(child.process.pid)
        return bool(groups)

    stop_when(two_of_them)
    Supervisor([child], say=lambda _: None).run()
    assert members(groups[0]) == []


def test_a_child_that_will_not_listen_is_stopped_too() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(987)"  # noqa: E501
    said: list[str] = []
    child = Child("deaf", [sys.executable, "-c", deaf])
    stop_when(lambda: said)
    supervisor = Supervisor([child], say=said.append, grace=0.5)
    supervisor.run()
    assert child.process is not None and child.process.returncode == -signal.SIGKILL


def test_what_a_crashed_child_had_started_is_gone_before_it_starts_again() -> None:
    said: list[str] = []
    child = Child("family", [sys.executable, "-c", FAMILY])
    first: list[int] = []

    def kill_the_first() -> bool:
        if child.process is not None and not first and len(members(child.process.pid)) == 2:
            first.append(child.process.pid)
            os.kill(child.process.pid, signal.SIGKILL)
        return any("restarting" in line for line in said)

    stop_when(kill_the_first)
    Supervisor([child], say=said.append).run()
    assert members(first[0]) == []


def test_children_end_when_the_supervisor_is_killed() -> None:
    program = textwrap.dedent("""
        import sys
        from watchroom.site.processes import Child, Supervisor
        child = Child("c", [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(987)"])
        Supervisor([child]).run()
    """)  # noqa: E501
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline().split("│")[1])
    assert alive(pid)
    supervisor.kill()
    supervisor.communicate()
    until(lambda: not alive(pid))


def test_who_may_wait_starts_after_the_others() -> None:
    first = Child("pages", (sys.executable, "-c", FAMILY))
    later = Child("worker", (sys.executable, "-c", FAMILY), after=0.5)
    supervisor = Supervisor([later, first])
    stop_when(lambda: first.process and later.process)
    supervisor.run()
    assert later.started - first.started >= 0.5


def test_one_still_waiting_when_all_ends_is_never_started() -> None:
    first = Child("pages", (sys.executable, "-c", FAMILY))
    later = Child("worker", (sys.executable, "-c", FAMILY), after=600)
    stop_when(lambda: first.process)
    Supervisor([first, later]).run()
    assert later.process is None
