"""Short messages through a gateway that speaks SMPP 3.4, and what it says became of them.

One session: bind as transceiver, submit what is given, listen for receipts, unbind. What happens is
told as events; a receipt is acknowledged to the gateway only after whoever listens has taken it, so
a receipt that was not kept comes again. Why SMPP: docs/decisions/fraud-short-messages.md.

SMPP has no number of the sender's own that makes a second submission harmless. So a message whose
submission broke off is never submitted again by itself: it is `Unsure`, and a person calls instead.
"""

import logging
import re
import select
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from smpplib import consts, exceptions, gsm, smpp
from smpplib.client import Client

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

log = logging.getLogger("watchroom.sms")
LIBRARY = "watchroom.sms.library"
logging.getLogger(LIBRARY).setLevel(logging.ERROR)  # it writes whole messages, with their numbers

SECONDS = 10.0
"""How long an answer may take."""
VALID = "000000003000000R"
"""The gateway tries for thirty minutes (SMPP 3.4 §7.1.1.2): later the warning is of no use."""

LATER = {
    consts.SMPP_ESME_RTHROTTLED,
    consts.SMPP_ESME_RMSGQFUL,
    consts.SMPP_ESME_RX_T_APPN,
    consts.SMPP_ESME_RSYSERR,
}
"""Answers that mean: not taken now, try again."""

