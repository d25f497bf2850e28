"""Every component, in both languages and both palettes, from a phone to a command wall."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk_server import DeskServer
from frame import guide_rows, render
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).resolve().parents[1] / "screens"
LOOKS = [(lang, theme) for lang in ("zh", "en") for theme in ("light", "dark")]


def show(desk: DeskServer, screen: Page, lang: str, theme: str, width: int = 1440) -> None:
    desk.page("/", lambda: render("style_guide.html", lang, theme, rows=guide_rows(lang)))
    screen.set_viewport_size({"width": width, "height": 1300 if width > 2000 else 900})
    screen.goto(desk.url)
    screen.wait_for_selector("wr-clock[data-phase]")


def obstacles(screen: Page, *impacts: str) -> list[tuple[str, list[str]]]:
    """What axe-core finds (of these impacts, or all), with the elements it means."""
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]])
        for one in Axe().run(screen).response["violations"]
        if not impacts or one["impact"] in impacts
    ]


@pytest.mark.parametrize("width", [360, 1440, 2560])
@pytest.mark.parametrize("look", LOOKS)
def test_the_page_fits_every_screen(
    desk: DeskServer, screen: Page, complaints: list[str], look: tuple[str, str], width: int
) -> None:
    lang, theme = look
    show(desk, screen, lang, theme, width)
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    SCREENS.mkdir(exist_ok=True)
    screen.screenshot(path=SCREENS / f"guide-{lang}-{theme}-{width}.png", full_page=True)
    assert complaints == []


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_serious_stands_in_anybodys_way(
    desk: DeskServer, screen: Page, lang: str, theme: str, width: int
) -> None:
    show(desk, screen, lang, theme, width)
    assert obstacles(screen, "serious", "critical") == []


def test_menus_and_dialogs_are_in_nobodys_way_either(desk: DeskServer, screen: Page) -> None:
    show(desk, screen, "zh", "dark")
    screen.locator("details.menu > summary").first.click()
    assert obstacles(screen) == []
    screen.keyboard.press("Escape")
    screen.get_by_role("button", name="移交").first.click()
    assert screen.locator("dialog#hand-over").is_visible()
    assert obstacles(screen) == []


def test_a_reader_chooses_night_and_it_stays(desk: DeskServer, screen: Page) -> None:
    show(desk, screen, "zh", "auto")
    screen.emulate_media(color_scheme="light")
    day = screen.evaluate("getComputedStyle(document.body).backgroundColor")
    screen.get_by_text("王芳", exact=True).first.click()
    screen.get_by_role("button", name="深色（夜间）").click()
    assert screen.evaluate("getComputedStyle(document.body).backgroundColor") != day
    cookies = {one["name"]: one["value"] for one in screen.context.cookies()}
    assert cookies["wr_theme"] == "dark"


def test_the_system_at_night_darkens_a_reader_who_chose_nothing(
    desk: DeskServer, screen: Page
) -> None:
    screen.emulate_media(color_scheme="dark")
    show(desk, screen, "zh", "auto")
    night = screen.evaluate("getComputedStyle(document.body).backgroundColor")
    show(desk, screen, "zh", "dark")
    assert screen.evaluate("getComputedStyle(document.body).backgroundColor") == night


def test_a_stranger_sees_no_menu_and_no_stream() -> None:
    html = render("style_guide.html", "zh", "light", me=None, rows=[])
    assert "<wr-live" not in html
    assert "nav-link" not in html
