"""Waiting for the thing itself, in a page that may load itself again meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Error, Page

PATIENCE = 60.0  # seconds; a machine busy with other things is not a broken page
STORES = """(async () => {
  if (!(await caches.has('wr-pages-2'))) return null;
  if ((await (await caches.open('wr-pages-2')).keys()).length === 0) return null;
  const open = indexedDB.open('watchroom-phone', 1);
  await new Promise((resolve) => (open.onsuccess = resolve));
  const request = open.result.transaction('acts').objectStore('acts').count();
  await new Promise((resolve) => (request.onsuccess = resolve));
  open.result.close();
  return request.result;
})()"""
"""How many acts wait on the phone; null before it has its key and keeps its page."""


def until(page: Page, so: Callable[[], bool], what: str = "it") -> None:
    """Returns once it is so."""
    end = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen:\n{page.locator('body').inner_text()}")
        page.wait_for_timeout(50)


@contextmanager
def loaded_anew(page: Page) -> Iterator[None]:
    """What is done inside makes the page load itself again; returns when it has."""
    page.evaluate("window.before = true")
    yield
    until(page, lambda: _is_new(page), "loading anew")


def _is_new(page: Page) -> bool:
    try:
        return bool(page.evaluate("!window.before && document.readyState === 'complete'"))
    except Error:
        return False


def _waiting_acts(page: Page) -> int | None:
    try:
        found: int | None = page.evaluate(STORES)
    except Error:  # the page is loading itself again
        return None
    return found


def kept(page: Page) -> None:
    """Until the phone has its key and keeps its page: from here on the network may go."""
    until(page, lambda: _waiting_acts(page) is not None, "keeping the page")


def all_sent(page: Page) -> bool:
    """Whether the phone knows that everything it noted has arrived."""
    return _waiting_acts(page) == 0
