"""What every command needs before Django may load: a database, the secrets, the data folder.

They are put into the environment, the one place settings read from, so that child processes
find the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from watchroom.site.database_url import reach
from watchroom.site.keys import load_keys
from watchroom.site.postgres import Server, data_folder
from watchroom.site.postgres_cluster import prepare_data_folder
from watchroom.site.trouble import Trouble

OLDEST_PYTHON = (3, 11)


@contextmanager
def surroundings(*, owner: bool = False, statement_s: int = 0) -> Iterator[Server | None]:
    """DATABASE_URL's server checked, or the embedded one started and stopped around the block.

    `owner` signs Django in as the role that may change the schema: OWNER_DATABASE_URL where the
    database is a stranger's (else DATABASE_URL does both). `statement_s`: how long a statement may
    take where the operator has not said it; 0: as long as it needs.
    """
    _check_python()
    data = data_folder()
    prepare_data_folder(data)
    os.environ["WATCHROOM_DATA"] = str(data)
    for name, value in load_keys(data).items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
    if statement_s:
        os.environ.setdefault("WATCHROOM_STATEMENT_SECONDS", str(statement_s))
    if os.environ.get("DATABASE_URL"):
        _sign_in(owner)
        yield None
    else:
        with Server(data) as server:
            os.environ["DATABASE_URL"] = server.owner_url if owner else server.url
            os.environ["OWNER_DATABASE_URL"] = server.owner_url
            try:
                yield server
            finally:
                del os.environ["DATABASE_URL"], os.environ["OWNER_DATABASE_URL"]


def _sign_in(owner: bool) -> None:
    if owner and os.environ.get("OWNER_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["OWNER_DATABASE_URL"]
    reach(os.environ["DATABASE_URL"])


def _check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        version = ".".join(map(str, sys.version_info[:3]))
        raise Trouble(
            f"值守需要 Python 3.11 或更新版本，这里是 {version}：请安装新版 Python 后再试。",
            f"Watchroom needs Python 3.11 or newer and this is {version}: install a newer Python.",
        )
