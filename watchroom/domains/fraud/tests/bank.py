"""A bank in a thread: real HTTP; it signs and checks by itself and repeats what it answered."""

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Bank:
    """`moods` are how the next requests are met: a status, "hang up", "unsigned", "stale",
    "another"; none: as it should be. `holds` is what is on every account, in fen; `slow` answers
    "received" first."""

    secret: str = ""
    holds: int = 5_000_000
    slow: bool = False
    refuses: str = ""
    moods: list[int | str] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def start(self) -> None:
        """Listen on a port of its own until `stop`."""
        bank = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bank._hear(self, self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                bank._hear(self, b"")

            def log_message(self, *_args: Any) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self._server.server_port}/police/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the desk."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def done(self) -> list[dict[str, Any]]:
        """Orders in the order of their first arrival, each once."""
        return list({one["order"]: one for one in self.heard}.values())

    def signature(self, order: str, stamp: str, body: bytes) -> str:
        """What both sides must come to."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        said = b".".join((order.encode(), stamp.encode(), body))
        return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()

    def _hear(self, desk: BaseHTTPRequestHandler, body: bytes) -> None:
        order, stamp = desk.headers["webhook-id"], desk.headers["webhook-timestamp"]
        if desk.headers["webhook-signature"] != self.signature(order, stamp, body):
            self.forged += 1
            desk.send_error(401)
            return
        if body:
            self.heard.append(json.loads(body))
        mood = self.moods.pop(0) if self.moods else ""
        if isinstance(mood, int):
            desk.send_error(mood)
            return
        answer = self._decide(order, json.loads(body) if body else None)
        if mood != "hang up":  # done, but nobody hears of it
            self._answer(desk, order, answer, mood)

    def _decide(self, order: str, said: dict[str, Any] | None) -> dict[str, Any]:
        if self.refuses:
            return {"order": order, "result": "refused", "reason": self.refuses}
        if said is not None and order not in self.answers:
            asked = said.get("amount_fen")
            amount = self.holds if asked is None else min(asked, self.holds)
            self.answers[order] = {
                "order": order,
                "result": "done",
                "amount_fen": amount,
                "receipt": f"R{len(self.answers) + 1:06d}",
            }
        if self.slow and said is not None:
            return {"order": order, "result": "received"}
        return self.answers.get(order, {"order": order, "result": "received"})

    def _answer(
        self, desk: BaseHTTPRequestHandler, order: str, answer: dict[str, Any], mood: str
    ) -> None:
        if mood == "another":
            answer = {**answer, "order": "018f0000-0000-7000-8000-000000000000"}
        body = json.dumps(answer).encode()
        stamp = str(int(time.time()) - (3600 if mood == "stale" else 0))
        desk.send_response(200)
        desk.send_header("webhook-timestamp", stamp)
        if mood != "unsigned":
            desk.send_header("webhook-signature", self.signature(order, stamp, body))
        desk.end_headers()
        desk.wfile.write(body)
