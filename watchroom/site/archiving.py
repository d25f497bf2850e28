"""Continuous archiving, and back to any moment: a base copy, the log as it is written, both sealed.

`pg_receivewal` reads the log over a replication connection into a spool of ours; what is complete
is sealed and put away, and what is not, every few seconds. An `archive_command` would run under the
database's account, which need not reach our program or the store, and would only ever see whole
segments. A slot keeps what we have not yet read, up to a bound: longer away than that needs a new
base, and `check` of the archive says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from watchroom.site import sealed_files
from watchroom.site.backing_up import (
    DOCUMENTS,
    KEPT_SECRETS,
    SECRETS,
    _output,
    put_packed,
    unpack,
)
from watchroom.site.backup_store import Store, copy, store
from watchroom.site.parent_death import leave_with_parent
from watchroom.site.postgres import Server, data_folder
from watchroom.site.postgres_account import account
from watchroom.site.postgres_binaries import binaries
from watchroom.site.postgres_cluster import SUPERUSER, environment, prepare_data_folder
from watchroom.site.trouble import Trouble

SLOT = "watchroom_archive"
BASE, WAL, WHOLE, PARTIAL = "base", "wal", ".sealed", ".partial"
EVERY_S = 5.0
"""Seconds between two looks at the log: about what may be lost with the machine."""
RECOVERY_S = 3600.0
STAMP = "%Y%m%dT%H%M%SZ"


def replication_url(server: Server | None) -> str:
    """As whom the log is read: the embedded server's own superuser, or REPLICATION_URL."""
    if server is not None:
        return server.address(SUPERUSER, "postgres")
    url = os.environ.get("WATCHROOM_REPLICATION_URL", "")
    if not url:
        raise Trouble(
            "归档要读取数据库日志：请把 WATCHROOM_REPLICATION_URL 设为有 REPLICATION 权限的地址。",
            "Archiving reads the database's log: set WATCHROOM_REPLICATION_URL to an address whose "
            "role has REPLICATION.",
        )
    return url


def base(where: str, url: str) -> str:
    """A base copy of the whole server, with documents and secrets; returns its name."""
    target, data = store(where), data_folder()
    key, made = sealed_files.public_key(data)
    if said := _hold_log(url):  # from here on: what is written while we copy belongs to the copy
        raise Trouble(f"读不到数据库日志：{said}。", f"The log cannot be read: {said}.")
    name = f"{BASE}/{datetime.now(UTC).strftime(STAMP)}"
    arguments = ("-D", "-", "-Ft", "-X", "none", "--checkpoint=fast", "--no-sync", "-d", url)
    with _output("pg_basebackup", *arguments) as copied:
        pieces = sealed_files.seal(cast(Any, copied), key)
        put_packed(target, f"{name}/{DOCUMENTS}", [data / "documents"], data, key)
        put_packed(target, f"{name}/{SECRETS}", [data / n for n in KEPT_SECRETS], data, key)
        target.put(f"{name}/cluster.tar{WHOLE}", pieces)  # last: without it, no base
    return "\n".join([f"{where} {name}", *(s.format(path=made) for s in sealed_files.MADE if made)])


