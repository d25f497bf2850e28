"""A small county, Watchroom running on it, and a real browser in front."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.browser.waiting import MILLISECONDS
from tests.running import Running

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "watchroom/desk/static/desk/built/dispatch.js"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
CHROMIUM = os.environ.get("WATCHROOM_CHROMIUM", "/usr/bin/chromium")
PASSWORD = "a-long-night-watch"  # noqa: S105 - of people who do not exist
PEOPLE = ("operator", "dispatcher", "leader", "officer", "colleague")
expect.set_options(timeout=MILLISECONDS)
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, django_db_blocker: Any) -> Iterator[Browser]:
    """One browser a module, so that tests after it have a thread without Playwright's loop.

    While that loop runs, Django keeps another set of connections: each set is closed at its end.
    """
    from django.db import connections

    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    if not BUILT.exists():
        pytest.skip("the bundle is not built: make frontend")
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--enable-unsafe-swiftshader"]
            )
            yield browser
            with django_db_blocker.unblock():
                connections.close_all()
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Town:
    """The county, where it runs, and a way to sit down at a screen of it."""

    county: Any
    running: Running
    browser: Browser
    contexts: list[BrowserContext]

    def screen(self, who: str, path: str = "/dispatch/", *, lang: str = "zh", **more: Any) -> Page:
        """Somebody signs in at a screen of their own and opens a page."""
        context = self.browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **more})
        self.contexts.append(context)
        language = {"zh": "zh-hans", "en": "en"}[lang]
        url = self.running.url
        context.add_cookies([{"name": "django_language", "value": language, "url": url}])
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.goto(f"{url}/sign-in/?next={path}")
        page.fill("input[name=username]", who)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}{path}*")
        return page


@pytest.fixture
def town(chromium: Browser, running_watchroom: Running) -> Iterator[Town]:
    from tests.people import MIDDLE, build
    from watchroom.kernel.models import Place

    county = build()
    for name in PEOPLE:
        county.staff[name].set_password(PASSWORD)
        county.staff[name].save()
    lon, lat = MIDDLE
    Place.objects.create(name="人民广场", kind="landmark", lon=lon + 0.004, lat=lat, weight=1)
    found = Town(county, running_watchroom, chromium, [])
    yield found
    for context in found.contexts:
        _leave(context)
        context.close()


def _leave(context: BrowserContext) -> None:
    """A page that loads itself again while its context closes can keep the browser for ever."""
    for page in context.pages:
        with suppress(Error):  # it was loading: that ends it as well
            page.goto("about:blank", timeout=10_000)


def _evaluate(page: Page, script: str) -> Any:
    """Once more where the page loaded itself again in the middle, as one with a result does."""
    while True:
        try:
            return page.evaluate(script)
        except Error as error:
            if "navigation" not in str(error):
                raise
            page.wait_for_load_state()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Serious findings of axe-core on a page, as short lines."""

    def look(page: Page) -> list[str]:
        if not AXE.exists():
            pytest.skip("axe-core is not installed: npm ci in frontend/")
        found = _evaluate(page, f"{AXE.read_text()}; axe.run(document)")
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in SERIOUS
        ]

    return look
