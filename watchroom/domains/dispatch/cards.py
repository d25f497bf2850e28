"""Paper cards: every open incident and every free unit, kept current as PDF files on the disk.

When screens and network are gone, the newest file in `<data>/cards/` is what the watch works from;
what happens meanwhile is written on it by hand and entered afterwards (补录).

Their Chinese font is enclosed where the machine has one: see `kernel.paper_font`.
"""

import io
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from watchroom.base.clock import local, now
from watchroom.kernel import paper_font
from watchroom.kernel.access import system
from watchroom.kernel.models import Agency

from . import queries
from .queries import IncidentView, UnitView

MARGIN, LINE = 42.0, 15.0
WIDTH, HEIGHT = A4
CARD = 118.0
CENTRES = ("centre", "county", "city")
KINDS = {"car": "车 car", "foot": "步 foot", "community": "社区 community", "quick": "快反 quick"}


def wrapped(text: str, width: float, font: str, size: float, most: int) -> list[str]:
    """The text in at most `most` lines of `width` points; cut with … where there is more."""
    lines, line = [], ""
    for letter in " ".join(text.split()):
        if pdfmetrics.stringWidth(line + letter, font, size) > width:
            lines.append(line)
            line = ""
        line += letter
    lines = [part for part in (*lines, line) if part]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return lines


def drawn(rows: Sequence[IncidentView], units: Sequence[UnitView], at: datetime) -> bytes:
    """The PDF: a card an incident, five a page, then the free units."""
    font = paper_font.covering("".join(map(str, (*rows, *units))))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=0)
    canvas.setTitle(f"值守 纸质卡片 Watchroom cards {local(at):%Y-%m-%d %H:%M}")
    pages = _Pages(canvas, at, f"{len(rows)}", font)
    for row in rows:
        pages.card(row)
    pages.units([u for u in units if u.status in ("free", "rest")])
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Pages:
    """A canvas and how far down the page it is."""

    def __init__(self, canvas: Canvas, at: datetime, count: str, font: str) -> None:
        self.canvas, self.at, self.count, self.font, self.page = canvas, at, count, font, 0
        self._head()

    def _head(self) -> None:
        self.page += 1
        self.y = HEIGHT - MARGIN
        stamp = f"{local(self.at):%Y-%m-%d %H:%M:%S}"
        self._text(MARGIN, "值守 纸质卡片 · Watchroom paper cards", 14)
        told = f"未办结 open {self.count} · 截至 as of {stamp} · {self.page}"
        self.canvas.setFont(self.font, 9)
        self.canvas.drawRightString(WIDTH - MARGIN, self.y, told)
        self.y -= 12
        self.canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        self.y -= LINE

    def _text(self, x: float, text: str, size: float = 10) -> None:
        self.canvas.setFont(self.font, size)
        self.canvas.drawString(x, self.y, text)

    def _room(self, needed: float) -> None:
        if self.y - needed < MARGIN:
            self.canvas.showPage()
            self._head()

    def card(self, row: IncidentView) -> None:
        """One incident: what, where, who is on it, and lines to write times on by hand."""
        self._room(CARD)
        title = row.class_title.zh if row.class_title else "未分类 unclassified"
        self._text(MARGIN, f"[{row.priority or '?'}] {row.number}  {title}", 12)
        self.canvas.drawRightString(WIDTH - MARGIN, self.y, f"{row.standing.zh} {row.standing.en}")
        self.y -= LINE
        self._text(MARGIN, f"接警 received {local(row.occurred_at):%m-%d %H:%M:%S}", 9)
        self.y -= LINE
        where = f"地点 place: {row.place or row.place_typed or '—'}"
        if row.lon is not None and row.lat is not None:
            where += f"  ({row.lon:.5f}, {row.lat:.5f})"
        self._lines(where, 1)
        self._lines(f"内容 told: {row.title}", 2)
        sent = "  ".join(f"{a.unit} {a.standing.zh}" for a in row.assignments) or "—"
        self._lines(f"警力 units: {sent}", 1)
        blank = "______"
        self._text(
            MARGIN,
            f"派警 {blank}  签收 {blank}  出警 {blank}  到场 {blank}  撤离 {blank}  警力 ________",
            9,
        )
        self.y -= 8
        self.canvas.setDash(2, 2)
        self.canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        self.canvas.setDash()
        self.y -= LINE

    def _lines(self, text: str, most: int) -> None:
        for line in wrapped(text, WIDTH - 2 * MARGIN, self.font, 10, most):
            self._text(MARGIN, line)
            self.y -= LINE

    def units(self, rows: Sequence[UnitView]) -> None:
        """The units that can be sent, three columns."""
        self._room(3 * LINE)
        self._text(MARGIN, f"可派警力 · Units that can be sent ({len(rows)})", 12)
        self.y -= LINE * 1.3
        column = (WIDTH - 2 * MARGIN) / 3
        for start in range(0, len(rows), 3):
            self._room(LINE)
            for i, unit in enumerate(rows[start : start + 3]):
                rest = " 休整" if unit.status == "rest" else ""
                text = f"{unit.code} {KINDS.get(unit.kind, unit.kind)}{rest} {unit.agency}"
                self._text(MARGIN + i * column, wrapped(text, column - 8, self.font, 9, 1)[0], 9)
            self.y -= LINE


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.DATA) / "cards"


def write_all() -> list[Path]:
    """Write one file for everything and one for each command centre's agency; returns them.

    A reader never sees half a file: each is written beside its place and then put there.
    """
    actor, moment = system(), now()
    rows, units = queries.board(actor, limit=5000), queries.units(actor)
    done = [_put(folder() / "all.pdf", drawn(rows, units, moment))]
    for agency in Agency.objects.filter(kind__in=CENTRES).order_by("path"):
        below = set(_below(agency))
        mine = _only(rows, lambda r, below=below: r.agency_id in below)
        cars = _only(units, lambda u, below=below: u.agency_id in below)
        done.append(_put(folder() / f"{agency.code}.pdf", drawn(mine, cars, moment)))
    return done


def _below(agency: Agency) -> list[int]:
    """A centre's papers cover the bureau it belongs to."""
    top = agency.parent if agency.kind == "centre" and agency.parent else agency
    return list(Agency.objects.filter(path__startswith=top.path).values_list("pk", flat=True))


def _only(rows: Sequence, keep: Callable) -> list:  # type: ignore[type-arg]
    return [row for row in rows if keep(row)]


def _put(place: Path, body: bytes) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".card-")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(name).chmod(0o640)
    Path(name).replace(place)
    return place
