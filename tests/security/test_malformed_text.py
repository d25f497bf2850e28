"""Chinese as it arrives from broken machines: an answer, kept as it is or refused, never a failure.

GBK bytes where UTF-8 is due, half a surrogate pair, characters of four bytes, marks that turn the
writing round, NUL: in every text of every form that stands alone, and of every operation.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.dispatch.tests.samples import _call
from watchroom.domains.disputes.actions import import_types, shipped_types
from watchroom.kernel.access import system
from watchroom.kernel.models import Matter, Post, Role, Staff
from watchroom.kernel.registry import registry

from .rows import API, PARAMETER, Row, rows
from .sending import example, operation
from .things import ABSENT

RAW: dict[str, bytes] = {
    "gbk": "张三丰在东街口".encode("gbk"),
    "surrogate": b"\xed\xa0\x80",
    "overlong": b"\xc0\xaf",
    "cut off": "张".encode()[:2],
    "four bytes": "\U00020bb7\U0002b820\U0001f694".encode(),
    "turned round": "\u202e\u2066张三\u2069\u202c".encode(),
    "nul": b"a\x00b",
    "no width": "\u200b\ufeff\u2060".encode(),
    "combining": ("张" + "\u0301" * 300).encode(),
}
WRITTEN = {
    "surrogate": "\ud800",
    "surrogates turned": "\udfb7\ud842",
    "four bytes": "\U00020bb7\U0002b820\U0001f694",
    "turned round": "\u202e\u2066张三\u2069\u202c",
    "nul": "a\x00b",
    "newline": "a\r\nb\u2028c\x85d",
}
"""What JSON can say by its escapes."""
EVERYTHING = "everything"


class Texts(HTMLParser):
    """Names of the fields of a page that take text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        named = tag in ("input", "textarea", "select") and given.get("name")
        if named and given.get("type") not in ("submit", "button", "file"):
            self.names.append(str(given["name"]))


@pytest.fixture
def browser(county: County) -> Client:
    """Somebody who may do everything, and a matter of each common kind."""
    known = sorted(registry.permissions)
    role = Role.objects.create(key=EVERYTHING, title="x", title_en="x", permissions=known)
    staff = Staff.objects.create_user(EVERYTHING, None, name="万能", agency=county.bureau)
    Post.objects.create(staff=staff, role=role, agency=county.bureau)
    import_types(system(), shipped_types(), source="test")
    _call(county, 1)
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    assert now()
    return client


def _pages() -> Iterator[str]:
    number = Matter.objects.get(kind="dispatch.incident").number
    for row in rows():
        if row.method != "get" or row.step or row.route.startswith(API):
            continue
        if set(row.parameters) <= {"number"}:
            yield row.address({"number": number})
    yield from (f"/m/{number}/step/{name}/" for name in ("classify", "resolve", "cancel"))
    yield from ("/public/disputes/mediation/", "/public/requests/worry/")


TYPE = "application/x-www-form-urlencoded"


def test_in_every_form_that_stands_alone(browser: Client) -> None:
    broken, asked = [], 0
    for address in _pages():
        page = browser.get(address)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        names = sorted(set(Texts(page.text).names) - {"csrfmiddlewaretoken"})
        actions = re.findall(r'<form[^>]*method="post"[^>]*?(?:action="([^"]*)")?', page.text)
        for kind, said in RAW.items():
            body = "&".join(f"{name}={quote(said)}" for name in names)
            answers = {f"GET {address}?…": browser.get(f"{address}?{body}")}
            for where in {action or address for action in actions}:
                if where.startswith("/") and "sign-out" not in where:
                    answers[f"POST {where}"] = browser.post(where, body, content_type=TYPE)
            asked += len(answers)
            broken += [
                f"{what} {kind}: {answer.status_code}"
                for what, answer in answers.items()
                if answer.status_code >= 500
            ]
        browser.get("/")
    assert asked > 200
    assert broken == []


def _filled(given: Any, word: str) -> Any:
    """Every text of an example replaced."""
    if isinstance(given, dict):
        return {key: _filled(value, word) for key, value in given.items()}
    if isinstance(given, list):
        return [_filled(value, word) for value in given]
    return word if isinstance(given, str) else given


def _whole(schema: dict[str, Any]) -> Any:
    """An example with everything that may be said, not only what must."""
    least = example(schema)
    found = schema
    if "$ref" in schema:
        from .rows import described

        found = described()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if not isinstance(least, dict):
        return least
    return {name: example(one) for name, one in found.get("properties", {}).items()} | least


def test_in_every_text_of_the_machine_interface(browser: Client) -> None:
    broken, asked = [], 0
    for row in rows():
        if not row.route.startswith(API) or not operation(row):
            continue
        values = {name: _thing(row, name) for name in row.parameters}
        for kind, word in WRITTEN.items():
            answer = _told(browser, row, row.address(values), word)
            asked += 1
            if answer.status_code >= 500:
                broken.append(f"{row.key} {kind}: {answer.status_code}")
    assert asked > 400
    assert broken == []


def _thing(row: Row, name: str) -> Any:
    incident = Matter.objects.get(kind="dispatch.incident")
    known = {"number": incident.number, "incident_id": incident.pk, "matter_id": incident.pk}
    return known.get(name, ABSENT[row.parameters[name]])


def _told(browser: Client, row: Row, address: str, word: str) -> Any:
    said = operation(row)
    query = {
        p["name"]: word if p["schema"].get("type") == "string" else example(p["schema"])
        for p in said.get("parameters", ())
        if p["in"] == "query"
    }
    where = (
        address
        + "?"
        + "&".join(f"{k}={quote(str(v), errors='surrogatepass')}" for k, v in query.items())
    )
    content = said.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return getattr(browser, row.method)(where)
    body = json.dumps(_filled(_whole(content["application/json"]["schema"]), word))
    return getattr(browser, row.method)(where, body, content_type="application/json")


@pytest.mark.parametrize("kind", sorted(RAW))
def test_in_an_address(browser: Client, kind: str) -> None:
    word = quote(RAW[kind])
    for row in rows():
        if row.method == "get" and "str" in row.parameters.values():
            address = "/" + PARAMETER.sub(
                lambda m: word if (m["kind"] or "str") == "str" else "1", row.route
            )
            assert browser.get(address).status_code < 500, address
