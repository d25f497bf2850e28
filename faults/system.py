"""The real system as separate processes, each started again when it ends, as systemd would."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

from benchmarks._ground import ROOT, _family, command, free_port
from watchroom.site.parent_death import leave_with_parent
from watchroom.site.postgres import Server
from watchroom.site.trouble import Trouble

SOCKET = ".s.PGSQL.5432"
DISK = "2500M"
SERVES_S = 900.0
"""After so long it does not serve at all: the run ends. How long it took is said, not bounded."""
RESTART_S = 0.3
"""What a service manager waits before it starts again what has ended."""
OURS = ("pages", "live", "worker")


class System:
    """PostgreSQL, pages, live stream and worker, with a proxy between all of them and clients."""

    def __init__(self, data: Path, disk: str) -> None:
        self.data, self.disk = data, disk
        self.home = data / "watchroom"
        self.server = Server(self.home)
        self.ports = {name: free_port() for name in ("pages", "live", "to pages", "to live")}
        self.clock = data / "clock"
        self.secret = secrets.token_urlsafe(32)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ended: dict[str, float] = {}
        self.stopping = threading.Event()
        self._manager = threading.Thread(target=self._manage, daemon=True)
        self._started = threading.Event()
        self._proxy: subprocess.Popen[str] | None = None
        self._log = (data / "processes.log").open("ab")

    # -- its life --------------------------------------------------------------------------------

    def start(self, prepare: Callable[[dict[str, str]], None]) -> None:
        """PostgreSQL first; `prepare(environment)` is given it; then everything else."""
        self.clock.write_text("0")
        self.prepare = prepare
        self._manager.start()  # everything is started by its thread, and ends with it
        self._started.wait()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        self.stopping.set()
        self._manager.join()

    def _manage(self) -> None:
        self._failed: BaseException | None = None
        try:
            self.server.start()
            self.prepare(self.environment(self.server.url, self.server.owner_url))
            self._start_proxy()
            for name in OURS:
                self._start(name)
        except BaseException as error:
            self._failed = error
        finally:
            self._started.set()
        while self._failed is None and not self.stopping.wait(0.1):
            self.look_after()
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._proxy is not None:
            self._proxy.kill()
            self._proxy.wait()
        self.server.stop()
        shutil.rmtree(self.server.sockets, ignore_errors=True)

    def look_after(self) -> None:
        """Start again what has ended."""
        if self.server.pid() is None or not self.server.is_running():
            with suppress(Trouble):  # the disk may be full: again in a moment
                self.server.stop()
                self.server.start()
        for name, process in self.processes.items():
            if process.poll() is None:
                continue
            ended = self.ended.setdefault(name, time.monotonic())
            if time.monotonic() - ended > RESTART_S:
                self._start(name)

    def _start(self, name: str) -> None:
        self.ended.pop(name, None)
        told = {
            "pages": ("serve", "--port", str(self.ports["pages"])),
            "live": ("live", "--port", str(self.ports["live"])),
            "worker": ("worker",),
        }[name]
        through = str(self.data / "db").replace("/", "%2F")
        url = f"postgresql://watchroom@/watchroom?host={through}&port=5432"
        self.processes[name] = subprocess.Popen(
            command(*told),
            cwd=ROOT,
            env=self.environment(url, url),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            process_group=0,
            preexec_fn=leave_with_parent(signal.SIGKILL),
        )

    def environment(self, url: str, owner: str) -> dict[str, str]:
        """What a process of Watchroom is started with here."""
        inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        return inherited | {
            "DATABASE_URL": url,
            "OWNER_DATABASE_URL": owner,
            "WATCHROOM_DATA": str(self.home),
            "WATCHROOM_SECRET": self.secret,
            "WATCHROOM_FAULTS_CLOCK": str(self.clock),
            "PYTHONPATH": os.pathsep.join((str(ROOT / "faults" / "clock"), str(ROOT))),
            "PYTHONUNBUFFERED": "1",
        }

    def _start_proxy(self) -> None:
        (self.data / "db").mkdir(mode=0o700)
        ways = (
            f"db=unix:{self.data / 'db' / SOCKET}=unix:{self.server.sockets / SOCKET}",
            f"pages=tcp:{self.ports['to pages']}=tcp:{self.ports['pages']}",
            f"live=tcp:{self.ports['to live']}=tcp:{self.ports['live']}",
        )
        self._proxy = subprocess.Popen(
            [sys.executable, "-m", "faults.proxy", *ways],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            preexec_fn=leave_with_parent(signal.SIGKILL),
        )
        assert self._proxy.stdout is not None
        self._proxy.stdout.readline()

    # -- what can be done to it ------------------------------------------------------------------

    def way(self, name: str, what: str, seconds: float = 0.0) -> None:
        """Tell the proxy."""
        assert self._proxy is not None and self._proxy.stdin is not None
        self._proxy.stdin.write(f"{name} {what} {seconds}\n")
        self._proxy.stdin.flush()

    def signal(self, name: str, number: signal.Signals) -> None:
        """One process and its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, number)

    def postgres(self) -> list[int]:
        """Process ids of the server, the first its own."""
        pid = self.server.pid()
        return _family(pid) if pid is not None else []

    # -- whether it serves -----------------------------------------------------------------------

    def serves(self, session: str) -> dict[str, float]:
        """Wait until pages, stream and worker do their work; {what: seconds it took}."""
        begun, took = time.monotonic(), {}
        asked = {
            "pages": (f"http://127.0.0.1:{self.ports['to pages']}/api/v1/dispatch/queue", session),
            "live": (f"http://127.0.0.1:{self.ports['to live']}/live/ready", ""),
        }
        alive = time.time()
        while len(took) < 3 and time.monotonic() - begun < SERVES_S:
            for name, (url, cookie) in asked.items():
                if name not in took and _answers(url, cookie):
                    took[name] = time.monotonic() - begun
            if "worker" not in took and self._worker_since(alive):
                took["worker"] = time.monotonic() - begun
            time.sleep(0.1)
        if len(took) < 3:
            raise SystemExit(f"it does not serve: {took} after {time.monotonic() - begun:.0f} s")
        return {name: round(seconds, 2) for name, seconds in took.items()}

    def _worker_since(self, moment: float) -> bool:
        import psycopg

        query = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > to_timestamp(%s)"
        try:
            with psycopg.connect(self.server.url, connect_timeout=2) as connection:
                row = connection.execute(query, [moment]).fetchone()
            return bool(row and row[0])
        except psycopg.Error:
            return False


