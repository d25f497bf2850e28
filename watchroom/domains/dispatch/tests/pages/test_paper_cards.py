"""The PDF on the disk says what the board says."""

from pathlib import Path
from typing import Any

import pytest

from tests.people import MIDDLE, County
from watchroom.domains.dispatch import actions, cards

pdfium = pytest.importorskip("pypdfium2")


def text_of(path: Path) -> str:
    document = pdfium.PdfDocument(str(path))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_every_open_incident_and_free_unit_is_on_paper(
    county: County, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    numbers = []
    for i in range(9):
        lon = MIDDLE[0] + 0.001 * i
        matter = actions.report_call(
            county.operator, words=f"打架{i}", place=f"东街{i}号", lon=lon, lat=MIDDLE[1],
            class_code="0201",
        )  # fmt: skip
        numbers.append(matter.number)
    written = cards.write_all()
    said = text_of(tmp_path / "cards" / "all.pdf")
    assert all(number in said for number in numbers)
    assert "东街8号" in said
    assert "P01" in said
    assert tmp_path / "cards" / "CTR.pdf" in written
    assert numbers[0] not in text_of(tmp_path / "cards" / "OTHR.pdf")
    assert [p.name for p in (tmp_path / "cards").iterdir() if p.name.startswith(".")] == []
    pages = pdfium.PdfDocument(str(tmp_path / "cards" / "all.pdf"))
    assert len(pages) == 2