BECAME = {
    "DELIVRD": "delivered",
    "EXPIRED": "failed",
    "DELETED": "failed",
    "UNDELIV": "failed",
    "REJECTD": "failed",
    "UNKNOWN": "unknown",
}
STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 7: "UNKNOWN", 8: "REJECTD"}
"""message_state of SMPP 3.4 §5.2.28; 1 and 6 are on the way."""
RECEIPT, KIND_OF_MESSAGE = 0x04, 0x3C
"""esm_class of a delivery receipt (SMPP 3.4 §5.2.12); the library's constants have another."""
RECEIPT_ID = re.compile(rb"id:(\S+)", re.IGNORECASE)
RECEIPT_STAT = re.compile(rb"stat:([A-Za-z]{1,7})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent; `reference` is ours."""

    reference: int
    phone: str
    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """The next thing to happen is the submission: from here until an answer it is unsure."""

    reference: int
    parts: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took one part of a message, under a number of its own."""

    reference: int
    gateway_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The gateway did not take it; `later`: it may take it another time."""

    reference: int
    code: int
    later: bool


@dataclass(frozen=True, slots=True)
class Unsure:
    """The line broke before the answer: nobody knows whether it was taken."""

    reference: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one part: delivered, failed or unknown; `code` is the gateway's own word."""

    gateway_id: str
    became: str
    code: str


Event = Sending | Accepted | Rejected | Unsure | Receipt


class Unreached(Exception):
    """There is no line to the gateway; nothing was submitted."""


@dataclass(frozen=True, slots=True)
class Address:
    """smpp://user:password@host:port?from=10690000"""

    host: str
    port: int
    user: str
    password: str
    sender: str

    @classmethod
    def read(cls, said: str) -> "Address":
        """An address as the operator wrote it. Refusal for anything else."""
        parts = urlsplit(said)
        sender = parse_qs(parts.query).get("from", [""])[0]
        if parts.scheme != "smpp" or not parts.hostname or not sender:
            raise Refusal(
                Text(
                    "短信网关地址应为 smpp://用户:口令@主机:端口?from=号码",
                    "A gateway is written smpp://user:password@host:port?from=number",
                )
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or 2775, user, password, sender)


def session(address: Address, outgoing: Sequence[Outgoing], listen: float) -> Iterator[Event]:
    """Submit, then listen for receipts until none has come for `listen` seconds.

    Raises Unreached before anything is submitted. A line that breaks later ends the session.
    """
    line = _Line(address)
    try:
        for message in outgoing:
            yield from line.submit(message)
        yield from line.receipts(listen)
    except (exceptions.ConnectionError, TimeoutError):
        log.warning("the line to the gateway broke")
    finally:
        line.close()


class _Line:
    def __init__(self, address: Address) -> None:
        self.address = address
        self.client = Client(
            address.host,
            address.port,
            timeout=SECONDS,
            logger_name=LIBRARY,
            allow_unknown_opt_params=True,
        )
        self.waiting: deque[smpp.command.Command] = deque()
        try:
            self.client.connect()
            self.client.bind_transceiver(system_id=address.user, password=address.password)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            self.close()
            raise Unreached(type(error).__name__) from error

    def submit(self, message: Outgoing) -> Iterator[Event]:
        parts, coding, esm_class = gsm.make_parts(message.text)
        yield Sending(message.reference, len(parts))
        for part in parts:
            try:
                answer = self._answered(message, part, coding, esm_class)
            except (exceptions.ConnectionError, TimeoutError):
                yield Unsure(message.reference)
                raise
            if answer.status != consts.SMPP_ESME_ROK:
                yield Rejected(message.reference, answer.status, answer.status in LATER)
                return
            yield Accepted(message.reference, _text(answer.message_id))

    def _answered(
        self, message: Outgoing, part: bytes, coding: int, esm_class: int
    ) -> smpp.command.Command:
        sent = self.client.send_message(
            source_addr_ton=consts.SMPP_TON_NWSPEC,
            source_addr_npi=consts.SMPP_NPI_ISDN,
            source_addr=self.address.sender,
            dest_addr_ton=consts.SMPP_TON_NATNL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=message.phone,
            short_message=part,
            data_coding=coding,
            esm_class=esm_class,
            registered_delivery=1,
            validity_period=VALID,
        )
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            told = self._read(until - time.monotonic())
            if told is not None and told.sequence == sent.sequence:
                return told
            if told is not None:
                self.waiting.append(told)
        raise TimeoutError

    def receipts(self, listen: float) -> Iterator[Event]:
        """Receipts as they come, each acknowledged once it was taken."""
        quiet = time.monotonic() + listen
        while self.waiting or time.monotonic() < quiet:
            left = quiet - time.monotonic()
            told = self.waiting.popleft() if self.waiting else self._read(left)
            if told is None or told.command != "deliver_sm":
                continue
            if receipt := read_receipt(told):
                yield receipt
            self._acknowledge(told, "deliver_sm_resp")
            quiet = time.monotonic() + listen

    def _read(self, seconds: float) -> smpp.command.Command | None:
        """The next thing the gateway says, if it says anything in time."""
        if not select.select([self.client._socket], [], [], max(seconds, 0))[0]:
            return None
        told = self.client.read_pdu()
        if told.command == "enquire_link":
            self._acknowledge(told, "enquire_link_resp")
            return None
        if told.command == "unbind":
            raise exceptions.ConnectionError
        return told

    def _acknowledge(self, told: smpp.command.Command, command: str) -> None:
        answer = smpp.make_pdu(command, client=self.client)
        answer.sequence = told.sequence
        self.client.send_pdu(answer)

    def close(self) -> None:
        """Say goodbye if there is still somebody to say it to."""
        if self.client._socket is None:
            return
        try:
            if self.client.state == consts.SMPP_CLIENT_STATE_BOUND_TRX:
                self.client.send_pdu(smpp.make_pdu("unbind", client=self.client))
                self.client.state = consts.SMPP_CLIENT_STATE_OPEN
        except exceptions.ConnectionError:
            log.info("the gateway had gone before us")
        self.client.disconnect()


def read_receipt(told: smpp.command.Command) -> Receipt | None:
    """What a deliver_sm says of a message of ours; None for a message from somebody."""
    if (told.esm_class or 0) & KIND_OF_MESSAGE != RECEIPT:
        return None
    words = told.short_message or b""
    named, stat = RECEIPT_ID.search(words), RECEIPT_STAT.search(words)
    known = _text(told.receipted_message_id) or (_text(named[1]) if named else "")
    code = STATES.get(told.message_state or 0) or (stat[1].decode().upper() if stat else "")
    if not known or code not in BECAME:
        return None
    return Receipt(known, BECAME[code], code)


def _text(said: bytes | str | None) -> str:
    plain = said.decode("ascii", "replace") if isinstance(said, bytes) else said or ""
    return plain.rstrip("\0")
