"""Taking figures out: a chart as PNG or SVG, its table as CSV or XLSX.

An export is a permission and an entry of the trail. What is exported is what the reader saw: the
figures with what was masked for them, and nothing of any person.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from watchroom.base.cells import guarded
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.charts import raster
from watchroom.figures.charts.drawn import picture
from watchroom.figures.charts.kinds import Chart, Table
from watchroom.figures.charts.picture import Picture, Words, svg

from . import access, audit, paper_font
from .access import Actor, NotFound

PERMISSION = "figures.export"
BOM = "\ufeff"
"""So that a spreadsheet reads the CSV as UTF-8."""
NO_FONT = Text(
    "这台服务器上没有中文字体，画不出图片：请用 SVG，或请管理员设置 WATCHROOM_PDF_FONT",
    "This server has no font with these characters: take SVG, or have WATCHROOM_PDF_FONT set",
)


@dataclass(frozen=True)
class Exported:
    """A file: how its name ends, what it is, and its bytes."""

    form: str
    media: str
    body: bytes


def export(actor: Actor, chart: Chart, form: str, what: Mapping[str, str]) -> Exported:
    """A chart as a file. `what` says in the trail which figure of which period and agency it was.

    Refusal without the permission; NotFound for a form there is not.
    """
    access.require(actor, PERMISSION)
    if form not in FORMS:
        raise NotFound
    media, made = FORMS[form]
    body = made(chart)
    audit.note("figures.exported", actor=actor, data={**what, "form": form})
    return Exported(form, media, body)


def png(drawn: Picture) -> bytes | None:
    """A picture as PNG; None where no font of this machine has its characters."""
    font = paper_font.find()
    words = "".join(mark.text for mark in drawn.marks if isinstance(mark, Words))
    if font is None and not words.isascii():
        return None
    return raster.png(drawn, font, paper_font.face(font) if font else 0)


def _png(chart: Chart) -> bytes:
    body = png(picture(chart))
    if body is None:
        raise Refusal(NO_FONT)
    return body


def _svg(chart: Chart) -> bytes:
    return svg(picture(chart)).encode()


def csv_of(table: Table) -> str:
    """The table as CSV; no cell of it is run by a spreadsheet."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerows([guarded(cell) for cell in row] for row in (table.head, *table.rows))
    return BOM + out.getvalue()


def xlsx_of(table: Table, title: str) -> bytes:
    """The table as a workbook of one sheet: words as words, numbers as numbers."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, seldom needed

    book = Workbook()
    sheet = book.active
    sheet.title = "".join(c for c in title if c not in r"[]:*?/\'")[:31] or "Watchroom"
    for r, row in enumerate((table.head, *table.rows), 1):
        for c, value in enumerate(row, 1):
            safe = guarded(value)
            cell = sheet.cell(r, c, float(safe) if isinstance(safe, Decimal) else safe)
            if isinstance(safe, str):
                cell.data_type = "s"  # never "f": openpyxl takes "=…" for a formula
    sheet.freeze_panes = "A2"
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)  # noqa: DTZ001 - the same figures, the same file
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(chart: Chart) -> bytes:
    return csv_of(chart.data).encode()


def _xlsx(chart: Chart) -> bytes:
    return xlsx_of(chart.data, chart.title)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: Mapping[str, tuple[str, Callable[[Chart], bytes]]] = {
    "png": ("image/png", _png),
    "svg": ("image/svg+xml", _svg),
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": (XLSX, _xlsx),
}
