"""What a person sees on the terminal when something is not as it should be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.plugin import ROOT
from watchroom.site import checking, database_url
from watchroom.site.keys import load_keys
from watchroom.site.postgres import Server
from watchroom.site.trouble import Trouble

Watchroom = Callable[..., "subprocess.CompletedProcess[str]"]


def says(done: subprocess.CompletedProcess[str], *wanted: str) -> None:
    """Two sentences, both languages, no traceback, and a code that scripts can see."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert [line[0] for line in lines[-2:]] == ["✗", "✗"]
    for part in wanted:
        assert part in done.stderr


def test_help_is_a_tour(watchroom: Watchroom) -> None:
    done = watchroom("--help", COLUMNS="200")
    for command in ("demo", "serve", "live", "worker", "migrate", "backup", "check", "trail"):
        assert f"│ {command} " in done.stdout


def test_help_loads_neither_django_nor_a_database_driver() -> None:
    program = (
        "import sys, watchroom.site.command_line; print({'django','psycopg'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("command", ["demo", "serve", "live"])
def test_the_port_is_taken(watchroom: Watchroom, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = watchroom(command, "--port", port)
    says(done, f"端口 127.0.0.1:{port} 不能使用", f"Port 127.0.0.1:{port} cannot be used")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://watchroom@127.0.0.1/watchroom", "does not start with postgresql://"),
        ("postgresql://127.0.0.1", "names no database"),
        ("postgresql://127.0.0.1:port/watchroom", "DATABASE_URL is wrong"),
        ("postgresql://watchroom@127.0.0.1:1/watchroom", "Connection refused"),
    ],
)
def test_the_database_url_is_wrong(watchroom: Watchroom, url: str, why: str) -> None:
    says(watchroom("worker", DATABASE_URL=url), "DATABASE_URL", why)


def test_the_database_or_the_user_does_not_exist(own_database: object) -> None:
    url = os.environ["DATABASE_URL"]
    with pytest.raises(Trouble, match='database "nowhere" does not exist'):
        database_url.reach(url.replace("/watchroom?", "/nowhere?"))
    with pytest.raises(Trouble, match="nobody_here"):
        database_url.reach(url.replace("//watchroom_owner@", "//nobody_here@"))


def test_the_data_folder_cannot_be_made(watchroom: Watchroom, folder: Path) -> None:
    (folder / "data").write_text("a file in the way")
    says(watchroom("migrate"), "WATCHROOM_DATA", "cannot be made")


def test_secrets_are_made_once_and_for_their_owner_only(folder: Path) -> None:
    first = load_keys(folder)
    assert load_keys(folder) == first
    assert len(first["WATCHROOM_SECRET"]) > 40
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_processes_started_together_agree_on_one_secret(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: load_keys(folder)["WATCHROOM_SECRET"], range(64)))
    assert len(set(seen)) == 1


def test_unreadable_secrets_are_never_silently_replaced(folder: Path) -> None:
    (folder / "secrets.json").write_text("{ cut off")
    with pytest.raises(Trouble, match="cannot be read"):
        load_keys(folder)
    assert (folder / "secrets.json").read_text() == "{ cut off"


def test_check_is_red_until_the_schema_is_there(watchroom: Watchroom, made: Path) -> None:
    before = watchroom("check")
    assert before.returncode == 1
    assert "run watchroom migrate" in before.stdout
    assert watchroom("migrate").returncode == 0
    after = watchroom("check").stdout
    assert "✓ 数据库结构是最新的" in after
    os.chmod(made / "secrets.json", 0o644)  # noqa: PTH101
    assert "✗ 别人能读" in watchroom("check").stdout


def test_check_sees_whether_the_frontend_is_built(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BUILT", folder)
    with pytest.raises(Trouble, match="make frontend"):
        checking._frontend()
    (folder / "page.js").touch()
    assert checking._frontend()[1] == "The frontend is built"


def test_a_backup_restored_elsewhere_holds_the_same_rows(
    watchroom: Watchroom, made: Path, folder: Path
) -> None:
    assert watchroom("migrate").returncode == 0
    with Server(made) as server, psycopg.connect(server.url) as connection:
        connection.execute("INSERT INTO django_session VALUES ('a', '值守', now())")
    kept = folder / "kept"
    (made / "documents").mkdir()
    (made / "documents" / "照片.txt").write_text("a photo")
    assert watchroom("backup", str(kept)).returncode == 0
    assert set(json.loads((kept / "manifest.json").read_text())["sha256"]) == {
        "database.dump.sealed",
        "documents.tar.sealed",
        "secrets.tar.sealed",
    }
    assert b"a photo" not in b"".join(p.read_bytes() for p in kept.iterdir())
    elsewhere, key = str(folder / "elsewhere"), str(made / "backup-key.private")
    restore = ("restore", str(kept), "--key", key)
    says(watchroom("restore", str(kept), WATCHROOM_DATA=elsewhere), "say with --key where it is")
    says(watchroom(*restore[:3], str(a_key(folder)), WATCHROOM_DATA=elsewhere), "does not open")
    assert watchroom(*restore, WATCHROOM_DATA=elsewhere).returncode == 0
    assert (folder / "elsewhere" / "documents" / "照片.txt").read_text() == "a photo"
    with Server(Path(elsewhere)) as server, psycopg.connect(server.url) as connection:
        rows = connection.execute("SELECT session_data FROM django_session").fetchall()
    assert rows == [("值守",)]
    says(watchroom(*restore, WATCHROOM_DATA=elsewhere), "is not empty")


def a_key(folder: Path) -> Path:
    path = folder / "another.key"
    path.write_text("11" * 32)
    return path


def test_a_damaged_backup_is_refused(watchroom: Watchroom, made: Path, folder: Path) -> None:
    kept = folder / "kept"
    assert watchroom("backup", str(kept)).returncode == 0
    with (kept / "database.dump.sealed").open("ab") as dump:
        dump.write(b"!")
    says(watchroom("restore", str(kept)), "is not a complete backup (database.dump.sealed)")
