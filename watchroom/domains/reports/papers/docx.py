"""A report as a Word document, with python-docx: every number is a link, charts are pictures."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from watchroom.figures.charts.drawn import picture
from watchroom.kernel import figure_exports

from ..models import Number
from ..queries.printed import Changed, Part, Printed
from . import said

LATIN, BODY, HEADS = "Times New Roman", "FangSong", "SimHei"
"""The faces official documents are set in (GB/T 9704); a machine without them takes its own."""


def made(printed: Printed, home: str, changed: Sequence[Changed]) -> bytes:
    """The DOCX."""
    return _Sheet(printed, home).written(changed)


class _Sheet:
    def __init__(self, printed: Printed, home: str) -> None:
        self.printed, self.home, self.lang = printed, home, printed.lang
        self.document = Document()
        self._faces()

    def _faces(self) -> None:
        styles: Any = self.document.styles
        for name, face, size in (
            ("Normal", BODY, 12),
            ("Title", HEADS, 20),
            ("Heading 1", HEADS, 15),
        ):
            style = styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
        for section in self.document.sections:
            section.page_width, section.page_height = Cm(21.0), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2.6)

    def written(self, changed: Sequence[Changed]) -> bytes:
        """Everything from the title to the list of numbers."""
        core = self.document.core_properties
        core.title, core.author = self.printed.matter.title, ""
        core.language = "zh-CN" if self.lang == "zh" else "en"
        self._centred(self.document.add_paragraph(self.printed.matter.title, style="Title"))
        self._centred(self.document.add_paragraph(said.under_title(self.printed)))
        for part in self.printed.parts:
            self._part(part)
        if changed:
            lines = said.changed_rows(changed, self.lang)
            self._table(said.CHANGED.say(self.lang), said.CHANGED_HEADS, lines)
        rows = [said.source_row(one, self.lang) for one in self.printed.sources]
        self._table(said.SOURCES.say(self.lang), said.SOURCE_HEADS, rows)
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _centred(self, paragraph: Any) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _part(self, part: Part) -> None:
        if part.block.sort == "heading":
            self.document.add_heading(part.block.words, level=1)
        elif part.chart:
            self._chart(part)
        else:
            paragraph = self.document.add_paragraph()
            if self.lang == "zh":
                paragraph.paragraph_format.first_line_indent = Pt(24)
            for piece in part.pieces:
                self._piece(paragraph, piece)

    def _piece(self, paragraph: Any, piece: str | Number) -> None:
        if isinstance(piece, str):
            paragraph.add_run(piece)
        else:
            self._link(paragraph, piece.said, piece.figure)

    def _link(self, paragraph: Any, text: str, figure: str) -> None:
        address = said.address(self.home, figure)
        relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        link.set(qn("w:tooltip"), figure)
        run = paragraph.add_run(text)
        run.font.underline = True
        link.append(run._r)
        paragraph._p.append(link)

    def _chart(self, part: Part) -> None:
        assert part.chart is not None  # noqa: S101 - asked by the caller
        drawn = figure_exports.png(picture(part.chart))
        if drawn is None:  # no font on this machine has these characters: the table says the same
            shown = part.chart.table
            rows = [[str(cell) for cell in row] for row in shown.rows]
            self._plain_table(part.chart.title, shown.head, rows)
            return
        inline = self.document.add_picture(io.BytesIO(drawn), width=Cm(15.6))
        inline._inline.docPr.set("descr", part.chart.title)

    def _table(self, title: str, heads: Any, rows: Sequence[Sequence[str]]) -> None:
        self.document.add_heading(title, level=1)
        table = self._grid([head.say(self.lang) for head in heads], len(rows))
        for line, row in zip(table.rows[1:], rows, strict=True):
            for k, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
                paragraph = cell.paragraphs[0]
                if k:
                    paragraph.add_run(text).font.size = Pt(8)
                    continue
                for one in text.split():
                    self._link(paragraph, one, one)
                    paragraph.add_run(" ")

    def _plain_table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.document.add_paragraph(title)
        table = self._grid(heads, len(rows))
        for line, row in zip(table.rows[1:], rows, strict=True):
            for cell, text in zip(line.cells, row, strict=True):
                cell.paragraphs[0].add_run(text).font.size = Pt(8)

    def _grid(self, heads: Sequence[str], rows: int) -> Any:
        table = self.document.add_table(rows + 1, len(heads), style="Table Grid")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.paragraphs[0].add_run(head).font.size = Pt(8)
        return table
