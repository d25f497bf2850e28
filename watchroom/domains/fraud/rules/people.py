"""Who a warning is about, without keeping who it is: a keyed hash, and bands instead of ages."""

import hmac
import re
from collections.abc import Mapping
from uuid import UUID

from watchroom.base.text import Text

AGE_BANDS: Mapping[str, Text] = {
    "0-17": Text("未满18岁", "Under 18"),
    "18-29": Text("18至29岁", "18 to 29"),
    "30-44": Text("30至44岁", "30 to 44"),
    "45-59": Text("45至59岁", "45 to 59"),
    "60-74": Text("60至74岁", "60 to 74"),
    "75-": Text("75岁以上", "75 and over"),
    "": Text("不详", "Not known"),
}
_UPTO = ((17, "0-17"), (29, "18-29"), (44, "30-44"), (59, "45-59"), (74, "60-74"))
_NOT_DIGITS = re.compile(r"[^0-9+]")


def age_band(age: int | None) -> str:
    """The band of an age in years; "" where it is not known."""
    if age is None:
        return ""
    return next((band for most, band in _UPTO if age <= most), "75-")


def identity(phone: str, id_number: str) -> str:
    """What tells people apart: the telephone that is called, else the number of the identity card.

    Both upstreams, telecoms and banks, know the telephone; not both know the card.
    """
    if digits := _NOT_DIGITS.sub("", phone).removeprefix("+86"):
        return f"tel:{digits}"
    return f"id:{id_number.strip().upper()}" if id_number.strip() else ""


def person_key(secret: bytes, who: str) -> UUID:
    """The key of a person: HMAC-SHA256, cut to 128 bits. Without the secret nobody goes back."""
    return UUID(person_hex(secret, who))


def person_hex(secret: bytes, who: str) -> str:
    """The same as 32 hexadecimal digits."""
    return hmac.digest(secret, who.encode(), "sha256")[:16].hex()
