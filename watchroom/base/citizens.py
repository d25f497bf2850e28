"""Numbers that name a citizen, found in a text that many will read. Pure."""

import re

_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


def numbers_of_citizens(*texts: str) -> set[str]:
    """Identity-card numbers (18 characters, GB 11643) and mobile telephone numbers in the texts."""
    return {number for text in texts for number in _NUMBER.findall(text)}


def without_numbers(words: str) -> str:
    """The words with every such number struck out."""
    return _NUMBER.sub("***", words)
