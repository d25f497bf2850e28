"""The tests' database: a real embedded PostgreSQL, started on first need and stopped at the end.

Loaded by `-p tests.plugin` (pyproject.toml), hence before Django reads its settings and for the
tests inside `watchroom/` too. With DATABASE_URL set, that server is used instead; its role must be
allowed to create databases.

Workers of pytest-xdist have a server each. The live stream tells an entry only when no older
transaction is open on its server, and a `db` test is one open transaction: on a server for all, the
stream of one worker's test would wait for the slowest test of another.

    db              pytest-django's: one transaction, rolled back
    own_database    a committed database of one's own, cloned from the migrated one, dropped after
    running_watchroom  pages, live stream and worker on own_database (tests/running.py)
    shared          the folder of real data lying beside the project; skips visibly without it

`transactional_db` is refused: it empties tables after each test, and the trail cannot be emptied.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from watchroom.site.postgres import APPLICATION, OWNER, Server

pytest_plugins = ["tests.running"]
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared"))
PLANNED_BY = "WATCHROOM_TEST_SERVER_OF"
_server: Server | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Only the address is needed this early; tests that need no database never start one."""
    if not os.environ.get("DATABASE_URL") or _is_worker_of_ours():
        _plan_server()
    return (yield)


def _is_worker_of_ours() -> bool:
    """A worker inherits the address its parent planned; a run started by a test may use ours."""
    parent = os.environ.get(PLANNED_BY) == str(os.getppid())
    return parent and "PYTEST_XDIST_WORKER" in os.environ


def _plan_server() -> None:
    global _server  # noqa: PLW0603 - one server a session is the point
    data = Path(tempfile.mkdtemp(prefix="watchroom-test-"))
    data.chmod(0o711)  # started by root, the server's own account must get through
    _server = Server(data, durable=False)
    os.environ["DATABASE_URL"] = _server.owner_url
    os.environ["WATCHROOM_DATA"] = str(data)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[PLANNED_BY] = str(os.getpid())
    atexit.register(_stop_server)


def _stop_server() -> None:
    if _server is not None:
        _server.stop()
        shutil.rmtree(_server.data, ignore_errors=True)
        shutil.rmtree(_server.sockets, ignore_errors=True)


def pytest_unconfigure() -> None:
    _stop_server()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None]:
    """The server starts when the first test asks for a database."""
    if fixturedef.argname == "django_db_setup" and _server is not None and not _server.is_running():
        _server.start()
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("django_db")
        emptying = mark is not None and mark.kwargs.get("transaction")
        if emptying or "transactional_db" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(
                f"{item.nodeid}: the trail cannot be emptied after a test; use own_database"
            )


@dataclass(frozen=True)
class OwnDatabase:
    """A committed database for one test; `url` signs in with what the application may do."""

    name: str
    owner_url: str
    url: str


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    """Drop a database; autovacuum may be in it for a moment and cannot be put out by force."""
    for left in reversed(range(20)):
        try:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            return
        except psycopg.errors.InsufficientPrivilege:
            if not left:
                raise
            time.sleep(0.5)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[OwnDatabase]:
    """Django's connection points at a clone of the migrated test database, for this test."""
    from django.db import connection, connections

    template = connection.settings_dict["NAME"]
    owner = os.environ["DATABASE_URL"]
    name = f"own_{secrets.token_hex(4)}"
    connections.close_all()
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        try:
            connection.settings_dict["NAME"] = name
            with django_db_blocker.unblock():
                yield OwnDatabase(name, _address(owner, name), _application_address(owner, name))
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = template
            _drop(admin, name)


def _address(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def _application_address(url: str, database: str) -> str:
    """Where the server is a stranger's there is one role for everything."""
    return _address(url, database).replace(f"//{OWNER}@", f"//{APPLICATION}@")


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the project (or WATCHROOM_SHARED)."""
    if not SHARED.is_dir():
        pytest.skip(f"the real data is not here: {SHARED}")
    return SHARED


@pytest.fixture
def as_application(own_database: OwnDatabase) -> Callable[[], psycopg.Connection[Any]]:
    """Opens connections that may do only what the running application may do."""
    return lambda: psycopg.connect(own_database.url)
