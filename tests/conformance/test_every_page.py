"""Every matter of every domain, in every state, as owner, colleague and stranger."""

import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from watchroom.base.text import Text
from watchroom.desk.api import api
from watchroom.kernel.models import Entry, Matter
from watchroom.kernel.registry import DOMAINS, registry

from .conftest import ALL, PASSER_BY, VIEWER, World

BASELINES = "query_counts.json"
ELSEWHERE = "colleague_elsewhere"
ABSENT = "ZZ000000999999"
VARYING = re.compile(r'value="[^"]{30,}"|ZZ\d+|[A-Z]{1,3}\d{12}')


def test_each_matter_opens_for_those_who_may_see_it(world: World) -> None:
    for who in (ALL, VIEWER):
        browser = world.browser(who)
        for key, matter in world.samples.items():
            answer = browser.get(f"/m/{matter.number}/")
            assert answer.status_code == 200, key
            assert matter.number in answer.text


@pytest.mark.parametrize("who", [PASSER_BY, ELSEWHERE])
def test_to_others_a_matter_and_an_absent_one_look_the_same(world: World, who: str) -> None:
    browser = world.browser(who)
    absent = VARYING.sub("", browser.get(f"/m/{ABSENT}/").text)
    for key, matter in world.samples.items():
        answer = browser.get(f"/m/{matter.number}/")
        assert answer.status_code == 404, key
        assert VARYING.sub("", answer.text) == absent
        for part in ("note/", "documents/", f"step/{matter.flow.steps[-1].name}/"):
            assert browser.post(f"/m/{matter.number}/{part}", {"text": "x"}).status_code == 404


def _steps(world: World) -> Iterator[tuple[Matter, Any]]:
    for matter in world.samples.values():
        for step in matter.flow.after(matter.state):
            if not step.hidden:
                yield matter, step


def test_no_step_is_offered_to_or_taken_by_who_may_only_look(world: World) -> None:
    browser = world.browser(VIEWER)
    for matter, step in _steps(world):
        page = browser.get(f"/m/{matter.number}/").text
        assert f"step/{step.name}/" not in page
        answer = browser.post(
            f"/m/{matter.number}/step/{step.name}/", _sent(world, matter, step.name)
        )
        # 422: what was filled in is refused before anybody asks who fills it in.
        assert answer.status_code in (403, 422), (matter.kind, matter.state, step.name)
    for matter in world.samples.values():
        before = (matter.state, matter.version)
        matter.refresh_from_db()
        assert (matter.state, matter.version) == before


def test_every_step_is_offered_to_who_may_take_it_and_its_form_opens(world: World) -> None:
    browser = world.browser(ALL)
    for matter, step in _steps(world):
        address = f"/m/{matter.number}/step/{step.name}/"
        assert step.title.zh in browser.get(f"/m/{matter.number}/").text
        assert browser.get(address).status_code == 200, address


def test_every_step_answers_what_a_person_fills_in(world: World) -> None:
    """Taken (302), overtaken (409) or refused with a sentence (422); never forbidden or broken."""
    browser, taken = world.browser(ALL), set()
    for matter, step in _steps(world):
        matter.refresh_from_db()
        answer = browser.post(
            f"/m/{matter.number}/step/{step.name}/", _sent(world, matter, step.name)
        )
        assert answer.status_code in (302, 409, 422), (matter.state, step.name, answer.text[:200])
        if answer.status_code == 302:
            taken.add((matter.kind, step.name))
            assert Entry.objects.filter(matter=matter, event=f"{matter.kind}.{step.name}").exists()
    assert taken


def _sent(world: World, matter: Matter, step: str) -> dict[str, Any]:
    return {**world.data.get(step, {}), "reason": "样例理由", "version": matter.version}


def test_lists_hold_what_one_may_see_and_nothing_else(world: World) -> None:
    still_open = {m.number for m in world.samples.values() if m.closed_at is None}
    for key in registry.domains:
        page = world.browser(ALL).get(f"/?scope=all&domain={key}").text
        own = {m.number for m in world.samples.values() if m.kind.split(".")[0] == key}
        assert {n for n in own & still_open if n in page}
        for who in (PASSER_BY, ELSEWHERE):
            page = world.browser(who).get(f"/?scope=all&domain={key}").text
            assert not [n for n in own if n in page]


