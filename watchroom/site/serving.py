"""The web servers: granian, told once how Watchroom wants to be served."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path
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


def address_of(host: str) -> str:
    """The network address of a name such as localhost: the server listens on addresses only."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError as error:
        raise Trouble(
            f"找不到主机 {host} 的地址：请用 --host 给出本机的一个地址。",
            f"The host {host} has no address: give an address of this machine with --host.",
        ) from error


def _count_together(workers: int) -> None:
    """Several processes of one server count their requests in one folder of the system's own."""
    if workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="watchroom-metrics-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def certificate_files() -> tuple[Path | None, Path | None]:
    """The certificate and key to serve TLS with; none of both where a proxy does it.

    A certificate alone is the proxy's, for `check` to look at. Trouble for a key alone, where a
    file cannot be read, or where others may read the key.
    """
    if not os.environ.get("WATCHROOM_KEY"):
        return None, None
    certificate = Path(os.environ.get("WATCHROOM_CERTIFICATE", ""))
    key = Path(os.environ["WATCHROOM_KEY"])
    if not certificate.is_file() or not key.is_file():
        raise Trouble(
            "WATCHROOM_CERTIFICATE 和 WATCHROOM_KEY 须同时指向可读的 PEM 文件。",
            "WATCHROOM_CERTIFICATE and WATCHROOM_KEY must both name PEM files that can be read.",
        )
    if key.stat().st_mode & 0o077:
        raise Trouble(
            f"私钥 {key} 其他用户可读：请执行 chmod 600。",
            f"The key {key} can be read by others: chmod 600 it.",
        )
    return certificate, key


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
    from granian.constants import Interfaces, SSLProtocols

    address = address_of(host)
    check_port(address, port)
    certificate, key = certificate_files()
    os.environ["WATCHROOM_THREADS"] = str(threads or 8)
    _count_together(workers)
    Granian(
        target,
        address=address,
        port=port,
        interface=Interfaces(interface),
        workers=workers,
        blocking_threads=threads if interface == "wsgi" else None,
        websockets=False,
        ssl_cert=certificate,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,
        workers_kill_timeout=3,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
