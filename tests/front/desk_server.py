"""A small server for browser tests: our static files, pages, and the security policy."""

import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parents[2] / "watchroom/desk/static"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
mimetypes.add_type("text/javascript", ".js")

Answer = tuple[int, dict[str, str], bytes]
Route = Callable[["Handler"], Answer | None]


class Handler(BaseHTTPRequestHandler):
    """Answers from `server.routes` (path → function), then from the static folder."""

    protocol_version = "HTTP/1.1"
    server: "DeskServer"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        route = self.server.routes.get(path)
        if route is not None:
            answer = route(self)
            if answer is not None:
                self.answer(*answer)
        elif path.startswith("/static/") and (STATIC / path[8:]).is_file():
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            self.answer(200, {"Content-Type": kind}, (STATIC / path[8:]).read_bytes())
        else:
            self.answer(404, {"Content-Type": "text/plain"}, b"not here")

    do_POST = do_GET

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Security-Policy": POLICY, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: a test that fails shows what it needs itself."""


class DeskServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Route] = {}
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def page(self, path: str, html: str | Callable[[], str]) -> None:
        def show(_: Handler) -> Answer:
            text = html() if callable(html) else html
            return 200, {"Content-Type": "text/html; charset=utf-8"}, text.encode()

        self.routes[path] = show


@contextmanager
def serving() -> Iterator[DeskServer]:
    server = DeskServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
