"""Requests to addresses that people typed: never to our own machines, never anywhere else.

The name is resolved once, every answer is checked, and the connection goes to the address that was
checked: a name cannot answer twice differently. Redirects are not followed, proxies not used, and
of the answer only the status is kept, unless the caller says how much of it to read.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

Address = IPv4Address | IPv6Address
SECONDS = 10.0
NAT64 = ip_network("64:ff9b::/96")


class Unreached(Exception):
    """No answer; the text says why, without the content of any answer."""


def check_url(url: str) -> SplitResult:
    """The parts of an address that may be asked. Refusal for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _no_url() from error
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise _no_url()
    if parts.username or parts.password or parts.fragment:
        raise _no_url()
    return parts


def _no_url() -> Refusal:
    return Refusal(
        Text(
            "地址须为 https://…，不得带用户名或片段",
            "The address must be https://…, without a user name or a fragment",
        ),
        code="address",
    )


def allowed(address: Address) -> bool:
    """Whether the operator let this address be asked although it is not a public one."""
    return any(
        address in ip_network(network, strict=False)
        for network in settings.WATCHROOM_OUTWARD_NETWORKS
        if ip_network(network, strict=False).version == address.version
    )


def is_public(address: Address) -> bool:
    """Whether an address lies on the open internet, also behind its IPv6 disguises."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            return False
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(parts: SplitResult) -> Address:
    """The address to connect to. Refusal if any address of the name is one of ours.

    Plain http is only for networks that the operator allowed.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached("name not found") from error
    addresses = [ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    for address in addresses:
        if allowed(address):
            continue
        if parts.scheme == "http" or not is_public(address):
            raise _ours()
    return addresses[0]


def _ours() -> Refusal:
    return Refusal(
        Text(
            "不得访问内部地址或明文地址；确需时由运维在 WATCHROOM_OUTWARD_NETWORKS 中放行",
            "Inner addresses and plain http are refused; the operator may allow a network in "
            "WATCHROOM_OUTWARD_NETWORKS",
        ),
        code="address",
    )


class _Plain(http.client.HTTPConnection):
    def __init__(self, parts: SplitResult, address: Address) -> None:
        super().__init__(parts.hostname or "", parts.port or 80, timeout=SECONDS)
        self.address = str(address)

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), SECONDS)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, parts: SplitResult, address: Address) -> None:
        self.trust = ssl.create_default_context()
        super().__init__(
            parts.hostname or "", parts.port or 443, timeout=SECONDS, context=self.trust
        )
        self.address = str(address)

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), SECONDS)
        self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: at most as many bytes of it as were asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send; the status of the answer. Unreached without one, Refusal for a forbidden address."""
    return exchange("POST", url, body, headers).status


def exchange(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, most: int = 0
) -> Reply:
    """Ask and hear the answer, up to `most` bytes of it; header names in small letters.

    For partners whose answer matters (a bank). Unreached and Refusal as `post`; an answer that is
    longer than `most` is Unreached too where any of it was wanted.
    """
    parts = check_url(url)
    address = resolve(parts)
    kind = _Secure if parts.scheme == "https" else _Plain
    line = kind(parts, address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line.request(method, path, body, dict(headers))
        answer = line.getresponse()
        said = answer.read(most + 1) if most else b""
        if len(said) > most:
            raise Unreached("the answer is too long")
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(int(answer.status), named, said)
    except (OSError, http.client.HTTPException) as error:
        raise Unreached(type(error).__name__) from error
    finally:
        line.close()
