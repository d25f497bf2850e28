"""The order of a plan on paper, as PDF: who stands where, when, with how many.

The Chinese font is named, not enclosed (STSong-Light with the UniGB-UCS2-H encoding): every
common viewer and printer has a Chinese font to put in its place, and no font file is shipped.
"""

import io
from datetime import datetime
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from watchroom.base.clock import local

from .flow import PLAN
from .models import PlanLine
from .queries import Content
from .rules import words

FONT = "STSong-Light"
BODY = ParagraphStyle("body", fontName=FONT, fontSize=9, leading=12, wordWrap="CJK")
HEAD = ParagraphStyle("head", parent=BODY, fontSize=15, leading=20)
COLUMNS = (
    ("编号 No.", 16 * mm),
    ("岗位 Post", 46 * mm),
    ("时间 Hours", 26 * mm),
    ("星期 Days", 24 * mm),
    ("人数 Nr.", 14 * mm),
    ("人员、警力 People, unit", 54 * mm),
)


def drawn(content: Content, at: datetime) -> bytes:
    """The order as PDF: head, table of lines, requirements, room for two signatures."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, title=f"{content.matter.number} {content.matter.title}",
        leftMargin=15 * mm, rightMargin=15 * mm, topMargin=15 * mm, bottomMargin=18 * mm,
    )  # fmt: skip
    foot = f"{content.matter.number} · 截至 as of {local(at):%Y-%m-%d %H:%M}"

    def number(canvas: object, _paper: object) -> None:
        canvas.setFont(FONT, 8)  # type: ignore[attr-defined]
        canvas.drawString(15 * mm, 10 * mm, f"{foot} · {canvas.getPageNumber()}")  # type: ignore[attr-defined]

    paper.build([*_head(content), _table(content), *_foot(content)], number, number)
    return out.getvalue()


def _head(content: Content) -> list[object]:
    plan, matter = content.plan, content.matter
    kind, state = words.PLANS[plan.kind], PLAN.states[matter.state].title
    facts = (
        f"{plan.agency.name} · {kind.zh} {kind.en} · {plan.starts_on} — {plan.ends_on} · "
        f"{state.zh} {state.en}"
    )
    return [
        _said("勤务命令 · Posting order", HEAD),
        _said(f"{matter.number}  {matter.title}", HEAD),
        _said(facts),
        *([_said(matter.words)] if matter.words else []),
        Spacer(0, 4 * mm),
    ]


def _said(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _table(content: Content) -> Table:
    head = [_said(title) for title, _ in COLUMNS]
    rows = [head, *([_said(cell) for cell in _cells(line)] for line in content.lines)]
    return Table(
        rows,
        colWidths=[width for _, width in COLUMNS],
        repeatRows=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


def _cells(line: PlanLine) -> tuple[str, ...]:
    people = _people(line)
    whom = (people, line.unit.code if line.unit else "", line.partner)
    some = " ".join(words.DAYS[day - 1].zh for day in line.days)
    return (
        line.post.code,
        line.post.name,
        f"{line.shift.name} {line.shift.hours}",
        "每日 daily" if len(line.days) == 7 else some,
        str(line.strength),
        "；".join(part for part in whom if part) or "____________",
    )


def _people(line: PlanLine) -> str:
    """Their names; by day of the week where there is a roster."""
    if not line.turns.all():
        return "、".join(person.name for person in line.staff.all())
    days = ((day, line.people_on(day)) for day in line.days)
    return "；".join(
        f"{words.DAYS[day - 1].zh} {'、'.join(person.name for person in there)}"
        for day, there in days
    )


def _foot(content: Content) -> list[object]:
    asked = [
        _said(
            f"{n.post.code if n.post else '全部 all'} {n.from_hour}-{n.to_hour} 时: ≥ {n.minimum}"
        )
        for n in content.needs
    ]
    room = _said("拟制 drafted ________________    批准 approved ________________", BODY)
    return [Spacer(0, 4 * mm), *asked, Spacer(0, 10 * mm), room]
