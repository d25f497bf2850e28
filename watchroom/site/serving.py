"""The web servers: granian, told once how Watchroom wants to be served."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import tempfile
from typing import Literal

from watchroom.site.trouble import Trouble

PAGES = "watchroom.site.wsgi:application"
LIVE = "watchroom.site.asgi:application"
TOGETHER = "watchroom.site.together:application"


def check_port(host: str, port: int) -> None:
    """Trouble when somebody else listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(
                f"端口 {host}:{port} 不能使用（{error.strerror}）："
                "请停止占用它的程序，或用 --port 换一个。",
                f"Port {host}:{port} cannot be used ({error.strerror}): stop the program that "
                "holds it, or choose another with --port.",
            ) from error


def _count_together(workers: int) -> None:
    """Several processes of one server count their requests in one folder of the system's own."""
    if workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="watchroom-metrics-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def run(
    target: str,
    interface: Literal["wsgi", "asgi"],
    host: str,
    port: int,
    *,
    workers: int = 1,
    threads: int | None = None,
) -> None:
    """Serve until told to stop. Open live streams are given three seconds to end."""
    from granian import Granian
    from granian.constants import Interfaces

    check_port(host, port)
    os.environ["WATCHROOM_THREADS"] = str(threads or 8)
    _count_together(workers)
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces(interface),
        workers=workers,
        blocking_threads=threads if interface == "wsgi" else None,
        websockets=False,
        workers_kill_timeout=3,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
