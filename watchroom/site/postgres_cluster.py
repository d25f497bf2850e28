"""The files of one embedded database: where they lie, how they are made, who is using them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from watchroom.site.postgres_account import Account, current_user, elsewhere
from watchroom.site.postgres_binaries import Binaries
from watchroom.site.trouble import Trouble

SUPERUSER = "postgres"
OWNER = "watchroom_owner"
APPLICATION = "watchroom"
ROOM_NEEDED = 300 * 1024 * 1024  # bytes; a new cluster takes 40 MB, its first write-ahead logs more

# template1 carries the grants, so every database made from it has them from its first table on.
FIRST_STATEMENTS = f"""\
CREATE ROLE {APPLICATION} LOGIN
CREATE ROLE {OWNER} LOGIN CREATEDB
GRANT {APPLICATION} TO {OWNER}
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APPLICATION}
CREATE DATABASE watchroom OWNER {OWNER}
"""  # noqa: E501 - one statement a line is what the single-user mode reads


def prepare_data_folder(data: Path) -> None:
    """Make the data folder, or say why it cannot be."""
    try:
        (data / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(
            f"不能在 {data} 建立数据文件夹（{error.strerror}）："
            "请换一个可写的位置（WATCHROOM_DATA）或修正权限。",
            f"The data folder {data} cannot be made ({error.strerror}): choose a writable place "
            "with WATCHROOM_DATA, or correct the permissions.",
        ) from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise Trouble(
            f"没有权限写入数据文件夹 {data}：请用建立它的账户启动，或用 WATCHROOM_DATA 另选一个。",
            f"No permission to write to the data folder {data}: start as the account that made "
            "it, or choose another with WATCHROOM_DATA.",
        )
    free = shutil.disk_usage(data).free
    if free < ROOM_NEEDED:
        raise disk_full(data)


def disk_full(data: Path) -> Trouble:
    free = shutil.disk_usage(data).free // 2**20
    return Trouble(
        f"磁盘空间不足：{data} 所在磁盘只剩 {free} MB，至少需要 {ROOM_NEEDED // 2**20} MB，"
        "请清理后再启动。",
        f"The disk is full: {free} MB are left where {data} lies and "
        f"{ROOM_NEEDED // 2**20} MB are needed; make room and start again.",
    )


def broken(cluster: Path, detail: str) -> Trouble:
    return Trouble(
        f"数据库文件夹 {cluster} 已损坏（{detail}）：请把它移走，再从备份恢复。",
        f"The database folder {cluster} is broken ({detail}): move it away and restore a backup.",
    )


def major_version(cluster: Path) -> int | None:
    """The PostgreSQL version the files belong to; None where there are none yet."""
    if not cluster.exists():
        return None
    try:
        text = (cluster / "PG_VERSION").read_text().strip()
        control = (cluster / "global" / "pg_control").stat().st_size
    except PermissionError as error:
        raise Trouble(
            f"没有权限读取数据库文件夹 {cluster}：请用建立它的账户启动。",
            f"No permission to read the database folder {cluster}: start as the account that "
            "made it.",
        ) from error
    except OSError as error:
        raise broken(cluster, f"{Path(error.filename).name}: {error.strerror}") from error
    if not text.isdigit() or control == 0:
        raise broken(cluster, f"PG_VERSION “{text}”, pg_control {control} bytes")
    return int(text)


def create(data: Path, programs: Binaries, who: Account, *, durable: bool) -> None:
    """Make a new cluster beside its final place, then move it there: never half a cluster."""
    home = data if who.can_enter(data) else elsewhere(who, secrets.token_hex(6))
    fresh = home / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    who.own(fresh)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", *_libc_locale()]
    sync = [] if durable else ["--no-sync"]
    options = ["-U", SUPERUSER, "--encoding=UTF8", "--auth=peer", "--data-checksums"]
    initdb = [programs.program("initdb"), "-D", str(fresh), *options, *locale, *sync]
    _run(initdb, fresh, who)
    single = [programs.program("postgres"), "--single", "-D", str(fresh), "template1"]
    _run(single, fresh, who, FIRST_STATEMENTS)
    cluster = fresh.rename(home / "postgres")
    if home != data:
        (data / "postgres").symlink_to(cluster)


def _libc_locale() -> list[str]:
    """Letters beyond ASCII must count as letters, or trigram search finds no Chinese."""
    import locale

    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return [f"--lc-ctype={name}", "--lc-collate=C", "--lc-messages=C"]
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise Trouble(
        "系统缺少 UTF-8 区域设置：请安装 C.UTF-8 或 en_US.UTF-8。",
        "This system has no UTF-8 locale: install C.UTF-8 or en_US.UTF-8.",
    )


def _run(command: list[str], cluster: Path, who: Account, statements: str | None = None) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs
        command,
        cwd=cluster,
        env=environment(),
        input=statements,
        capture_output=True,
        text=True,
        check=False,
        **who.popen(),  # type: ignore[call-overload]
    )
    said = done.stdout + done.stderr
    if done.returncode == 0 and not re.search(r"(ERROR|FATAL|PANIC):", said):
        return
    if "No space left" in said:
        raise disk_full(cluster.parent)
    raise broken(cluster, said.strip().splitlines()[-1] if said.strip() else "no message")


def environment() -> dict[str, str]:
    """PostgreSQL's own variables (PGPORT, PGDATA, …) of whoever starts us must not leak in."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_MESSAGES": "C"}


def allow_sign_in(cluster: Path, who: Account) -> None:
    """Which system accounts may sign in; the operating system vouches for them."""
    names = {current_user(), who.name}
    hba = "local all all peer map=watchroom\nlocal replication all peer map=watchroom\n"
    files = {
        "pg_hba.conf": hba,
        "pg_ident.conf": "".join(f'watchroom "{name}" all\n' for name in sorted(names)),
    }
    for name, text in files.items():
        path = cluster / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def running_pid(cluster: Path) -> int | None:
    """The live server's process id. A stale pid file is removed, also when its number has been
    given to a stranger since (PostgreSQL itself would refuse to start then)."""
    pid_file = cluster / "postmaster.pid"
    try:
        pid = abs(int(pid_file.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None
    if _is_server(pid, cluster):
        return pid
    pid_file.unlink(missing_ok=True)
    return None


def _is_server(pid: int, cluster: Path) -> bool:
    said = _command_line(pid)
    return "postgres" in said and str(cluster) in said


def _command_line(pid: int) -> str:
    """How that process was called; empty when there is none (or only its remains)."""
    proc = Path("/proc") / str(pid) / "cmdline"
    if proc.parent.parent.joinpath("self").exists():
        try:
            return os.fsdecode(proc.read_bytes())
        except OSError:
            return ""
    asked = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603


def stop(pid: int) -> None:
    """Fast shutdown; a server that does not obey is told more and more firmly."""
    for signal_number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0)):
        if _signal_and_wait(pid, signal_number, seconds):
            return
    _signal_and_wait(pid, signal.SIGKILL, 5.0)


def _signal_and_wait(pid: int, signal_number: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    try:
        os.kill(pid, signal_number)
        while time.monotonic() < end:
            os.kill(pid, 0)
            _reap(pid)
            time.sleep(0.01)
    except ProcessLookupError:
        return True
    return False


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
