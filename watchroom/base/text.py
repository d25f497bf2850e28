"""A sentence that exists in Chinese and English, as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. Neither may be empty: a missing language is a defect."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a Text needs both languages, got zh={self.zh!r} en={self.en!r}")

    def say(self, lang: str) -> str:
        """The sentence for a language tag ("zh", "zh-hans", "zh_CN" are Chinese; else English)."""
        return self.zh if lang.lower().startswith("zh") else self.en

    def format(self, **values: Any) -> Text:
        """Fill `{name}` in both languages; a value that is itself a Text speaks its own language.

        Raises KeyError for a placeholder without a value, as `str.format` does.
        """
        return Text(
            self.zh.format(**_in("zh", values)),
            self.en.format(**_in("en", values)),
        )

    def __add__(self, other: Text) -> Text:
        """One sentence after the other, with a space in English and none in Chinese."""
        return Text(self.zh + other.zh, f"{self.en} {other.en}")

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

    def as_dict(self) -> dict[str, str]:
        """`{"zh": …, "en": …}`, for JSON."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> Text:
        """The reverse of `as_dict`. Raises KeyError where a language is missing."""
        return cls(data["zh"], data["en"])


def join(texts: Iterable[Text], *, zh: str = "、", en: str = ", ") -> Text:
    """Several texts as one, with each language's own separator. Raises ValueError when empty."""
    parts = list(texts)
    return Text(zh.join(part.zh for part in parts), en.join(part.en for part in parts))


def _in(lang: str, values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.say(lang) if isinstance(value, Text) else value
        for name, value in values.items()
    }
