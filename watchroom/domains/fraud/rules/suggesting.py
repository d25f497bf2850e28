"""Which type a text points to: naive Bayes over single characters and pairs. It only suggests.

Small on purpose: it is trained in a second on the operator's own labelled text, says how sure it
is, and says nothing where it is not. Nothing is graded by it and nobody is called because of it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

BLANK = re.compile(r"\s+")
RARE = 3
"""A sign seen less often than this says nothing."""
SURE = 0.6
"""Below this nothing is suggested."""


@dataclass(frozen=True)
class Model:
    """What was learned: log shares of the labels, and of each sign among each label's signs."""

    labels: tuple[str, ...]
    shares: tuple[float, ...]
    signs: Mapping[str, tuple[float, ...]]

    def save(self, path: Path) -> None:
        """As JSON, to be read by `load`. It holds single characters and pairs, never a text."""
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {"labels": self.labels, "shares": self.shares, "signs": self.signs}
        path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def load(path: Path) -> Model:
    """A model that was saved."""
    told = json.loads(path.read_text("utf-8"))
    signs = {sign: tuple(values) for sign, values in told["signs"].items()}
    return Model(tuple(told["labels"]), tuple(told["shares"]), signs)


def signs_of(text: str) -> set[str]:
    """Characters and pairs of neighbours, without blanks."""
    plain = BLANK.sub("", text.casefold())
    return {*plain, *(plain[i : i + 2] for i in range(len(plain) - 1))}


def train(told: Iterable[tuple[str, str]]) -> Model:
    """Learn from (text, label). Raises ValueError for fewer than two labels."""
    texts: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {}
    for text, label in told:
        texts[label] += 1
        counts.setdefault(label, Counter()).update(signs_of(text))
    if len(texts) < 2:
        raise ValueError("two labels at least")
    labels = tuple(sorted(texts))
    everywhere = sum((counts[label] for label in labels), Counter[str]())
    kept = [sign for sign, n in everywhere.items() if n >= RARE]
    sums = {label: sum(counts[label][sign] for sign in kept) + len(kept) for label in labels}
    return Model(
        labels,
        tuple(log(texts[label] / texts.total()) for label in labels),
        {
            sign: tuple(log((counts[label][sign] + 1) / sums[label]) for label in labels)
            for sign in kept
        },
    )


def chances(model: Model, text: str) -> dict[str, float]:
    """Label → how likely, as far as naive Bayes goes (it is surer than it should be)."""
    found = [model.signs[sign] for sign in signs_of(text) if sign in model.signs]
    points = [share + sum(f[i] for f in found) for i, share in enumerate(model.shares)]
    top = max(points)
    weights = [exp(p - top) for p in points]
    return {label: w / sum(weights) for label, w in zip(model.labels, weights, strict=True)}


def suggest(model: Model, text: str) -> str | None:
    """The likeliest label, or None where none is likely enough or nothing is known of the text."""
    if not any(sign in model.signs for sign in signs_of(text)):
        return None
    label, chance = max(chances(model, text).items(), key=lambda item: item[1])
    return label if chance >= SURE else None


@dataclass(frozen=True)
class Score:
    """Of one label: how many texts, what share of those named so are so, what share is found."""

    label: str
    texts: int
    precision: float | None
    recall: float | None


def scores(pairs: Sequence[tuple[str, str | None]]) -> list[Score]:
    """From (true label, suggested label). A precision of nothing is None, never zero."""
    found = []
    for label in sorted({true for true, _ in pairs}):
        right = sum(true == said == label for true, said in pairs)
        named = sum(said == label for _, said in pairs)
        texts = sum(true == label for true, _ in pairs)
        found.append(Score(label, texts, right / named if named else None, right / texts))
    return found


def folds(told: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """For training and for testing, about 4 to 1. Texts that begin alike stay together and equal
    ones count once: mass messages differ by a word, and half of a test would be known by heart."""
    ours: dict[str, tuple[str, str]] = {}
    for text, label in told:
        ours.setdefault(BLANK.sub("", text), (text, label))
    known: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []
    for plain, pair in ours.items():
        (asked if sum(map(ord, plain[:8])) % 5 == 0 else known).append(pair)
    return known, asked


def read_folder(folder: Path) -> list[tuple[str, str]]:
    """(text, label) from files named after their label, one text a line."""
    return [
        (line, path.stem)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in ("", ".txt") and not path.name.startswith(".")
        for line in path.read_text("utf-8", errors="replace").splitlines()
        if line.strip()
    ]