def _answers(url: str, session: str) -> bool:
    request = urllib.request.Request(url, headers={"Cookie": f"sessionid={session}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, HTTPException, ValueError):  # also cut in the middle of a line
        return False


@contextmanager
def disk() -> Iterator[tuple[Path, str]]:
    """A folder on a small disk of its own where this may be made, and what kind it is."""
    folder = Path(tempfile.mkdtemp(prefix="watchroom-faults-"))
    kind = _mounted(folder)
    folder.chmod(0o711)  # started by root, the server's own account must get through
    try:
        yield folder, kind
    finally:
        if kind != "none":
            subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".img").unlink(missing_ok=True)


def _mounted(folder: Path) -> str:
    image = folder.with_suffix(".img")
    ways = {
        "ext4 in a file": (
            ["truncate", "-s", DISK, str(image)],
            ["mkfs.ext4", "-q", "-m", "0", str(image)],
            ["mount", "-o", "loop", str(image), str(folder)],
        ),
        "tmpfs": (["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)],),
    }
    for kind, commands in ways.items():
        with suppress(OSError):
            if all(_ran(one) for one in commands):
                return kind
    return "none"


def _ran(arguments: list[str]) -> bool:
    return subprocess.run(arguments, check=False, capture_output=True).returncode == 0


def people(environment: dict[str, str], desks: int, phones: int, target: Path) -> Any:
    """Schema and county; who works there."""
    owner = environment | {"DATABASE_URL": environment["OWNER_DATABASE_URL"]}
    owner |= {"DJANGO_SETTINGS_MODULE": "watchroom.site.settings"}
    subprocess.run(command("migrate"), cwd=ROOT, env=owner, check=True, capture_output=True)
    made = subprocess.run(
        [sys.executable, "-m", "faults.county", str(desks), str(phones)],
        cwd=ROOT, env=owner, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    target.write_text(made)
    return json.loads(made)
