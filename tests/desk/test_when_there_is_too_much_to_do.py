"""More requests than threads: calls go on, the rest waits or comes again, screens say so."""

import threading
import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.people import County
from watchroom.desk import first_things
from watchroom.desk.first_things import FirstThings, Gate, goes_first

URGENT = (
    "/api/v1/dispatch/calls",
    "/dispatch/",
    "/phone/act/1/sign/",
    "/sign-in/",
    "/map/city.pmtiles",
    "/",
)
OTHERS = ("/api/v1/search", "/figures/", "/api/v1/matters/JQ1", "/fraud/", "/dispatchers/")


@pytest.fixture
def gate() -> Iterator[Gate]:
    with patch.object(first_things, "gate", Gate(1)) as made:
        yield made


@pytest.mark.parametrize("path", URGENT)
def test_what_goes_first(path: str) -> None:
    assert goes_first(path)


@pytest.mark.parametrize("path", OTHERS)
def test_what_can_wait(path: str) -> None:
    assert not goes_first(path)


def test_calls_pass_while_searches_wait_and_the_third_comes_again(gate: Gate) -> None:
    finish, began = threading.Event(), threading.Semaphore(0)

    def page(request: HttpRequest) -> HttpResponse:
        if request.path == "/api/v1/search":
            began.release()
            finish.wait(60)
        return HttpResponse("done")

    ask, make = FirstThings(page), RequestFactory().get
    answers: list[int] = []
    searches = [
        threading.Thread(target=lambda: answers.append(ask(make("/api/v1/search")).status_code))
        for _ in range(2)
    ]
    searches[0].start()
    assert began.acquire(timeout=60)
    searches[1].start()
    while not gate.waiting:
        time.sleep(0.01)
    third = ask(make("/api/v1/search"))
    assert (third.status_code, third.headers["Retry-After"]) == (503, "3")
    assert ask(make("/api/v1/dispatch/board")).status_code == 200
    assert answers == []
    finish.set()
    for one in searches:
        one.join()
    assert answers == [200, 200]
    assert (gate.running, gate.waiting) == (0, 0)


def test_a_search_that_fails_gives_its_place_back(gate: Gate) -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise KeyError

    with pytest.raises(KeyError):
        FirstThings(broken)(RequestFactory().get("/api/v1/search"))
    assert gate.running == 0


@pytest.mark.parametrize(("lang", "said"), [("zh-hans", "系统繁忙"), ("en", "Very busy")])
def test_the_screen_says_so(
    county: County, client: Client, gate: Gate, lang: str, said: str
) -> None:
    client.force_login(county.staff["dispatcher"])
    client.cookies["django_language"] = lang
    assert said not in client.get("/dispatch/").content.decode()
    gate.running = 1
    with patch.object(first_things, "WAIT_S", 0.0):
        assert client.get("/search/").status_code == 503
    assert said in client.get("/dispatch/").content.decode()
