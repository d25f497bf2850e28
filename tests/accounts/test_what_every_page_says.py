"""Languages, themes, headers, refusals, and the two doors for watchdogs."""

import re

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.desk.pages import health
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs, signed_in
from watchroom.kernel.models import Staff

NO = Text("不能这样做", "That cannot be done")


def refuses(request: HttpRequest, code: str) -> HttpResponse:
    raise Refusal(NO, code=code)


def absent(request: HttpRequest) -> HttpResponse:
    raise NotFound


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret in the message")


@signed_in
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    return HttpResponse(actor.name)


@needs("unit.view")
def units(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    return HttpResponse(f"{actor.name} {number}")


urlpatterns = [
    path("refuses/<str:code>/", refuses),
    path("absent/", absent),
    path("broken/", broken),
    path("mine/", mine),
    path("units/<int:number>/", units),
    path("", include("watchroom.site.urls")),
]
handler404 = "watchroom.desk.errors.not_found"
handler500 = "watchroom.desk.errors.failed"
pytestmark = pytest.mark.urls(__name__)


def test_a_door_gives_the_view_its_actor(wang: Staff, admin: Staff, person, places):
    client = Client()
    assert client.get("/mine/")["Location"] == "/sign-in/?next=%2Fmine%2F"
    client.force_login(wang)
    assert client.get("/mine/").text == wang.name
    assert client.get("/units/7/").text == f"{wang.name} 7"
    other = Client()
    other.force_login(person("zhao", places.east))
    assert other.get("/units/7/").status_code == 403


@pytest.mark.parametrize(
    ("code", "status"),
    [("refused", 422), ("overtaken", 409), ("forbidden", 403), ("too-many", 429)],
)
def test_a_refusal_is_a_page_a_fragment_or_json(db: None, code: str, status: int):
    client = Client()
    page = client.get(f"/refuses/{code}/")
    assert (page.status_code, NO.zh in page.text) == (status, True)
    assert "<main" in page.text
    part = client.get(f"/refuses/{code}/", headers={"HX-Request": "true"})
    assert (part.status_code, NO.zh in part.text) == (status, True)
    assert "<main" not in part.text
    as_text = part["Content-Type"].startswith("text/plain")
    assert as_text == (status not in (409, 422))
    data = client.get(f"/refuses/{code}/", headers={"Accept": "application/json"})
    assert data.json() == {"error": {"code": code, "sentence": NO.zh}}


def test_a_fragment_of_a_signed_out_page_leads_to_the_sign_in_page(db: None):
    answer = Client().get("/mine/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/sign-in/")


def test_absent_and_unknown_look_the_same(wang: Staff, signed_in):
    client = signed_in(wang)
    pages = [client.get(where) for where in ("/absent/", "/no/such/page/")]
    assert {p.status_code for p in pages} == {404}
    a, b = (re.sub(r'value="\w+"', "", p.text) for p in pages)
    assert a == b


def test_a_defect_tells_a_sentence_and_no_secret(db: None):
    client = Client(raise_request_exception=False)
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "系统出错" in answer.text and "tell the system's administrator" in answer.text
    assert "secret" not in answer.text


def test_the_language_is_the_choice_then_the_person_s_then_the_browser_s(wang: Staff):
    client = Client(headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert 'lang="en"' in client.get("/sign-in/").text
    assert 'lang="zh-CN"' in Client(headers={"Accept-Language": "fr"}).get("/sign-in/").text
    client.force_login(wang)
    assert 'lang="zh-CN"' in client.get("/me/password/").text
    answer = client.post(
        "/preferences/", {"language": "en", "theme": "dark", "next": "/me/password/"}
    )
    assert answer["Location"] == "/me/password/"
    page = client.get("/me/password/").text
    assert 'lang="en"' in page and 'data-theme="dark"' in page
    wang.refresh_from_db()
    assert (wang.language, wang.theme) == ("en", "dark")
    elsewhere = Client()
    elsewhere.force_login(wang)
    assert 'data-theme="dark"' in elsewhere.get("/me/password/").text


def test_nonsense_as_a_choice_changes_nothing(wang: Staff, signed_in):
    signed_in(wang).post("/preferences/", {"language": "<script>", "theme": "pink"})
    wang.refresh_from_db()
    assert (wang.language, wang.theme) == ("zh", "auto")


@pytest.mark.parametrize("where", ["/sign-in/", "/no/such/page/", "/refuses/x/", "/broken/"])
def test_every_answer_says_what_a_browser_may_load(db: None, where: str):
    answer = Client(raise_request_exception=False).get(where)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in answer["Permissions-Policy"]


def test_a_live_server_elsewhere_may_be_listened_to(db: None, settings):
    settings.WATCHROOM_LIVE = "https://live.example:8443/live/stream"
    policy = Client().get("/sign-in/")["Content-Security-Policy"]
    assert "connect-src 'self' https://live.example:8443;" in policy


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_page_here_has_an_inline_script_or_style(admin: Staff, signed_in, lang: str):
    client = signed_in(admin)
    client.cookies["django_language"] = lang
    pages = ["/people/", "/people/new/", f"/people/{admin.pk}/", "/tokens/", "/me/password/"]
    for where in [*pages, "/me/second-factor/", "/no/such/page/"]:
        html = client.get(where).text
        assert f'lang="{lang}"' in html
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html), where
        assert not re.search(r"\sstyle=|<style|\son\w+=", html), where
        if lang == "en":
            assert not re.search(r"[\u4e00-\u9fff]", _without_names(html)), where


def _without_names(html: str) -> str:
    return html.replace("中文", "").replace("值守", "").replace("某", "")


def test_pages_of_signed_in_people_are_not_kept_by_browsers(wang: Staff, signed_in):
    assert "no-store" in signed_in(wang).get("/me/password/")["Cache-Control"]


def test_watchdogs_hear_that_the_process_lives_and_is_ready(db: None):
    assert Client().get("/healthz").json() == {"alive": True}
    assert Client().get("/readyz").json() == {"ready": True, "database": True, "migrated": True}


def test_not_ready_without_its_tables_or_its_database(db: None, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", lambda: False)
    assert Client().get("/readyz").status_code == 503

    def no_database() -> bool:
        raise DatabaseError

    monkeypatch.setattr(health, "_is_migrated", no_database)
    assert Client().get("/readyz").json() == {"ready": False, "database": False}
