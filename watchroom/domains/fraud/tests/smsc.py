"""A short message centre in a thread: SMPP 3.4 over a real socket, decoded byte by byte.

It shares no code with what it tests: what is on the wire is read as the specification says.
"""

import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

BIND, SUBMIT, DELIVER, LINK, UNBIND = 0x9, 0x4, 0x5, 0x15, 0x6
ANSWER = 0x80000000
DATA_CODING_UCS2, DELIVERY_RECEIPT, UDH = 8, 0x04, 0x40


@dataclass
class Submitted:
    """What was submitted, as it lay on the wire."""

    source: str
    phone: str
    words: str
    wants_receipt: bool
    validity: str
    gateway_id: str


@dataclass
class Centre:
    """`answers` are the statuses of the next submissions; "hang up" breaks the line instead.

    `outcome` says what became of a message; None: nothing yet.
    """

    answers: list[int | str] = field(default_factory=list)
    outcome: Callable[[Submitted], str | None] = lambda _: "DELIVRD"
    password: str = "secret"  # noqa: S105 - of the centre in this thread
    heard: list[Submitted] = field(default_factory=list)
    acknowledged: int = 0
    port: int = 0
    outbox: list[bytes] = field(default_factory=list)
    """Receipts not yet acknowledged: they come again at the next bind."""

    def start(self) -> None:
        """Listen on a port of its own until `stop`."""
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door and wait for the thread."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)

    @property
    def address(self) -> str:
        """Where it is, as the settings say it."""
        return f"smpp://watchroom:{self.password}@127.0.0.1:{self.port}?from=10690110"

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with line:
                try:
                    self._talk(line)
                except (ConnectionError, OSError):
                    continue

    def _talk(self, line: socket.socket) -> None:
        while True:
            head = _exactly(line, 16)
            length, command, status, sequence = struct.unpack(">IIII", head)
            body = _exactly(line, length - 16)
            if command == BIND:
                if not self._bound(line, sequence, body):
                    return
            elif command == SUBMIT and not self._submitted(line, sequence, body):
                return
            elif command == UNBIND:
                line.sendall(_pdu(UNBIND | ANSWER, 0, sequence))
                return
            elif command == DELIVER | ANSWER and status == 0:
                self.acknowledged += 1
                self.outbox = [pdu for pdu in self.outbox if pdu[12:16] != head[12:16]]

    def _bound(self, line: socket.socket, sequence: int, body: bytes) -> bool:
        _user, password = body.split(b"\0")[:2]
        sound = password.decode() == self.password
        line.sendall(_pdu(BIND | ANSWER, 0 if sound else 0xE, sequence, b"centre\0"))
        line.sendall(_pdu(LINK, 0, 0x70000000))
        for pdu in self.outbox:
            line.sendall(pdu)
        return sound

    def _submitted(self, line: socket.socket, sequence: int, body: bytes) -> bool:
        told = self._read(body)
        said = self.answers.pop(0) if self.answers else 0
        if said == "hang up":
            self.heard.append(told)
            return False
        if said:
            line.sendall(_pdu(SUBMIT | ANSWER, int(said), sequence))
            return True
        self.heard.append(told)
        if (became := self.outcome(told)) is not None:  # a receipt may overtake the answer
            receipt = self._receipt(told, became)
            self.outbox.append(receipt)
            line.sendall(receipt)
        line.sendall(_pdu(SUBMIT | ANSWER, 0, sequence, told.gateway_id.encode() + b"\0"))
        return True

    def _read(self, body: bytes) -> Submitted:
        _service, rest = body.split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        phone, rest = rest[2:].split(b"\0", 1)
        esm_class, rest = rest[0], rest[3:]
        _when, rest = rest.split(b"\0", 1)
        validity, rest = rest.split(b"\0", 1)
        registered, coding, length = rest[0], rest[2], rest[4]
        words = rest[5 : 5 + length]
        if esm_class & UDH:
            words = words[words[0] + 1 :]
        text = words.decode("utf-16-be" if coding == DATA_CODING_UCS2 else "ascii")
        number = f"{len(self.heard) + 1:010x}"
        return Submitted(
            source.decode(), phone.decode(), text, registered == 1, validity.decode(), number
        )

    def _receipt(self, told: Submitted, became: str) -> bytes:
        words = f"id:{told.gateway_id} sub:001 dlvrd:001 stat:{became} err:000 text:".encode()
        body = b"\0\1\1" + told.phone.encode() + b"\0\1\1" + told.source.encode() + b"\0"
        body += bytes([DELIVERY_RECEIPT, 0, 0]) + b"\0\0" + bytes([0, 0, 0, 0, len(words)]) + words
        return _pdu(DELIVER, 0, 0x60000000 + len(self.heard), body)


def _pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def _exactly(line: socket.socket, size: int) -> bytes:
    said = b""
    while len(said) < size:
        part = line.recv(size - len(said))
        if not part:
            raise ConnectionError
        said += part
    return said
