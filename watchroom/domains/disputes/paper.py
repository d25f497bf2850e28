"""The agreement on paper: its text and every signature, as a PDF. Chinese, as it was signed."""

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from watchroom.base.clock import local
from watchroom.kernel import paper_font
from watchroom.kernel.models import Matter

from .models import Agreement, Signature
from .rules import ROLES
from .rules.paper import HEIGHT, WIDTH

MARGIN = 62.0
SHRINK = 0.3
"""Of a signature from the screen to the paper."""


class _Drawn(Flowable):
    """The lines of a signature."""

    def __init__(self, strokes: Sequence[Sequence[Sequence[int]]]) -> None:
        super().__init__()
        self.strokes, self.width, self.height = strokes, WIDTH * SHRINK, HEIGHT * SHRINK

    def draw(self) -> None:
        path = self.canv.beginPath()
        for line in self.strokes:
            for number, (x, y) in enumerate(line):
                go = path.lineTo if number else path.moveTo
                go(x * SHRINK, (HEIGHT - y) * SHRINK)
        self.canv.setLineWidth(1.2)
        self.canv.drawPath(path)


def drawn(matter: Matter, agreement: Agreement, signatures: Sequence[Signature]) -> bytes:
    """The PDF of an agreement as it stands."""
    words = [*agreement.text.splitlines(), *(f"{_part(s)}{_name(s)}{s.typed}" for s in signatures)]
    font = paper_font.covering("".join(words) + "签名（键入）年月日时分：口头协议，双方当场确认。")
    plain = ParagraphStyle("plain", fontName=font, fontSize=12, leading=21, wordWrap="CJK")
    head = ParagraphStyle("head", plain, fontSize=18, leading=30, alignment=1)
    story: list[Flowable] = []
    for number, line in enumerate(agreement.text.splitlines()):
        style = plain if number else head
        story.append(Paragraph(escape(line), style) if line else Spacer(1, 10))
    story.append(Spacer(1, 14))
    if agreement.oral:
        story.append(Paragraph("（口头协议，双方当场确认。）", plain))
    for one in signatures:
        how = "签名" if one.strokes else "签名（键入）"
        told = f"{_part(one)}{how}：{one.typed}  {local(one.signed_at):%Y年%m月%d日 %H:%M}"
        story.append(Paragraph(escape(told), plain))
        if one.strokes:
            story.append(_Drawn(one.strokes))
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=MARGIN, title=f"调解协议书 {matter.number}",
    )  # fmt: skip
    page.build(story)
    return out.getvalue()


def _part(one: Signature) -> str:
    return ROLES[one.party.role].zh if one.party else "调解员"


def _name(one: Signature) -> str:
    row = one.party or one.mediator
    return row.name if row else ""
