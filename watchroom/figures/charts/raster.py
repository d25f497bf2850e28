"""A picture as PNG, with Pillow. The font is a file that the caller found."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from .picture import PRINT, Fill, Picture, Point, Stroke, Words

SCALE: Final = 2
FINE: Final = 2
"""Drawn this much larger and made smaller, so that slanted lines are smooth."""
_ANCHORS: Final = {"start": "ls", "middle": "ms", "end": "rs"}


def png(picture: Picture, font: Path | None, face: int = 0) -> bytes:
    """The picture as a PNG of twice its size (192 dots an inch), on white.

    `font`: None takes Pillow's own, which has Latin letters only; `face` of a collection.
    """
    by = SCALE * FINE
    big = Image.new("RGB", (round(picture.width * by), round(picture.height * by)), PRINT["paper"])
    draw = ImageDraw.Draw(big)
    for mark in picture.marks:
        if isinstance(mark, Fill):
            draw.polygon(_scaled(mark.points, by), fill=PRINT[mark.colour])
        elif isinstance(mark, Stroke):
            _stroke(draw, mark, by)
    small = big.resize((big.width // FINE, big.height // FINE), Image.Resampling.LANCZOS)
    _write(ImageDraw.Draw(small), picture, font, face)
    out = io.BytesIO()
    small.save(out, "PNG", dpi=(96 * SCALE, 96 * SCALE), optimize=True)
    return out.getvalue()


def _scaled(points: tuple[Point, ...], by: float) -> list[Point]:
    return [(x * by, y * by) for x, y in points]


def _stroke(draw: ImageDraw.ImageDraw, mark: Stroke, by: int) -> None:
    width, colour = max(1, round(mark.width * by)), PRINT[mark.colour]
    if not mark.dashed:
        draw.line(_scaled(mark.points, by), fill=colour, width=width, joint="curve")
        return
    for (ax, ay), (bx, by_) in zip(mark.points, mark.points[1:], strict=False):
        length = ((bx - ax) ** 2 + (by_ - ay) ** 2) ** 0.5 or 1.0
        at = 0.0
        while at < length:
            a, b = at / length, min(at + 4, length) / length
            ends = (
                (ax + (bx - ax) * a, ay + (by_ - ay) * a),
                (ax + (bx - ax) * b, ay + (by_ - ay) * b),
            )
            draw.line(_scaled(ends, by), fill=colour, width=width)
            at += 7


def _write(draw: ImageDraw.ImageDraw, picture: Picture, font: Path | None, face: int) -> None:
    fonts: dict[float, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}
    for mark in picture.marks:
        if not isinstance(mark, Words):
            continue
        size = mark.size * SCALE
        if size not in fonts:
            fonts[size] = (
                ImageFont.truetype(str(font), size, index=face)
                if font
                else ImageFont.load_default(size)
            )
        x, y = mark.at
        draw.text(
            (x * SCALE, y * SCALE),
            mark.text,
            PRINT[mark.colour],
            fonts[size],
            _ANCHORS[mark.anchor],
        )
