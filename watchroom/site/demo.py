"""`watchroom demo`: everything on one machine, in one terminal, stopped by one Ctrl-C."""

from __future__ import annotations

import os
import subprocess
import threading
import time
import urllib.error
import urllib.request

from watchroom.site import in_place
from watchroom.site.postgres import Server, data_folder
from watchroom.site.processes import Child, Supervisor, watchroom_command
from watchroom.site.serving import check_port
from watchroom.site.surroundings import surroundings
from watchroom.site.trouble import Trouble


def run(host: str, port: int, speed: float = 1.0) -> None:
    """Database, schema, city; then pages with the live stream, the worker and the live day.

    Until Ctrl-C. `speed` 0: nobody rings and nobody drives.
    """
    _wait_for_port(host, port)
    with surroundings() as server:
        people = _prepare()
        address = f"http://{host}:{port}"
        supervisor = Supervisor(_children(host, port, speed), before_restart=lambda: _keep(server))
        if server is not None:
            _watch(server, supervisor)
        _announce(address, people)
        supervisor.run()


def _children(host: str, port: int, speed: float) -> list[Child]:
    """Pages first: somebody waits for them."""
    at = ("--host", host, "--port", str(port))
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared
    day = watchroom_command("city", "live", "--url", url, "--speed", f"{speed:g}")
    return [
        Child("pages", watchroom_command("serve", "--with-live", *at)),
        Child("worker", watchroom_command("worker"), after=4.0),
        *([Child("live day", day, after=6.0)] if speed else []),
    ]


def _wait_for_port(host: str, port: int) -> None:
    """A demo killed a moment ago may still be leaving: its port gets three seconds."""
    end = time.monotonic() + 3.0
    while True:
        try:
            return check_port(host, port)
        except Trouble:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _prepare() -> str:
    """Schema and city, in a process of their own unless both are as they were left; returns whom
    to sign in as."""
    known = in_place.people(data_folder(), os.environ["DATABASE_URL"])
    if known is not None:
        return known
    done = subprocess.run(  # noqa: S603 - our own command
        watchroom_command("city"), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise Trouble(
            "数据库与城市没有准备好，原因见上文。",
            "Database and city could not be put in place; the reason stands above.",
        )
    return done.stdout


def _keep(server: Server | None) -> None:
    """Before children are looked after: the database they stand on must be there."""
    if server is not None and not server.is_running():
        server.start()


def _watch(server: Server, supervisor: Supervisor) -> None:
    def watch() -> None:
        while not supervisor.stopping:
            server.wait()
            supervisor.wake()
            time.sleep(0.5)

    threading.Thread(target=watch, daemon=True).start()


def _announce(address: str, people: str) -> None:
    """Say where to go once there is something to see."""

    def wait_and_say() -> None:
        while not _answers(f"{address}/live/ready"):
            time.sleep(0.2)
        print(f"\n{people}\n  值守已就绪 · Watchroom is ready:  {address}\n", flush=True)

    threading.Thread(target=wait_and_say, daemon=True).start()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=30).close()  # noqa: S310 - our own http address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
