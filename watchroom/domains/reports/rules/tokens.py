"""The words of a report: text with numbers in it that nobody can type.

A number stands in the text as a token, ⟦n7⟧, the seventh number of this report. What it shows is
kept with the number, never in the text: an editor can move a token or leave it out.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

TOKEN = re.compile(r"⟦n(\d{1,4})⟧")
_PIECES = re.compile(r"⟦n\d{1,4}⟧|[0-9０-９][0-9０-９.,，%％:：]*|[A-Za-z]+|\s+|.", re.DOTALL)
_DIGITS = re.compile(r"[0-9０-９](?:[.,，]?[0-9０-９])*")


def token(number: int) -> str:
    """The token of a number."""
    return f"⟦n{number}⟧"


def numbers(words: str) -> list[int]:
    """The numbers a text shows, in their order."""
    return [int(found) for found in TOKEN.findall(words)]


def pieces(words: str) -> Iterator[str | int]:
    """The text in pieces: words as they are, a number as its place in the report."""
    for k, part in enumerate(TOKEN.split(words)):
        if k % 2:
            yield int(part)
        elif part:
            yield part


def check(words: str, known: Iterable[int]) -> None:
    """Refuse a text with a token that the report does not have, or a broken one."""
    strange = set(numbers(words)) - set(known)
    if strange or "⟦" in TOKEN.sub("", words) or "⟧" in TOKEN.sub("", words):
        raise Refusal(
            Text(
                "数字不能改写：可以移动或删去，不能更改。请恢复后再保存",
                "A number cannot be typed over: it can be moved or left out. Restore it, then save",
            )
        )


def typed(words: str, written: str) -> list[str]:
    """The digits a person typed: in the text, outside its tokens, and not in what was written."""
    had = _DIGITS.findall(TOKEN.sub(" ", written))
    found = []
    for digits in _DIGITS.findall(TOKEN.sub(" ", words)):
        if digits in had:
            had.remove(digits)
        else:
            found.append(digits)
    return found


def marked(before: str, after: str) -> list[tuple[str, str]]:
    """What an edit did, piece by piece: ("same" | "out" | "in", text), tokens never cut."""
    a, b = _PIECES.findall(before), _PIECES.findall(after)
    found: list[tuple[str, str]] = []
    for how, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("same", "".join(a[i:j])))
            continue
        found += [("out", "".join(a[i:j]))] if j > i else []
        found += [("in", "".join(b[k:m]))] if m > k else []
    return found
