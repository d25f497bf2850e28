"""A picture of lines, areas and words, and how it is written as SVG.

Points are x rightward and y downward, in the picture's own units (a CSS pixel, 0.75 pt on paper).
Colours are roles; `PRINT` says what they are on white paper.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

PRINT: Final = {
    "ink": "#1b2430", "soft": "#5b6778", "line": "#d4dae3", "paper": "#ffffff",
    "first": "#1d5fc4", "second": "#2b8a57", "third": "#7a5bd0", "fourth": "#b3741a",
    "band": "#c9dcf7", "none": "#eef1f5",
    "shade0": "#e3edfb", "shade1": "#b7d0f3", "shade2": "#82aee8", "shade3": "#4682d4",
    "shade4": "#154a9c",
}  # fmt: skip
SERIES: Final = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Stroke:
    """A line through points."""

    points: tuple[Point, ...]
    colour: str = "line"
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Fill:
    """An area inside points; `label` is what it shows, for those who hover or listen."""

    points: tuple[Point, ...]
    colour: str
    label: str = ""


@dataclass(frozen=True)
class Words:
    """A line of text; y is its base line. White on dark where `colour` is "paper"."""

    at: Point
    text: str
    size: float = 11.0
    anchor: Anchor = "start"
    colour: str = "soft"


Mark = Stroke | Fill | Words


@dataclass
class Picture:
    """What is drawn, from below upward."""

    width: float
    height: float
    title: str
    marks: list[Mark] = field(default_factory=list)

    def line(
        self, *points: Point, colour: str = "line", width: float = 1.0, dashed: bool = False
    ) -> None:
        """Draw a line through points."""
        self.marks.append(Stroke(tuple(points), colour, width, dashed))

    def fill(self, points: Sequence[Point], colour: str, label: str = "") -> None:
        """Fill the area inside points."""
        self.marks.append(Fill(tuple(points), colour, label))

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, label: str = ""
    ) -> None:
        """Fill a rectangle."""
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.fill(corners, colour, label)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11.0,
        anchor: Anchor = "start",
        colour: str = "soft",
    ) -> None:
        """Write a line of text."""
        self.marks.append(Words((x, y), text, size, anchor, colour))


def breadth(text: str, size: float = 11.0) -> float:
    """About how wide a text is: a Chinese character its size, any other a little over half."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return size * (wide + 0.56 * (len(text) - wide))


def cut(text: str, width: float, size: float = 11.0) -> str:
    """The text, shortened with an ellipsis to fit."""
    if breadth(text, size) <= width:
        return text
    while text and breadth(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def svg(picture: Picture, *, inline: bool = False) -> str:
    """The picture as SVG. `inline`: on a page, whose style sheet colours it by class."""
    ns = "" if inline else ' xmlns="http://www.w3.org/2000/svg"'
    size = f'viewBox="0 0 {_n(picture.width)} {_n(picture.height)}"'
    own = f' class="picture" role="img" aria-label={quoteattr(picture.title)}'
    fixed = "" if inline else f' width="{_n(picture.width)}" height="{_n(picture.height)}"'
    ground = "" if inline else f'<rect width="100%" height="100%" fill="{PRINT["paper"]}"/>'
    family = "font-family=\"system-ui, 'Noto Sans SC', 'Microsoft YaHei', sans-serif\""
    body = "".join(_mark(mark) for mark in picture.marks)
    return (
        f"<svg{ns} {size}{fixed}{own} {family}><title>{escape(picture.title)}</title>"
        f"{ground}{body}</svg>"
    )


def _mark(mark: Mark) -> str:
    colour = PRINT[mark.colour]
    if isinstance(mark, Words):
        anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
        at = f'x="{_n(mark.at[0])}" y="{_n(mark.at[1])}" font-size="{_n(mark.size)}"'
        return (
            f'<text {at}{anchor} class="p-{mark.colour}" fill="{colour}">{escape(mark.text)}</text>'
        )
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in mark.points)
    if isinstance(mark, Fill):
        label = f"<title>{escape(mark.label)}</title>" if mark.label else ""
        return (
            f'<polygon points="{points}" class="p-{mark.colour}" fill="{colour}">{label}</polygon>'
        )
    dash = ' stroke-dasharray="4 3"' if mark.dashed else ""
    return (
        f'<polyline points="{points}" fill="none" class="l-{mark.colour}" stroke="{colour}" '
        f'stroke-width="{_n(mark.width)}" stroke-linejoin="round"{dash}/>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
