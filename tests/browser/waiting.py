"""Waiting for the thing itself, in a page that may load itself again meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Error, Page

PATIENCE = 60.0  # seconds; a machine busy with other things is not a broken page
MILLISECONDS = PATIENCE * 1000
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


def until(page: Page, so: Callable[[], bool], what: str = "it", patience: float = PATIENCE) -> None:
    """Returns once it is so."""
    end = time.monotonic() + patience
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


def acts_kept(page: Page) -> int | None:
    """How many acts lie on the phone; None while that cannot be said."""
    try:
        found: int | None = page.evaluate(STORES)
    except Error:  # the page is loading itself again
        return None
    return found


def kept(page: Page) -> None:
    """Until the phone has its key and keeps its page: from here on the network may go."""
    until(page, lambda: acts_kept(page) is not None, "keeping the page")


def all_sent(page: Page) -> bool:
    """Whether the phone knows that everything it noted has arrived."""
    return acts_kept(page) == 0


def answer_all(page: Page) -> int:
    """Decide every conflict: do it where it can still be done, else keep it as a note.

    Returns how many were decided, once nothing lies on the phone any more.
    """
    answered, choices = 0, page.locator(".phone-choice")
    left: int | None = None

    def settled() -> bool:
        """Either everything has arrived, or something is to be decided.

        Asked once: a page with nothing left loads itself again, and says nothing meanwhile.
        """
        nonlocal left
        left = acts_kept(page)
        return left == 0 or (left is not None and choices.count() > 0)

    while True:
        until(page, settled, "sending what waits", patience=5 * PATIENCE)
        if left == 0:
            return answered
        title = choices.first.locator(".note-title").inner_text()
        again = choices.first.get_by_role("button", name="仍然办理")
        note = choices.first.get_by_role("button", name="作为备注保存")
        (again if again.count() else note).tap()
        until(page, partial(_decided, page, title), f"deciding “{title}”")
        answered += 1


def _decided(page: Page, title: str) -> bool:
    try:
        asked = str(page.evaluate("document.getElementById('phone-choices')?.innerText ?? ''"))
    except Error:  # the page is loading itself again
        return False
    return title not in asked