class Archiver:
    """Follows the log until stopped. `rounds` of `follow` are what it does each few seconds."""

    def __init__(self, where: str, url: str) -> None:
        self.target, self.url, self.data = store(where), url, data_folder()
        self.key, self.made = sealed_files.public_key(self.data)
        self.spool = self.data / "wal-spool"
        self.spool.mkdir(mode=0o700, exist_ok=True)
        self._sent: dict[str, float] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        if not list(self.target.names(BASE + "/")):
            raise Trouble(
                "归档里还没有基础备份：请先运行 watchroom archive base。",
                "The archive holds no base copy yet: run watchroom archive base first.",
            )
        try:
            while True:
                self.follow()
                time.sleep(EVERY_S)
        except KeyboardInterrupt:
            return
        finally:
            self.stop()

    def follow(self) -> int:
        """See that the log is being read, and put away what is new; returns how many segments."""
        if self._process is None or self._process.poll() is not None:
            self._receive()
        return self.put_away()

    def stop(self) -> None:
        """Let go of the log and put away what was read."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self.put_away()

    def _receive(self) -> None:
        if said := _hold_log(self.url):
            print(f"! 暂时读不到数据库日志 · the log cannot be read yet: {said}", flush=True)
            return
        self._process = subprocess.Popen(  # noqa: S603
            [*_receivewal(self.url), "-D", str(self.spool), "--synchronous", "--no-loop"],
            env=environment(), stdin=subprocess.DEVNULL,
            preexec_fn=leave_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a system call, no locks
        )  # fmt: skip

    def put_away(self) -> int:
        """Seal what is complete and what has changed since the last look."""
        done = 0
        for path in sorted(self.spool.iterdir()):
            changed = path.stat().st_mtime
            if self._sent.get(path.name) == changed:
                continue
            try:
                self._put(path)
            except FileNotFoundError:  # it was completed and renamed this moment
                continue
            done += 1
            if path.suffix == PARTIAL:
                self._sent[path.name] = changed
                continue
            self._sent.pop(path.name + PARTIAL, None)
            self.target.remove(f"{WAL}/{path.name}{PARTIAL}{WHOLE}")
            path.unlink()
        return done

    def _put(self, path: Path) -> None:
        with path.open("rb") as file:
            self.target.put(f"{WAL}/{path.name}{WHOLE}", sealed_files.seal(file, self.key))


def _receivewal(url: str) -> list[str]:
    return [binaries().program("pg_receivewal"), "-d", url, f"--slot={SLOT}"]


def _hold_log(url: str) -> str:
    """See that there is a slot, which holds what we have not read; why not, where there is none.

    Not `pg_receivewal --create-slot`: that one holds nothing before it first reads.
    """
    import psycopg

    make = (
        "SELECT pg_create_physical_replication_slot(%(slot)s, true) "
        "WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = %(slot)s)"
    )
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            connection.execute(make, {"slot": SLOT})
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    return ""


def restore_at(where: str, moment: datetime | None, key: Path | None) -> dict[str, Any]:
    """The server as it stood at a moment (None: as far as the log goes), in a new data folder.

    Returns what was used and how long it took.
    """
    begun, data, source = time.monotonic(), data_folder(), store(where)
    prepare_data_folder(data)
    private = sealed_files.private_key(key or data / sealed_files.PRIVATE)
    if (data / "postgres").exists():
        raise Trouble(
            f"{data} 里已有数据库：请用新的 WATCHROOM_DATA 来恢复。",
            f"{data} holds a database already: restore into a new WATCHROOM_DATA.",
        )
    name = _base_before(source, moment)
    fresh = data / "postgres.restoring"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    with tempfile.TemporaryDirectory(dir=data) as folder:
        unpack(source, f"{name}/cluster.tar{WHOLE}", private, _under(folder, name), fresh)
        for part in (DOCUMENTS, SECRETS):
            unpack(source, f"{name}/{part}", private, _under(folder, name), data)
    segments = _fetch_log(source, private, fresh / "restored_wal")
    _aim(fresh, moment)
    _own(fresh)
    fresh.rename(data / "postgres")
    with Server(data) as server:
        reached = _wait_until_open(server)
    (data / "postgres" / "recovery_aim.conf").unlink(missing_ok=True)
    shutil.rmtree(data / "postgres" / "restored_wal", ignore_errors=True)
    took = round(time.monotonic() - begun, 1)
    return {"base": name, "segments": segments, "reached": reached, "seconds": took}


def _under(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir(parents=True, exist_ok=True)
    return Path(folder)


def _base_before(source: Store, moment: datetime | None) -> str:
    names = [n.rpartition("/")[0] for n in source.names(BASE + "/") if "/cluster.tar" in n]
    until = moment.astimezone(UTC).strftime(STAMP) if moment else "9"
    usable = [n for n in names if n.rpartition("/")[2] <= until]
    if not usable:
        raise Trouble(
            "归档里没有早于该时刻的基础备份。",
            "The archive holds no base copy from before that moment.",
        )
    return max(usable)


def _fetch_log(source: Store, private: Any, target: Path) -> int:
    target.mkdir()
    found = source.names(WAL + "/")
    whole = {n for n in found if not n.endswith(PARTIAL + WHOLE)}
    for name in found:
        plain = name.removesuffix(WHOLE).removesuffix(PARTIAL)
        if name not in whole and plain + WHOLE in whole:
            continue
        with source.open(name) as sealed:
            copy(sealed_files.unseal(sealed, private, name), target / Path(plain).name)
    return len(found)


def _aim(cluster: Path, moment: datetime | None) -> None:
    """Where recovery ends. `%p` and `%f` are PostgreSQL's."""
    lines = [f'restore_command = \'cp "{cluster.parent / "postgres"}/restored_wal/%f" "%p"\'']
    if moment is not None:
        lines.append(f"recovery_target_time = '{moment.astimezone(UTC).isoformat()}'")
        lines.append("recovery_target_action = 'promote'")
    (cluster / "recovery.signal").touch()
    with (cluster / "postgresql.conf").open("a") as settings:
        settings.write("include_if_exists 'recovery_aim.conf'\n")
    (cluster / "recovery_aim.conf").write_text("\n".join(lines) + "\n")


def _own(cluster: Path) -> None:
    """Started by root, the server's account owns its files."""
    who = account()
    cluster.chmod(0o700)
    if not who.switch:
        return
    os.chown(cluster, who.uid, who.gid)
    for path in cluster.rglob("*"):
        os.chown(path, who.uid, who.gid, follow_symlinks=False)


def _wait_until_open(server: Server) -> str:
    """Until recovery is over; the moment of the last transaction it brought back."""
    import psycopg

    end = time.monotonic() + RECOVERY_S
    last = ""
    while time.monotonic() < end:
        try:
            with psycopg.connect(server.address(SUPERUSER, "postgres"), connect_timeout=5) as db:
                row = db.execute(
                    "SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()::text"
                ).fetchone()
        except psycopg.OperationalError:
            row = None
        if row is not None:
            last = row[1] or last
            if not row[0]:
                return last
        time.sleep(0.2)
    raise Trouble(
        f"恢复没有在 {RECOVERY_S:.0f} 秒内完成，原因请看 {server.log}。",
        f"The recovery did not end within {RECOVERY_S:.0f} s; {server.log} says why.",
    )


def moment(text: str) -> datetime:
    """A moment as people write it: ISO 8601; without a zone, local time of the agency."""
    from watchroom.base.clock import SHANGHAI

    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise Trouble(
            f"看不懂时间“{text}”：请写成 2026-11-22T08:30:00+08:00。",
            f'"{text}" is not a moment: write it as 2026-11-22T08:30:00+08:00.',
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=SHANGHAI)
