"""`watchroom check` says when paper cards cannot enclose a Chinese font; it is no failure."""

from typing import Any

import pytest

from watchroom.site import checking


def test_without_a_font_it_is_said_and_nothing_fails(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.WATCHROOM_PDF_FONT = "/nowhere/none.ttf"
    assert checking._report((checking._paper,)) == 0
    said = capsys.readouterr().out
    assert said.startswith("! 没有可嵌入的中文字体")
    assert "WATCHROOM_PDF_FONT" in said


def test_with_one_it_is_named(
    settings: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    font = tmp_path / "a.ttf"
    font.write_bytes(b"")
    settings.WATCHROOM_PDF_FONT = str(font)
    assert checking._report((checking._paper,)) == 0
    assert str(font) in capsys.readouterr().out
