"""A map service of the operator's choice under our layers, a national one in GCJ-02 say.

WATCHROOM_MAP holds what `<wr-map outside=…>` reads, as JSON:
    {"type": "raster", "tiles": ["https://maps.example/{z}/{x}/{y}.png"], "gcj02": true,
     "attribution": "…"}
Positions stay WGS-84 inside; they are shifted where they are drawn.
"""

import json
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from markupsafe import Markup


@cache
def source() -> dict[str, Any] | None:
    """The operator's tile source; None for our own tiles. A wrong one stops the start."""
    if not settings.WATCHROOM_MAP:
        return None
    try:
        said = json.loads(settings.WATCHROOM_MAP)
        right = said["type"] in {"raster", "vector"} and all(map(_is_address, said["tiles"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(_WRONG) from error
    if not right or not said["tiles"]:
        raise ImproperlyConfigured(_WRONG)
    return dict(said)


_WRONG = (
    "WATCHROOM_MAP 应为 JSON：{type: raster 或 vector, tiles: [https 地址…], gcj02: …}。"
    " WATCHROOM_MAP must be JSON: {type: raster or vector, tiles: [https addresses…], gcj02: …}."
)


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def origins() -> str:
    """The origins tiles come from, for the content security policy."""
    found = source()
    if found is None:
        return ""
    parts = [urlsplit(text) for text in found["tiles"]]
    return " ".join(sorted({f"{p.scheme}://{p.netloc}" for p in parts}))


def attribute() -> Markup:
    """The attribute of `<wr-map>` that names the source; empty for our own tiles."""
    found = source()
    return Markup(' outside="{}"').format(json.dumps(found)) if found else Markup("")
