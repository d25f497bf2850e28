"""A picture as a drawing on the page of a PDF, with reportlab: lines stay lines."""

from __future__ import annotations

from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from .picture import PRINT, Fill, Picture, Stroke, Words

POINT: Final = 0.75
"""Points of paper to one unit of a picture."""


class OnPaper(Flowable):
    """A picture among the paragraphs of a page, no wider than what is free."""

    def __init__(self, picture: Picture, font: str) -> None:
        super().__init__()
        self.picture, self.font, self.by = picture, font, POINT

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The room it takes, in points."""
        tall = height / self.picture.height if height > 0 else POINT
        self.by = min(POINT, width / self.picture.width, max(tall, POINT / 2))
        return self.picture.width * self.by, self.picture.height * self.by

    def draw(self) -> None:
        """Draw it on the page's canvas."""
        self.canv.saveState()
        self.canv.scale(self.by, self.by)
        for mark in self.picture.marks:
            if isinstance(mark, Words):
                self._words(mark)
            else:
                self._path(mark)
        self.canv.restoreState()

    def _path(self, mark: Fill | Stroke) -> None:
        path, top = self.canv.beginPath(), self.picture.height
        for number, (x, y) in enumerate(mark.points):
            (path.lineTo if number else path.moveTo)(x, top - y)
        colour = HexColor(PRINT[mark.colour])
        if isinstance(mark, Fill):
            path.close()
            self.canv.setFillColor(colour)
            self.canv.drawPath(path, stroke=0, fill=1)
            return
        self.canv.setStrokeColor(colour)
        self.canv.setLineWidth(mark.width)
        self.canv.setDash([4, 3] if mark.dashed else [])
        self.canv.drawPath(path)

    def _words(self, mark: Words) -> None:
        self.canv.setFont(self.font, mark.size)
        self.canv.setFillColor(HexColor(PRINT[mark.colour]))
        write = {
            "start": self.canv.drawString,
            "middle": self.canv.drawCentredString,
            "end": self.canv.drawRightString,
        }[mark.anchor]
        write(mark.at[0], self.picture.height - mark.at[1], mark.text)
