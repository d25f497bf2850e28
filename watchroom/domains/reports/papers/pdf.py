"""A report as PDF, with reportlab: the fonts it needs are enclosed, every number is a link."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from watchroom.figures.charts.drawn import picture
from watchroom.figures.charts.on_paper import OnPaper
from watchroom.figures.charts.picture import Words
from watchroom.kernel import paper_font

from ..models import Number
from ..queries.printed import Changed, Part, Printed
from . import said

MARGIN = 62.0
WIDTHS = (0.13, 0.13, 0.22, 0.2, 0.32)
CHANGED_WIDTHS = (0.16, 0.44, 0.2, 0.2)
QUIET, RULE = HexColor("#5b6778"), HexColor("#d4dae3")


def made(printed: Printed, home: str, changed: Sequence[Changed]) -> bytes:
    """The PDF."""
    page = _Page(printed, home, changed)
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=MARGIN, title=printed.matter.title, lang=_tag(printed.lang),
        author=printed.matter.agency.label(printed.lang),
    )  # fmt: skip
    document.build(page.story(), onFirstPage=page.foot, onLaterPages=page.foot)
    return out.getvalue()


def _tag(lang: str) -> str:
    return "zh-CN" if lang == "zh" else "en"


class _Page:
    def __init__(self, printed: Printed, home: str, changed: Sequence[Changed]) -> None:
        self.printed, self.home, self.lang = printed, home, printed.lang
        self.sources = [said.source_row(one, self.lang) for one in printed.sources]
        self.changed = said.changed_rows(changed, self.lang)
        self.pictures = {p.block.pk: picture(p.chart) for p in printed.parts if p.chart}
        self.font = paper_font.covering("".join(self._every_word()))
        wrap = "CJK" if self.lang == "zh" else None
        self.plain = ParagraphStyle(
            "plain", fontName=self.font, fontSize=12, leading=21, wordWrap=wrap, spaceAfter=6,
            firstLineIndent=24 if self.lang == "zh" else 0,
        )  # fmt: skip
        self.title = ParagraphStyle(
            "title", self.plain, fontSize=20, leading=30, alignment=1, firstLineIndent=0
        )
        self.under = ParagraphStyle(
            "under", self.plain, fontSize=10, alignment=1, textColor=QUIET, firstLineIndent=0
        )
        self.head = ParagraphStyle(
            "head", self.plain, fontSize=15, leading=24, spaceBefore=12, keepWithNext=1,
            firstLineIndent=0,
        )  # fmt: skip
        self.small = ParagraphStyle(
            "small", self.plain, fontSize=8, leading=11, spaceAfter=0, firstLineIndent=0
        )

    def _every_word(self) -> Sequence[str]:
        """All that is written, so that the font has every character of it."""
        drawn = (
            mark.text
            for one in self.pictures.values()
            for mark in one.marks
            if isinstance(mark, Words)
        )
        told = (p if isinstance(p, str) else p.said for x in self.printed.parts for p in x.pieces)
        rows = (cell for row in (*self.sources, *self.changed) for cell in row)
        heads = (
            t.say(self.lang)
            for t in (said.SOURCES, said.CHANGED, *said.SOURCE_HEADS, *said.CHANGED_HEADS)
        )
        top = (self.printed.matter.title, said.under_title(self.printed))
        return [*drawn, *told, *rows, *heads, *top]

    def story(self) -> list[Flowable]:
        """Everything from the title to the list of numbers."""
        found: list[Flowable] = [
            Paragraph(escape(self.printed.matter.title), self.title),
            Paragraph(escape(said.under_title(self.printed)), self.under),
        ]
        for part in self.printed.parts:
            found += self._part(part)
        if self.changed:
            found.append(Paragraph(said.CHANGED.say(self.lang), self.head))
            found.append(self._table(said.CHANGED_HEADS, self.changed, CHANGED_WIDTHS))
        found.append(Paragraph(said.SOURCES.say(self.lang), self.head))
        found.append(self._table(said.SOURCE_HEADS, self.sources, WIDTHS))
        return found

    def _part(self, part: Part) -> list[Flowable]:
        if part.block.sort == "heading":
            return [Paragraph(escape(part.block.words), self.head)]
        if part.chart:
            drawing = OnPaper(self.pictures[part.block.pk], self.font)
            return [Spacer(1, 6), drawing, Spacer(1, 10)]
        return [Paragraph("".join(map(self._piece, part.pieces)), self.plain)]

    def _piece(self, piece: str | Number) -> str:
        if isinstance(piece, str):
            return escape(piece)
        return f"<link href={quoteattr(self._address(piece.figure))}>{escape(piece.said)}</link>"

    def _address(self, figure: str) -> str:
        return said.address(self.home, figure)

    def _table(self, heads: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
        wide = A4[0] - 2 * MARGIN - 12
        top = [Paragraph(escape(head.say(self.lang)), self.small) for head in heads]
        body = [[self._cell(k, cell) for k, cell in enumerate(row)] for row in rows]
        style = [("GRID", (0, 0), (-1, -1), 0.5, RULE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        return Table([top, *body], [w * wide for w in widths], style=style, repeatRows=1)

    def _cell(self, column: int, text: str) -> Paragraph:
        if column:
            return Paragraph(escape(text), self.small)
        links = (f"<link href={quoteattr(self._address(one))}>{one}</link>" for one in text.split())
        return Paragraph("<br/>".join(links), self.small)

    def foot(self, canvas: Any, document: Any) -> None:
        """The number of the page, and the report's own."""
        canvas.setFont(self.font, 9)
        canvas.setFillColor(QUIET)
        canvas.drawCentredString(A4[0] / 2, 34, f"— {document.page} —")
        canvas.drawRightString(A4[0] - MARGIN, 34, self.printed.matter.number)
