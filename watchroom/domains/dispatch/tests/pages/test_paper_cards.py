"""The PDF on the disk says what the board says."""

from pathlib import Path
from typing import Any

import pytest

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.domains.dispatch import actions, cards, queries
from watchroom.kernel import paper_font

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


def _one(county: County) -> bytes:
    actions.report_call(county.operator, words="澜江大桥有人落水，㴔河口", class_code="0401")
    return cards.drawn(queries.board(county.operator), queries.units(county.operator), now())


def _fonts(body: bytes) -> set[tuple[str, bool]]:
    """(name, enclosed?) of every font the first page writes with."""
    page = pdfium.PdfDocument(body)[0]
    fonts = (o.get_font() for o in page.get_objects() if isinstance(o, pdfium.PdfTextObj))
    return {(font.get_base_name(), font.is_embedded) for font in fonts}


@pytest.fixture
def fresh_font(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No font made yet, and one to be made of few characters: making the whole takes seconds."""
    if paper_font.find() is None:
        pytest.skip("no Chinese font on this machine")
    settings.DATA = tmp_path
    words = Path(cards.__file__).read_text("utf-8")  # holds what every card says
    for name, value in (("_name", ""), ("_asked", set()), ("_usual", lambda: words)):
        monkeypatch.setattr(paper_font, name, value)


@pytest.mark.usefixtures("fresh_font")
def test_the_font_is_enclosed_and_made_once(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = _one(county)
    assert all(enclosed for _, enclosed in _fonts(body))
    assert "落水" in pdfium.PdfDocument(body)[0].get_textpage().get_text_range()
    assert len(body) < 300_000  # what it uses, not the whole font
    asked = "".join(sorted(paper_font._asked))
    monkeypatch.setattr(paper_font, "made", None)  # from the data folder from now on
    assert paper_font._kept(paper_font.find(), asked)


@pytest.mark.usefixtures("fresh_font")
def test_the_ink_is_there(county: County) -> None:
    """Drawn by a reader that has no Chinese font of its own, characters differ from each other."""
    page = pdfium.PdfDocument(_one(county))[0]
    text = page.get_textpage()
    image = page.render(scale=4).to_pil().convert("L")
    drawn = [_ink(image, page, text, word) for word in ("澜", "江", "落", "水")]
    assert len(set(drawn)) == len(drawn)
    assert all(any(pixel < 128 for pixel in one) for one in drawn)


def _ink(image: Any, page: Any, text: Any, letter: str) -> bytes:
    left, bottom, right, top = text.get_charbox(text.get_text_range().index(letter))
    height = page.get_height()
    box = tuple(round(4 * v) for v in (left, height - top, right, height - bottom))
    return bytes(image.crop(box).resize((24, 24)).tobytes())


def test_without_a_font_it_is_named(county: County, settings: Any) -> None:
    settings.WATCHROOM_PDF_FONT = "/nowhere/none.ttf"
    assert {enclosed for _, enclosed in _fonts(_one(county))} == {False}
