"""A warm standby that follows by streaming replication, and its take-over by one command."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path

from watchroom.site.archiving import _own
from watchroom.site.postgres import Server, data_folder
from watchroom.site.postgres_binaries import binaries
from watchroom.site.postgres_cluster import SUPERUSER, environment, prepare_data_folder
from watchroom.site.trouble import Trouble

TAKE_OVER_S = 60.0


def follow(url: str, name: str = "standby") -> Server:
    """Make the standby in a new data folder, if it is not there yet, and start it.

    `url` is the leading server, signed in to with REPLICATION; `name` is what that one calls us:
    its slot, and what synchronous mode waits for.
    """
    data = data_folder()
    prepare_data_folder(data)
    if not (data / "postgres").exists():
        _copy(data, url, name)
    elif not (data / "postgres" / "standby.signal").exists():
        raise Trouble(
            f"{data} 里的数据库不是备机：请用新的 WATCHROOM_DATA。",
            f"The database in {data} is no standby: use a new WATCHROOM_DATA.",
        )
    return Server(data).start()


def run(url: str, name: str) -> None:
    """Follow until stopped, or until somebody takes over: then lead until stopped."""
    server = follow(url, name)
    stopped = [False]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.__setitem__(0, True))
    print(f"备机在跟随 · the standby follows: {server.data}", flush=True)
    try:
        while not stopped[0]:
            if not server.is_running():
                server.stop()
                server.start()
            time.sleep(0.5)
    finally:
        server.stop()


def take_over(data: Path | None = None) -> float:
    """The standby in this data folder leads from now on; returns the seconds it took.

    The old leader must be stopped for good first: two leaders are two truths.
    """
    import psycopg

    server, begun = Server(data or data_folder()), time.monotonic()
    if server.pid() is None:
        raise Trouble(
            f"{server.data} 里没有运行中的备机。", f"No standby is running in {server.data}."
        )
    address = server.address(SUPERUSER, "postgres")
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as db:
        row = db.execute("SELECT pg_is_in_recovery()").fetchone()
        if not (row and row[0]):
            raise Trouble("这台服务器已经是主机。", "This server leads already.")
        done = db.execute("SELECT pg_promote(true, %s)", [int(TAKE_OVER_S)]).fetchone()
    if not (done and done[0]):
        raise Trouble(
            f"没有在 {TAKE_OVER_S:.0f} 秒内接管，原因请看 {server.log}。",
            f"It did not take over within {TAKE_OVER_S:.0f} s; {server.log} says why.",
        )
    return round(time.monotonic() - begun, 2)


def _copy(data: Path, url: str, name: str) -> None:
    fresh = data / "postgres.copying"
    shutil.rmtree(fresh, ignore_errors=True)
    told = f"{url}{'&' if '?' in url else '?'}application_name={name}"
    command = [
        binaries().program("pg_basebackup"), "-D", str(fresh), "-R", "-X", "stream",
        "--checkpoint=fast", "-d", told,
    ]  # fmt: skip
    # The slot of an earlier standby of this name, if there was one, is taken up again.
    for slot in (["-C", f"--slot={name}"], [f"--slot={name}"]):
        shutil.rmtree(fresh, ignore_errors=True)
        done = subprocess.run(  # noqa: S603 - our own programs
            [*command, *slot], env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            break
    else:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Trouble(
            f"不能从主机复制（{said}）：请检查地址和 REPLICATION 权限。",
            f"The leading server cannot be copied ({said}): check its address and that the role "
            "has REPLICATION.",
        )
    for left in ("postmaster.pid", "postmaster.opts"):
        (fresh / left).unlink(missing_ok=True)
    _own(fresh)
    fresh.replace(data / "postgres")
