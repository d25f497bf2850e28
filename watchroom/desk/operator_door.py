"""Who may read the series: the operator's Prometheus, by its token or from this machine itself."""

import ipaddress
import secrets
from collections.abc import Mapping

from django.conf import settings

PROXIED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via")
"""What a proxy adds: such a request did not begin on this machine, or nobody can tell."""


def opens(headers: Mapping[str, str], address: str) -> bool:
    """Whether a request with these headers, from this network address, is the operator's."""
    token: str = settings.WATCHROOM_METRICS_TOKEN
    if token:
        said = headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(said.encode(), token.encode())
    if any(name in headers for name in PROXIED):
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
