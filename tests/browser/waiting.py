"""What still lies on a phone, asked of the phone itself: no text on it says so at every moment."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Error, Page

ACTS_KEPT = """(async () => {
  const open = indexedDB.open('watchroom-phone', 1);
  await new Promise((resolve) => (open.onsuccess = resolve));
  const request = open.result.transaction('acts').objectStore('acts').count();
  await new Promise((resolve) => (request.onsuccess = resolve));
  open.result.close();
  return request.result;
})()"""
PAGES_KEPT = """(async () =>
  (await caches.has('wr-pages-2')) && (await (await caches.open('wr-pages-2')).keys()).length > 0
)()"""
PATIENCE = 300.0  # seconds without any progress; a machine busy with other things is not broken


def acts_kept(page: Page) -> int:
    """How many acts lie on the phone; -1 while its page is loading itself again."""
    try:
        return int(page.evaluate(ACTS_KEPT))
    except Error:
        return -1


def meanwhile(page: Page, so: Callable[[], bool]) -> None:
    """Returns once it is so, however often the page loads itself again meanwhile."""
    end = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > end:
            raise AssertionError(page.locator("main").inner_text())
        page.wait_for_timeout(50)


def kept(page: Page) -> None:
    """Until the phone has its key and keeps its page: from here on the network may go."""
    meanwhile(page, lambda: _holds(page, PAGES_KEPT))


@contextmanager
def loaded_anew(page: Page) -> Iterator[None]:
    """What is done inside makes the page load itself again; returns when it has."""
    page.evaluate("window.before = true")
    yield
    meanwhile(page, lambda: _holds(page, "!window.before && document.readyState === 'complete'"))


def _holds(page: Page, expression: str) -> bool:
    """False too while the page is loading itself again."""
    try:
        return bool(page.evaluate(expression))
    except Error:
        return False


def answer_all(page: Page) -> int:
    """Decide every conflict: do it where it can still be done, else keep it as a note.

    Returns how many were decided, once nothing lies on the phone any more.
    """
    answered, choices = 0, page.locator(".phone-choice")
    while (kept := acts_kept(page)) != 0:
        if kept < 0 or not choices.count():
            page.wait_for_timeout(50)
            continue
        title = choices.first.locator(".note-title").inner_text()
        again = choices.first.get_by_role("button", name="仍然办理")
        note = choices.first.get_by_role("button", name="作为备注保存")
        (again if again.count() else note).tap()
        meanwhile(page, lambda title=title: title not in _asked(page))  # type: ignore[misc]
        answered += 1
    return answered


def _asked(page: Page) -> str:
    try:
        return str(page.evaluate("document.getElementById('phone-choices')?.innerText ?? ''"))
    except Error:
        return ""
