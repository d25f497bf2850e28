"""A report as a file: HTML, DOCX and PDF, with the same words, numbers and charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from watchroom.base.text import Text

from ..queries.printed import Changed, Printed

Made = Callable[[Printed, str, Sequence[Changed]], bytes]
"""(report, address of this Watchroom, what reads otherwise now) → the file."""


@dataclass(frozen=True)
class Form:
    """One kind of file."""

    title: Text
    media: str
    made: Made


def _pdf(printed: Printed, home: str, changed: Sequence[Changed]) -> bytes:
    from .pdf import made  # noqa: PLC0415 - slow to import, seldom needed

    return made(printed, home, changed)


def _docx(printed: Printed, home: str, changed: Sequence[Changed]) -> bytes:
    from .docx import made  # noqa: PLC0415 - slow to import, seldom needed

    return made(printed, home, changed)


def _html(printed: Printed, home: str, changed: Sequence[Changed]) -> bytes:
    from .html import made  # noqa: PLC0415 - as its siblings

    return made(printed, home, changed)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMS: Mapping[str, Form] = {
    "pdf": Form(Text("PDF", "PDF"), "application/pdf", _pdf),
    "docx": Form(Text("Word 文档", "Word"), DOCX, _docx),
    "html": Form(Text("网页文件", "Web page"), "text/html; charset=utf-8", _html),
}
