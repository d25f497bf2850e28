"""Least data: what may be written where, and how parties and places are compared."""

import unicodedata

from watchroom.base.citizens import numbers_of_citizens
from watchroom.base.text import Text


def why_not_words(*texts: str) -> Text | None:
    """Why this may not stand in the title or the description; None where it may.

    Both are searched and read by many: a number that leads to a person belongs to the parties.
    """
    if numbers_of_citizens(*texts):
        return Text(
            "标题和经过里有证件号或手机号：请只填在“当事人”里，那里需说明用途才可查看",
            "There is an identity or telephone number in the text: enter it with the parties, "
            "where it is read only for a stated purpose",
        )
    return None


def match_word(said: str) -> str:
    """A name or number as it is compared: forms folded, without spaces and signs; "" for none."""
    folded = unicodedata.normalize("NFKC", said).lower()
    return "".join(c for c in folded if c.isalnum()).removeprefix("86" if _phone(folded) else "")


def _phone(folded: str) -> bool:
    digits = "".join(c for c in folded if c.isdigit())
    return len(digits) == 13 and digits.startswith("861")


def place_word(said: str) -> str:
    """A place as it is compared, at most 120 characters."""
    return match_word(said)[:120]
