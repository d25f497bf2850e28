"""What can go wrong before the first page is served, said so that a person can act on it."""

from __future__ import annotations


class Trouble(Exception):
    """A set-up problem: one sentence in Chinese, the same sentence in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
