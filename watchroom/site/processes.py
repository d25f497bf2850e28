"""A small supervisor: starts children, prefixes what they say, restarts what crashes, stops all.

Every child leads its own process group, so that its own children stop with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from watchroom.site.parent_death import leave_with_parent

GRACE = 8.0  # seconds a child has to stop by itself
SETTLED = 60.0  # seconds after which a crash counts as a new one
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One process to keep running; `command` is started again whenever it ends.

    `after`: seconds by which its first start waits, so that others have the processors first.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    due: float = 0.0

    def pause(self) -> float:
        return float(min(LONGEST_PAUSE, 0.5 * 2 ** min(self.crashes - 1, 10)))


class Supervisor:
    """Keeps `children` running until told to stop (Ctrl-C, SIGTERM, SIGHUP)."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        before_restart: Callable[[], None] = lambda: None,
        grace: float = GRACE,
        say: Callable[[str], None] = lambda text: print(text, flush=True),
    ) -> None:
        self.children = list(children)
        self.before_restart = before_restart
        self.grace = grace
        self.say = say
        self.stopping = False
        self._wake = threading.Event()
        self._said = threading.Lock()

    def run(self) -> None:
        """Blocks. Returns after everything it started has stopped."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._told_to_stop) for number in numbers}
        try:
            for child in self.children:
                if child.after:
                    child.due = time.monotonic() + child.after
                else:
                    self._start(child)
            self._watch()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def wake(self) -> None:
        """Look again now: something the children stand on has changed."""
        self._wake.set()

    def stop(self) -> None:
        """Ask every child's group to stop, wait, then insist."""
        self.stopping = True
        for child in self.children:
            _signal_group(child, signal.SIGTERM)
        end = time.monotonic() + self.grace
        for child in self.children:
            _wait(child, max(0.1, end - time.monotonic()))
            _signal_group(child, signal.SIGKILL)
            _wait(child, None)

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        self._wake.set()

    def _watch(self) -> None:
        while not self.stopping:
            self._wake.wait(self._next_due())
            self._wake.clear()
            if self.stopping:
                return
            self.before_restart()
            for child in self.children:
                self._look_after(child)

    def _next_due(self) -> float | None:
        dues = [c.due for c in self.children if c.due]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def _look_after(self, child: Child) -> None:
        if child.due:
            if time.monotonic() >= child.due:
                self._start(child)
        elif child.process is not None and child.process.poll() is not None:
            self._note_crash(child)

    def _note_crash(self, child: Child) -> None:
        assert child.process is not None  # noqa: S101 - the caller has looked
        _signal_group(child, signal.SIGKILL)  # what it had started must not linger
        settled = time.monotonic() - child.started > SETTLED
        child.crashes = 1 if settled else child.crashes + 1
        pause = child.pause()
        child.due = time.monotonic() + pause
        code = child.process.returncode
        self._print(
            child,
            f"进程已退出（{code}），{pause:g} 秒后重启 · ended ({code}), restarting in {pause:g} s",
        )

    def _start(self, child: Child) -> None:
        child.due = 0.0
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - our own commands
            child.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=leave_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a system call, no locks
        )
        for task in (self._relay, self._await):
            threading.Thread(target=task, args=(child, child.process), daemon=True).start()

    def _relay(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for above
        for line in process.stdout:
            self._print(child, line.decode(errors="replace").rstrip())

    def _await(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        process.wait()  # not the end of its output: grandchildren may hold that open
        self._wake.set()

    def _print(self, child: Child, text: str) -> None:
        width = max(len(c.name) for c in self.children)
        with self._said:
            self.say(f"{child.name:<{width}} │ {text}")


def watchroom_command(*arguments: str) -> list[str]:
    """This installation's own command line, whatever is on the PATH."""
    return [sys.executable, "-m", "watchroom.site.command_line", *arguments]


def _signal_group(child: Child, number: signal.Signals) -> None:
    if child.process is None:
        return
    try:
        os.killpg(child.process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _wait(child: Child, seconds: float | None) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
