"""Waiting for the page: Playwright's wait_for_function needs eval, which our policy refuses."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

PATIENCE = 60.0
MILLISECONDS = PATIENCE * 1000


def until(page: Page, expression: str, also: Callable[[], bool] = lambda: True) -> None:
    """Returns once `expression` is true in the page and `also()` here; fails after a minute."""
    end = time.monotonic() + PATIENCE
    while not (page.evaluate(f"Boolean({expression})") and also()):
        if time.monotonic() > end:
            raise AssertionError(f"still not so after {PATIENCE:.0f} s: {expression}")
        page.wait_for_timeout(50)
