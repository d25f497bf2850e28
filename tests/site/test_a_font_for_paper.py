"""`watchroom check` says when paper cards cannot enclose a Chinese font; it is no failure."""

from pathlib import Path
from typing import Any

from watchroom.kernel import health


def said() -> health.Finding:
    (check,) = (check for key, check in health.CHECKS if key == "paper")
    return health.judged("paper", check)


def test_without_a_font_it_is_said_and_nothing_fails(settings: Any) -> None:
    settings.WATCHROOM_PDF_FONT = "/nowhere/none.ttf"
    found = said()
    assert found.tone == "caution"
    assert found.text.zh.startswith("没有可嵌入的中文字体")
    assert "WATCHROOM_PDF_FONT" in found.text.en


def test_with_one_it_is_named(settings: Any, tmp_path: Path) -> None:
    font = tmp_path / "a.ttf"
    font.write_bytes(b"")
    settings.WATCHROOM_PDF_FONT = str(font)
    found = said()
    assert (found.tone, str(font) in found.text.zh) == ("good", True)