def _patterns(found: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


def _addresses(matter: Matter | None) -> list[str]:
    """Every address of the domains' own pages, about this matter or about one that is not there."""
    number, pk = (matter.number, matter.pk) if matter else (ABSENT, 2**40)
    fill = {"int": str(pk), "str": number, "slug": number}
    mine = tuple(f"{key}/" for key in registry.domains)
    return [
        "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: fill.get(m.group(1) or "str", number), route)
        for route, _ in _patterns(get_resolver().url_patterns)
        if route.startswith(mine)
    ]


CODE = ("text/javascript", "application/manifest+json")


def test_strangers_find_nothing_on_any_page_of_a_domain(world: World) -> None:
    signed_out = Client()
    for matter in world.samples.values():
        for there, absent in zip(_addresses(matter), _addresses(None), strict=True):
            for who in (PASSER_BY, ELSEWHERE):
                browser = world.browser(who)
                a, b = browser.get(there), browser.get(absent)
                assert a.status_code == b.status_code != 500, there
                if not a.streaming:
                    assert matter.title.encode() not in a.content, there
            answer = signed_out.get(there)
            # What a phone's browser fetches by itself is code, the same for everybody.
            code = answer.headers.get("Content-Type", "").startswith(CODE)
            assert code or answer.status_code in (302, 401, 404, 405), there
        return  # one matter: addresses are what varies here


def _operations(matter: Matter | None) -> list[tuple[str, str]]:
    number, pk = (matter.number, matter.pk) if matter else (ABSENT, 2**40)
    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            address = path
            for given in operation.get("parameters", ()):
                kind = given["schema"].get("type")
                value = str(pk) if kind == "integer" else number
                address = address.replace("{" + given["name"] + "}", value)
            found.append((method, address))
    return found


def test_strangers_find_nothing_through_the_interface_for_machines(world: World) -> None:
    for matter in list(world.samples.values())[:1]:
        for (method, there), (_, absent) in zip(
            _operations(matter), _operations(None), strict=True
        ):
            for who in (PASSER_BY, ELSEWHERE):
                browser = world.browser(who)
                send = {"content_type": "application/json"} if method != "get" else {}
                a, b = (
                    getattr(browser, method)(there, **send),
                    getattr(browser, method)(absent, **send),
                )
                assert a.status_code == b.status_code != 500, there
                if not a.streaming:
                    assert matter.title.encode() not in a.content, there


def test_no_page_of_the_shell_asks_the_database_more_often_than_it_used_to(world: World) -> None:
    """Regenerate with WATCHROOM_WRITE_BASELINES=1 after looking at why a number went up."""
    browser = world.browser(ALL)
    counts = {a: _count(browser, a) for a in ("/", "/?scope=all", "/search/?q=样例")}
    assert counts == _baseline(Path(__file__).parent, counts)


@pytest.mark.parametrize("key", registry.domains)
def test_no_matter_asks_the_database_more_often_than_it_used_to(world: World, key: str) -> None:
    browser = world.browser(ALL)
    counts = {
        f"{kind} {state}": _count(browser, f"/m/{matter.number}/")
        for (kind, state), matter in sorted(world.samples.items())
        if kind.split(".")[0] == key
    }
    assert counts == _baseline(DOMAINS / key / "tests", counts)


def _baseline(folder: Path, counts: dict[str, int]) -> dict[str, int]:
    """What was kept beside the tests of the shell or of a domain, so that each keeps its own."""
    kept = folder / BASELINES
    if os.environ.get("WATCHROOM_WRITE_BASELINES") == "1":
        kept.write_text(json.dumps(counts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    found: dict[str, int] = json.loads(kept.read_text("utf-8"))
    return found


def _count(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


class Page(HTMLParser):
    """What of a page matters to somebody with a keyboard, and what is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.opened: list[str] = []
        self.text: list[str] = []
        self.depth: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.depth.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.faults += [
            f"<{tag} {name}>" for name in given if name.startswith("on") or name == "style"
        ]
        if given.get("role") in ("button", "link") and tag not in ("a", "button"):
            self.faults += [] if "tabindex" in given else [f"<{tag} role=button> without tabindex"]
        if "data-wr-dialog" in given:
            self.opened.append(str(given["data-wr-dialog"]))
            self.faults += [] if tag in ("a", "button") else [f"<{tag}> opens a dialog"]
        if "data-key" in given and tag not in (
            "a",
            "button",
            "summary",
            "input",
            "textarea",
            "select",
        ):
            self.faults.append(f"<{tag} data-key>")
        if int(given.get("tabindex") or 0) > 0:
            self.faults.append(f"<{tag}> jumps the order of tabs")
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            inside = "label" in self.depth or given.get("aria-label")
            self.fields += [] if inside else [str(given.get("id"))]
        if tag in ("input", "meta", "link", "br", "hr", "img", "path", "circle"):
            self.depth.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.depth and self.depth.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "textarea"} & set(self.depth):
            self.text.append(data.strip())


def _pages(world: World, lang: str = "zh") -> Iterator[tuple[str, Page]]:
    browser = world.browser(ALL)
    browser.cookies["django_language"] = lang
    addresses = ["/", "/?scope=all", "/search/?q=样例", "/trail/"]
    addresses += [f"/m/{matter.number}/" for matter in world.samples.values()]
    for address in addresses:
        yield address, Page(browser.get(address).text)


def test_everything_can_be_reached_with_the_keyboard(world: World) -> None:
    for address, page in _pages(world):
        assert page.faults == [], address
        assert sorted(page.ids) == sorted(set(page.ids)), address
        assert set(page.opened) <= set(page.ids), address
        assert [f for f in page.fields if f not in page.labelled] == [], address


def _declared() -> list[Text]:
    texts = [domain.title for domain in registry.domains.values()]
    for flow in registry.flows.values():
        texts += [flow.title, *(s.title for s in flow.states.values())]
        texts += [*(s.title for s in flow.steps), *(c.title for c in flow.clocks.values())]
    return texts


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_speaks_one_language(world: World, lang: str) -> None:
    other = [text.say("en" if lang == "zh" else "zh") for text in _declared()]
    for address, page in _pages(world, lang):
        said = set(page.text)
        assert not [text for text in other if text in said], address
        assert not [text for text in said if re.fullmatch(r".*[一-鿿] / [A-Za-z].*", text)], address
        assert "None" not in said, address
