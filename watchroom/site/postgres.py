"""The embedded PostgreSQL: made, started, watched over and stopped by us.

One data folder, one server. It listens on a Unix socket in a private folder only, and who may sign
in is decided by the operating system (peer): there is no port to be taken and no password to leak.
Whoever starts the server first owns it and stops it; a second process just uses it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

from watchroom.site import postgres_cluster as cluster_files
from watchroom.site.parent_death import leave_with_parent
from watchroom.site.postgres_account import Account, account, reachable_binaries
from watchroom.site.postgres_binaries import Binaries, binaries
from watchroom.site.postgres_cluster import APPLICATION, OWNER, SUPERUSER
from watchroom.site.trouble import Trouble

PATIENCE = 60.0  # seconds; after a crash the log is replayed before the server answers
SOCKET_ROOM = 107 - len("/.s.PGSQL.5432.lock")  # bytes left for the folder in a socket's path
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # only part of the socket's name
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling a page's queries costs more than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failing statement and its DETAIL repeat what was typed about people: neither is written.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOT_YET = ("starting up", "shutting down", "recovery", "not yet accepting")
# An archiver or standby that stays away must not fill the disk of who leads.
SETTINGS |= {"max_slot_wal_keep_size": "4GB", "wal_keep_size": "64MB", "hot_standby_feedback": "on"}
FAST_AND_LOSE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def data_folder() -> Path:
    """WATCHROOM_DATA, else `data` in the current folder."""
    return Path(os.environ.get("WATCHROOM_DATA", "data")).absolute()


class Server:
    """The server of one data folder. `durable=False` trades crash safety for speed: tests only."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.absolute()
        self.durable = durable
        self.owned = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    # -- where it is -----------------------------------------------------------------------------

    @property
    def sockets(self) -> Path:
        """`run` in the data folder where that is a short plain path, else a private folder in
        /tmp: the system allows 107 bytes. The same answer for every process, before any start."""
        near = str(self.data / "run")
        plain = near.isascii() and not set(near) & set(" ,\"'\\")
        if plain and len(near) <= SOCKET_ROOM and os.geteuid() != 0:
            return Path(near)
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(f"/tmp/watchroom-{os.geteuid()}-{mark}")  # noqa: S108 - owner and mode checked

    def address(self, role: str, database: str = "watchroom") -> str:
        where = quote(str(self.sockets), safe="")
        # The port too, though it is only part of the socket's name: PGPORT must not decide it.
        return f"postgresql://{role}@/{database}?host={where}&port={SETTINGS['port']}"

    @property
    def url(self) -> str:
        """For serve, live and worker: may read and write rows, may not change the schema."""
        return self.address(APPLICATION)

    @property
    def owner_url(self) -> str:
        """For migrations and backups."""
        return self.address(OWNER)

    @property
    def cluster(self) -> Path:
        return (self.data / "postgres").resolve()

    @property
    def log(self) -> Path:
        return self.data / "logs" / "postgres.log"

    # -- its life --------------------------------------------------------------------------------

    def start(self) -> Server:
        """Start the server, or join one that is running; returns when it answers."""
        cluster_files.prepare_data_folder(self.data)
        if not self._take_lock():
            self._wait_for_the_other()
            return self
        try:
            self._start_own()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop what we own: open transactions roll back, everything is on disk, it leaves."""
        if not self.owned:
            return
        pid = self.pid()
        if pid is not None:
            cluster_files.stop(pid)
        self._process = None
        self._release_lock()

    def pid(self) -> int | None:
        """The running server's process id."""
        return cluster_files.running_pid(self.cluster)

    def is_running(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return self.pid() is not None

    def wait(self) -> None:
        """Until the server we started is gone."""
        if self._process is not None:
            self._process.wait()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # -- steps of starting -----------------------------------------------------------------------

    def _start_own(self) -> None:
        who = account()
        programs = binaries(cluster_files.major_version(self.cluster))
        programs = reachable_binaries(programs, who)
        if not self.cluster.exists():
            cluster_files.create(self.data, programs, who, durable=self.durable)
        orphan = self.pid()
        if orphan is not None:  # its owner was killed; ours must have our settings and our watch
            cluster_files.stop(orphan)
        cluster_files.allow_sign_in(self.cluster, who)
        self._make_sockets(who)
        self._launch(programs, who)

    def _launch(self, programs: Binaries, who: Account) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            self._spawn(programs, who)
            said = self._wait(end)
            if said is None:
                return
            # Killed a moment ago, its last backends still hold the memory: they are leaving.
            if "shared memory block" not in said or time.monotonic() > end:
                raise self._explain(said)
            time.sleep(0.1)

    def _spawn(self, programs: Binaries, who: Account) -> None:
        settings = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'}
        if not self.durable:
            settings |= FAST_AND_LOSE
        if waits_for := os.environ.get("WATCHROOM_SYNCHRONOUS", ""):
            settings |= {"synchronous_standby_names": waits_for}
        command = [programs.program("postgres"), "-D", str(self.cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._open_log() as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                cwd=self.cluster,
                env=cluster_files.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
                preexec_fn=leave_with_parent(signal.SIGINT),  # noqa: PLW1509 - a system call, no locks
                **who.popen(),  # type: ignore[call-overload]
            )

    def _open_log(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > 16 * 2**20:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        return self.log.open("ab")

    def _wait(self, end: float) -> str | None:
        """None when the server answers; what it said when it gave up instead."""
        while not self._answers():
            if self._process is not None and self._process.poll() is not None:
                return self._last_words()
            if time.monotonic() > end:
                return self._last_words()
            time.sleep(0.01)
        return None

    def _wait_for_the_other(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._take_lock():
                self._start_own()
                return
            if time.monotonic() > end:
                raise Trouble(
                    f"另一个值守进程占用着 {self.data}，但它的数据库没有应答：请先停止它。",
                    f"Another Watchroom process holds {self.data} but its database does not "
                    "answer: stop that process first.",
                )
            time.sleep(0.05)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.address(SUPERUSER, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            said = str(error)
            if "FATAL" in said and not any(words in said for words in NOT_YET):
                raise self._explain(said) from error
            return False
        return True

    def _last_words(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _explain(self, said: str) -> Trouble:
        if "No space left" in said:
            return cluster_files.disk_full(self.data)
        lines = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
        if lines:
            return cluster_files.broken(self.cluster, lines[-1].split(":", 3)[-1].strip())
        return Trouble(
            f"数据库在 {PATIENCE:.0f} 秒内没有应答，原因请看 {self.log}。",
            f"The database did not answer within {PATIENCE:.0f} s; {self.log} says why.",
        )

    def _make_sockets(self, who: Account) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        seen = self.sockets.lstat()
        if self.sockets.is_symlink() or seen.st_uid not in (os.geteuid(), who.uid):
            raise Trouble(
                f"{self.sockets} 属于别的用户，数据库不能在那里监听：请删除它。",
                f"{self.sockets} belongs to somebody else, so the database cannot listen there: "
                "remove it.",
            )
        who.own(self.sockets)
        # Ours alone, and no server of ours is left: a lock in here names a number that is dead or
        # belongs to a stranger by now, which PostgreSQL would take for a running server.
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _take_lock(self) -> bool:
        if self._lock is None:
            lock = (self.data / "postgres.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                return False
            self._lock = lock
        self.owned = True
        return True

    def _release_lock(self) -> None:
        self.owned = False
        if self._lock is not None:
            self._lock.close()
            self._lock = None
