"""The one exception for "this cannot be done, and here is what you can do about it"."""

from __future__ import annotations

from typing import Any

from watchroom.base.text import Text


class Refusal(Exception):
    """Carries a sentence for the person who asked. Anything else that is raised is a defect.

    `code` is a stable short word for machines ("stale-version", "extension-too-often").
    """

    def __init__(self, text: Text, *, code: str = "refused") -> None:
        super().__init__(text, code)
        self.text = text
        self.code = code

    def say(self, lang: str) -> str:
        """The sentence in one language."""
        return self.text.say(lang)

    def __str__(self) -> str:
        return str(self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call __init__ positionally, and `code` is keyword-only.
        return (_rebuild, (type(self), self.text, self.code))


class Conflict(Refusal):
    """Somebody else was faster; the sentence says who and what. Look again, then act."""

    def __init__(self, text: Text, *, code: str = "overtaken") -> None:
        super().__init__(text, code=code)


def _rebuild(kind: type[Refusal], text: Text, code: str) -> Refusal:
    return kind(text, code=code)
