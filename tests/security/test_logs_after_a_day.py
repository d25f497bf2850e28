"""After a day of work, and after everything that can go wrong, nobody stands in the logs."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.discreet import Plain
from watchroom.domains.dispatch.tests.samples import _call
from watchroom.domains.disputes.tests.samples import registered
from watchroom.domains.fraud.tests.samples import warned
from watchroom.kernel import notes

NAME, PHONE, IDENTITY, WORD = "慕容樱桃", "13987654321", "430102199003071235", "紫藤园后门"
PASSWORD = "correct-horse-慕容-battery"
SECRET = "wr_Qm1vcmd1cy1zZWNyZXQtb2YtYS1tYWNoaW5l"
MARKERS = (NAME, PHONE, IDENTITY, WORD, PASSWORD, SECRET)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged from DEBUG up, as the terminal would show it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)


def test_of_pages_forms_refusals_and_defects(
    county: County, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    matters = _day(county)
    browser = Client(raise_request_exception=False)
    browser.force_login(county.staff["leader"])
    _read(browser, matters)
    _mistaken(browser, matters)
    _break(browser, matters, monkeypatch)
    text = written.getvalue()
    assert "Internal Server Error" in text and "watchroom" in text
    assert [marker for marker in MARKERS if marker in text] == []


def _day(county: County) -> list[str]:
    call = _call(county, 1)
    notes.add(county.leader, call.pk, f"{NAME} {PHONE} {WORD}")
    quarrel = registered(county, parties=[
        {"role": "applicant", "name": NAME, "phone": PHONE},
        {"role": "respondent", "name": "李四光"},
    ])  # fmt: skip
    warning = warned(county, name=NAME, phone=PHONE, address=WORD)
    return [call.number, quarrel.number, warning.number]


def _read(browser: Client, numbers: list[str]) -> None:
    for number in numbers:
        browser.get(f"/m/{number}/")
    for address in ("/", "/dispatch/", "/fraud/", "/disputes/", "/trail/", "/figures/", "/people/"):
        browser.get(address)
    for word in (NAME, PHONE, IDENTITY):
        browser.get("/search/", {"q": word})
        browser.get("/api/v1/search", {"q": word})
        browser.get(f"/m/{word}/")
        browser.get(f"/nowhere/{PHONE}/{word}")
    browser.get(f"/dispatch/alerts/feed/{SECRET}/")


def _mistaken(browser: Client, numbers: list[str]) -> None:
    stranger = Client(raise_request_exception=False)
    stranger.post("/sign-in/", {"username": NAME, "password": PASSWORD})
    stranger.get("/api/v1/search", headers={"Authorization": f"Bearer {SECRET}"})
    browser.post("/api/v1/dispatch/calls", {"words": NAME, "phone": PHONE}, "application/json")
    browser.post("/dispatch/new/", {"words": f"{NAME}{WORD}", "phone": PHONE, "lon": WORD})
    browser.post(f"/m/{numbers[0]}/note/", {"text": ""})
    browser.post("/me/password/", {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD})
    browser.post("/api/v1/dispatch/calls", f'{{"words": "{NAME}', "application/json")


def _break(browser: Client, numbers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect whose error repeats what was typed, deep inside and in the database."""

    def fail(*args: Any, **more: Any) -> Any:
        try:
            return {}[f"{NAME} {PHONE}"]
        except KeyError as error:
            raise ValueError(f"cannot keep {NAME}, {IDENTITY}: {WORD}") from error

    for place in ("watchroom.kernel.access.visible", "watchroom.kernel.notes.add"):
        with monkeypatch.context() as broken:
            broken.setattr(place, fail)
            browser.get(f"/m/{numbers[0]}/")
            browser.post(f"/m/{numbers[0]}/note/", {"text": f"{NAME} {PHONE}"})


def test_the_check_of_logs_would_see_a_marker(written: io.StringIO) -> None:
    logging.getLogger("x").warning("kept %s", NAME)
    assert NAME in written.getvalue()
