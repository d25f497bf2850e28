"""A small store that speaks as much S3 as backups need: what is put is kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Bucket(BaseHTTPRequestHandler):
    """One bucket after another under its path; parts of an upload are joined when it ends."""

    objects: dict[str, bytes]
    parts: dict[str, dict[int, bytes]]
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        query, body = self._query(), self._body()
        if "uploadId" in query:
            self.parts.setdefault(self._name(), {})[int(query["partNumber"][0])] = body
        else:
            self.objects[self._name()] = body
        self._answer(200, b"", ETag='"x"')

    def do_POST(self) -> None:
        query, _ = self._query(), self._body()
        if "uploads" in query:
            told = f"<InitiateMultipartUploadResult {NS}><Bucket>b</Bucket><Key>k</Key><UploadId>1"
            self._answer(200, f"{told}</UploadId></InitiateMultipartUploadResult>".encode())
            return
        pieces = self.parts.pop(self._name())
        self.objects[self._name()] = b"".join(pieces[n] for n in sorted(pieces))
        told = f"<CompleteMultipartUploadResult {NS}><Location>l</Location><Bucket>b</Bucket>"
        body = f'{told}<Key>k</Key><ETag>"x"</ETag></CompleteMultipartUploadResult>'
        self._answer(200, body.encode())

    def do_GET(self) -> None:
        query = self._query()
        if "list-type" in query:
            bucket, prefix = self._name().split("/")[0], query.get("prefix", [""])[0]
            rows = (n.partition("/")[2] for n in sorted(self.objects) if n.startswith(bucket + "/"))
            told = "".join(
                f"<Contents><Key>{escape(n)}</Key><LastModified>2026-01-01T00:00:00.000Z"
                "</LastModified><ETag>x</ETag><Size>1</Size></Contents>"
                for n in rows
                if n.startswith(prefix)
            )
            head = f"<ListBucketResult {NS}><Name>b</Name><IsTruncated>false</IsTruncated>"
            self._answer(200, f"{head}{told}</ListBucketResult>".encode())
        elif self._name() in self.objects:
            self._answer(200, self.objects[self._name()])
        else:
            told = "<Error><Code>NoSuchKey</Code><Message>no</Message></Error>"
            self._answer(404, told.encode())

    def do_DELETE(self) -> None:
        self.objects.pop(self._name(), None)
        self._answer(204, b"")

    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).strip("/")

    def _query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    def _body(self) -> bytes:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.headers.get("x-amz-content-sha256", "").startswith("STREAMING"):
            return raw
        out = b""
        while raw:
            head, _, raw = raw.partition(b"\r\n")
            size = int(head.split(b";")[0], 16)
            out, raw = out + raw[:size], raw[size + 2 :]
        return out

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        kinds = {"Content-Type": "application/xml", "Content-Length": str(len(body)), **headers}
        for name, value in kinds.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Quiet."""


@contextmanager
def a_bucket() -> Iterator[tuple[dict[str, str], dict[str, bytes]]]:
    """(the environment that leads to it, what it holds)."""
    held: dict[str, bytes] = {}
    handler = type("OneBucket", (Bucket,), {"objects": held, "parts": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told = {
        "WATCHROOM_S3_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
        "WATCHROOM_S3_ACCESS_KEY": "access",
        "WATCHROOM_S3_SECRET_KEY": "secret",
    }
    try:
        yield told, held
    finally:
        server.shutdown()
        server.server_close()
